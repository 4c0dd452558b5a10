//! Records that somebody spoiled: whatever is in the files, a question is answered or refused.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::disallowed_types, reason = "a question that takes long is a failed test")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a few kinds of values are spoiled alike")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

mod ask;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod messages;
#[path = "../shared/scenario.rs"]
mod scenario;
mod spoil;
mod spoiled;
#[path = "../shared/tool.rs"]
mod tool;
