//! A cluster taken over as a snapshot shows it: truth, caches and record begin with what is there.

use std::collections::BTreeMap;

use crate::api::{
    self, Condition, DaemonSet, DaemonSetSpec, Labels, PodPhase, PodTemplate, Snapshot,
};
use crate::control::node_lifecycle::{NodeConditions, NodeHealth, Pressure};
use crate::control::{NodeId, PodId};
use crate::record::{FactId, NodeTruth, StatusCounts, What};
use crate::scenario::{Cascade, NodeSpec};
use crate::time::{SimDuration, SimTime};
use crate::world::event::NodeStep;
use crate::world::objects::{DaemonSetId, Pod, RevisionObject, SpecId};
use crate::world::room::needs_of_other;
use crate::world::state::{Agenda, World};

/// The label of pods and revisions that tells the revision.
const HASH_LABEL: &str = "controller-revision-hash";
/// The label of pods that tells the template generation.
const GENERATION_LABEL: &str = "pod-template-generation";

/// A pod that has been running for longer than this and is not Ready stays so.
const HOPELESS_AFTER: SimDuration = SimDuration::from_secs(10 * 60);

/// What pods of a snapshot were made from, by what their labels say of it: hash, generation and
/// the rest.
type Origins = BTreeMap<(DaemonSetId, String, String, Labels), SpecId>;

impl World {
    /// Takes over the objects of a snapshot; its nodes are there already.
    pub(super) fn take_over(&mut self, snapshot: &Snapshot) {
        for node in &snapshot.nodes {
            self.take_over_node(node);
        }
        let owners: Vec<(&DaemonSet, DaemonSetId)> = (snapshot.daemon_sets.iter())
            .map(|loaded| (&loaded.daemon_set, self.take_over_daemon_set(&loaded.daemon_set)))
            .collect();
        for revision in &snapshot.revisions {
            let owner = Claim::of(&revision.metadata, &owners);
            self.take_over_revision(revision, owner);
        }
        let mut origins = Origins::new();
        for pod in &snapshot.pods {
            let claim = Claim::of(&pod.metadata, &owners);
            self.take_over_pod(pod, claim, &mut origins);
        }
        for (_, id) in owners {
            self.begin_record(id);
        }
    }

    fn take_over_node(&mut self, node: &api::Node) {
        let id = self.node_ids[&node.metadata.name];
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
        let object = &mut self.nodes[id.index()];
        object.alive = health != NodeHealth::Unknown;
        object.conditions = NodeConditions {
            health,
            pressures: Pressure::ALL.into_iter().filter(presses).collect(),
            is_network_unavailable: status("NetworkUnavailable") == Some("True"),
            unschedulable: node.spec.unschedulable,
        };
        self.kubelets.pressed(id).by = Pressure::ALL.map(|it| presses(&it));
        self.count_in_zone(id);
        self.show_scheduler(id);
    }

    fn take_over_daemon_set(&mut self, written: &DaemonSet) -> DaemonSetId {
        let id = self.new_daemon_set(written, self.start);
        let object = &mut self.daemon_sets[id.index()];
        // Without the annotation, no label of a pod can equal it.
        self.specs[object.spec.index()].template_generation = written.template_generation();
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
        object.deleting = written.metadata.is_terminating().then_some(Cascade::Foreground);
        self.controller.meet(id).seen = self.seen_daemon_set(id);
        id
    }

    fn take_over_revision(&mut self, revision: &api::ControllerRevision, claim: Claim) {
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
        let hash = labels.remove(HASH_LABEL).unwrap_or_else(|| metadata.name.clone());
        let revision = RevisionObject {
            namespace: metadata.namespace.clone(),
            owner: claim.owner(),
            name: metadata.name.clone(),
            labels,
            hash: self.hash_id(&hash),
            number: revision.revision,
            template: self.template_id(&template),
        };
        self.revisions.push(revision);
    }

