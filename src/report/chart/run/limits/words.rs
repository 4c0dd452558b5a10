//! What a run does at a time, in words.

use crate::inspect::over_time::{Level, Load};
use crate::report::chart::canvas::more::sentences;
use crate::report::chart::run::limits::chart::Loaded;
use crate::report::chart::run::words::in_words;
use crate::report::readable::{count, number, span};
use crate::time::SimDuration;

/// The most at a time, and when that was first reached.
pub(super) fn most(levels: &[Level]) -> Option<(u32, SimDuration)> {
    let most = levels.iter().rev().max_by_key(|level| level.number)?;
    (most.number > 0).then_some((most.number, most.at))
}

/// The busiest second: how many requests, and when.
pub(super) fn busiest(load: &Load) -> Option<(u32, SimDuration)> {
    let busiest = load.requests.iter().rev().max_by_key(|second| second.sum())?;
    Some((busiest.sum(), SimDuration::from_secs(busiest.second)))
}

/// `at most 12, at 1m20s`; `none`.
pub(super) fn at_most(peak: Option<(u32, SimDuration)>) -> String {
    match peak {
        Some((many, at)) => format!("at most {}, at {}", number(many.into()), span(at)),
        None => "none".to_owned(),
    }
}

/// The peaks of each run.
pub(super) fn describe(runs: &[Loaded<'_>]) -> String {
    let about = "Image pulls, requests of the DaemonSet controller, and requests that wait for the limit \
                 of its client, over time.";
    let each = sentences(runs, "more run", of_run);
    in_words(about, each, runs.iter().map(Loaded::marks))
}

fn of_run(run: &Loaded<'_>) -> String {
    let Loaded { shown, load, rate } = run;
    let pulls = match shown.name {
        "" => "Image pulls".to_owned(),
        name => format!("{name}: image pulls"),
    };
    let sum = |of: fn(&crate::inspect::over_time::SecondOfRequests) -> u32| {
        load.requests.iter().map(|it| u64::from(of(it))).sum::<u64>()
    };
    let limit = rate.map(|rate| format!(", with a limit of {} a second", number(rate.into())));
    format!(
        "{pulls} at a time: {}. Requests in a second: {}{}; in all {}, {} and {}. \
         Requests that wait: {}.",
        at_most(most(&load.pulls)),
        at_most(busiest(load)),
        limit.unwrap_or_default(),
        count(sum(|it| it.creates), "creation"),
        count(sum(|it| it.deletes), "deletion"),
        count(sum(|it| it.others), "other write"),
        at_most(most(&load.waiting)),
    )
}
