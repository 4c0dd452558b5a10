//! Pod objects at the API server: created, deleted, gone.

use crate::api::PodPhase;
use crate::control::kubelet::{Deletion, deletion};
use crate::control::node_lifecycle::NodeHealth;
use crate::control::{NodeId, PodId};
use crate::record::{Loss, What};
use crate::time::SimDuration;
use crate::world::api_server::admission::{keep_promise, release};
use crate::world::api_server::daemon_sets::finish_foreground_deletion;
use crate::world::api_server::losses::lose;
use crate::world::api_server::nodes::watch_lag;
use crate::world::api_server::scheduler_watch::publish_room;
use crate::world::api_server::server::{DrawFor, Resource, arrival};
use crate::world::cluster::{CachedPod, Freed, Pod, PodFootprint};
use crate::world::cx::Cx;
use crate::world::event::{Event, NodeStep};
use crate::world::ids::{DaemonSetId, HashId, SpecId};
use crate::world::track::{track_running, track_serving};

/// A run ends when a node would hold more pods than this. No machine does; what gets there is a
/// surge onto a node that refuses every pod: failed ones are deleted with back-off, and new ones
/// are created without.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`.
const MAX_PODS_ON_NODE: usize = 1_000;

/// The API server creates a pod that the controller asked for.
pub(in crate::world) fn create_pod(
    daemon_set: DaemonSetId,
    node: NodeId,
    spec: SpecId,
    hash: HashId,
    cx: &mut Cx<'_>,
) -> Option<PodId> {
    keep_promise(daemon_set, cx);
    if cx.cluster.node(node).pods.len() >= MAX_PODS_ON_NODE {
        cx.cluster.is_crowded = true;
        return None;
    }
    let pod = new_pod(daemon_set, node, spec, hash, cx);
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::PodCreated {
        daemon_set: names.intern(&cx.cluster.daemon_sets[daemon_set].key),
        pod: names.intern(&cx.cluster.pod_name(pod)),
        node: names.intern(&cx.cluster.nodes[node].name),
        revision: names.intern(&cx.cluster.hashes[hash]),
        template_generation: cx.cluster.specs[spec].template_generation,
        limited: cx.limited,
    });
    cx.cluster.pods[pod].fact = Some(fact);
    cx.tracker(daemon_set).pods.created += 1;
    cx.change_pod(pod, |pod| pod.exists = true);
    Some(pod)
}

/// Makes a pod, Pending and unbound, that nobody knows of yet.
pub(in crate::world) fn new_pod(
    daemon_set: DaemonSetId,
    node: NodeId,
    spec: SpecId,
    hash: HashId,
    cx: &mut Cx<'_>,
) -> PodId {
    let id = cx.cluster.pods.next_id();
    let attempt = cx.cluster.next_attempt(daemon_set, node, spec);
    let template = &cx.cluster.specs[spec].written.template;
    cx.cluster.pods.push(Pod {
        given_name: None,
        creator: daemon_set,
        owner: Some(daemon_set),
        node,
        targeted: true,
        spec,
        hash,
        created: cx.now.truncate_to_second(),
        exists: false,
        bound: false,
        placed: false,
        nominated: false,
        base_schedule_delay: SimDuration::ZERO,
        scheduling_cycle: SimDuration::ZERO,
        phase: PodPhase::Pending,
        ready_since: None,
        terminating: false,
        ailing_since: Some(cx.now),
        has_finalizers: !template.finalizers.is_empty(),
        awaits_readiness_gate: !template.spec.readiness_gates.is_empty(),
        serving: false,
        held: false,
        broken: None,
        hung: None,
        epoch: 0,
        attempt,
        fact: None,
    });
    cx.cluster.nodes[node].pods.push(id);
    id
}

/// The API server is asked to delete a pod, which goes at once or is asked to terminate. Says
/// whether its kubelet has to stop it. `loss` is given if no other pod is meant to replace it.
pub(in crate::world) fn request_deletion(id: PodId, loss: Option<Loss>, cx: &mut Cx<'_>) -> bool {
    let Pod { exists, terminating, bound, phase, spec, .. } = *cx.cluster.pod(id);
    if !exists || terminating {
        return false;
    }
    if let Some(loss) = loss {
        lose(id, loss, cx);
    }
    count_deletion(id, cx);
    let grace = cx.cluster.specs[spec].grace_period;
    let phase = if cx.settings.conformance_mode { PodPhase::Running } else { phase };
    if deletion(grace, bound, phase) == Deletion::Now {
        remove_pod(id, cx);
        return false;
    }
    let limited = cx.limited;
    cx.pod_fact(id, |pod| What::PodTerminating { pod, limited });
    cx.change_pod(id, |pod| {
        pod.terminating = true;
        pod.serving = false;
        pod.epoch += 1;
    });
    true
}

