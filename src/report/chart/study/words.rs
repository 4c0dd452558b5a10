//! What the charts of a comparison say alike: titles, seeds, figures of a setting.

use crate::report::chart::canvas::look::Look;
use crate::report::chart::study::figures::{duration, worst};
use crate::report::readable::{count, span};
use crate::study::{NEVER, Range, Study};
use crate::time::SimDuration;

/// Longer lists of seeds are counted.
const LONGEST_SEEDS: usize = 16;

/// `node-exporter: how long nodes are without a serving pod`.
pub(super) fn title(study: &Study, what: &str) -> String {
    format!("{}: {what}", study.view.title)
}

/// What is shown, what varies, and of which seeds: `Share of …; by maxUnavailable; seeds 1..100`. A
/// title of somebody's own may not name the scenario, so the line below it does.
pub(super) fn subtitle(study: &Study, look: &Look, what: &str, fields: Option<&str>) -> String {
    let scenario = look.title.as_ref().map(|_| format!("{}: ", study.view.title));
    let by = fields.map(|fields| format!("; by {fields}"));
    format!("{}{what}; {}{}", scenario.unwrap_or_default(), seeds(study), by.unwrap_or_default())
}

/// `seeds 1..100`, or how many there are if the list is long.
pub(super) fn seeds(study: &Study) -> String {
    let many = study.sweep.seeds.numbers().len() as u64;
    let listed = study.sweep.seeds.to_string();
    if listed.len() > LONGEST_SEEDS {
        return count(many, "seed");
    }
    let seeds = if many == 1 { "seed" } else { "seeds" };
    format!("{seeds} {listed}")
}

/// What whiskers show.
pub(super) fn whiskers(study: &Study) -> &'static str {
    match Range::of(study.sweep.seeds.numbers().len()) {
        Range::MinMax => "median, whiskers from min to max",
        Range::P5P95 => "median, whiskers from p5 to p95",
    }
}

/// Thousandths as a percentage.
pub(super) fn percent(share: u32) -> String {
    match share % 10 {
        0 => format!("{}%", share / 10),
        tenth => format!("{}.{tenth}%", share / 10),
    }
}

/// How many nodes are without a pod at the worst moment, by the median: `10 nodes`, or `10%` where
/// sizes differ.
pub(super) fn worst_words(study: &Study, setting: usize) -> String {
    let worst = worst(study, setting).p50;
    if study.compares_shares() {
        percent(u32::try_from(worst).unwrap_or(u32::MAX))
    } else {
        count(worst, "node")
    }
}

/// How long a rollout takes, by the median; none if it does not complete.
pub(super) fn duration_words(study: &Study, setting: usize) -> Option<String> {
    let micros = Some(duration(study, setting).p50).filter(|it| *it != NEVER)?;
    Some(span(SimDuration::from_micros(micros)))
}
