//! The cluster as it changes, fact by fact.

mod change;
mod pods;
mod walk;

pub(super) use pods::CRASH_LOOP;
pub use walk::Replay;
