//! The scheduler as a running process: its cache, its queue, its client.

mod cache;
mod preemption;
mod process;
mod sighting;

pub(super) use process::Scheduler;

#[cfg(test)]
mod tests;
