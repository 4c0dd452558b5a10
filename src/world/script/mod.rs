//! What the scenario does to the cluster, and when.

mod actions;
mod outcome;
mod selection;
mod waits;

pub(super) use actions::{Reach, Script};

#[cfg(test)]
mod tests;
