//! A cluster taken over as a snapshot shows it: truth, caches and record begin with what is there.

mod motion;
mod shown;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::api::well_known::{
    FINALIZER_FOREGROUND, FINALIZER_ORPHAN, LABEL_CONTROLLER_REVISION_HASH,
    LABEL_POD_TEMPLATE_GENERATION,
};
use crate::api::{
    self, Condition, DaemonSet, DaemonSetSpec, Labels, ObjectMeta, PodPhase, PodTemplate, Pressure,
    Snapshot,
};
use crate::control::NodeId;
use crate::control::node_lifecycle::{NodeConditions, NodeHealth};
use crate::record::{NodeTruth, OLD_AFTER, RolloutStatus, StatusCounts};
use crate::scenario::{Cascade, NodeSpec};
use crate::time::{SimDuration, SimTime};
use crate::world::actors::Actors;
use crate::world::api_server::{count_pod, new_daemon_set};
use crate::world::cluster::{Cluster, DaemonSetObject, Pod, RevisionObject, needs_of_background};
use crate::world::controller::Controller;
use crate::world::cx::Cx;
use crate::world::ids::{DaemonSetId, SpecId};
use crate::world::nodes::Nodes;
use crate::world::track::{record_status, track_all_nodes, track_running};

pub(super) use motion::set_in_motion;
use shown::shown;
pub(super) use trouble::troubles;

/// What pods of a snapshot were made from, by what their labels say of it: hash, generation and the
/// rest.
type Origins = BTreeMap<(DaemonSetId, Arc<str>, Arc<str>, Labels), SpecId>;

/// Takes over the objects of a snapshot; its nodes are there already.
pub(super) fn import_snapshot(snapshot: &Snapshot, actors: &mut Actors, cx: &mut Cx<'_>) {
    for node in &snapshot.nodes {
        import_node(node, actors, cx);
    }
    let owners: Vec<(&DaemonSet, DaemonSetId)> = (snapshot.daemon_sets.iter())
        .map(|it| (&it.daemon_set, import_daemon_set(&it.daemon_set, &mut actors.controller, cx)))
        .collect();
    for revision in &snapshot.revisions {
        let owner = Claim::of(&revision.metadata, &owners);
        import_revision(revision, owner, cx.cluster);
    }
    let mut origins = Origins::new();
    for pod in &snapshot.pods {
        let claim = Claim::of(&pod.metadata, &owners);
        import_pod(pod, claim, &mut origins, actors, cx);
    }
    let old_nodes: BTreeSet<NodeId> = (snapshot.nodes.iter())
        .filter(|node| is_old(&node.metadata, cx.now))
        .filter_map(|node| cx.cluster.node_called(&node.metadata.name))
        .collect();
    for (written, id) in owners {
        let none = BTreeSet::new();
        let had_pods = if is_old(&written.metadata, cx.now) { &old_nodes } else { &none };
        begin_record(id, had_pods, &mut actors.controller, cx);
    }
}

/// Whether an object has been there for so long that its pods came long ago.
fn is_old(metadata: &ObjectMeta, now: SimTime) -> bool {
    metadata.creation_timestamp.is_some_and(|at| now.since(at) >= OLD_AFTER)
}

fn import_node(node: &api::Node, actors: &mut Actors, cx: &mut Cx<'_>) {
    let Some(id) = cx.cluster.node_called(&node.metadata.name) else { return };
    let status = |kind: &str| {
        let conditions = &node.status.conditions;
        let condition = conditions.iter().find(|condition| condition.kind == kind);
        condition.map(|condition| condition.status.as_str())
    };
    let health = match status("Ready") {
        Some("True") | None => NodeHealth::Ready,
        Some("Unknown") => NodeHealth::Unknown,
        Some(_) => NodeHealth::NotReady,
    };
    let presses = |pressure: &Pressure| status(pressure.condition()) == Some("True");
    let ready = node.status.conditions.iter().find(|condition| condition.kind == "Ready");
    cx.cluster.nodes[id].health_since = ready.and_then(|it| it.last_transition_time);
    if let Some(created) = node.metadata.creation_timestamp {
        cx.cluster.nodes[id].created = created;
    }
    cx.cluster.nodes[id].conditions = NodeConditions {
        health,
        pressures: Pressure::ALL.into_iter().filter(presses).collect(),
        is_network_unavailable: status("NetworkUnavailable") == Some("True"),
        unschedulable: node.spec.unschedulable,
    };
    actors.nodes.import_health(id, health, cx);
    actors.nodes.kubelets.import_pressure(id, Pressure::ALL.map(|it| presses(&it)));
    actors.nodes.lifecycle.count(id, cx.cluster);
    actors.scheduler.list_node(id, cx.cluster);
}

