//! What can be about to happen, and in which order when at the same instant.

use crate::api::Pressure;
use crate::control::{NodeId, PodId};
use crate::engine::{self, Ranked};
use crate::record::{FactId, StatusCounts};
use crate::scenario::PoolId;
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::{CachedDaemonSet, CachedPod, Freed};
use crate::world::ids::{DaemonSetId, HashId, SpecId, VersionId};

/// An event and the fact that it follows from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caused {
    pub(super) event: Event,
    pub(super) cause: Option<FactId>,
}

/// Where events go.
pub(super) type Agenda = engine::Agenda<Caused>;

impl Ranked for Caused {
    fn rank(&self) -> u8 {
        self.event.rank()
    }
}

/// Something that is about to happen, by who takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The scenario acts, for the `ordinal`-th time if the action repeats.
    Action { index: u32, ordinal: u32 },
    /// The rolling upgrade is over that an action of the scenario began.
    Upgraded { index: u32 },
    /// An action of the scenario begins to wait, or looks whether its time has come.
    Await { index: u32 },

    /// A pod takes its next step at its kubelet, unless its epoch has moved on.
    Pod { pod: PodId, epoch: u32, step: PodStep },
    /// A stage of a pull of a node ends.
    Pull { node: NodeId, ticket: Ticket, step: PullStep },
    /// The first of all downloads may have ended.
    Downloads,
    /// A kubelet has stopped a pod by itself, unless the pod's epoch has moved on.
    EndPod { pod: PodId, epoch: u32 },

    /// Something about a node is due, unless its epoch has moved on.
    Node { node: NodeId, epoch: u32, step: NodeStep },
    /// A machine that the cluster autoscaler asked for is there.
    Provisioned { pool: PoolId, number: u32 },
    /// A pod must leave because of a taint.
    EvictPod { pod: PodId },
    /// The node-lifecycle controller looks at what changed.
    MonitorPass,
    /// The next node of a zone gets the taint that evicts its pods.
    ZonePoll { zone: u32 },

    /// The API server answers again.
    ApiServerUp { down_since: SimTime },
    /// The API server carries out a call of a sync, and answers it after `rest`; `process` tells the
    /// runs of the controller's process apart.
    ApiCall {
        daemon_set: DaemonSetId,
        process: u32,
        call: ApiCall,
        limited: SimDuration,
        rest: SimDuration,
    },
    /// Something happens to an event that the controller reports; `client` tells the clients of its
    /// processes apart.
    Post { client: u32, step: PostStep },
    /// The API server is asked by the scheduler to delete a pod, for a more important one.
    Preempt { pod: PodId },

    /// An informer whose watch was cut off lists everything again.
    ListAgain { informer: Informer },
    /// A new process of the controller leads, and lists everything.
    Relist { process: u32 },
    /// The controller's cache learns of a pod.
    SeePod { pod: PodId, seen: CachedPod },
    /// The controller's cache learns of a node; without a version the node is gone.
    SeeNode { node: NodeId, version: Option<VersionId> },
    /// The controller's cache learns of a DaemonSet.
    SeeDaemonSet { daemon_set: DaemonSetId, seen: CachedDaemonSet },
    /// A sync has one answer less to wait for, or is done with what it had to compute.
    Resume { daemon_set: DaemonSetId, process: u32 },
    /// A delayed add to the work queue falls due.
    Release { daemon_set: DaemonSetId },
    /// The controller takes nodes off its queue of node updates.
    NodeUpdates,
    /// A worker of the controller takes keys off its queue.
    Sync,

    /// Something happens to the scheduler or by it.
    Scheduler(SchedulerStep),
    /// Something happens to the garbage collector or by it.
    GarbageCollector(CollectorStep),
}

