//! What happened, kept apart from what made it happen: facts with causes, timelines, summaries.
//!
//! A record knows simulated time and names, and nothing of the world that produced it, so a
//! chart can be drawn from a record without running again. All times in a record are spans since
//! the start of the run.

mod alerts;
mod belief;
mod cause;
mod causes;
mod cover;
mod daemon_set_key;
mod fact;
mod gaps;
mod live_nodes;
mod losses;
mod names;
mod nodes_off;
mod overlap;
mod plan;
mod rank;
mod recorder;
mod rollout_status;
mod state;
mod summary;
mod timeline;
mod tracker;
mod unix_time;
mod waiters;

pub use alerts::{Alert, AlertRule, AlertSpan, Alerts};
pub use belief::{Belief, Believed};
pub use cause::{
    Amount, Attempt, Blocker, Cause, HungStep, KeptBy, Remedy, Shortage, Sighting, TakenPort,
};
pub use causes::Causes;
pub use cover::{Alike, Blackout, CoverSummary, JointWorst};
pub use daemon_set_key::{key_of_life, namespace_and_name};
pub use fact::{FROM_SNAPSHOT, Fact, FactId, TAINTS_AT_START, What};
pub use losses::{Loss, Losses, LostPods, NodeOff, Off, PreemptedPods};
pub use names::{NameId, Names};
pub use overlap::TwoAtOnce;
pub use plan::{Plan, PlannedNode, PlannedRevision};
pub use rank::{nearest_rank, rank};
pub use recorder::{Detail, Ending, Record, Recorder};
pub use rollout_status::RolloutStatus;
pub use state::{
    ClusterState, DaemonSetState, NodeState, OLD_AFTER, Object, Phase, PodState, Ready,
    RevisionState, Waiting, WaitsOn, labels_json,
};
pub use summary::{
    Afterwards, Breach, DaemonSetSummary, FailedAction, GapStats, Hits, Hold, Limit, Rollout,
    Summary, Worst,
};
pub use timeline::{Mark, Point, Series, StatusCounts, Timeline, TruthCounts};
pub use tracker::{NodeTruth, PodCounts, Promise, Tracker};
pub use waiters::{Answers, Done, ON_DELETE_ERROR, Seen, Tool, Waiter};
