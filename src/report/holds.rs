//! Holds, causes and remedies for programs: the same in `summary.json`, in a plan and in a
//! check.

use serde::Serialize;

use crate::record::{Attempt, Blocker, Hold};
use crate::report::cause::{command, reason, words};
use crate::time::SimDuration;

#[derive(Serialize)]
pub(super) struct HoldEntry<'a> {
    reason: &'static str,
    nodes: u32,
    causes: Vec<CauseEntry<'a>>,
}

#[derive(Serialize)]
pub(super) struct CauseEntry<'a> {
    reason: &'a str,
    message: String,
    nodes: &'a [String],
    lasting_us: Option<u64>,
    restarts: u64,
}

/// A remedy that was tried.
#[derive(Serialize)]
pub(super) struct AdviceEntry {
    commands: Vec<String>,
    helps: bool,
    ends_after_us: Option<u64>,
    updated: u32,
    desired: u32,
}

impl<'a> HoldEntry<'a> {
    pub(super) fn new(hold: &'a Hold) -> Self {
        let causes = hold.causes.iter().map(CauseEntry::new).collect();
        Self { reason: hold.reason, nodes: hold.nodes, causes }
    }
}

impl<'a> CauseEntry<'a> {
    pub(super) fn new(it: &'a Blocker) -> Self {
        Self {
            reason: reason(&it.cause),
            message: words(it),
            nodes: &it.nodes,
            lasting_us: it.lasting.map(SimDuration::as_micros),
            restarts: it.restarts,
        }
    }
}

impl AdviceEntry {
    pub(super) fn all(attempts: &[Attempt], daemon_set: &str) -> Vec<Self> {
        let entry = |it: &Attempt| Self {
            commands: it.remedies.iter().map(|it| command(it, daemon_set, usize::MAX)).collect(),
            helps: it.ends_after.is_some(),
            ends_after_us: it.ends_after.map(SimDuration::as_micros),
            updated: it.updated,
            desired: it.desired,
        };
        attempts.iter().map(entry).collect()
    }
}