/// What happens to the garbage collector or by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CollectorStep {
    /// It looks at what a deleted DaemonSet owns.
    Begin { daemon_set: DaemonSetId },
    /// It learns of a pod that was created after its owner was deleted.
    Find { pod: PodId },
    /// It learns that nothing is left of what a DaemonSet owned that is deleted in the foreground.
    NothingLeft { daemon_set: DaemonSetId },
    /// A request of it arrives at the API server.
    Request { owner: DaemonSetId, object: Dependent, request: CollectorRequest },
}

/// What the garbage collector looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dependent {
    Pod(PodId),
    /// The ControllerRevision of a hash.
    Revision(HashId),
    /// The owner itself, of which nothing is left.
    Owner,
}

/// What the garbage collector asks the API server for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CollectorRequest {
    /// The object.
    Get,
    /// The owner of the object.
    GetOwner,
    /// To delete the object; of an owner, to take off its finalizer.
    Write,
    /// To take the owner reference off the object.
    LetGo,
}

/// What happens to the scheduler or by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchedulerStep {
    /// It learns of a pod, unless the pod's epoch has moved on.
    Queue { pod: PodId, epoch: u32 },
    /// Its cache learns of a node; without a version the node is gone.
    SeeNode { node: NodeId, version: Option<VersionId>, unschedulable: bool },
    /// It learns that a pod is gone from a node, or has ended.
    SeeRoom { node: NodeId, freed: Freed },
    /// Its backoff of a pod, or its patience with one, is over.
    Wake,
    /// It has decided about the pod that it was busy with.
    CycleEnds,
    /// Its binding of a pod arrives, unless the pod's epoch has moved on.
    Bind { pod: PodId, epoch: u32 },
    /// A background pod has left for a more important one.
    BackgroundLeft { node: NodeId, group: u32 },
}

/// What a sync asks of the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ApiCall {
    /// To create a pod.
    CreatePod { node: NodeId, spec: SpecId, hash: HashId },
    /// To delete a pod.
    DeletePod { pod: PodId },
    /// To store the status.
    WriteStatus { status: StatusCounts, observed: i64 },
}

/// What becomes of the one event that the controller's client is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PostStep {
    /// It is sent again.
    Send,
    /// The API server stores it.
    Stored,
    /// The client has its answer, and takes the next one.
    Answered,
}

/// Who watches what, and lists it again after the API server was gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Informer {
    Pods,
    Nodes,
    DaemonSets,
    /// Of the node-lifecycle controller.
    Leases,
    SchedulerPods,
    SchedulerNodes,
}

/// What can be due about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeStep {
    /// The node-lifecycle controller gives up waiting for its lease.
    Silent,
    /// Its kubelet reports that it is Ready.
    Reports,
    /// The node-lifecycle controller hears of its conditions, and sets taints.
    Taint,
    /// The taint-eviction controller looks at its pods.
    Look,
    /// Pod GC collects its pods, if it is gone.
    Collect,
    /// Pod GC removes its terminating pods, if it was given up.
    Sweep,
    /// Its kubelet says that something runs out.
    Press(Pressure),
    /// Its kubelet says that there is enough again.
    Relieve(Pressure),
    /// Its kubelet evicts a pod.
    EvictOne,
    /// Its background pods are gone.
    Drained,
    /// The notice of a spot interruption is over.
    Interrupted,
    /// The machine is off.
    Off,
    /// The cluster autoscaler drains it.
    ScaleDown,
    /// The cluster autoscaler deletes its Node object.
    Leave,
    /// The cloud's controller finds its machine gone, and deletes its Node object.
    Gone,
    /// A new machine registers under its name.
    Register,
    /// The machine has booted.
    Booted,
    /// A pod of this DaemonSet is Ready on it.
    DaemonReady(DaemonSetId),
}

/// A stage of a pull that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum PullStep {
    /// The registry has answered, and the bytes begin to come.
    Download,
    /// The image is there, or it is known that it will not come.
    End,
}

/// Which of a node's downloads.
pub(in crate::world) type Ticket = u32;

