//! The scheduler as a running process: its cache, its queue, its client.

pub(in crate::world) mod cache;
pub(in crate::world) mod preemption;
pub(in crate::world) mod process;

#[cfg(test)]
mod tests;
