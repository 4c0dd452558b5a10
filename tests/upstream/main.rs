//! The unit tests of the upstream DaemonSet controller, as rows of data.
//!
//! The clusters and the numbers are those of upstream's tests; how they are driven is ours. The
//! fixture is as upstream's: what a sync asks for happens at once, so that manage and the rolling
//! update both act in one sync, and the update sees what manage did. Numbers must be the same
//! whatever the picking order, so every row runs under many. [`table`] names every test of
//! upstream's three files, and what is not covered and why.
//!
//! Source: `pkg/controller/daemon/{daemon_controller,update}_test.go` and
//! `pkg/controller/daemon/util/daemonset_util_test.go`. [`alerts`] has those of kubernetes-mixin,
//! [`waiters`] those of the tools that wait for a rollout.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at a few kinds of facts only"
)]

mod alerts;
#[path = "../shared/cluster.rs"]
mod cluster;
mod controller;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod eligibility;
mod fixture;
mod handlers;
mod notation;
#[path = "../shared/runs.rs"]
mod runs;
#[path = "../shared/scenario.rs"]
mod scenario;
mod script;
mod surge;
mod table;
mod update;
mod waiters;
