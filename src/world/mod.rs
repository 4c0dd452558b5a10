//! The truth, the caches, and the events that carry a change from one to the other.
//!
//! The world owns the cluster as it is, those who act in it, and the record. Plans come from
//! [`crate::control`]; this module turns them into state changes and future events.

mod actors;
mod api_server;
mod causes;
mod cluster;
mod controller;
mod cx;
mod event;
#[cfg(test)]
mod fixture;
mod garbage_collector;
mod ids;
mod kubelet;
mod latency;
mod nodes;
mod plan;
mod planned_nodes;
mod run;
mod scheduler;
mod script;
mod settings;
mod setup;
mod simulate;
mod snapshot;
mod track;

pub use plan::{deletion_of, plan};
pub use simulate::{News, Options, RunLimits, Told, simulate, simulate_and_tell};
