//! What the scenario does to the cluster, and when.

pub(in crate::world) mod actions;
pub(in crate::world) mod selection;

#[cfg(test)]
mod tests;