/// The pod object goes, unless finalizers keep it.
pub(in crate::world) fn remove_pod(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.pod(id).has_finalizers {
        return keep_object(id, cx);
    }
    cx.pod_fact(id, |pod| What::PodRemoved { pod });
    cx.change_pod(id, |pod| {
        pod.exists = false;
        pod.serving = false;
        pod.epoch += 1;
    });
    let node = cx.cluster.pod(id).node;
    cx.cluster.nodes[node].pods.retain(|other| *other != id);
    if let Some(owner) = cx.cluster.pod(id).owner {
        finish_foreground_deletion(owner, cx);
    }
}

/// The object of a pod that has stopped is kept by finalizers: it has a terminal phase, so that the
/// DaemonSet controller passes it over.
///
/// A pod that was never bound gets its phase from pod GC, up to 20 s later; that is left out.
///
/// Source: `apiserver/pkg/registry/generic/registry/store.go › BeforeDelete` and
/// `pkg/controller/podgc/gc_controller.go › markFailedAndDeletePod`.
fn keep_object(id: PodId, cx: &mut Cx<'_>) {
    let Pod { terminating, bound, phase, node, .. } = *cx.cluster.pod(id);
    // Nobody waits for it any more; the scheduler passes over pods that are being deleted.
    cx.api.gone.push(id);
    if cx.cluster.pod(id).is_left_over() {
        return;
    }
    if !terminating {
        let limited = cx.limited;
        cx.pod_fact(id, |pod| What::PodTerminating { pod, limited });
    }
    let failed = !bound || !cx.cluster.node(node).alive;
    let ended = match phase {
        PodPhase::Succeeded | PodPhase::Failed => phase,
        PodPhase::Pending | PodPhase::Running | PodPhase::Unknown => {
            cx.pod_fact(id, |pod| What::PodStopped { pod, failed });
            if failed { PodPhase::Failed } else { PodPhase::Succeeded }
        }
    };
    cx.change_pod(id, |pod| {
        pod.terminating = true;
        pod.phase = ended;
        pod.ready_since = None;
        pod.serving = false;
        pod.epoch += 1;
    });
}

/// The API server was asked to delete a pod; it counts for its owner.
pub(in crate::world) fn count_deletion(id: PodId, cx: &mut Cx<'_>) {
    let Pod { owner, creator, .. } = *cx.cluster.pod(id);
    cx.tracker(owner.unwrap_or(creator)).pods.deleted += 1;
}

impl Cx<'_> {
    /// Changes a pod, keeps the record's counts of pods and of serving nodes, and lets those who
    /// watch know if there is anything to see.
    pub(in crate::world) fn change_pod(&mut self, id: PodId, change: impl FnOnce(&mut Pod)) {
        let before = self.cluster.pod(id).footprint();
        change(&mut self.cluster.pods[id]);
        let after = self.cluster.pod(id).footprint();
        let well = |seen: &CachedPod| (seen.terminating, seen.ready_since.is_some());
        if well(&before.cached) != well(&after.cached) {
            let ails = well(&after.cached) != (false, true);
            self.cluster.pods[id].ailing_since = ails.then_some(self.now);
        }
        let Pod { node, fact, creator, .. } = *self.cluster.pod(id);
        count_pod::<false>(&before, self);
        count_pod::<true>(&after, self);
        let keeper = after.cached.owner.unwrap_or(creator);
        if before.serving != after.serving {
            track_serving(keeper, node, self);
        }
        if before.cached.runs() != after.cached.runs() {
            track_running(keeper, node, self);
        }
        if before.cached != after.cached {
            let event = Event::SeePod { pod: id, seen: after.cached };
            let arrival = arrival(Resource::Pods, DrawFor::Node(node), self);
            self.because(fact).at(arrival, event);
            pod_changed(id, before.cached, after.cached, self);
            release(creator, before.cached, after.cached, self);
        }
        after_pod_change(id, self);
    }
}

