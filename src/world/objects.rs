//! The objects of the cluster as they truly are.

use crate::api::{DaemonSetSpec, Labels, PodPhase, PodTemplate, Taint};
use crate::control::daemonset::{Budget, OrderKey, Rules};
use crate::control::node_lifecycle::NodeConditions;
use crate::control::scheduler::PodNeeds;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, StatusCounts};
use crate::scenario::{Cascade, DaemonSetRef, PoolId, StartupTaint};
use crate::time::{SimDuration, SimTime};
use crate::world::ids::{DaemonSetId, HashId, ImageId, SpecId, TemplateId, VersionId};
use crate::world::room::Room;

/// A machine and its Node object.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) name_hash: u64,
    pub(super) pool: Option<PoolId>,
    /// Its place in the picking order.
    pub(super) order: OrderKey,
    /// Whether the Node object exists.
    pub(super) exists: bool,
    /// Its labels and taints.
    pub(super) version: VersionId,
    /// Whether the machine runs.
    pub(super) alive: bool,
    /// Its conditions as the API server has them, and whether it is cordoned.
    pub(super) conditions: NodeConditions,
    /// Whether it is shutting down gracefully: its kubelet takes no pod.
    pub(super) shutting_down: bool,
    /// Rises with each failure, recovery, deletion and registration, so that what was planned
    /// before is void.
    pub(super) epoch: u32,
    /// Pods bound or pinned to it that exist.
    pub(super) pods: Vec<PodId>,
    /// Images that were pulled.
    pub(super) images: Vec<ImageId>,
    /// How often its luck was asked about requests and watches.
    pub(super) api_draws: u32,
    /// Taints that a daemon takes off when it is ready.
    pub(super) startup_taints: Vec<StartupTaint>,
    /// What it has for pods, and what is taken.
    pub(super) room: Room,
    /// How often its luck was asked about the scheduler's requests and watches.
    pub(super) scheduler_draws: u32,
}

/// Labels and taints of a node, from one change to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NodeVersion {
    pub(super) labels: Labels,
    pub(super) taints: Vec<Taint>,
}

/// A pod object.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the object, or its truth")]
pub(super) struct Pod {
    pub(super) name: String,
    /// The DaemonSet that created it.
    pub(super) creator: DaemonSetId,
    /// The DaemonSet that controls it, as its owner reference says.
    pub(super) owner: Option<DaemonSetId>,
    pub(super) node: NodeId,
    /// It is bound or pinned to a node; the controller passes over any other.
    pub(super) targeted: bool,
    pub(super) spec: SpecId,
    pub(super) hash: HashId,
    /// Whole seconds.
    pub(super) created: SimTime,
    pub(super) exists: bool,
    pub(super) bound: bool,
    /// It counts in the books of its node: it is bound to it, or about to be.
    pub(super) placed: bool,
    /// Whether others were asked to leave its node for it: the room that this makes is its.
    ///
    /// Source: `status.nominatedNodeName`.
    pub(super) nominated: bool,
    /// How long it takes to bind it if nothing keeps the scheduler from it.
    pub(super) unhindered: SimDuration,
    pub(super) phase: PodPhase,
    /// Whole seconds.
    pub(super) ready_since: Option<SimTime>,
    pub(super) terminating: bool,
    /// Its containers run and its probes pass, whether or not anybody knows.
    pub(super) serving: bool,
    /// What keeps it from running well, and since when.
    pub(super) broken: Option<Broken>,
    /// Rises when what was planned for it is void.
    pub(super) epoch: u32,
    /// Which attempt to run this template on this node it is; names its random numbers.
    pub(super) attempt: u64,
    /// The latest fact about it.
    pub(super) fact: Option<FactId>,
}

/// A container that does not get on, and retries by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Broken {
    pub(super) fault: crate::scenario::ImageFault,
    pub(super) since: SimTime,
}

/// A DaemonSet object.
#[derive(Clone, Debug)]
pub(super) struct DaemonSetObject {
    pub(super) name: DaemonSetRef,
    /// `namespace/name`.
    pub(super) key: String,
    pub(super) exists: bool,
    pub(super) deleting: Option<Cascade>,
    pub(super) spec: SpecId,
    pub(super) observed_generation: i64,
    pub(super) status: StatusCounts,
    /// `status.collisionCount`, part of the hash of new revisions.
    pub(super) collision_count: Option<u32>,
    /// How often its luck was asked about requests and watches.
    pub(super) api_draws: u32,
}

/// A DaemonSet's spec, from one change to the next, and what follows from it.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) written: DaemonSetSpec,
    pub(super) template: TemplateId,
    /// `metadata.generation`.
    pub(super) generation: i64,
    /// Annotation `deprecated.daemonset.template.generation`; for what pods found in a snapshot
    /// were made from, their label `pod-template-generation`.
    pub(super) template_generation: Option<i64>,
    pub(super) rules: Rules,
    /// Every image of the template, in the order in which they are pulled.
    pub(super) images: Vec<ImageId>,
    /// The longest `initialDelaySeconds` of a readiness probe, if there is one.
    pub(super) readiness_delay: Option<SimDuration>,
    pub(super) grace_period: SimDuration,
    /// What a pod of it asks of its node.
    pub(super) needs: PodNeeds,
    /// Whether no container asks for or is limited in anything.
    pub(super) best_effort: bool,
}

impl Spec {
    /// How many nodes an update may disturb, of `desired`.
    pub(super) fn budget(&self, desired: u32) -> Budget {
        Budget::of(self.written.update_strategy, desired)
    }

    pub(super) fn is_on_delete(&self) -> bool {
        self.written.update_strategy.is_on_delete()
    }

    /// Column NODE SELECTOR of `kubectl get ds`.
    pub(super) fn node_selector_column(&self) -> String {
        let selector = &self.written.template.spec.node_selector;
        let pairs: Vec<String> =
            selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
        if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
    }
}

/// The longest initial delay among the readiness probes of a template, if it has any.
pub(super) fn readiness_delay(template: &PodTemplate) -> Option<SimDuration> {
    let probes = template.spec.containers.iter().filter_map(|c| c.readiness_probe.as_ref());
    probes.map(|probe| probe.initial_delay).max()
}

/// A ControllerRevision.
#[derive(Clone, Debug)]
pub(super) struct RevisionObject {
    pub(super) namespace: String,
    pub(super) owner: Option<DaemonSetId>,
    pub(super) name: String,
    /// Its own labels, the hash aside.
    pub(super) labels: Labels,
    pub(super) hash: HashId,
    pub(super) number: i64,
    pub(super) template: TemplateId,
}
