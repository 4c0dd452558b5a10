//! Changes as people type them, made into events: `maxUnavailable=10%`, `delete node n5`, a kubectl
//! command that was pasted.
//!
//! - [`change`]: from a text to events
//! - [`words`]: a text as the words and flags of commands
//! - [`commands`]: what each command means
//! - [`objects`]: which DaemonSet, node or pod of a snapshot is meant
//! - [`error`]: why a text is no change

mod change;
mod commands;
mod error;
mod objects;
mod words;

pub use change::{TypedChange, typed_change};
pub use error::TypedError;