/// Counts a pod for its owner, or takes it off the count.
pub(in crate::world) fn count_pod<const ADD: bool>(footprint: &PodFootprint, cx: &mut Cx<'_>) {
    let CachedPod { owner: Some(owner), hash, .. } = footprint.cached else { return };
    let step = |count: &mut u32, by: u32| *count = if ADD { *count + by } else { *count - by };
    let counts = &mut cx.tracker(owner).pods;
    step(&mut counts.existing, footprint.counts.existing);
    step(&mut counts.starting, footprint.counts.starting);
    step(&mut counts.terminating, footprint.counts.terminating);
    step(cx.cluster.live_hashes.entry((owner, hash)).or_default(), footprint.counts.existing);
}

/// A pod gives up its place on its node.
pub(in crate::world) fn vacate(id: PodId, cx: &mut Cx<'_>) {
    let Pod { placed, node, spec, fact, .. } = *cx.cluster.pod(id);
    if placed {
        cx.cluster.pods[id].placed = false;
        cx.cluster.nodes[node].capacity.usage.remove(&cx.cluster.specs[spec].needs);
        publish_room(node, Freed::Pod(spec), &mut cx.because(fact));
    }
}

/// What a change of a pod means for the room of its node, its kubelet and the scheduler: one that
/// is gone or has ended takes nothing any more, and one that is gone waits for nothing.
fn after_pod_change(id: PodId, cx: &mut Cx<'_>) {
    let Pod { placed, exists, phase, bound, nominated, node, spec, fact, .. } = *cx.cluster.pod(id);
    if placed && (!exists || phase.is_terminal()) {
        vacate(id, cx);
    }
    if !exists {
        cx.api.gone.push(id);
    }
    if !exists && !bound && nominated {
        // The room that was made for it is anybody's.
        publish_room(node, Freed::Pod(spec), &mut cx.because(fact));
    }
}

/// All background pods have left a node for good.
pub(in crate::world) fn all_background_left(node: NodeId, cx: &mut Cx<'_>) {
    cx.cluster.nodes[node].capacity.all_background_left();
    let groups = cx.cluster.node(node).capacity.background.len();
    for (group, _) in (0..).zip(0..groups) {
        publish_room(node, Freed::Background { group }, cx);
    }
}

/// A pod changed: what its node, or who looks after nodes, makes of it.
fn pod_changed(id: PodId, before: CachedPod, after: CachedPod, cx: &mut Cx<'_>) {
    let pod = cx.cluster.pod(id);
    let (node, fact) = (pod.node, pod.fact);
    if before.ready_since.is_none()
        && after.ready_since.is_some()
        && !cx.cluster.node(node).startup_taints.is_empty()
        && let Some(owner) = after.owner
    {
        let now = cx.now;
        cx.because(fact).plan_node(node, NodeStep::DaemonReady(owner), now);
    }
    if !cx.settings.node_lifecycle {
        return;
    }
    if after.bound && !before.bound && cx.cluster.drives_pods_away(node) {
        let at = cx.now + watch_lag(node, cx);
        cx.because(fact).plan_node(node, NodeStep::Look, at);
    }
    if after.terminating && !before.terminating {
        sweep_if_out_of_service(node, &mut cx.because(fact));
    }
}

/// The next loop removes the terminating pods of a node that was given up, if there are any.
pub(in crate::world) fn sweep_if_out_of_service(id: NodeId, cx: &mut Cx<'_>) {
    let given_up = cx.cluster.node(id).conditions.health != NodeHealth::Ready;
    if given_up && cx.cluster.is_out_of_service(id) {
        let at = cx.settings.pod_gc.swept_at(cx.now);
        cx.plan_node(id, NodeStep::Sweep, at);
    }
}

pub(in crate::world) fn set_owner(id: PodId, owner: Option<DaemonSetId>, cx: &mut Cx<'_>) {
    if !cx.cluster.pod(id).exists {
        return;
    }
    let has_owner = owner.is_some();
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::PodOwnerChanged {
        pod: names.intern(&cx.cluster.pod_name(id)),
        owned: has_owner,
        daemon_set: owner.map(|owner| names.intern(&cx.cluster.daemon_sets[owner].key)),
    });
    cx.cluster.pods[id].fact = Some(fact);
    let (node, before) = (cx.cluster.pod(id).node, cx.cluster.pod(id).owner);
    cx.change_pod(id, |pod| pod.owner = owner);
    let creator = cx.cluster.pod(id).creator;
    for daemon_set in [before.unwrap_or(creator), owner.unwrap_or(creator)] {
        track_serving(daemon_set, node, cx);
        track_running(daemon_set, node, cx);
    }
}
