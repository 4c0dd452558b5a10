//! The pieces that answers in JSON have in common.

use serde::Serialize;

use crate::inspect::phases::{Share, Span};
use crate::inspect::why::{Holder, Look};
use crate::record::Fact;
use crate::report::why::facts::clause;
use crate::time::SimDuration;

/// A phase; it begins where the one before it ends.
#[derive(Serialize)]
pub(super) struct PhaseEntry {
    phase: &'static str,
    from_us: u64,
    until_us: u64,
    took_us: u64,
}

impl PhaseEntry {
    pub(super) fn all(spans: &[Span]) -> Vec<Self> {
        let entry = |it: &Span| Self {
            phase: it.kind.key(),
            from_us: it.from.as_micros(),
            until_us: it.until.as_micros(),
            took_us: it.length().as_micros(),
        };
        spans.iter().map(entry).collect()
    }
}

/// What a kind of phase took in all.
#[derive(Serialize)]
pub(super) struct ShareEntry {
    phase: &'static str,
    time_us: u64,
}

impl ShareEntry {
    pub(super) fn all(shares: &[Share]) -> Vec<Self> {
        let entry = |it: &Share| Self { phase: it.kind.key(), time_us: it.time.as_micros() };
        shares.iter().map(entry).collect()
    }
}

/// A fact of `facts.jsonl`.
#[derive(Serialize)]
pub(super) struct FactEntry {
    id: u32,
    at_us: u64,
    text: String,
}

impl FactEntry {
    pub(super) fn new(look: &Look<'_>, fact: &Fact) -> Self {
        let text = clause(fact, &look.run.names);
        Self { id: fact.id.0, at_us: fact.at.as_micros(), text }
    }

    pub(super) fn all(look: &Look<'_>, facts: &[&Fact]) -> Vec<Self> {
        facts.iter().map(|fact| Self::new(look, fact)).collect()
    }
}

/// A node that counts against the budget.
#[derive(Serialize)]
pub(super) struct HolderEntry<'a> {
    node: &'a str,
    pod: &'a str,
    phase: &'static str,
    since_us: u64,
}

impl<'a> HolderEntry<'a> {
    pub(super) fn all(holders: &'a [Holder]) -> Vec<Self> {
        let entry = |it: &'a Holder| Self {
            node: &it.node,
            pod: &it.pod,
            phase: it.kind.key(),
            since_us: micros(it.since),
        };
        holders.iter().map(entry).collect()
    }
}

pub(super) fn micros(span: SimDuration) -> u64 {
    span.as_micros()
}
