//! The forecast for programs. Keys are in snake case with the unit last; times are whole microseconds
//! from now; what is never reached is null.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::StatusCounts;
use crate::report::beliefs::belief_lines;
use crate::report::forecast::shown::Shown;
use crate::report::holds::{AdviceEntry, HoldEntry, Keys};
use crate::report::json::pretty;
use crate::report::spread_entry::SpreadEntry;
use crate::report::waiting_entry::WaitingEntry;
use crate::study::{Firing, Metric, Now, Observed, Outlook, Prospect, Stalled};
use crate::time::SimDuration;

/// What is told of each course.
const FIGURES: [Metric; 3] = [Metric::Duration, Metric::Worst, Metric::NotUpdated];

/// The forecast, ending with a line break.
pub fn forecast_json(shown: &Shown<'_>, version: &str) -> String {
    pretty(&File {
        version,
        taken_at: shown.taken,
        nodes: shown.nodes,
        seeds: shown.seeds.0,
        durations: shown.grounds,
        believed: belief_lines(shown.beliefs),
        daemon_sets: shown.outlooks.iter().map(OutlookEntry::new).collect(),
    })
}

#[derive(Serialize)]
struct File<'a> {
    version: &'a str,
    taken_at: &'a str,
    nodes: usize,
    seeds: &'a str,
    durations: &'a [String],
    /// What lasts until an event changes it.
    believed: Vec<String>,
    daemon_sets: Vec<OutlookEntry<'a>>,
}

#[derive(Serialize)]
struct OutlookEntry<'a> {
    daemon_set: &'a str,
    state: &'static str,
    status: StatusEntry,
    strategy: &'a str,
    revision: Option<i64>,
    revision_age_us: Option<u64>,
    /// Of how many pods of the snapshot the starts are repeated; null if latencies are defaults.
    observed_pods: Option<usize>,
    /// `same-images`, `same-daemon-set` or `any-daemon-set`: what they have in common with its pods.
    observed_of: Option<&'static str>,
    prospects: Vec<ProspectEntry<'a>>,
}

#[derive(Serialize)]
struct StatusEntry {
    desired: u32,
    current: u32,
    ready: u32,
    updated: u32,
    available: u32,
    misscheduled: u32,
}

#[derive(Serialize)]
struct ProspectEntry<'a> {
    /// What is done; null if nothing is.
    r#try: Option<&'a str>,
    runs: usize,
    complete: usize,
    never: usize,
    unfinished: usize,
    no_rollout: usize,
    on_delete: bool,
    figures: BTreeMap<&'static str, SpreadEntry>,
    waiters: Vec<WaitingEntry>,
    alerts: Vec<AlertEntry>,
    stalled: Option<StalledEntry<'a>>,
}

#[derive(Serialize)]
struct AlertEntry {
    alert: &'static str,
    runs: usize,
    first_us: SpreadEntry,
}

#[derive(Serialize)]
struct StalledEntry<'a> {
    seed: u64,
    holds: Vec<HoldEntry<'a>>,
    advice: Vec<AdviceEntry>,
}

const fn pods(it: Observed) -> usize {
    match it {
        Observed::SameImages(pods) | Observed::SameDaemonSet(pods) | Observed::Any(pods) => pods,
    }
}

const fn whose(it: Observed) -> &'static str {
    match it {
        Observed::SameImages(_) => "same-images",
        Observed::SameDaemonSet(_) => "same-daemon-set",
        Observed::Any(_) => "any-daemon-set",
    }
}

impl<'a> OutlookEntry<'a> {
    fn new(it: &'a Outlook) -> Self {
        let StatusCounts { desired, current, ready, updated, available, misscheduled, .. } =
            it.now.status;
        Self {
            daemon_set: &it.daemon_set,
            state: match it.now {
                Now { deleting: Some(_), .. } => "being-deleted",
                Now { at_rest: true, .. } => "at-rest",
                Now { .. } => "under-way",
            },
            status: StatusEntry { desired, current, ready, updated, available, misscheduled },
            strategy: &it.now.strategy,
            revision: it.now.revision.map(|(number, _)| number),
            revision_age_us: it.now.revision.and_then(|it| it.1).map(SimDuration::as_micros),
            observed_pods: it.now.observed.map(pods),
            observed_of: it.now.observed.map(whose),
            prospects: it
                .prospects
                .iter()
                .map(|of| ProspectEntry::new(of, &it.daemon_set))
                .collect(),
        }
    }
}

impl<'a> ProspectEntry<'a> {
    fn new(it: &'a Prospect, daemon_set: &str) -> Self {
        let result = &it.result;
        let figure =
            |of: Metric| (of.key(), SpreadEntry::new(result.spread(of).unwrap_or_default()));
        let waiters = result.waiting.iter().flat_map(|it| WaitingEntry::all(it, daemon_set));
        Self {
            r#try: Some(it.label.as_str()).filter(|it| !it.is_empty()),
            runs: result.runs,
            complete: result.complete + result.lost,
            never: result.stalled,
            unfinished: result.unfinished,
            no_rollout: result.no_rollout,
            on_delete: it.on_delete,
            figures: FIGURES.into_iter().map(figure).collect(),
            waiters: waiters.collect(),
            alerts: it.firing.iter().map(AlertEntry::new).collect(),
            stalled: it.stalled.as_deref().map(|it| StalledEntry::new(it, daemon_set)),
        }
    }
}

impl AlertEntry {
    fn new(it: &Firing) -> Self {
        Self { alert: it.rule.name(), runs: it.runs, first_us: SpreadEntry::new(it.first) }
    }
}

impl<'a> StalledEntry<'a> {
    fn new(it: &'a Stalled, daemon_set: &str) -> Self {
        Self {
            seed: it.seed,
            holds: it.state.holds.iter().map(|it| HoldEntry::new(it, Keys::Snake)).collect(),
            advice: AdviceEntry::all(&it.state.advice, daemon_set, Keys::Snake),
        }
    }
}
