//! Tools that wait for a rollout, and when each of them says that it is done.
//!
//! All look at the same object, and each judges it by a rule of its own: one function per tool.
//!
//! - [`waiter`]: who waits, what they see, and what they say
//! - [`kubectl`]: `kubectl rollout status`
//! - [`helm`]: `helm upgrade --wait` of Helm 3, and `--wait=legacy` of Helm 4
//! - [`kstatus`]: `helm upgrade --wait` of Helm 4, and Flux
//! - [`argo_cd`]: the health of an application in Argo CD

mod argo_cd;
mod helm;
mod kstatus;
mod kubectl;
mod waiter;

pub use kubectl::ON_DELETE_ERROR;
pub use waiter::{Answers, Done, Seen, Tool, Waiter};

#[cfg(test)]
mod tests;