fn import_daemon_set(
    written: &DaemonSet,
    controller: &mut Controller,
    cx: &mut Cx<'_>,
) -> DaemonSetId {
    let id = new_daemon_set(written, cx);
    let object = &mut cx.cluster.daemon_sets[id];
    // Without the annotation, no label of a pod can equal it.
    cx.cluster.specs[object.spec].template_generation = written.template_generation();
    let status = &written.status;
    object.status = StatusCounts {
        desired: status.desired_number_scheduled,
        current: status.current_number_scheduled,
        misscheduled: status.number_misscheduled,
        ready: status.number_ready,
        updated: status.updated_number_scheduled,
        available: status.number_available,
        unavailable: status.number_unavailable,
    };
    object.observed_generation = status.observed_generation;
    let finalizers = &written.metadata.finalizers;
    let has = |finalizer: &str| finalizers.iter().any(|it| it == finalizer);
    let cascade = match finalizers.is_empty() {
        _ if has(FINALIZER_ORPHAN) => Cascade::Orphan,
        false if !has(FINALIZER_FOREGROUND) => Cascade::Background,
        true | false => Cascade::Foreground,
    };
    object.created = written.metadata.creation_timestamp.unwrap_or(object.created);
    let age = cx.now.since(object.created);
    object.deleting = written.metadata.is_terminating().then_some(cascade);
    object.deleted = written.metadata.deletion_timestamp;
    object.kept_by = written.metadata.keeping().map(str::to_owned).collect();
    cx.tracker(id).set_age_at_start(age);
    controller.list_daemon_set(id, cx.cluster);
    id
}

fn import_revision(revision: &api::ControllerRevision, claim: Claim, cluster: &mut Cluster) {
    if claim == Claim::Foreign {
        return;
    }
    // What this version cannot read is at least another template than all others.
    let template = revision.pod_template().unwrap_or_else(|_| PodTemplate {
        canonical: revision.canonical_template.clone(),
        ..PodTemplate::default()
    });
    let metadata = &revision.metadata;
    let mut labels = metadata.labels.clone();
    // A revision without the label gets its own name as hash.
    let hash = labels
        .remove(LABEL_CONTROLLER_REVISION_HASH)
        .unwrap_or_else(|| metadata.name.as_str().into());
    let revision = RevisionObject {
        namespace: metadata.namespace.clone(),
        owner: claim.owner(),
        name: metadata.name.clone(),
        created: metadata.creation_timestamp.unwrap_or_default(),
        annotations: metadata.annotations.clone(),
        labels,
        hash: cluster.hash_id(&hash),
        number: revision.revision,
        template: cluster.template_id(&template),
    };
    cluster.revisions.push(revision);
}

