//! What the scheduler decides about daemon pods, each of which may run on one node only.
//!
//! Scoring is left out, since there is never a second node to choose; so are volumes and affinity
//! between pods, which the scenario does not describe.

mod fit;
mod message;
mod needs;
mod preemption;
mod queue;

pub use fit::{NodeFacts, Plugin, Reason, Rejection, SCHEDULING_GATED, Shortage, fit};
pub use message::failed_scheduling;
pub use needs::{CRITICAL, HostPort, NodeUsage, PodNeeds, Resources};
pub use preemption::{Bound, Preemption, preempt};
pub use queue::{ClusterEvent, SchedulingQueue};
