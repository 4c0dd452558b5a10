//! A record tells the whole run: any moment of it can be rebuilt, and asked.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at a few facts only"
)]

#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod moments;
#[path = "../shared/over_time.rs"]
mod over_time;
mod parts;
mod planned;
#[path = "../shared/rebuilt.rs"]
mod rebuilt;
#[path = "../shared/recorded.rs"]
mod recorded;
#[path = "../shared/scenario.rs"]
mod scenario;
#[path = "../shared/shipped.rs"]
mod shipped;
#[path = "../shared/tool.rs"]
mod tool;
mod views;
