//! Nodes: they join and leave, fail and recover, are drained and shut down, and carry labels and
//! taints; and the controllers that look after them.
//!
//! - [`objects`]: Node objects, their labels and taints, joining and leaving
//! - [`health`]: machines that fail and recover, and what their kubelets report
//! - [`lifecycle`]: the node-lifecycle controller: its passes, zones and `NoExecute` queues
//! - [`taints`]: taints that follow from conditions
//! - [`eviction`]: pods that a `NoExecute` taint drives away
//! - [`startup`]: nodes that get ready, and taints that a daemon takes off
//! - [`operations`]: drain, shutdown, spot interruption, the cluster autoscaler
//! - [`gc`]: pods of nodes that are gone
//!
//! No loop ticks here: each is a phase, and whatever depends on a loop asks for the round that it
//! needs.

pub(in crate::world) mod controllers;
pub(in crate::world) mod eviction;
pub(in crate::world) mod gc;
pub(in crate::world) mod health;
pub(in crate::world) mod lifecycle;
pub(in crate::world) mod operations;
pub(in crate::world) mod registration;
pub(in crate::world) mod startup;
pub(in crate::world) mod steps;
pub(in crate::world) mod taints;

#[cfg(test)]
mod tests;
