//! A pod's life on its node, from the moment its kubelet hears of it.
//!
//! Two ways lead through it: `instant` is the short one of a kubelet that is switched off in the
//! scenario; the others are the stations of the long one, in the order of a pod's life. What is
//! decided on the way is decided in [`crate::control::kubelet`].

pub(in crate::world) mod admission;
pub(in crate::world) mod containers;
pub(in crate::world) mod crash;
pub(in crate::world) mod downloads;
pub(in crate::world) mod instant;
pub(in crate::world) mod kubelets;
pub(in crate::world) mod machine;
pub(in crate::world) mod pressure;
pub(in crate::world) mod probes;
pub(in crate::world) mod pulls;
pub(in crate::world) mod report;
pub(in crate::world) mod resume;
pub(in crate::world) mod steps;
pub(in crate::world) mod termination;

#[cfg(test)]
mod tests;
