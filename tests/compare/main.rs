//! Comparisons: equal bytes however they were made, equal luck in all settings, and what people are
//! told about sweeps that cannot be run.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]
#![cfg(unix)]

mod advice;
mod bytes;
mod charts;
mod coverage;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod estimates;
mod logs;
mod luck;
mod memory;
mod messages;
mod order;
mod parts;
mod preflight;
#[path = "../shared/scenario.rs"]
mod scenario;
mod tool;
mod waiting;
mod window;
