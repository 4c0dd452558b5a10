//! What makes a rollout take its time in a real cluster: for each mechanism a test that fails
//! without it. `ARCHITECTURE.md` has the table.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod control_plane;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod garbage_collector;
#[path = "../shared/runs.rs"]
mod runs;
#[path = "../shared/scenario.rs"]
mod scenario;
