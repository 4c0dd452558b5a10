//! Nodes: they join and leave, fail and recover, are drained and shut down, and carry labels and
//! taints; and the controllers that look after them.
//!
//! - [`controllers`]: who looks after nodes, and what is kept of each
//! - [`dispatch`]: which step of a node's life an event is, and who takes it
//! - [`registration`]: nodes that register and leave
//! - [`health`]: machines that fail and recover, and what their kubelets report
//! - [`lifecycle`]: the node-lifecycle controller: its passes, zones and `NoExecute` queues
//! - [`taints`]: taints that follow from conditions, and labels and taints set by hand
//! - [`eviction`]: pods that a `NoExecute` taint drives away
//! - [`startup`]: nodes that get ready, and taints that a daemon takes off
//! - [`operations`]: drain, shutdown, spot interruption, the cluster autoscaler
//! - [`upgrade`]: rolling upgrades of nodes
//! - [`gc`]: pods of nodes that are gone
//!
//! No loop ticks here: each is a phase, and whatever depends on a loop asks for the round that it
//! needs.

mod controllers;
mod dispatch;
mod eviction;
mod gc;
mod health;
mod lifecycle;
mod operations;
mod registration;
mod startup;
mod taints;
mod upgrade;

pub(super) use controllers::Nodes;
pub(super) use eviction::look_at_all_taints;
pub(super) use operations::scale_down;
pub(super) use startup::scale_up;
pub(super) use upgrade::UpgradePlan;

#[cfg(test)]
mod tests;
