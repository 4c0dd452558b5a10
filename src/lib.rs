//! A deterministic discrete-event simulator of Kubernetes DaemonSet rollouts.
pub mod api;
pub mod cli;
pub mod control;
pub mod docs;
#[warn(missing_docs)]
pub mod engine;
pub mod input;
pub mod inspect;
pub mod record;
pub mod report;
pub mod scenario;
pub mod study;
pub mod time;
pub mod world;
