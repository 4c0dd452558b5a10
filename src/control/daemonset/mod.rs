//! The DaemonSet controller's decisions.
//!
//! The real controller re-reads every node and pod at each sync. Its loops, though, judge each
//! node on its own, and only counts and candidate lists cross from node to node. So the planner
//! is three steps: [`classify`] judges one node, a [`Tally`] adds nodes up and is kept up to date
//! as they change, and decisions ([`manage`],
//! [`rolling_update`]) read the tally alone.

mod backoff;
mod classify;
mod decide;
mod eligibility;
mod expectations;
mod picks;
mod revision;
mod tally;

pub use backoff::FailedPodBackoff;
pub use classify::{
    Line, NodeClass, NodeStatus, NodeView, PodView, Rules, Slot, Spend, StrategyKind, Unwanted,
    classify,
};
pub use decide::{
    BURST_REPLICAS, Budget, FailedPod, Hold, HoldReason, ManagePlan, RollingError, RollingPlan,
    manage, rolling_update,
};
pub use eligibility::{Eligibility, Obstacle, daemon_tolerations, eligibility, obstacle};
pub use expectations::Expectations;
pub use picks::OrderKey;
pub use revision::{HistoryPlan, Revision, RevisionChange, construct_history, histories_to_delete};
pub use tally::Tally;
