//! A scenario as it is meant: every name resolved, every default applied, nothing contradictory.
//!
//! Only [`crate::scenario::read`] makes one, so whoever holds a [`Scenario`] need not check it.

use std::sync::Arc;

use crate::api::{
    DaemonSet, IntOrPercent, KubernetesVersion, Labels, PriorityClasses, Quantity, ResourceList,
    ResourceQuota, Snapshot, Taint, UpdateStrategy,
};
use crate::scenario::compare::Compare;
use crate::scenario::kubelet::Kubelet;
use crate::time::{SimDuration, SimTime};

pub use crate::scenario::control_plane::{
    ClientLimit, ControlPlane, NodeLifecycle, Scheduler, SyncTime,
};
pub use crate::scenario::latencies::{
    Latencies, LatencyOverride, LatencyScope, LatencySubject, Phase, PhaseDelays, SlowNodes,
};
pub use crate::scenario::node_change::NodeChange;
pub use crate::scenario::selection::{Among, NodeSelection, NodeTraits, Take};
pub use crate::scenario::start_nodes::StartNodes;
pub use crate::scenario::written::{Cascade, OutageKind, PickingOrder};

/// When a run begins unless a snapshot says so: 2026-01-01T00:00:00Z. A fixed date, so that the
/// timestamps of a run do not depend on the day it is made.
pub const START: SimTime = SimTime::from_secs(1_767_225_600);

/// How often Prometheus scrapes and evaluates unless the scenario says so: the default of
/// kube-prometheus.
pub const DEFAULT_ALERT_INTERVAL: SimDuration = SimDuration::from_secs(30);

/// Everything a run needs to know.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// For titles and for the folder of results.
    pub name: String,
    /// The version of Kubernetes whose rules apply.
    pub kubernetes: KubernetesVersion,
    /// Seeds every random number of the run.
    pub seed: u64,
    /// In which order the controller picks among nodes that are equally due. Upstream iterates over
    /// a Go map, which has no order; see [`crate::control`].
    pub order: PickingOrder,
    /// Groups of like nodes, and how further ones are made.
    pub pools: Vec<NodePool>,
    /// When the run starts; the timestamps of its objects count from there.
    pub start: SimTime,
    /// The nodes at the start, in the order of the scenario; those of a snapshot included.
    pub nodes: StartNodes,
    /// A cluster whose pods, DaemonSets and revisions are taken as they are.
    pub snapshot: Option<Box<Snapshot>>,
    /// Priority classes besides those that every cluster has.
    pub priority_classes: PriorityClasses,
    /// How many pods namespaces may have when the run starts.
    pub resource_quotas: Vec<ResourceQuota>,
    /// DaemonSets that run everywhere they should when the run starts; no two share namespace and
    /// name.
    pub daemon_sets: Vec<DaemonSet>,
    /// What requests to the API server and its watches take, and what limits them.
    pub control_plane: ControlPlane,
    pub kubelet: Kubelet,
    /// How long things take.
    pub latencies: Latencies,
    /// What happens, in the order of time, then of the scenario.
    pub events: Vec<TimedAction>,
    /// When the run ends.
    pub until: Until,
    /// How often Prometheus scrapes the status of DaemonSets and evaluates alerts.
    pub alert_interval: SimDuration,
    /// Groups of DaemonSets that stand for each other, each in the order of their names.
    pub covers: Vec<Vec<DaemonSetRef>>,
    pub expectations: Vec<Expectation>,
    /// What a comparison varies; nothing that a run looks at.
    pub compare: Compare,
}

/// Index of a pool in [`Scenario::pools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolId(pub usize);

/// A group of like nodes.
#[derive(Clone, Debug)]
pub struct NodePool {
    /// Its name, which is also the value of the node label `rollcast.dev/pool`.
    pub name: String,
    /// How a node is named: `{i}` stands for its number, from 1.
    pub node_name: String,
    /// Labels of every node, besides those that a real node has of itself.
    pub labels: Labels,
    /// Taints of every node.
    pub taints: Vec<Taint>,
    /// Taints that nodes have when they join, until a daemon takes them off.
    pub startup_taints: Vec<StartupTaint>,
    /// Zones that the nodes are spread over in turn; may be empty.
    pub zones: Vec<String>,
    /// What pods may request on a node.
    pub allocatable: Arc<Resources>,
    /// Pods of others that run on a node already.
    pub other_pods: Arc<OtherPods>,
    /// How many nodes of the pool there are at the start: the next one that joins has this
    /// number plus one.
    pub count: u32,
}

/// A taint that a node has when it joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartupTaint {
    pub taint: Taint,
    /// The DaemonSet that takes it off when its pod on the node is Ready.
    pub removed_by: DaemonSetRef,
}

/// The most nodes at the start, and the most that may join: what fits into memory.
pub const MOST_NODES: u32 = 2_000_000;

