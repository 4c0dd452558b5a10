//! What the scenario does to the cluster, and when.

mod actions;
mod agenda;
mod outcome;
mod selection;
mod waits;

pub(super) use actions::Reach;
pub(super) use agenda::Script;

#[cfg(test)]
mod tests;
