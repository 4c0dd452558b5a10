//! The DaemonSet controller: its caches, its handlers, and its syncs stage by stage.
//!
//! It reads its caches and never the truth, and asks the API server for everything it wants.

mod cache;
mod calls;
mod claim;
mod events;
mod handlers;
mod hold_reasons;
mod process;
mod restart;
mod revisions;
mod status;
mod sync;
mod turns;

pub(super) use cache::DaemonSetCache;
pub(super) use events::{post_created, post_deleted, post_refused};
pub(super) use hold_reasons::in_words;
pub(super) use process::Controller;
pub(super) use sync::{SyncError, sync_error};

#[cfg(test)]
mod tests;