    fn take_over_pod(&mut self, found: &api::Pod, claim: Claim, origins: &mut Origins) {
        let Some(creator) = claim.owner().or_else(|| self.selecting(claim, found)) else {
            self.take_over_other(found);
            return;
        };
        let node = self.node_called(found.target_node().unwrap_or_default());
        let spec = self.origin(creator, found, origins);
        let ready = found.ready_condition().filter(|condition| condition.is_true());
        let terminating = found.metadata.is_terminating();
        let hash = found.metadata.labels.get(HASH_LABEL).unwrap_or_default();
        let id = PodId(u32::try_from(self.pods.len()).expect("fewer than 2^32 pods in a run"));
        let pod = Pod {
            name: found.metadata.name.clone(),
            creator,
            owner: claim.owner(),
            node,
            targeted: found.target_node().is_some(),
            spec,
            hash: self.hash_id(hash),
            created: found.metadata.creation_timestamp.unwrap_or(SimTime::ZERO),
            exists: true,
            bound: found.spec.node_name.is_some(),
            placed: false,
            nominated: false,
            unhindered: SimDuration::ZERO,
            phase: found.status.phase,
            ready_since: ready.map(since),
            terminating,
            serving: ready.is_some() && !terminating && self.node(node).alive,
            broken: None,
            epoch: 0,
            attempt: self.next_attempt(creator, node, spec),
            fact: None,
        };
        if pod.phase == PodPhase::Running {
            let images = self.specs[spec.index()].images.clone();
            self.nodes[node.index()].images.extend(images);
        }
        self.nodes[node.index()].pods.push(id);
        self.count_pod::<true>(&pod.shown());
        self.controller.see_pod(id, pod.seen());
        self.pods.push(pod);
        if found.is_placed() {
            self.occupy(id);
        }
        match claim.owner() {
            Some(owner) if self.selects(owner, id) => self.seat(owner, id),
            Some(owner) => self.controller.daemon_sets[owner.index()].strays.push(id),
            None => {
                self.controller.orphans.insert(id);
            }
        }
    }

    /// A pod that no DaemonSet has to do with takes its part of its node.
    fn take_over_other(&mut self, pod: &api::Pod) {
        let node = pod.spec.node_name.as_ref().and_then(|name| self.node_ids.get(name));
        if let Some(&node) = node.filter(|_| pod.is_placed()) {
            let room = &mut self.nodes[node.index()].room;
            room.add_others(&needs_of_other(&pod.spec), 1);
        }
    }

    /// The DaemonSet that selects a pod without a controller, so that the pod matters.
    fn selecting(&self, claim: Claim, pod: &api::Pod) -> Option<DaemonSetId> {
        let selects = |&id: &DaemonSetId| {
            let namespace = &self.daemon_sets[id.index()].name.namespace;
            let selector = &self.spec_of(id).written.selector;
            *namespace == pod.metadata.namespace && selector.matches(&pod.metadata.labels)
        };
        (claim == Claim::Orphan).then(|| self.daemon_set_ids().find(selects)).flatten()
    }

    /// The node of a name; one that is gone, if there is none.
    fn node_called(&mut self, name: &str) -> NodeId {
        if let Some(&id) = self.node_ids.get(name) {
            return id;
        }
        let id = self.new_node(&NodeSpec::named(name));
        self.count_in_zone(id);
        self.nodes[id.index()].exists = false;
        self.nodes[id.index()].alive = false;
        id
    }

    /// What a pod was made from, as far as its labels tell.
    fn origin(&mut self, creator: DaemonSetId, pod: &api::Pod, origins: &mut Origins) -> SpecId {
        let mut labels = pod.metadata.labels.clone();
        let hash = labels.remove(HASH_LABEL).unwrap_or_default();
        let generation = labels.remove(GENERATION_LABEL).unwrap_or_default();
        let key = (creator, hash, generation, labels);
        if let Some(&spec) = origins.get(&key) {
            return spec;
        }
        let (_, hash, generation, labels) = &key;
        // The label is compared as text: `07` is not generation 7.
        let number: Option<i64> = generation.parse().ok();
        let number = number.filter(|number| number.to_string() == *generation);
        let template = PodTemplate {
            labels: labels.clone(),
            ..self.template_of(creator, hash, number).unwrap_or_else(|| PodTemplate {
                canonical: format!("unknown {hash} {generation}"),
                ..self.spec_of(creator).written.template.clone()
            })
        };
        let spec = DaemonSetSpec { template, ..self.spec_of(creator).written.clone() };
        let spec = self.new_spec(spec, 0, number);
        origins.insert(key, spec);
        spec
    }

