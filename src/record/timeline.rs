//! Availability over time, twice: as the DaemonSet's status says, and as the nodes truly have it.

use serde::{Deserialize, Serialize};

use crate::time::SimDuration;

/// The counters of a DaemonSet's status, as last written to the API server, in nodes.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    /// `status.desiredNumberScheduled`.
    pub desired: u32,
    /// `status.currentNumberScheduled`.
    pub current: u32,
    /// `status.numberMisscheduled`.
    pub misscheduled: u32,
    /// `status.numberReady`.
    pub ready: u32,
    /// `status.updatedNumberScheduled`.
    pub updated: u32,
    /// `status.numberAvailable`.
    pub available: u32,
    /// `status.numberUnavailable`.
    pub unavailable: u32,
}

/// What the nodes truly have, whatever anybody has noticed yet, in nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TruthCounts {
    /// Nodes of the cluster on which this DaemonSet's pods belong, working or not.
    pub wanted: u32,
    /// Of these, nodes on which a pod serves: its containers run, its probes pass.
    pub serving: u32,
    /// Of the serving, nodes on which the serving pod is of the current revision.
    pub serving_updated: u32,
    /// Pods that neither serve nor were asked to terminate: starting, broken, or on a dead machine.
    pub starting: u32,
    /// Pods that were asked to terminate and still exist.
    pub terminating: u32,
}

/// The state of one DaemonSet from one instant until the next point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Since the start of the run.
    pub at: SimDuration,
    /// What the status says.
    pub status: StatusCounts,
    pub truth: TruthCounts,
    /// The promised floor, in nodes: the nodes on which a pod has served, less `maxUnavailable`;
    /// zero for `OnDelete`, which promises nothing.
    pub floor: u32,
    /// Pod objects of the DaemonSet that exist.
    pub pods: u32,
    /// Pods created by the controller since the start.
    pub created: u64,
    /// Pods whose deletion was requested by anybody since the start.
    pub deleted: u64,
}

/// A step function: each point holds until the next one; times strictly increase.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// What the DaemonSet is called: [`crate::record::DaemonSetSummary::key`].
    pub daemon_set: String,
    /// The steps, the first at the start of the run or when the object was created.
    pub points: Vec<Point>,
    /// When the object was deleted, if it was.
    pub deleted: Option<SimDuration>,
}

/// Something that the scenario did, to be marked in a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Since the start of the run.
    pub at: SimDuration,
    /// A few words: `set image agent=v2`, `3 nodes fail`.
    pub label: String,
}

/// All series of a run, and what the scenario did meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// One per DaemonSet, in the order of the scenario.
    pub series: Vec<Series>,
    /// In the order of time.
    pub marks: Vec<Mark>,
    /// When the run ended.
    pub end: SimDuration,
}