fn import_pod(
    found: &api::Pod,
    claim: Claim,
    origins: &mut Origins,
    actors: &mut Actors,
    cx: &mut Cx<'_>,
) {
    let Some(creator) = claim.owner().or_else(|| selecting(claim, found, cx.cluster)) else {
        import_background(found, cx.cluster);
        return;
    };
    let node = node_called(found.target_node().unwrap_or_default(), &mut actors.nodes, cx);
    let spec = origin(creator, found, origins, cx);
    let ready = found.ready_condition().filter(|condition| condition.is_true());
    let terminating = found.metadata.is_terminating();
    let hash = found.metadata.labels.get(LABEL_CONTROLLER_REVISION_HASH).unwrap_or_default();
    let cluster = &mut *cx.cluster;
    let pod = Pod {
        given_name: Some(found.metadata.name.as_str().into()),
        creator,
        owner: claim.owner(),
        node,
        targeted: found.target_node().is_some(),
        spec,
        hash: cluster.hash_id(hash),
        created: found.metadata.creation_timestamp.unwrap_or(SimTime::ZERO),
        exists: true,
        bound: found.spec.node_name.is_some(),
        placed: false,
        nominated: false,
        base_schedule_delay: SimDuration::ZERO,
        scheduling_cycle: SimDuration::ZERO,
        phase: found.status.phase,
        ready_since: ready.map(since),
        terminating,
        ailing_since: ailing_since(found),
        has_finalizers: found.metadata.is_kept(),
        awaits_readiness_gate: ready.is_none() && found.awaits_readiness_gate(),
        serving: ready.is_some() && !terminating && cluster.node(node).runs_pods(),
        held: false,
        broken: None,
        hung: None,
        epoch: 0,
        attempt: cluster.next_attempt(creator, node, spec),
        fact: None,
    };
    if pod.phase == PodPhase::Running {
        let images = cluster.specs[spec].images.clone();
        cluster.nodes[node].images.extend(images);
    }
    let (footprint, cached) = (pod.footprint(), pod.cached());
    let id = cluster.pods.push(pod);
    if found.metadata.is_kept() {
        let finalizers = found.metadata.keeping().map(str::to_owned).collect();
        cluster.finalizers.insert(id, finalizers);
    }
    cluster.shown.insert(id, shown(found, cx.now));
    cluster.nodes[node].pods.push(id);
    count_pod::<true>(&footprint, cx);
    if found.is_placed() {
        cx.cluster.occupy(id);
    }
    actors.controller.list_pod(id, cached, cx);
    track_running(cached.owner.unwrap_or(creator), node, cx);
}

/// Since when a pod is not Ready, or was asked to terminate.
fn ailing_since(pod: &api::Pod) -> Option<SimTime> {
    let unready = pod.ready_condition().filter(|condition| !condition.is_true());
    let turned = unready.and_then(|condition| condition.last_transition_time);
    pod.metadata.deletion_timestamp.or(turned)
}

/// A pod that no DaemonSet has to do with takes its part of its node.
fn import_background(pod: &api::Pod, cluster: &mut Cluster) {
    let node = pod.spec.node_name.as_ref().and_then(|name| cluster.node_called(name));
    if let Some(node) = node.filter(|_| pod.is_placed()) {
        let needs = needs_of_background(&pod.spec, &cluster.priority_classes);
        cluster.nodes[node].capacity.add_background(&needs, 1);
    }
}

/// The DaemonSet that selects a pod without a controller, so that the pod matters.
fn selecting(claim: Claim, pod: &api::Pod, cluster: &Cluster) -> Option<DaemonSetId> {
    let selects = |&id: &DaemonSetId| {
        let namespace = &cluster.daemon_sets[id].name.namespace;
        let selector = &cluster.spec_of(id).written.selector;
        *namespace == pod.metadata.namespace && selector.matches(&pod.metadata.labels)
    };
    (claim == Claim::Orphan).then(|| cluster.daemon_set_ids().find(selects)).flatten()
}

/// The node of a name; one that is gone, if there is none.
fn node_called(name: &str, nodes: &mut Nodes, cx: &mut Cx<'_>) -> NodeId {
    if let Some(id) = cx.cluster.node_called(name) {
        return id;
    }
    let id = nodes.register(&NodeSpec::named(name), cx);
    cx.cluster.nodes[id].exists = false;
    cx.cluster.nodes[id].alive = false;
    id
}

/// What a pod was made from, as far as its labels tell.
fn origin(creator: DaemonSetId, pod: &api::Pod, origins: &mut Origins, cx: &mut Cx<'_>) -> SpecId {
    let cluster = &mut *cx.cluster;
    let mut labels = pod.metadata.labels.clone();
    let hash = labels.remove(LABEL_CONTROLLER_REVISION_HASH).unwrap_or_default();
    let generation = labels.remove(LABEL_POD_TEMPLATE_GENERATION).unwrap_or_default();
    let key = (creator, hash, generation, labels);
    if let Some(&spec) = origins.get(&key) {
        return spec;
    }
    let (_, hash, generation, labels) = &key;
    // The label is compared as text: `07` is not generation 7.
    let number: Option<i64> = generation.parse().ok();
    let number = number.filter(|number| *number.to_string() == **generation);
    let template = PodTemplate {
        labels: labels.clone(),
        ..template_of(creator, hash, number, cluster).unwrap_or_else(|| PodTemplate {
            canonical: format!("unknown {hash} {generation}"),
            ..cluster.spec_of(creator).written.template.clone()
        })
    };
    let spec = DaemonSetSpec { template, ..cluster.spec_of(creator).written.clone() };
    let spec = cluster.new_spec(spec, 0, number, cx.settings.version);
    origins.insert(key, spec);
    spec
}

