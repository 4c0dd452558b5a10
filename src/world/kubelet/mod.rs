//! A pod's life on its node, from the moment its kubelet hears of it.
//!
//! Two ways lead through it: `instant` is the short one of a kubelet that is switched off in the
//! scenario; the others are the stations of the long one, in the order of a pod's life. What is
//! decided on the way is decided in [`crate::control::kubelet`].

mod admission;
mod containers;
mod crash;
mod dispatch;
mod downloads;
mod found;
mod instant;
mod kubelets;
mod machine;
mod pressure;
mod probes;
mod pulls;
mod report;
mod resume;
mod stuck;
mod termination;
mod trouble;

pub(super) use found::{is_pull_reason, stuck_fact};
pub(super) use instant::await_readiness;
pub(super) use kubelets::Kubelets;
pub(super) use machine::heartbeats;
pub(super) use report::{turn_ready, turn_unready};

#[cfg(test)]
mod tests;