/// One node at the start of the run, with the labels that a kubelet gives it.
#[derive(Clone, Debug)]
pub struct NodeSpec {
    /// `metadata.name`.
    pub name: Arc<str>,
    /// The pool it belongs to; none if it was written alone.
    pub pool: Option<PoolId>,
    /// All labels, `kubernetes.io/hostname` included.
    pub labels: Labels,
    /// `spec.taints`.
    pub taints: Vec<Taint>,
    /// `status.allocatable`.
    pub allocatable: Arc<Resources>,
    /// Pods of others that run on it already.
    pub other_pods: Arc<OtherPods>,
}

/// Amounts of what a scheduler counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Cores.
    pub cpu: Quantity,
    /// Bytes.
    pub memory: Quantity,
    /// Pods.
    pub pods: u32,
    /// All others by name. Of `ephemeral-storage` a node that does not say how much it has has
    /// enough; of anything else that it does not name, nothing.
    pub others: ResourceList,
}

impl Resources {
    /// More than any pods request.
    pub const UNLIMITED: Self = Self {
        cpu: Quantity::from_millis(i64::MAX),
        memory: Quantity::from_units(i64::MAX),
        pods: u32::MAX,
        others: ResourceList::new(),
    };
}

/// Pods on a node that belong to no DaemonSet: all that is known of them is what they take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherPods {
    /// What they request together, and how many there are. Each requests an equal share.
    pub requests: Resources,
    /// `spec.priority` of each: more important daemon pods may make them leave.
    pub priority: i32,
}

/// An action and when it happens.
#[derive(Clone, Debug)]
pub struct TimedAction {
    /// Since the start of the run; the earliest time if it waits.
    pub at: SimDuration,
    /// Given if the action repeats as a Poisson process that begins at `at`.
    pub repeats: Option<Repeats>,
    /// Given if the action waits for something, from `at` on.
    pub wait: Option<Wait>,
    /// The index of its event in the scenario: one `apply` may be several actions.
    pub event: usize,
    pub action: Action,
    /// In a few words, for marks and facts: `set image agent=v2`.
    pub label: String,
}

/// What an action waits for, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Until this event has happened, by its index in the scenario; an upgrade, until it is over.
    pub after: Option<usize>,
    /// Until this is true.
    pub rollout: Option<RolloutWait>,
    /// And then this long.
    pub delay: SimDuration,
}

/// What is to become of the last rollout of a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RolloutWait {
    /// It is complete, as `kubectl rollout status` sees it.
    Complete(DaemonSetRef),
    /// It is not complete, and has made no progress for this long.
    Stuck(DaemonSetRef, SimDuration),
}

/// A Poisson process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// The mean time between two events; more than zero.
    pub mean_interval: SimDuration,
    /// No event after this, since the start of the run.
    pub until: SimDuration,
}

/// What a scenario can do, named after the kubectl verbs that people know.
#[derive(Clone, Debug)]
pub enum Action {
    /// New machines register as nodes of a pool.
    Join {
        /// The pool that says what they are like.
        pool: PoolId,
        /// How many at once.
        count: u32,
    },
    /// A new machine registers under the name of a node that left.
    JoinAgain {
        /// The name of the node.
        node: String,
    },
    /// Something happens to nodes that exist.
    Nodes {
        nodes: NodeSelection,
        /// What happens to each.
        change: NodeChange,
    },
    /// Nodes are upgraded one after another.
    UpgradeNodes(NodeUpgrade),
    /// `kubectl apply`: creates the DaemonSet, or replaces its spec.
    Apply(Box<DaemonSet>),
    /// `kubectl apply`: creates the ResourceQuota, or replaces it.
    ApplyQuota(ResourceQuota),
    /// Something happens to a DaemonSet that exists.
    DaemonSet {
        daemon_set: DaemonSetRef,
        /// What happens to it.
        change: DaemonSetChange,
    },
    /// Something happens to a DaemonSet's pods.
    Pods {
        daemon_set: DaemonSetRef,
        nodes: NodeSelection,
        /// What happens to each.
        change: PodChange,
    },
    /// From now on the API server refuses to create pods.
    RefusePods(RefusePods),
    /// From now on the containers of pods do not stop when they are told to.
    StuckTerminating {
        /// Of this DaemonSet, or of any.
        daemon_set: Option<DaemonSetRef>,
        nodes: NodeSelection,
        /// For how long; to the end of the run if none is given.
        duration: Option<SimDuration>,
    },
    /// From now on containers of this image behave badly when they are started.
    BreakImage {
        /// The image, with `*` for any run of characters.
        image: String,
        fault: ImageFault,
        nodes: NodeSelection,
    },
    /// From now on containers of this image work again; those that run now turn ready.
    MendImage {
        /// The image, with `*` for any run of characters.
        image: String,
    },
    /// The cluster autoscaler asks for machines, which register as nodes of a pool when they are
    /// there.
    ScaleUp {
        /// The pool that says what they are like.
        pool: PoolId,
        count: u32,
    },
    /// The DaemonSet controller's process ends; another one leads after a while.
    RestartController {
        /// How long nobody leads.
        away: SimDuration,
    },
    /// The API server does not answer.
    ApiServerOutage { duration: SimDuration, kind: OutageKind },
}