/// The template of the revision with a hash, or else the present one if the generation is.
fn template_of(
    creator: DaemonSetId,
    hash: &str,
    generation: Option<i64>,
    cluster: &Cluster,
) -> Option<PodTemplate> {
    let namespace = &cluster.daemon_sets[creator].name.namespace;
    let mut revisions = cluster.revisions.iter().filter(|r| r.namespace == *namespace);
    let revision = revisions.find(|r| cluster.hashes[r.hash] == hash);
    let current = cluster.spec_of(creator);
    let is_current = generation.is_some() && generation == current.template_generation;
    let present = || is_current.then(|| current.written.template.clone());
    revision.map(|r| cluster.templates[r.template].clone()).or_else(present)
}

/// The record of a DaemonSet begins; a rollout that is under way is one of the run's.
fn begin_record(
    id: DaemonSetId,
    had_pods: &BTreeSet<NodeId>,
    controller: &mut Controller,
    cx: &mut Cx<'_>,
) {
    track_all_nodes(id, cx);
    for node in cx.cluster.nodes.ids() {
        controller.touch(id, node);
        remember_loss(id, node, had_pods.contains(&node), cx);
    }
    let DaemonSetObject { status, observed_generation, .. } = cx.cluster.daemon_sets[id];
    let generation = cx.cluster.spec_of(id).generation;
    if status.rollout_status(generation, observed_generation) != RolloutStatus::Complete {
        let at = cx.elapsed();
        cx.tracker(id).rollout_started(at, generation, "under way in the snapshot");
    }
    record_status(id, status, None, cx);
}

/// A node whose pod ran, or that had one for long, and where none serves, lost it before the run
/// began.
fn remember_loss(id: DaemonSetId, node: NodeId, had_pods: bool, cx: &mut Cx<'_>) {
    let ran = |pod: &Pod| pod.owner == Some(id) && pod.phase == PodPhase::Running;
    let ran = cx.cluster.pods_on(node).any(|pod| ran(cx.cluster.pod(pod)));
    let truth = cx.tracker(id).node(node.index());
    if (ran || had_pods) && truth.wanted && !truth.serving {
        let before = NodeTruth { serving: true, ..truth };
        for truth in [before, truth] {
            cx.record.set_node(cx.now, id.0 as usize, node.index(), truth);
        }
    }
}

/// Whom an object of a snapshot belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    /// A DaemonSet of the snapshot controls it.
    Owned(DaemonSetId),
    /// Nobody controls it.
    Orphan,
    /// Something else controls it.
    Foreign,
}

impl Claim {
    /// As upstream, only the UID tells; in snapshots written by hand, where it may be missing, the
    /// name.
    fn of(metadata: &api::ObjectMeta, daemon_sets: &[(&DaemonSet, DaemonSetId)]) -> Self {
        let Some(owner) = metadata.controller_ref() else { return Self::Orphan };
        let is_owner = |(daemon_set, _): &&(&DaemonSet, DaemonSetId)| {
            let other = &daemon_set.metadata;
            let same =
                other.uid == owner.uid && (!other.uid.is_empty() || other.name == owner.name);
            same && other.namespace == metadata.namespace
        };
        daemon_sets.iter().find(is_owner).map_or(Self::Foreign, |&(_, id)| Self::Owned(id))
    }

    fn owner(self) -> Option<DaemonSetId> {
        match self {
            Self::Owned(id) => Some(id),
            Self::Orphan | Self::Foreign => None,
        }
    }
}

/// Since when a condition holds. One that does not say it never holds for long enough.
fn since(condition: &Condition) -> SimTime {
    condition.last_transition_time.unwrap_or(SimTime::MAX)
}

#[cfg(test)]
mod tests;
