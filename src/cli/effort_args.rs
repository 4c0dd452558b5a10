//! How much commands that make many runs do at a time, and at most.

use std::num::NonZeroUsize;

use clap::Args;

use crate::api::Quantity;
use crate::study::cores;
use crate::world::RunLimits;

/// How much is done at a time, and at most.
#[derive(Debug, Args)]
pub(super) struct EffortArgs {
    /// Threads [default: as many as there are cores, and as memory has room for]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
    /// End each run after so many events
    #[arg(long, value_name = "N", default_value_t = RunLimits::default().max_events)]
    pub(super) max_events: u64,
}

/// How much memory may be taken.
#[derive(Debug, Args)]
pub(super) struct MemoryArgs {
    /// Take as many threads as this much memory has room for, such as 4Gi [default: what is free]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(super) max_memory: Option<u64>,
}

impl EffortArgs {
    /// Threads that are asked for; [`jobs_that_fit`](crate::cli::jobs::jobs_that_fit) says whether
    /// there is memory for as many.
    pub(super) fn asked_jobs(&self) -> usize {
        self.jobs.map_or_else(cores, usize::from)
    }
}

/// An amount of memory, as Kubernetes writes it, in bytes.
fn bytes(written: &str) -> Result<u64, String> {
    let read = written.parse::<Quantity>().ok().map(Quantity::units);
    let read = read.and_then(|bytes| u64::try_from(bytes).ok()).filter(|bytes| *bytes > 0);
    read.ok_or_else(|| "it is no amount of memory; write it like 4Gi or 512Mi".to_owned())
}
