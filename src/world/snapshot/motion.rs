//! A snapshot is set in motion: what it caught on the way goes on, and what it shows in trouble
//! stays so.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{self, ContainerStatus, PodPhase, Snapshot};
use crate::control::node_lifecycle::NodeHealth;
use crate::control::{NodeId, PodId};
use crate::record::{Belief, FROM_SNAPSHOT, FactId, What};
use crate::scenario::{Cascade, ImageFault};
use crate::time::SimDuration;
use crate::world::actors::Actors;
use crate::world::api_server::{Deletion, deletion_fact, remove_pod};
use crate::world::cluster::{Broken, DaemonSetObject, Pod};
use crate::world::cx::Cx;
use crate::world::event::NodeStep;
use crate::world::ids::DaemonSetId;
use crate::world::kubelet::{await_readiness, stuck_fact};
use crate::world::snapshot::shown::deletion_asked_at;
use crate::world::snapshot::trouble::{Trouble, is_hopeless, troubles};

/// A pod whose grace period ended longer ago than this stays Terminating.
const OVERDUE_AFTER: SimDuration = SimDuration::from_secs(60);

/// A pod that is Ready is worth a word if one of its containers was started again so often.
const OFTEN: u32 = 3;

/// The pods of a snapshot by namespace and name.
type Shown<'a> = BTreeMap<(&'a str, &'a str), &'a api::Pod>;

/// Lets everything that a snapshot caught in motion go on, and every DaemonSet be synced. All of it
/// follows from one fact.
pub(in crate::world) fn set_in_motion(
    snapshot: &Snapshot,
    actors: &mut Actors,
    cx: &mut Cx<'_>,
) -> FactId {
    let cause =
        cx.record.fact(cx.now, None, |names| What::Scenario { text: names.intern(FROM_SNAPSHOT) });
    let cx = &mut cx.because(Some(cause));
    let shown: Shown<'_> = snapshot.pods.iter().map(|pod| (key_of(pod), pod)).collect();
    for id in cx.cluster.nodes.ids() {
        set_node_in_motion(id, actors, cx);
    }
    let own: Vec<(PodId, &api::Pod)> =
        cx.cluster.pods.ids().filter_map(|id| Some((id, shown_as(id, &shown, cx)?))).collect();
    for &(id, found) in &own {
        find_faults(id, found, cx);
    }
    for id in cx.cluster.pods.ids() {
        cx.cluster.pods[id].fact = Some(cause);
    }
    for &(id, found) in &own {
        set_pod_in_motion(id, found, actors, cx);
    }
    for daemon_set in cx.cluster.daemon_set_ids() {
        actors.controller.enqueue(daemon_set, cx);
        go_on_deleting(daemon_set, cx);
    }
    actors.collect(cx);
    cause
}

fn set_node_in_motion(id: NodeId, actors: &mut Actors, cx: &mut Cx<'_>) {
    let node = cx.cluster.node(id);
    if !node.exists && !node.pods.is_empty() {
        let at = cx.settings.pod_gc.collected_at(cx.now);
        return cx.plan_node(id, NodeStep::Collect, at);
    }
    if !node.exists {
        return;
    }
    let (health, pressed) = (node.conditions.health, !node.conditions.pressures.is_empty());
    let name = Arc::clone(&node.name);
    if pressed {
        cx.record.believe(Belief::StaysPressed, || name.to_string());
    }
    if health != NodeHealth::Ready {
        cx.record.believe(Belief::StaysNotReady, || name.to_string());
        actors.nodes.find_unhealthy(id, cx);
    }
}

fn key_of(pod: &api::Pod) -> (&str, &str) {
    (&pod.metadata.namespace, &pod.metadata.name)
}

/// A pod as the snapshot shows it.
fn shown_as<'a>(id: PodId, shown: &Shown<'a>, cx: &Cx<'_>) -> Option<&'a api::Pod> {
    let creator = cx.cluster.pod(id).creator;
    let namespace = &cx.cluster.daemon_sets[creator].name.namespace;
    shown.get(&(namespace.as_str(), &*cx.cluster.pod_name(id))).copied()
}

/// What is wrong with a pod's containers is wrong with their images on its node.
fn find_faults(id: PodId, found: &api::Pod, cx: &mut Cx<'_>) {
    for Trouble { container, fault, reason, .. } in troubles_of(id, found, cx) {
        let Pod { node, spec, .. } = *cx.cluster.pod(id);
        if let Some(&image) = cx.cluster.specs[spec].images.get(container) {
            let name = cx.cluster.images.name(image).to_owned();
            cx.cluster.image_faults.find(&name, node, fault, &reason);
        }
    }
}

fn troubles_of(id: PodId, found: &api::Pod, cx: &Cx<'_>) -> Vec<Trouble> {
    let Pod { node, spec, .. } = *cx.cluster.pod(id);
    let template = &cx.cluster.specs[spec].written.template.spec;
    let node = cx.cluster.node(node);
    let node_ready = !node.exists || node.conditions.health == NodeHealth::Ready;
    troubles(found, template, node_ready, cx.now)
}