/// The steps of a pod's life that take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PodStep {
    /// Its images are asked for again.
    Pull,
    /// Its images are there.
    Pulled,
    /// Its containers run.
    Started,
    /// Its probes pass.
    Ready,
    /// Its containers, which did not stop, do from now on.
    Stop,
    /// It was cleaned up after a request to terminate, and the object goes.
    Stopped,
    /// Its kubelet hears of it.
    Arrived,
    /// The API server learns that the kubelet refuses it.
    Rejected,
    /// It is a container's turn, by its place in the pod.
    Prepare { container: u16 },
    /// A container was started.
    Launched { container: u16 },
    /// The API server learns that its containers run.
    Running,
    /// A probe failed for the last time that is allowed.
    Unhealthy { container: u16, startup: bool },
    /// A container that ran well crashes.
    Crashes { container: u16 },
    /// The API server learns that one has.
    Crashed,
    /// The API server learns that its containers have exited.
    Ended { failed: bool },
}

impl PodStep {
    /// Whether it is a kubelet's report to the API server.
    pub(super) const fn is_report(self) -> bool {
        match self {
            Self::Rejected
            | Self::Running
            | Self::Ready
            | Self::Crashed
            | Self::Ended { .. }
            | Self::Stopped => true,
            Self::Pull
            | Self::Pulled
            | Self::Started
            | Self::Arrived
            | Self::Stop
            | Self::Prepare { .. }
            | Self::Launched { .. }
            | Self::Unhealthy { .. }
            | Self::Crashes { .. } => false,
        }
    }
}

/// An event's place among those of the same instant, and what tells it from others.
struct Row {
    rank: u8,
    kind: u8,
    /// What the event is about.
    detail: u64,
}

impl Event {
    /// The order of simultaneous events: first the scenario, then what the cluster does, then what
    /// the API server is told, then what the controllers learn, and last what they do about it. So
    /// a controller acts on everything that happened at an instant, and what it causes without
    /// delay follows in the same instant.
    pub(super) fn rank(&self) -> u8 {
        self.row().rank
    }

    /// What tells this event from others, for the digest of the run.
    pub(super) fn words(&self) -> [u64; 2] {
        let Row { kind, detail, .. } = self.row();
        [u64::from(kind), detail]
    }

