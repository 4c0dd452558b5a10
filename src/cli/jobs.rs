//! How many runs are done at a time: as many as are asked for, and as there is memory for.

use std::path::Path;

use crate::cli::effort_args::MemoryArgs;
use crate::cli::exit::Failure;
use crate::cli::memory::{Bound, Free, free};
use crate::cli::sweep::refuse;
use crate::cli::terminal::note;
use crate::report::readable::{count, memory};
use crate::scenario::Scenario;
use crate::study::{ProposalError, memory_of_run, most_nodes};

/// What the largest of some runs needs, and all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Need {
    /// Nodes of the largest.
    nodes: u64,
    /// Bytes of the largest.
    per_job: u64,
    /// Bytes once, whatever the number of jobs.
    once: u64,
    /// Whether jobs have threads of their own, and another thread waits for interrupts.
    on_threads: bool,
}

impl Need {
    /// What a run of a scenario needs on the thread that asks.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let (nodes, per_job) = (most_nodes(scenario), memory_of_run(scenario));
        Self { nodes, per_job, once: 0, on_threads: false }
    }

    /// The same on threads.
    pub(super) fn on_threads(self) -> Self {
        Self { on_threads: true, ..self }
    }

    /// What either of two runs needs.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            nodes: self.nodes.max(other.nodes),
            per_job: self.per_job.max(other.per_job),
            once: self.once.max(other.once),
            on_threads: self.on_threads || other.on_threads,
        }
    }

    /// The same and so many bytes that are needed once.
    pub(super) fn and_once(self, bytes: u64) -> Self {
        Self { once: self.once.saturating_add(bytes), ..self }
    }

    /// Bytes that each thread reserves and does not use, if that counts.
    fn per_thread(self, free: Free) -> u64 {
        if self.on_threads { free.bound.per_thread() } else { 0 }
    }

    /// As many of the jobs that are asked for as there is memory for; none if there is too little
    /// for one.
    fn jobs(self, asked: usize, free: Free) -> Option<usize> {
        let thread = self.per_thread(free);
        let left = free.bytes.checked_sub(self.once)?.checked_sub(thread)?;
        let fitting = left / self.per_job.saturating_add(thread).max(1);
        let jobs = usize::try_from(fitting).unwrap_or(usize::MAX).min(asked.max(1));
        (jobs > 0).then_some(jobs)
    }

    /// What is needed beside what is there, in a sentence without its end.
    fn beside(self, free: Free) -> String {
        let (needed, there) = (memory(self.per_job), memory(free.bytes));
        let nodes = count(self.nodes, "node");
        let once = match self.once >> 20 {
            0 => String::new(),
            _ => format!(", all runs together {} more", memory(self.once)),
        };
        let thread = match self.per_thread(free) {
            0 => String::new(),
            bytes => format!(", a thread reserves {} more", memory(bytes)),
        };
        let there = match free.bound {
            Bound::Asked => format!("`--max-memory` gives {there}"),
            Bound::Group => format!("{there} are free below the limit of the container (cgroup)"),
            Bound::Addresses => {
                format!("{there} are free below the limit of the address space (ulimit -v)")
            }
            Bound::Machine => format!("{there} are free on this machine"),
        };
        format!("a run of {nodes} takes up to {needed}{thread}{once}, and {there}")
    }
}

/// The number of runs at a time: what is asked for, or fewer with a note, if there is too little
/// memory. Refused if there is too little for one. Where nothing is known of memory, all are taken to
/// fit.
pub(super) fn jobs_that_fit(
    need: Need,
    asked: usize,
    args: &MemoryArgs,
    quiet: bool,
) -> Result<usize, Failure> {
    let given = args.max_memory.map(|bytes| Free { bytes, bound: Bound::Asked });
    let Some(free) = given.or_else(|| free(Path::new("/"))) else { return Ok(asked) };
    let Some(jobs) = need.jobs(asked, free) else { return Err(too_little(need, free)) };
    if jobs < asked && !quiet {
        let jobs = count(jobs as u64, "job");
        note(&format!("note: {jobs} instead of {asked}: {}\n", need.beside(free)));
    }
    Ok(jobs)
}

fn too_little(need: Need, free: Free) -> Failure {
    let enough = need.per_job.saturating_add(need.once).div_ceil(1 << 30).max(1);
    let hint = format!(
        "use fewer nodes or a larger machine; `--max-memory {enough}Gi` goes on as if there were \
         that much, and the run may be killed"
    );
    refuse(ProposalError::new("too-little-memory", need.beside(free), hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::memory::ADDRESSES_OF_THREAD;

    const MIB: u64 = 1 << 20;
    const NEED: Need =
        Need { nodes: 1_000_000, per_job: 900 * MIB, once: 100 * MIB, on_threads: true };

    #[track_caller]
    fn check(asked: usize, free: u64, bound: Bound, expected: Option<usize>) {
        assert_eq!(NEED.jobs(asked, Free { bytes: free * MIB, bound }), expected);
    }

    #[test]
    fn as_many_jobs_as_fit_and_no_more_than_are_asked_for() {
        check(8, 999, Bound::Machine, None);
        check(8, 1_000, Bound::Machine, Some(1));
        check(8, 1_899, Bound::Machine, Some(1));
        check(8, 1_900, Bound::Machine, Some(2));
        check(8, 100_000, Bound::Machine, Some(8));
        check(1, 100_000, Bound::Machine, Some(1));
        check(8, 50, Bound::Asked, None);
    }

    #[test]
    fn threads_take_addresses_that_they_do_not_use() {
        let threads = |many| many * ADDRESSES_OF_THREAD / MIB;
        check(8, 999 + threads(2), Bound::Addresses, None);
        check(8, 1_000 + threads(2), Bound::Addresses, Some(1));
        check(8, 1_900 + threads(3), Bound::Addresses, Some(2));
        let one = Need { on_threads: false, ..NEED };
        let free = Free { bytes: 1_000 * MIB, bound: Bound::Addresses };
        assert_eq!(one.jobs(1, free), Some(1));
    }

    #[test]
    fn what_is_needed_and_what_is_there_is_said() {
        let free = Free { bytes: 600 * MIB, bound: Bound::Group };
        assert_eq!(
            NEED.beside(free),
            "a run of 1,000,000 nodes takes up to 900 MiB, all runs together 100 MiB more, and 600 \
             MiB are free below the limit of the container (cgroup)"
        );
        let Failure::Refused(refused) = too_little(NEED, free) else { panic!("it is refused") };
        assert!(refused.to_string().contains("`--max-memory 1Gi` goes on"), "{refused}");
        assert!(refused.to_string().starts_with("error[too-little-memory]: "), "{refused}");
    }

    #[test]
    fn the_larger_of_two_runs_counts() {
        let small = Need { nodes: 10, per_job: 5, once: 0, on_threads: false };
        assert_eq!(small.or(NEED), NEED);
        assert_eq!(small.and_once(7).and_once(1).once, 8);
    }
}
