//! What makes a rollout take its time in a real cluster: for each mechanism a test that fails
//! without it. `ARCHITECTURE.md` has the table.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod control_plane;
#[path = "../shared/scenario.rs"]
#[expect(dead_code, reason = "only the reader of scenarios is needed here")]
mod scenario;
