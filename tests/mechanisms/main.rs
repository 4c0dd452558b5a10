//! What makes a rollout take its time in a real cluster: for each mechanism a test that fails
//! without it. `ARCHITECTURE.md` has the table.

#![expect(clippy::wildcard_enum_match_arm, reason = "only a few kinds of facts are looked at")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod control_plane;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod garbage_collector;
#[path = "../shared/runs.rs"]
mod runs;
#[path = "../shared/scenario.rs"]
mod scenario;
