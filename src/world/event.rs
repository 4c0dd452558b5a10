//! What can be about to happen, and in which order when at the same instant.

use crate::api::{PodPhase, Pressure};
use crate::control::{NodeId, PodId};
use crate::record::{FactId, StatusCounts};
use crate::scenario::PoolId;
use crate::time::SimTime;
use crate::world::ids::{DaemonSetId, HashId, SpecId, VersionId};
use crate::world::kubelet::{PullStep, Ticket};

/// An event and the fact that it follows from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caused {
    pub(super) event: Event,
    pub(super) cause: Option<FactId>,
}

/// Something that is about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The scenario acts, for the `ordinal`-th time if the action repeats.
    Action { index: u32, ordinal: u32 },
    /// A pod takes its next step, unless its epoch has moved on.
    Pod { pod: PodId, epoch: u32, step: PodStep },
    /// A stage of a pull of a node ends.
    Pull { node: NodeId, ticket: Ticket, step: PullStep },
    /// The first of all downloads may have ended.
    Downloads,
    /// Something about a node is due, unless its epoch has moved on.
    Node { node: NodeId, epoch: u32, step: NodeStep },
    /// A machine that the cluster autoscaler asked for is there.
    Provisioned { pool: PoolId, number: u32 },
    /// A pod must leave because of a taint.
    EvictPod { pod: PodId },
    /// A kubelet has stopped a pod by itself, unless the pod's epoch has moved on.
    EndPod { pod: PodId, epoch: u32, ending: Ending },
    /// The node-lifecycle controller looks at what changed.
    MonitorPass,
    /// The next node of a zone gets the taint that evicts its pods.
    ZonePoll { zone: u32 },
    /// The API server answers again.
    ApiServerUp { down_since: SimTime },
    /// A new process of the controller leads, and lists everything.
    Relist { process: u32 },
    /// A call of a sync arrives at the API server; `process` tells the runs of the controller's
    /// process apart.
    Asked { daemon_set: DaemonSetId, process: u32, asked: Asked },
    /// The controller's cache learns of a pod.
    SeePod { pod: PodId, seen: PodSeen },
    /// The controller's cache learns of a node; without a version the node is gone.
    SeeNode { node: NodeId, version: Option<VersionId> },
    /// The controller's cache learns of a DaemonSet.
    SeeDaemonSet { daemon_set: DaemonSetId, seen: DaemonSetSeen },
    /// A delayed add to the work queue falls due.
    Release { daemon_set: DaemonSetId },
    /// The controller works off its queue of node updates.
    NodeUpdates,
    /// A worker of the controller takes keys off its queue.
    Sync,
    /// Something happens to the scheduler or by it.
    Scheduler(SchedulerStep),
}

/// What happens to the scheduler or by it, its steps with a pod aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchedulerStep {
    /// Its cache learns of a node; without a version the node is gone.
    SeeNode { node: NodeId, version: Option<VersionId>, unschedulable: bool },
    /// It learns that a pod is gone from a node, or has ended.
    SeeRoom { node: NodeId, freed: Freed },
    /// Its backoff of a pod, or its patience with one, is over.
    Wake,
    /// It has decided about the pod that it was busy with.
    CycleEnds,
    /// A pod is asked to leave for a more important one.
    Preempt { pod: PodId },
    /// A pod of others has left for a more important one.
    OtherLeft { node: NodeId, group: u32 },
}

/// Who left a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freed {
    /// A pod of a DaemonSet.
    Pod(SpecId),
    /// One of the others.
    Other { group: u32 },
}

/// What a sync asks of the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To create a pod.
    CreatePod { node: NodeId, spec: SpecId, hash: HashId },
    /// To delete a pod.
    DeletePod { pod: PodId },
    /// To store the status.
    WriteStatus { status: StatusCounts, observed: i64 },
    /// Something that has taken effect already, and still takes its time.
    Nothing,
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
    /// The pods of others are gone.
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
    /// A pod of this DaemonSet is Ready on it.
    DaemonReady(DaemonSetId),
}