    /// The template of the revision with a hash, or else the present one if the generation is.
    fn template_of(
        &self,
        creator: DaemonSetId,
        hash: &str,
        generation: Option<i64>,
    ) -> Option<PodTemplate> {
        let namespace = &self.daemon_sets[creator.index()].name.namespace;
        let mut revisions = self.revisions.iter().filter(|r| r.namespace == *namespace);
        let revision = revisions.find(|r| self.hashes[r.hash.0 as usize] == hash);
        let current = self.spec_of(creator);
        let is_current = generation.is_some() && generation == current.template_generation;
        let present = || is_current.then(|| current.written.template.clone());
        revision.map(|r| self.templates[r.template.0 as usize].clone()).or_else(present)
    }

    /// The record of a DaemonSet begins; a rollout that is under way is one of the run's.
    fn begin_record(&mut self, id: DaemonSetId) {
        let now = self.start;
        self.track_all_nodes(id, now);
        for index in 0..self.nodes.len() {
            let node = NodeId(u32::try_from(index).expect("fewer than 2^32 nodes"));
            self.controller.daemon_sets[id.index()].touch(node);
            self.remember_loss(id, node, now);
        }
        let status = self.daemon_sets[id.index()].status;
        let generation = self.spec_of(id).generation;
        let observed = self.daemon_sets[id.index()].observed_generation >= generation;
        let settled = status.updated >= status.desired && status.available >= status.desired;
        if !(observed && settled) {
            let at = self.recorder.elapsed(now);
            self.tracker(id).rollout_started(at, generation, "under way in the snapshot");
        }
        self.record_status(id, status, None, now);
    }

    /// A node whose pod ran and does not serve any more lost it before the run began.
    fn remember_loss(&mut self, id: DaemonSetId, node: NodeId, now: SimTime) {
        let ran = |pod: &Pod| pod.owner == Some(id) && pod.phase == PodPhase::Running;
        let ran = self.pods_on(node).any(|pod| ran(self.pod(pod)));
        let at = self.recorder.elapsed(now);
        let truth = self.tracker(id).node(node.index());
        if ran && truth.wanted && !truth.serving {
            let before = NodeTruth { serving: true, ..truth };
            self.tracker(id).set_node(at, node.index(), before);
            self.tracker(id).set_node(at, node.index(), truth);
        }
    }

    /// Lets everything that a snapshot caught in motion go on, and every DaemonSet be synced. All of
    /// it follows from one fact.
    pub(super) fn set_in_motion(&mut self, agenda: &mut Agenda) -> FactId {
        let now = self.start;
        let text = "go on from the snapshot";
        let cause =
            self.recorder.fact(now, None, |names| What::Scenario { text: names.intern(text) });
        for index in 0..self.pods.len() {
            self.pods[index].fact = Some(cause);
            self.set_pod_in_motion(PodId(u32::try_from(index).expect("few pods")), now, agenda);
        }
        for index in 0..self.nodes.len() {
            let node = &self.nodes[index];
            if !node.exists && !node.pods.is_empty() {
                let node = NodeId(u32::try_from(index).expect("fewer than 2^32 nodes"));
                let at = self.node_controllers.gc().collected_at(now);
                self.plan_node(node, NodeStep::Collect, at, Some(cause), agenda);
            } else if node.exists && node.conditions.health != NodeHealth::Ready {
                let node = NodeId(u32::try_from(index).expect("fewer than 2^32 nodes"));
                self.touch_node(node, Some(cause), now, agenda);
                self.sweep_if_out_of_service(node, Some(cause), now, agenda);
            }
        }
        for id in self.daemon_set_ids() {
            self.enqueue(id, Some(cause), now, agenda);
        }
        cause
    }

    fn set_pod_in_motion(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let Pod { bound, phase, terminating, ready_since, created, node, .. } = *self.pod(id);
        let is_young = now.since(created) < HOPELESS_AFTER;
        match phase {
            _ if terminating && bound => self.schedule_stop(id, now, agenda),
            _ if terminating => self.remove_pod(id, self.pod(id).fact, now, agenda),
            PodPhase::Pending if !bound => self.begin_pod(id, now, agenda),
            PodPhase::Pending if self.node(node).alive => self.kubelet_sees(id, now, agenda),
            PodPhase::Running if self.node(node).alive && ready_since.is_none() && is_young => {
                self.await_readiness(id, now, agenda);
            }
            PodPhase::Pending
            | PodPhase::Running
            | PodPhase::Succeeded
            | PodPhase::Failed
            | PodPhase::Unknown => {}
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
