//! The garbage collector: what becomes of the pods and revisions of a deleted DaemonSet.
//!
//! It asks the API server for everything, one request after the other in each of its workers.

mod collector;

pub(super) use collector::GarbageCollector;

#[cfg(test)]
mod tests;
