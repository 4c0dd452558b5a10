//! What all charts of runs in words have: what is drawn, each part of it, and what the scenario did.

use crate::record::Mark;
use crate::report::chart::canvas::more::LISTED;
use crate::report::chart::run::marks::common;
use crate::report::readable::span;

/// What a chart is `about`, its parts in sentences, and the marks that all parts share.
pub(super) fn in_words<'a>(
    about: &str,
    parts: Vec<String>,
    marks: impl Iterator<Item = &'a [Mark]>,
) -> String {
    let mut sentences = vec![about.to_owned()];
    sentences.extend(parts);
    sentences.extend(marked(common(marks)));
    sentences.join(" ")
}

/// What the scenario did.
fn marked(marks: &[Mark]) -> Option<String> {
    let mark = |it: &Mark| format!("{} at {}", it.label, span(it.at));
    let listed: Vec<String> = marks.iter().take(LISTED).map(mark).collect();
    let more = marks.len().saturating_sub(LISTED);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    (!listed.is_empty()).then(|| format!("Marked: {}{more}.", listed.join("; ")))
}
