//! The API server: what it is asked for, and what those who watch it hear.
//!
//! Whoever changes an object does it here: the truth changes at once, and everybody hears of it when
//! their watch brings it.

pub(in crate::world) mod daemon_sets;
pub(in crate::world) mod nodes;
pub(in crate::world) mod outage;
pub(in crate::world) mod pods;
pub(in crate::world) mod scheduler_watch;
pub(in crate::world) mod server;

#[cfg(test)]
mod tests;
