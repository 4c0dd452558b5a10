//! A pod's life on its node, from the moment its kubelet hears of it.
//!
//! Two ways lead through it: `phases` is the short one of a kubelet that is switched off in the
//! scenario; all other files are the stations of the long one, in the order of a pod's life.
//! What is decided on the way is decided in [`crate::control::kubelet`].

mod admission;
mod containers;
mod downloads;
mod faults;
mod phases;
mod pressure;
mod probes;
mod pulls;
mod state;
mod steps;
mod termination;

pub(super) use downloads::Ticket;
pub(super) use state::{Kubelets, PullStep};
