//! What is counted where there is too much to draw or to list.

use crate::report::readable::count;

/// More things than this are counted and not listed.
pub(in crate::report::chart) const LISTED: usize = 12;

/// `3 more plots not drawn`; nothing if there are none.
pub(in crate::report::chart) fn not_drawn(many: usize, what: &str) -> Option<String> {
    (many > 0).then(|| format!("{} not drawn", count(many as u64, what)))
}

/// `And 3 more plots.`; nothing if there are none.
pub(in crate::report::chart) fn and_more(many: usize, what: &str) -> Option<String> {
    (many > 0).then(|| format!("And {}.", count(many as u64, what)))
}

/// A sentence for each of the first few, and how many more there are.
pub(in crate::report::chart) fn sentences<T>(
    all: &[T],
    what: &str,
    sentence: impl FnMut(&T) -> String,
) -> Vec<String> {
    let more = and_more(all.len().saturating_sub(LISTED), what);
    all.iter().take(LISTED).map(sentence).chain(more).collect()
}