    /// The table of all events: rank, kind and detail.
    #[expect(clippy::inline_always, reason = "who asks for one column pays for one column")]
    #[inline(always)]
    fn row(&self) -> Row {
        let row = |rank, kind, detail| Row { rank, kind, detail };
        match *self {
            Self::Action { index, ordinal } => row(0, 0, pair(index, ordinal)),
            Self::Upgraded { index } => row(0, 34, pair(index, 0)),
            Self::Await { index } => row(0, 33, pair(index, 0)),

            Self::Pod { pod, step, .. } => row(1, 1, pair(pod.0, step.code())),
            Self::Pull { ticket, step, .. } => row(1, 26, pair(ticket, step as u32)),
            Self::Downloads => row(1, 27, 0),
            Self::EndPod { pod, .. } => row(1, 15, pair(pod.0, 0)),

            Self::Node { node, step, .. } => row(1, 2, pair(node.0, step.code())),
            Self::Provisioned { number, .. } => row(1, 3, pair(number, 0)),
            Self::EvictPod { pod } => row(1, 14, pair(pod.0, 0)),
            Self::MonitorPass => row(2, 16, 0),
            Self::ZonePoll { zone } => row(2, 17, pair(zone, 0)),

            Self::ApiServerUp { down_since } => row(1, 18, down_since.as_micros()),
            Self::ApiCall { daemon_set, call, .. } => match call {
                ApiCall::CreatePod { node, .. } => row(2, 4, pair(daemon_set.0, node.0)),
                ApiCall::DeletePod { pod } => row(2, 5, pair(pod.0, 0)),
                ApiCall::WriteStatus { status, .. } => {
                    row(2, 12, pair(status.updated, status.available))
                }
            },
            Self::Post { client, step } => row(2, 28, pair(client, step as u32)),
            Self::Preempt { pod } => row(1, 24, u64::from(pod.0)),

            Self::ListAgain { informer } => row(4, 29, informer as u64),
            Self::Relist { process } => row(4, 19, pair(process, 0)),
            Self::SeePod { pod, seen } => row(3, 6, pair(pod.0, seen.code())),
            Self::SeeNode { node, version } => {
                row(3, 7, pair(node.0, version.map_or(u32::MAX, |version| version.0)))
            }
            Self::SeeDaemonSet { daemon_set, seen } => row(3, 8, pair(daemon_set.0, seen.spec.0)),
            Self::Resume { daemon_set, .. } => row(4, 13, pair(daemon_set.0, 0)),
            Self::Release { daemon_set } => row(4, 9, pair(daemon_set.0, 0)),
            Self::NodeUpdates => row(5, 10, 0),
            Self::Sync => row(6, 11, 0),

            Self::Scheduler(step) => match step {
                SchedulerStep::Queue { pod, .. } => row(3, 1, pair(pod.0, 9)),
                SchedulerStep::SeeNode { node, .. } => row(3, 20, u64::from(node.0)),
                SchedulerStep::SeeRoom { node, .. } => row(3, 21, u64::from(node.0)),
                SchedulerStep::Wake => row(4, 22, 0),
                SchedulerStep::CycleEnds => row(6, 23, 0),
                SchedulerStep::Bind { pod, .. } => row(1, 1, pair(pod.0, 0)),
                SchedulerStep::BackgroundLeft { node, .. } => row(1, 25, u64::from(node.0)),
            },
            Self::GarbageCollector(step) => match step {
                CollectorStep::Begin { daemon_set } => row(3, 28, pair(daemon_set.0, 0)),
                CollectorStep::NothingLeft { daemon_set } => row(3, 28, pair(daemon_set.0, 1)),
                CollectorStep::Find { pod } => row(3, 29, pair(pod.0, 0)),
                CollectorStep::Request { owner, object, request } => match object {
                    Dependent::Pod(pod) => row(2, 30, pair(pod.0, request as u32)),
                    Dependent::Revision(hash) => row(2, 31, pair(hash.0, request as u32)),
                    Dependent::Owner => row(2, 32, pair(owner.0, request as u32)),
                },
            },
        }
    }
}

impl PodStep {
    fn code(self) -> u32 {
        let of = |kind: u32, container: u16| kind << 16 | u32::from(container);
        match self {
            Self::Pull => 1,
            Self::Pulled => 2,
            Self::Started => 3,
            Self::Ready => 4,
            Self::Stopped => 5,
            Self::Arrived => 6,
            Self::Rejected => 7,
            Self::Running => 8,
            Self::Crashed => 10,
            Self::Stop => 11,
            Self::Prepare { container } => of(1, container),
            Self::Launched { container } => of(2, container),
            Self::Unhealthy { container, startup } => of(3 + u32::from(startup), container),
            Self::Ended { failed } => of(5, u16::from(failed)),
            Self::Crashes { container } => of(6, container),
        }
    }
}

impl NodeStep {
    const fn code(self) -> u32 {
        match self {
            Self::Silent => 0,
            Self::Reports => 1,
            Self::Taint => 2,
            Self::Look => 3,
            Self::Collect => 4,
            Self::Sweep => 5,
            Self::EvictOne => 6,
            Self::Drained => 7,
            Self::Interrupted => 8,
            Self::Off => 9,
            Self::ScaleDown => 10,
            Self::Leave => 11,
            Self::Gone => 12,
            Self::Register => 13,
            Self::Booted => 14,
            Self::Press(pressure) => 16 + pressure as u32,
            Self::Relieve(pressure) => 32 + pressure as u32,
            Self::DaemonReady(owner) => 64 + owner.0,
        }
    }
}

impl CachedPod {
    fn code(&self) -> u32 {
        let flags = [self.exists, self.bound, self.ready_since.is_some(), self.terminating];
        flags.iter().fold(self.phase as u32, |bits, &flag| bits << 1 | u32::from(flag))
    }
}

fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}
