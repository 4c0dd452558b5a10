//! What a tool that waits says, over the runs with a rollout, for programs.

use serde::Serialize;

use crate::record::Tool;
use crate::report::spread_entry::SpreadEntry;
use crate::report::timeouts::{rounded, to_paste};
use crate::study::{Timeout, Waiting};
use crate::time::SimDuration;

#[derive(Serialize)]
pub(super) struct WaitingEntry {
    waiter: &'static str,
    runs: usize,
    done: usize,
    never: usize,
    /// It ends with an error at once: kubectl with `OnDelete`.
    refused: usize,
    too_early: usize,
    most_missing_nodes: u32,
    most_missing_of_nodes: u32,
    /// None if it waits in no run.
    done_after_us: Option<SpreadEntry>,
    /// `known`, `none-is-enough`, `too-few-seeds`, or `cut-off` if runs ended before it was done.
    timeout: Option<&'static str>,
    timeout_us: Option<u64>,
    /// What to write for that.
    timeout_to_paste: Option<String>,
}

impl WaitingEntry {
    /// One for each tool that judges so, about a DaemonSet.
    pub(super) fn all(it: &Waiting, daemon_set: &str) -> Vec<Self> {
        let timeout = match it.timeout {
            Some(Timeout::AtMost(most)) => Some(rounded(most)),
            Some(Timeout::NoneIsEnough | Timeout::Unknown { .. }) | None => None,
        };
        let entry = |tool: &Tool| Self {
            waiter: tool.name(),
            runs: it.runs,
            done: it.done,
            never: it.never,
            refused: it.refused,
            too_early: it.early,
            most_missing_nodes: it.most_missing.0,
            most_missing_of_nodes: it.most_missing.1,
            done_after_us: it.timeout.map(|_| SpreadEntry::new(it.after)),
            timeout: it.timeout.map(|it| match it {
                Timeout::AtMost(_) => "known",
                Timeout::NoneIsEnough => "none-is-enough",
                Timeout::Unknown { cut_off: true, .. } => "cut-off",
                Timeout::Unknown { cut_off: false, .. } => "too-few-seeds",
            }),
            timeout_us: timeout.map(SimDuration::as_micros),
            timeout_to_paste: timeout.map(|it| to_paste(*tool, daemon_set, it)),
        };
        it.waiter.tools().iter().map(entry).collect()
    }
}
