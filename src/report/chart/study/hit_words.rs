//! What `hit.svg` says in words.

use crate::report::chart::canvas::more::and_more;
use crate::report::chart::study::hit_rows::{Group, Row, reach_words, rows};
use crate::report::chart::study::words::{seeds, whiskers};
use crate::report::readable::{count, number};
use crate::study::Study;

/// An update may hit nodes though no image is bad.
pub(super) fn subject(study: &Study, groups: &[Group]) -> &'static str {
    let is_bad = |row: &Row| study.sweep.settings[row.setting].bad_image.is_some();
    if rows(groups).all(is_bad) { "how far a bad image gets" } else { "nodes that the update hits" }
}

/// What dots and whiskers are.
pub(super) fn legend(study: &Study, groups: &[Group]) -> String {
    let hollow = "; hollow: at least, the rollout went on at the end";
    let is_hollow = rows(groups).any(|row| row.reach.is_at_least);
    whiskers(study).to_owned() + if is_hollow { hollow } else { "" }
}

/// What is counted: nodes of how many, if all runs have as many.
pub(super) fn axis_words(study: &Study) -> String {
    if study.compares_shares() {
        return "share of nodes whose service the update took".to_owned();
    }
    let wanted = || study.rows.iter().map(|row| row.wanted);
    let of = wanted().min().filter(|least| wanted().max() == Some(*least));
    let of = of.map(|nodes| format!(", of {}", number(nodes.into()))).unwrap_or_default();
    format!("nodes whose service the update took{of}")
}

/// The settings that have no row, if there are any.
pub(super) fn not_drawn(study: &Study, more: usize) -> Option<String> {
    let choice = if study.frontier.is_empty() { "" } else { "; the frontier comes first" };
    (more > 0).then(|| format!("{} not drawn{choice}", count(more as u64, "more setting")))
}

/// The picture in sentences.
pub(super) fn describe(study: &Study, groups: &[Group], more: usize) -> String {
    let mut sentences = vec![format!(
        "Dot chart of the nodes whose service the update took, {}: medians over {}.",
        count(rows(groups).count() as u64, "setting"),
        seeds(study)
    )];
    sentences.extend(rows(groups).map(|row| {
        let name = &study.sweep.settings[row.setting].name;
        format!("{name}: {}.", reach_words(study, row.setting))
    }));
    sentences.extend(and_more(more, "more setting"));
    sentences.join(" ")
}
