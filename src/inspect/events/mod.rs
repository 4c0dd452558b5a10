//! Which Event objects there are at a moment of a run.
//!
//! A record tells of the events that the DaemonSet controller posts. What scheduler, kubelets and
//! the controllers of nodes post follows from other facts, and is made here, with the texts of the
//! version of Kubernetes. docs/describe.md lists which are made, and which are not.

mod containers;
mod kubelet;
mod log;
mod nodes;
mod pods;
mod recorder;
mod repeats;
#[cfg(test)]
mod tests;
mod texts;

pub(super) use log::EventLog;