/// A rolling upgrade of nodes: each is cordoned, drained, rebooted and uncordoned, and the next one
/// follows when its node is Ready.
#[derive(Clone, Debug)]
pub struct NodeUpgrade {
    pub nodes: NodeSelection,
    /// How many nodes are upgraded at the same time; a percentage is of the nodes selected, and is
    /// rounded up.
    pub at_once: IntOrPercent,
    /// Whether background pods are evicted first.
    pub drain: bool,
    /// How long each machine is off.
    pub duration: SimDuration,
}

/// Which pods the API server refuses to create, and what it answers.
#[derive(Clone, Debug)]
pub struct RefusePods {
    /// Why, as the answer says it.
    pub message: String,
    /// Of this DaemonSet, or of any.
    pub daemon_set: Option<DaemonSetRef>,
    /// In this namespace, or in any.
    pub namespace: Option<String>,
    /// Pods for these nodes.
    pub nodes: NodeSelection,
    /// For how long; to the end of the run if none is given.
    pub duration: Option<SimDuration>,
}

/// What can happen to a DaemonSet.
#[derive(Clone, Debug)]
pub enum DaemonSetChange {
    /// `kubectl set image`: container names (`*` for all) and their new images.
    SetImage(Vec<(String, String)>),
    /// `kubectl rollout restart`.
    RolloutRestart,
    /// `kubectl rollout undo`.
    RolloutUndo {
        /// The revision to go back to; the one before the current if none is given.
        to_revision: Option<i64>,
    },
    /// `kubectl patch` of what is not the template.
    Patch {
        /// A new update strategy.
        update_strategy: Option<UpdateStrategy>,
        /// New `minReadySeconds`.
        min_ready_seconds: Option<u32>,
    },
    /// `kubectl annotate`: nothing changes that anybody reads, and all who watch hear of it.
    Annotate,
    /// `kubectl delete daemonset`, and what happens to its pods.
    Delete(Cascade),
}

/// What can happen to a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodChange {
    /// `kubectl delete pod`.
    Delete,
    /// `kubectl delete pod --force --grace-period=0`: the object goes at once.
    ForceDelete,
    /// It turns not Ready, as in a network outage.
    Unready,
    /// It turns Ready again.
    Ready,
    /// It reaches phase Failed, as after an eviction.
    Fail,
}

/// A DaemonSet by name; it exists at some time of the scenario.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaemonSetRef {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl DaemonSetRef {
    /// `namespace/name`, as the controller's work queue writes it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// How an image behaves badly, the least harm first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImageFault {
    /// Containers run well, exit so long after each start and are restarted with back-off. Only
    /// kubelets that are on know of it.
    CrashLater(SimDuration),
    /// Containers run, and their readiness probe never passes.
    NeverReady,
    /// Containers exit as soon as they are started and are restarted with back-off.
    Crash,
    /// The image cannot be pulled.
    PullError,
}

/// When a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    /// At the latest, since the start of the run.
    pub limit: SimDuration,
    /// Whether it ends as soon as nothing of the scenario is left to happen and every rollout
    /// is complete.
    pub rollout_complete: bool,
}

/// What must hold at the end; each field that is given is one expectation.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// For this DaemonSet, or for each.
    pub daemon_set: Option<DaemonSetRef>,
    /// For these together, if there are any: one of [`Scenario::covers`].
    pub cover: Vec<DaemonSetRef>,
    /// Every rollout that is not superseded finishes within this time.
    pub rollout_within: Option<SimDuration>,
    /// Whether the last rollout finishes at all.
    pub rollout_completes: Option<bool>,
    /// At no moment of an update are more nodes without a serving pod.
    pub worst_unavailable: Option<IntOrPercent>,
    /// At some moment of an update at least so many nodes are without a serving pod.
    pub worst_unavailable_at_least: Option<IntOrPercent>,
    /// Whether the alert `KubeDaemonSetRolloutStuck` fires.
    pub stuck_alert: Option<bool>,
    /// Whether the alert `KubeDaemonSetNotScheduled` fires.
    pub not_scheduled_alert: Option<bool>,
    /// Whether the alert `KubeDaemonSetMisScheduled` fires.
    pub mis_scheduled_alert: Option<bool>,
    /// No node is without a serving pod for longer.
    pub longest_gap: Option<SimDuration>,
    /// Nodes that run the current revision at the end: at least.
    pub updated_at_least: Option<u32>,
    /// Nodes that run the current revision at the end: at most.
    pub updated_at_most: Option<u32>,
}
