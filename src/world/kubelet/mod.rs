//! A pod's life on its node, from the moment its kubelet hears of it.
//!
//! Two ways lead through it: `phases` is the short one of a kubelet that is switched off in the
//! scenario; all other files are the stations of the long one, in the order of a pod's life.
//! What is decided on the way is decided in [`crate::control::kubelet`].

pub(super) mod admission;
pub(super) mod containers;
pub(super) mod downloads;
pub(super) mod faults;
pub(super) mod phases;
pub(super) mod pressure;
pub(super) mod probes;
pub(super) mod pulls;
pub(super) mod state;
pub(super) mod steps;
pub(super) mod termination;

pub(super) use downloads::Ticket;
pub(super) use state::{Kubelets, PullStep};
