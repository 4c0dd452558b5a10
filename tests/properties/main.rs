//! What must hold of every plan and of every run, whatever the cluster and whatever happens to it.
//!
//! Plans are checked against a naive restatement of the controller's rules ([`oracle`]), runs by a
//! checker that knows the record alone ([`checker`]). The random cases are the same in every run;
//! the environment variable `PROPTEST_CASES` asks for more than 256 of each.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at a few kinds of facts only"
)]

mod budgets;
mod cases;
mod chance;
mod checker;
mod cluster;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod kubelets;
mod oracle;
#[path = "../shared/over_time.rs"]
mod over_time;
mod planner;
mod pods;
mod rebuilt;
#[path = "../shared/rebuilt.rs"]
mod rebuilt_end;
#[path = "../shared/recorded.rs"]
mod recorded;
mod regressions;
mod runs;
#[path = "../shared/scenario.rs"]
mod scenario;
mod scheduling;
#[path = "../shared/cluster.rs"]
mod shared;
mod small_worlds;
mod why;