/// Why a kubelet ends a pod by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The machine shuts down.
    Terminated,
}

impl Ending {
    /// `status.reason`.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Terminated => "Terminated",
        }
    }
}

/// The steps of a pod's life that take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PodStep {
    /// The scheduler binds it.
    Bind,
    /// Its images are asked for again.
    Pull,
    /// Its images are there.
    Pulled,
    /// Its containers run.
    Started,
    /// Its probes pass.
    Ready,
    /// It was cleaned up after a request to terminate, and the object goes.
    Stopped,
    /// The scheduler learns of it.
    Queue,
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
            Self::Bind
            | Self::Pull
            | Self::Pulled
            | Self::Started
            | Self::Queue
            | Self::Arrived
            | Self::Prepare { .. }
            | Self::Launched { .. }
            | Self::Unhealthy { .. }
            | Self::Crashes { .. } => false,
        }
    }

    /// What tells this step from others, for the digest of the run.
    fn word(self) -> u32 {
        let of = |kind: u32, container: u16| kind << 16 | u32::from(container);
        match self {
            Self::Bind => 0,
            Self::Pull => 1,
            Self::Pulled => 2,
            Self::Started => 3,
            Self::Ready => 4,
            Self::Stopped => 5,
            Self::Arrived => 6,
            Self::Rejected => 7,
            Self::Queue => 9,
            Self::Running => 8,
            Self::Prepare { container } => of(1, container),
            Self::Launched { container } => of(2, container),
            Self::Unhealthy { container, startup } => of(3 + u32::from(startup), container),
            Self::Ended { failed } => of(5, u16::from(failed)),
            Self::Crashes { container } => of(6, container),
            Self::Crashed => 10,
        }
    }
}

/// A pod as a watch event carries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PodSeen {
    pub(super) exists: bool,
    pub(super) owner: Option<DaemonSetId>,
    pub(super) hash: HashId,
    pub(super) bound: bool,
    pub(super) phase: PodPhase,
    pub(super) ready_since: Option<SimTime>,
    pub(super) terminating: bool,
}

/// A DaemonSet as a watch event carries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DaemonSetSeen {
    pub(super) exists: bool,
    pub(super) deleting: bool,
    pub(super) spec: SpecId,
    pub(super) generation: i64,
    pub(super) observed_generation: i64,
    pub(super) misscheduled: u32,
}

