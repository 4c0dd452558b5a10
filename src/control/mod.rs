//! What Kubernetes decides, as pure functions: what is seen and the time go in, a plan with
//! reasons comes out.
//!
//! Nothing in here draws a random number, schedules an event, records a fact or knows the world.
//! Small state machines that upstream keeps between decisions (expectations, work queue, backoff)
//! live here too, as plain values that somebody else owns.

mod backoff;
pub mod daemonset;
pub mod events;
mod ids;
pub mod kubelet;
pub mod node_lifecycle;
pub mod pod_gc;
pub mod rate_limit;
pub mod reflector;
pub mod scheduler;
pub mod slow_start;
pub mod taint_eviction;
mod ticks;
pub mod workqueue;

pub use ids::{NodeId, PodId};
pub use kubelet::{backoff_after, backoff_schedule, tries_until};
pub use ticks::Ticks;
