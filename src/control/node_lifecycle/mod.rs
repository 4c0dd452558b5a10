//! What the node-lifecycle controller decides: which nodes it holds for dead, which taints follow
//! from a node's condition, and how fast it lets pods be evicted.

mod health;
mod taints;
mod zones;

pub use health::{
    HEARTBEAT_PERIOD, Monitor, NodeHealth, marks_pods_not_ready, monitor_grace_period,
};
pub use taints::{
    NodeConditions, no_execute_taint, no_schedule_taints, owns_no_execute, owns_no_schedule,
};
pub use zones::{EvictionQueue, POLL_PERIOD, ZoneRules, ZoneState, all_are_down};
