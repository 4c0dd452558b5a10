//! The truth, the caches, and the events that carry a change from one to the other.
//!
//! The world owns the cluster as it is, the controller's process, and the recorder. Plans come
//! from [`crate::control`]; this module turns them into state changes and future events.

mod actors;
mod api_server;
mod calls;
mod cluster;
mod controller;
mod cx;
mod daemon_sets;
mod event;
mod faults;
mod history;
mod holds;
mod ids;
mod images;
mod kubelet;
mod latency;
mod nodes;
mod objects;
mod outage;
mod plan;
mod planned_nodes;
mod pods;
mod preemption;
mod room;
mod run;
mod scheduler;
mod scheduler_cache;
mod script;
mod settings;
mod setup;
mod simulate;
mod snapshot;
mod status;
mod sync;
mod track;
mod watch;

pub use plan::plan;
pub use simulate::{News, Options, RunLimits, simulate};
