//! A run looked into after it is over: its record read again, the cluster at any moment, and what led
//! to what.
//!
//! Nothing is simulated here. A record begins with the state of the cluster and tells of each change
//! after that, so any moment can be rebuilt from it.

mod event;
mod header;
mod moment;

pub use event::{Event, EventKind, InvolvedObject};
pub use header::Header;
pub use moment::{Moment, ObjectKey};
