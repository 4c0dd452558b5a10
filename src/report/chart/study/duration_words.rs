//! What `duration.svg` says in words.

use crate::report::chart::canvas::more::and_more;
use crate::report::chart::study::scatter::Scatter;
use crate::report::chart::study::words::{duration_words, seeds, whiskers, worst_words};
use crate::report::readable::count;

/// More settings than this are counted in the description.
const LISTED: usize = 24;

/// What dots, whiskers and filled dots are.
pub(super) fn legend(scatter: &Scatter<'_>) -> String {
    let study = scatter.study;
    let circumstances =
        || scatter.settings.iter().map(|&it| &study.sweep.settings[it].circumstance);
    let has_circumstances = circumstances().any(|it| Some(it) != circumstances().next());
    let others = if has_circumstances {
        "no other setting of the same circumstance"
    } else if scatter.has_groups() {
        "no other setting of as many nodes"
    } else {
        "no other setting"
    };
    format!("{}; filled: {others} is better in both", whiskers(study))
}

/// What is said below the axis, whatever had room.
pub(super) fn notes(scatter: &Scatter<'_>) -> Vec<String> {
    let mut notes = vec!["time from the change until kubectl rollout status returns".to_owned()];
    let bad = scatter.study.sweep.settings.len() - scatter.settings.len();
    if bad > 0 {
        let bad = count(bad as u64, "setting");
        notes.push(format!("{bad} with a bad image not drawn: their rollouts should not complete"));
    }
    notes
}

/// What is said of settings without a label, and of those that are off the line of their frontier.
pub(super) fn late_notes(unlabeled: usize, is_some_off_line: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if unlabeled > 0 {
        notes.push(format!("{} without a label", count(unlabeled as u64, "setting")));
    }
    if is_some_off_line {
        notes
            .push("filled, off the line: a bad image hits fewer nodes than with others".to_owned());
    }
    notes
}

/// The picture in sentences, with the medians of each setting.
pub(super) fn describe(scatter: &Scatter<'_>) -> String {
    let Scatter { study, settings } = scatter;
    let mut sentences = vec![format!(
        "Scatter chart of {}: duration on a logarithmic axis, worst moment upwards, medians over {}.",
        count(settings.len() as u64, "setting"),
        seeds(study)
    )];
    for &index in settings.iter().take(LISTED) {
        let duration = duration_words(study, index);
        let duration = duration.unwrap_or_else(|| "does not complete".to_owned());
        let worst = worst_words(study, index);
        let of = if study.compares_shares() { " of nodes" } else { "" };
        let on = if study.frontier.contains(&index) { ", on the frontier" } else { "" };
        let name = &study.sweep.settings[index].name;
        sentences.push(format!("{name}: {duration}, {worst}{of} unavailable{on}."));
    }
    let more = settings.len().saturating_sub(LISTED);
    sentences.extend(and_more(more, "more setting"));
    sentences.join(" ")
}