fn set_pod_in_motion(id: PodId, found: &api::Pod, actors: &mut Actors, cx: &mut Cx<'_>) {
    let Pod { bound, phase, terminating, ready_since, node, fact, .. } = *cx.cluster.pod(id);
    let alive = cx.cluster.node(node).alive;
    let believe = |belief, cx: &mut Cx<'_>| cx.record.believe(belief, || name_of(found));
    if terminating {
        return go_on_terminating(id, found, actors, cx);
    }
    if !bound {
        if phase == PodPhase::Pending {
            place(id, found, actors, cx);
        }
        return;
    }
    let worst = troubles_of(id, found, cx).into_iter().max_by_key(|trouble| trouble.fault);
    if let Some(Trouble { fault, since, is_told, restarts, .. }) = worst {
        believe(belief_of(fault, is_told), cx);
        return actors.nodes.kubelets.find_broken(id, Broken::new(fault, since), restarts, cx);
    }
    match phase {
        PodPhase::Pending if alive => {
            actors.nodes.kubelets.kubelet_sees(id, &mut cx.because(fact));
        }
        PodPhase::Running if alive && ready_since.is_none() && !is_hopeless(found, cx.now) => {
            believe(Belief::GetsReady, cx);
            await_readiness(id, cx);
        }
        PodPhase::Running if ready_since.is_some() && most_restarts(found) >= OFTEN => {
            believe(Belief::StaysReady, cx);
        }
        PodPhase::Failed => believe(Belief::TakesTheNext, cx),
        PodPhase::Pending | PodPhase::Running | PodPhase::Succeeded | PodPhase::Unknown => {}
    }
}

fn name_of(pod: &api::Pod) -> String {
    format!("{}/{}", pod.metadata.namespace, pod.metadata.name)
}

fn belief_of(fault: ImageFault, is_told: bool) -> Belief {
    match fault {
        ImageFault::Crash | ImageFault::CrashLater(_) => Belief::Crashes,
        ImageFault::NeverReady => Belief::StaysUnready,
        ImageFault::PullError if is_told => Belief::CannotStart,
        ImageFault::PullError => Belief::StaysPending,
    }
}

fn most_restarts(pod: &api::Pod) -> u32 {
    let restarts = |status: &ContainerStatus| status.restart_count;
    pod.status.container_statuses.iter().map(restarts).max().unwrap_or(0)
}

/// A pod that waits for a node. If a scheduler said that it finds none, and the model would, then
/// the reason is one that is not modeled, and lasts.
fn place(id: PodId, found: &api::Pod, actors: &mut Actors, cx: &mut Cx<'_>) {
    let refused = found.unscheduled_reason().filter(|reason| !reason.is_empty());
    match refused {
        Some(reason) if actors.scheduler.would_place(id, cx) => {
            cx.cluster.pods[id].held = true;
            let message = found.unscheduled_message().unwrap_or(reason);
            actors.scheduler.never_place(id, message);
            stuck_fact(id, reason, cx);
            cx.record.believe(Belief::StaysUnscheduled, || name_of(found));
        }
        Some(_) | None => actors.place_pod(id, cx),
    }
}

/// A pod that was asked to terminate: it has what is left of its grace period, and if that has long
/// been over, whatever keeps it goes on keeping it.
fn go_on_terminating(id: PodId, found: &api::Pod, actors: &mut Actors, cx: &mut Cx<'_>) {
    let Pod { bound, phase, has_finalizers, fact, .. } = *cx.cluster.pod(id);
    cx.pod_fact(id, |pod| What::PodTerminating { pod, limited: SimDuration::ZERO });
    if !bound {
        return remove_pod(id, &mut cx.because(fact));
    }
    let ends = found.metadata.deletion_timestamp.unwrap_or(cx.now);
    let waits_for_finalizers = has_finalizers && phase.is_terminal();
    let alive = cx.cluster.node(cx.cluster.pod(id).node).alive;
    if alive && !waits_for_finalizers && ends + OVERDUE_AFTER < cx.now {
        cx.cluster.pods[id].held = true;
        return cx.record.believe(Belief::StaysTerminating, || name_of(found));
    }
    let asked = deletion_asked_at(&found.metadata).unwrap_or(cx.now);
    let cx = &mut cx.because(cx.cluster.pod(id).fact);
    actors.nodes.kubelets.go_on_stopping(id, asked.min(cx.now), cx);
}

/// A DaemonSet that was deleted goes on going. What it owns goes after it if finalizers of others
/// alone keep it.
fn go_on_deleting(id: DaemonSetId, cx: &mut Cx<'_>) {
    let DaemonSetObject { deleting: Some(cascade), .. } = cx.cluster.daemon_sets[id] else {
        return;
    };
    let fact = deletion_fact(id, cx);
    cx.record.deleted(cx.now, id.0 as usize);
    if cascade != Cascade::Background {
        cx.api.deletions.push(Deletion { daemon_set: id, cascade, cause: Some(fact) });
    }
}
