//! The DaemonSet controller: its caches, its handlers, and its syncs stage by stage.
//!
//! It reads its caches and never the truth, and asks the API server for everything it wants.

pub(in crate::world) mod cache;
pub(in crate::world) mod calls;
pub(in crate::world) mod claim;
pub(in crate::world) mod handlers;
pub(in crate::world) mod holds;
pub(in crate::world) mod process;
pub(in crate::world) mod restart;
pub(in crate::world) mod revisions;
pub(in crate::world) mod status;
pub(in crate::world) mod sync;

#[cfg(test)]
mod tests;
