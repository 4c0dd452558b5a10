//! Holds, causes and remedies for programs: the same in `summary.json`, in a plan and in a
//! check.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::{Attempt, Blocker, Hold};
use crate::report::cause::{command, reason, words};
use crate::time::SimDuration;

/// How keys of several words are written: each file has one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// `lasting_us`.
    Snake,
    /// `lastingUs`, as in Kubernetes' objects.
    Camel,
}

/// A span under the key that it has in this file.
type Span = BTreeMap<&'static str, Option<u64>>;

impl Keys {
    fn span(self, snake: &'static str, camel: &'static str, span: Option<SimDuration>) -> Span {
        let key = match self {
            Self::Snake => snake,
            Self::Camel => camel,
        };
        [(key, span.map(SimDuration::as_micros))].into()
    }
}

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
    pods: &'a [String],
    #[serde(flatten)]
    lasting: Span,
    restarts: u64,
}

/// A remedy that was tried.
#[derive(Serialize)]
pub(super) struct AdviceEntry {
    commands: Vec<String>,
    helps: bool,
    #[serde(flatten)]
    ends_after: Span,
    updated: u32,
    desired: u32,
}

impl<'a> HoldEntry<'a> {
    pub(super) fn new(hold: &'a Hold, keys: Keys) -> Self {
        let causes = hold.causes.iter().map(|it| CauseEntry::new(it, keys)).collect();
        Self { reason: hold.reason, nodes: hold.nodes, causes }
    }
}

impl<'a> CauseEntry<'a> {
    pub(super) fn new(it: &'a Blocker, keys: Keys) -> Self {
        Self {
            reason: reason(&it.cause),
            message: words(it),
            nodes: &it.nodes,
            pods: &it.pods,
            lasting: keys.span("lasting_us", "lastingUs", it.lasting),
            restarts: it.restarts,
        }
    }
}

impl AdviceEntry {
    pub(super) fn all(attempts: &[Attempt], daemon_set: &str, keys: Keys) -> Vec<Self> {
        let entry = |it: &Attempt| Self {
            commands: it.remedies.iter().map(|it| command(it, daemon_set, usize::MAX)).collect(),
            helps: it.ends_after.is_some(),
            ends_after: keys.span("ends_after_us", "endsAfterUs", it.ends_after),
            updated: it.updated,
            desired: it.desired,
        };
        attempts.iter().map(entry).collect()
    }
}
