//! One thing that happened, and what it followed from.

use std::borrow::Cow;

use crate::record::names::NameId;
use crate::record::state::Ready;
use crate::record::timeline::StatusCounts;
use crate::time::SimDuration;

/// A fact's index in its record; facts are numbered from 0 in the order they happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub u32);

/// The fact behind all that follows from a snapshot: nothing that the scenario did.
pub const FROM_SNAPSHOT: &str = "go on from the snapshot";

/// The fact behind evictions by taints that are there at the start: nothing that the scenario did.
pub const TAINTS_AT_START: &str = "taints that are there at the start";

/// Something that happened, when, and because of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub id: FactId,
    /// Since the start of the run.
    pub at: SimDuration,
    /// The fact that led to this one; always an earlier one. None for what the scenario did.
    pub cause: Option<FactId>,
    pub what: What,
}

/// What can happen. Names are resolved through [`crate::record::Names`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The scenario did something; the text says what.
    Scenario { text: NameId },
    /// It did nothing; the message says why, in kubectl's words where it has some.
    ActionFailed { message: NameId },
    /// A Node object appeared: a [`NodeState`] in JSON.
    ///
    /// [`NodeState`]: crate::record::NodeState
    NodeAdded { node: NameId, object: NameId },
    /// A Node object was deleted.
    NodeDeleted { node: NameId },
    /// The machine died, and its kubelet with it.
    NodeFailed { node: NameId },
    /// The machine works again.
    NodeRecovered { node: NameId },
    /// The pods of others were drained off a node.
    NodeDrained { node: NameId },
    /// Graceful shutdown of a node began.
    NodeShuttingDown { node: NameId },
    /// A pressure condition of a node turned.
    NodePressure { node: NameId, condition: Cow<'static, str>, present: bool },
    /// The node's condition Ready turned, or is found so in a snapshot.
    NodeReady { node: NameId, status: Ready },
    /// The node was cordoned or uncordoned: its `spec.unschedulable` changed.
    NodeCordoned { node: NameId, unschedulable: bool },
    /// A taint was put on a node.
    NodeTainted { node: NameId, taint: NameId },
    /// A taint was taken off a node.
    NodeUntainted { node: NameId, taint: NameId },
    /// Labels of a node changed: all of them, as a JSON map.
    NodeLabeled { node: NameId, labels: NameId },
    /// A DaemonSet was created or its spec changed: a [`DaemonSetState`] in JSON.
    ///
    /// [`DaemonSetState`]: crate::record::DaemonSetState
    DaemonSetApplied { daemon_set: NameId, generation: i64, object: NameId },
    /// A DaemonSet was deleted, or its deletion begun: then finalizers keep the object, whose names
    /// have commas between them.
    DaemonSetDeleted { daemon_set: NameId, kept_by: Option<NameId> },
    /// The object of a DaemonSet that finalizers had kept is gone.
    DaemonSetRemoved { daemon_set: NameId },
    /// A ControllerRevision was created, or an old one became the current one again. Of one that
    /// was created, a [`RevisionState`] in JSON.
    ///
    /// [`RevisionState`]: crate::record::RevisionState
    RevisionCurrent {
        daemon_set: NameId,
        revision: NameId,
        number: i64,
        created: bool,
        object: Option<NameId>,
    },
    /// A ControllerRevision was orphaned, adopted or released: its controller reference changed.
    RevisionOwnerChanged { daemon_set: NameId, revision: NameId, owned: bool },
    /// A ControllerRevision was deleted.
    RevisionDeleted { daemon_set: NameId, revision: NameId },
    /// The controller finished a sync that acted.
    Synced { daemon_set: NameId, creates: u32, deletes: u32 },
    /// A sync failed and will be tried again.
    SyncFailed { daemon_set: NameId, error: NameId },
    /// The controller wrote the status.
    StatusWritten { daemon_set: NameId, observed_generation: i64, status: StatusCounts },
    /// An API event about the DaemonSet.
    EventPosted { daemon_set: NameId, warning: bool, reason: Cow<'static, str>, message: NameId },
    /// A pod object was created for a node. The controller had waited for `limited` for the limit of
    /// its client.
    PodCreated {
        daemon_set: NameId,
        pod: NameId,
        node: NameId,
        revision: NameId,
        /// Its label `pod-template-generation`, if it has one.
        template_generation: Option<i64>,
        limited: SimDuration,
    },
    /// The pod got another `controller-revision-hash`: that of an equal revision.
    PodRelabeled { pod: NameId, revision: NameId },
    /// The scheduler found no room for a pod, for a reason that it had not given before: the event
    /// `FailedScheduling` and its message. Or the pod has scheduling gates, as `PodScheduled` says.
    PodUnschedulable { pod: NameId, message: NameId },
    /// So many pods of a node that belong to no DaemonSet were asked to leave it for a more
    /// important pod.
    OthersPreempted { node: NameId, pods: u32 },
    /// A snapshot shows that a pod does not get on, for a reason that is not modeled: it stays so.
    PodStuck { pod: NameId, reason: NameId },
    /// The scheduler bound a pod.
    PodBound { pod: NameId, node: NameId },
    /// The kubelet began to pull the pod's images.
    PodPulling { pod: NameId, image: NameId },
    /// A taint will drive the pod away after so long.
    PodEvictionScheduled { pod: NameId, after: SimDuration },
    /// The pod may stay after all.
    PodEvictionCancelled { pod: NameId },
    /// The image of one of the pod's containers is there: how long it waited for its turn on the
    /// node, and how long it took after that.
    PodPulled { pod: NameId, image: NameId, waited: SimDuration, took: SimDuration },
    /// An image could not be pulled; the kubelet tries again after this back-off, and again and
    /// again after longer ones (`ImagePullBackOff`).
    PodPullFailed { pod: NameId, image: NameId, reason: Cow<'static, str>, retry_in: SimDuration },
    /// The kubelet refused the pod, whose phase becomes Failed.
    PodRejected { pod: NameId, reason: NameId, message: NameId },
    /// The pod's containers run.
    PodStarted { pod: NameId },
    /// All of the pod's containers are ready; the pod is not, because of its readiness gates.
    ReadinessGatesNotReady { pod: NameId, message: NameId },
    /// The pod turned Ready.
    PodReady { pod: NameId },
    /// The pod turned not Ready, or is found so in a snapshot.
    PodUnready { pod: NameId },
    /// The pod is said to be not Ready because its kubelet is silent; it serves all the same.
    PodMarkedNotReady { pod: NameId },
    /// The pod reached phase Failed.
    PodFailed { pod: NameId, reason: Cow<'static, str> },
    /// A container crashed; the kubelet restarts it after this back-off. One that crashes at once
    /// after each start does so again and again, after longer ones, of which no fact tells.
    PodCrashed {
        pod: NameId,
        /// Whether it is a container that initializes the pod.
        init: bool,
        /// How often it was restarted before, as a snapshot tells.
        restarts: u64,
        restart_in: SimDuration,
    },
    /// A startup or liveness probe failed: the container is killed, and starts again after this
    /// time; if it cannot get well, again and again after longer ones (`CrashLoopBackOff`).
    PodUnhealthy { pod: NameId, probe: Cow<'static, str>, restart_in: SimDuration },
    /// Deletion was requested: `deletionTimestamp` is set, or found in a snapshot. A controller that
    /// asked for it had waited for `limited` for the limit of its client.
    PodTerminating { pod: NameId, limited: SimDuration },
    /// The pod's containers have exited after a request to terminate: its phase is Failed or
    /// Succeeded, and another pod may take its place.
    PodStopped { pod: NameId, failed: bool },
    /// The pod object is gone.
    PodRemoved { pod: NameId },
    /// The pod was orphaned, adopted or released: its controller reference changed. Of one that is
    /// owned from now on, by which DaemonSet.
    PodOwnerChanged { pod: NameId, owned: bool, daemon_set: Option<NameId> },
    /// The DaemonSet controller's process ended.
    ControllerStopped,
    /// A new process of the DaemonSet controller leads, and has listed everything.
    ControllerStarted,
    /// The API server stopped answering.
    ApiServerDown,
    /// The API server answers again.
    ApiServerUp,
    /// An informer lists everything again after it lost the API server: until then nobody who uses
    /// it knows what changed.
    InformerListed { informer: Cow<'static, str> },
}
