//! Phases in words and in tables.

use crate::inspect::phases::{Share, Span};
use crate::inspect::why::Holder;
use crate::report::readable::{listed, number, span};
use crate::report::table::layout;

/// How many nodes a sentence names.
const NAMED: usize = 3;

/// A row for each phase: from when to when, how long, and what it went into.
pub(super) fn table(spans: &[Span]) -> String {
    let header = ["FROM", "UNTIL", "TOOK", "PHASE"].map(str::to_owned).to_vec();
    let row = |it: &Span| {
        vec![span(it.from), span(it.until), span(it.length()), it.kind.name().to_owned()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(spans.iter().map(row)).collect();
    layout(&rows)
}

/// The longest phases: `image pulls 41s, becoming Ready 10s`.
pub(super) fn longest(shares: &[Share], most: usize) -> String {
    let words = |share: &Share| format!("{} {}", share.kind.name(), span(share.time));
    let all: Vec<String> = shares.iter().take(most).map(words).collect();
    all.join(", ")
}

/// What each kind of phase took in all, the longest first.
pub(super) fn sums<'a>(spans: impl IntoIterator<Item = &'a Span>) -> Vec<Share> {
    Share::sums(spans.into_iter().map(|span| (span.kind, span.length())))
}

/// Some nodes that hold the budget, each with what it waits for: `worker-3 (image pulls) and 7
/// more`.
pub(super) fn holders(holders: &[Holder]) -> String {
    let one = |it: &Holder| format!("{} ({} since {})", it.node, it.kind.name(), span(it.since));
    let mut shown: Vec<String> = holders.iter().take(NAMED).map(one).collect();
    let rest = holders.len().saturating_sub(NAMED);
    if rest > 0 {
        shown.push(format!("{} more", number(rest as u64)));
    }
    listed(&shown, "and")
}
