//! What `duration.svg` says in words.

use crate::report::chart::study::labels::{percent, whiskers};
use crate::report::chart::study::scatter::Scatter;
use crate::report::readable::{count, span};
use crate::study::NEVER;
use crate::time::SimDuration;

/// More settings than this are counted in the description.
const LISTED: usize = 24;

/// What dots, whiskers and filled dots are.
pub(super) fn subtitle(scatter: &Scatter<'_>) -> String {
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

/// What is said below the axis, a line each.
pub(super) fn below(
    scatter: &Scatter<'_>,
    fields: Option<String>,
    unlabeled: usize,
    some_off_line: bool,
) -> Vec<String> {
    let study = scatter.study;
    let mut below = vec!["time from the change until kubectl rollout status returns".to_owned()];
    below.extend(fields.map(|it| format!("labels: {it}")));
    if unlabeled > 0 {
        below.push(format!("{} without a label", count(unlabeled as u64, "setting")));
    }
    let bad = study.sweep.settings.len() - scatter.settings.len();
    if bad > 0 {
        let bad = count(bad as u64, "setting");
        below.push(format!(
            "{bad} with a bad image not drawn: nobody wants such a rollout to be quick"
        ));
    }
    if some_off_line {
        below
            .push("filled, off the line: a bad image hits fewer nodes than with others".to_owned());
    }
    below
}

pub(super) fn describe(scatter: &Scatter<'_>) -> String {
    let Scatter { study, settings, percent: shares } = scatter;
    let mut sentences = vec![format!(
        "Scatter chart of {}: duration on a logarithmic axis, worst moment upwards.",
        count(settings.len() as u64, "setting")
    )];
    for &index in settings.iter().take(LISTED) {
        let duration = match scatter.duration(index).p50 {
            NEVER => "does not complete".to_owned(),
            micros => span(SimDuration::from_micros(micros)),
        };
        let worst = scatter.worst(index).p50;
        let worst = if *shares {
            format!("{} of nodes", percent(u32::try_from(worst).unwrap_or(0)))
        } else {
            count(worst, "node")
        };
        let on = if study.frontier.contains(&index) { ", on the frontier" } else { "" };
        let name = &study.sweep.settings[index].name;
        sentences.push(format!("{name}: {duration}, {worst} unavailable{on}."));
    }
    let more = settings.len().saturating_sub(LISTED) as u64;
    sentences.extend((more > 0).then(|| format!("And {}.", count(more, "more setting"))));
    sentences.join(" ")
}