impl Event {
    /// The order of simultaneous events: first the scenario, then what the cluster does, then what
    /// the API server is told, then what the controller learns, and last what it does about it. So
    /// a controller acts on everything that happened at an instant, and what it causes without
    /// delay follows in the same instant.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Action { .. } => 0,
            Self::Scheduler(step) => step.rank(),
            Self::Pod { step, .. } if step.is_news() => 3,
            Self::Pod { .. }
            | Self::Pull { .. }
            | Self::Downloads
            | Self::Node { .. }
            | Self::Provisioned { .. }
            | Self::EvictPod { .. }
            | Self::EndPod { .. }
            | Self::ApiServerUp { .. } => 1,
            Self::Asked { .. } | Self::MonitorPass | Self::ZonePoll { .. } => 2,
            Self::SeePod { .. } | Self::SeeNode { .. } | Self::SeeDaemonSet { .. } => 3,
            Self::Release { .. } | Self::Relist { .. } => 4,
            Self::NodeUpdates => 5,
            Self::Sync => 6,
        }
    }

    /// What tells this event from others, for the digest of the run.
    pub(super) fn words(&self) -> [u64; 2] {
        let pair = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        let detail = match *self {
            Self::Action { index, ordinal } => pair(index, ordinal),
            Self::Pod { pod, step, .. } => pair(pod.0, step.word()),
            Self::Node { node, step, .. } => pair(node.0, step.code()),
            Self::Provisioned { number, .. } => pair(number, 0),
            Self::EvictPod { pod } | Self::EndPod { pod, .. } => pair(pod.0, 0),
            Self::ZonePoll { zone } => pair(zone, 0),
            Self::ApiServerUp { down_since } => down_since.as_micros(),
            Self::Relist { process } => pair(process, 0),
            Self::Pull { ticket, step, .. } => pair(ticket, step as u32),
            Self::Asked { daemon_set, asked, .. } => match asked {
                Asked::CreatePod { node, .. } => pair(daemon_set.0, node.0),
                Asked::DeletePod { pod } => pair(pod.0, 0),
                Asked::WriteStatus { status, .. } => pair(status.updated, status.available),
                Asked::Nothing => pair(daemon_set.0, 0),
            },
            Self::SeePod { pod, seen } => {
                let flags = [seen.exists, seen.bound, seen.ready_since.is_some(), seen.terminating];
                pair(
                    pod.0,
                    flags.iter().fold(seen.phase as u32, |bits, &b| bits << 1 | u32::from(b)),
                )
            }
            Self::SeeNode { node, version } => pair(node.0, version.map_or(u32::MAX, |v| v.0)),
            Self::SeeDaemonSet { daemon_set, seen } => pair(daemon_set.0, seen.spec.0),
            Self::Release { daemon_set } => pair(daemon_set.0, 0),
            Self::Downloads | Self::NodeUpdates | Self::Sync | Self::MonitorPass => 0,
            Self::Scheduler(step) => step.word(),
        };
        [u64::from(self.kind()), detail]
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Action { .. } => 0,
            Self::Pod { .. } => 1,
            Self::Node { .. } => 2,
            Self::Provisioned { .. } => 3,
            Self::EvictPod { .. } => 14,
            Self::EndPod { .. } => 15,
            Self::MonitorPass => 16,
            Self::ZonePoll { .. } => 17,
            Self::ApiServerUp { .. } => 18,
            Self::Relist { .. } => 19,
            Self::Pull { .. } => 26,
            Self::Downloads => 27,
            Self::Asked { asked: Asked::CreatePod { .. }, .. } => 4,
            Self::Asked { asked: Asked::DeletePod { .. }, .. } => 5,
            Self::Asked { asked: Asked::WriteStatus { .. }, .. } => 12,
            Self::Asked { asked: Asked::Nothing, .. } => 13,
            Self::SeePod { .. } => 6,
            Self::SeeNode { .. } => 7,
            Self::SeeDaemonSet { .. } => 8,
            Self::Release { .. } => 9,
            Self::NodeUpdates => 10,
            Self::Sync => 11,
            Self::Scheduler(step) => step.kind(),
        }
    }
}

impl PodStep {
    /// Whether somebody learns of the pod, and nothing happens to it.
    fn is_news(self) -> bool {
        matches!(self, Self::Queue)
    }
}

impl SchedulerStep {
    /// As for the controller: what the cluster does, then what the scheduler learns, then what it
    /// does about it.
    fn rank(self) -> u8 {
        match self {
            Self::Preempt { .. } | Self::OtherLeft { .. } => 1,
            Self::SeeNode { .. } | Self::SeeRoom { .. } => 3,
            Self::Wake => 4,
            Self::CycleEnds => 6,
        }
    }

    fn kind(self) -> u8 {
        match self {
            Self::SeeNode { .. } => 20,
            Self::SeeRoom { .. } => 21,
            Self::Wake => 22,
            Self::CycleEnds => 23,
            Self::Preempt { .. } => 24,
            Self::OtherLeft { .. } => 25,
        }
    }

    fn word(self) -> u64 {
        let word = match self {
            Self::SeeNode { node, .. }
            | Self::SeeRoom { node, .. }
            | Self::OtherLeft { node, .. } => node.0,
            Self::Preempt { pod } => pod.0,
            Self::Wake | Self::CycleEnds => 0,
        };
        u64::from(word)
    }
}
