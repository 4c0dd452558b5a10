//! What the scenario does to the cluster, and when.

mod actions;
mod selection;

pub(super) use actions::{Reach, Script};

#[cfg(test)]
mod tests;
