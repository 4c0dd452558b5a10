//! What happened, kept apart from what made it happen: facts with causes, timelines, summaries.
//!
//! A record knows simulated time and names, and nothing of the world that produced it, so a
//! chart can be drawn from a record without running again. All times in a record are spans since
//! the start of the run.

mod alert;
mod belief;
mod cause;
mod causes;
mod fact;
mod gaps;
mod names;
mod plan;
mod rank;
mod recorder;
mod rollout_status;
mod summary;
mod timeline;
mod tracker;

pub use belief::{Belief, Believed};
pub use cause::{Amount, Attempt, Blocker, Cause, KeptBy, Remedy, Shortage, Sighting, TakenPort};
pub use causes::Causes;
pub use fact::{Fact, FactId, What};
pub use names::{NameId, Names};
pub use plan::{Plan, PlannedNode, PlannedRevision};
pub use rank::{nearest_rank, rank};
pub use recorder::{Detail, Ending, Record, Recorder};
pub use rollout_status::RolloutStatus;
pub use summary::{
    Breach, DaemonSetSummary, FailedAction, GapStats, Hold, Limit, Rollout, Summary, Worst,
};
pub use timeline::{Mark, Point, Series, StatusCounts, Timeline, TruthCounts};
pub use tracker::{NodeTruth, PodCounts, Tracker};
