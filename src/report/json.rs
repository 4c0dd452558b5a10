//! `summary.json` and `run.json`: a run in figures, and what it takes to run it again.
//!
//! Keys are in snake case with the unit last. Times are whole microseconds (`_us`), exact and
//! never a fraction, so equal runs give equal bytes; readers that keep numbers as 64-bit floats
//! (`jq`, JavaScript) hold them exactly below 285 years.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::{
    Alert, Answers, Believed, Breach, DaemonSetSummary, FailedAction, GapStats, Limit, Rollout,
    StatusCounts, Summary, Waiter,
};
use crate::report::holds::{AdviceEntry, HoldEntry, Keys};
use crate::report::json::losses::{CoverEntry, LossesEntry};
use crate::report::over_seeds::OverSeedsEntry;
use crate::report::verdict::verdict;
use crate::study::OverSeeds;
use crate::time::SimDuration;

mod losses;

/// What produced the files of a run: enough to run it again and to see whether it was the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Version of rollcast.
    pub version: String,
    /// The scenario's name.
    pub scenario: String,
    /// Hash of the scenario and of the manifests it read, in hexadecimal.
    pub scenario_hash: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The Kubernetes version whose behavior was simulated: `1.34`.
    pub kubernetes_version: String,
    /// Where the scenario came from.
    pub input: RunInput,
    /// The run ends after so many events.
    pub max_events: u64,
    /// Parameters that are not in the scenario's file: what `--set` changed, and the like.
    pub parameters: BTreeMap<String, String>,
    /// [`Summary::digest`] of the run; written as 16 hexadecimal digits.
    #[serde(serialize_with = "hex_digits", deserialize_with = "from_hex_digits")]
    pub digest: u64,
    /// The files written beside this one, in the order of their names.
    pub files: Vec<String>,
}

/// Where the scenario of a run came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInput {
    /// The name of the file, wherever it was; `-` is standard input.
    pub file: String,
    /// What standard input said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// How many nodes were assumed for a manifest, if that was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nodes: Option<u32>,
    /// The image that a manifest was updated to, if one was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<String>,
}

/// `run.json`, ending with a line break.
pub fn run_json(run: &RunInfo) -> String {
    pretty(run)
}

/// `summary.json`, ending with a line break: every figure of the summary, the verdicts in words,
/// and the expectations that did not hold.
pub fn summary_json(summary: &Summary, breaches: &[Breach]) -> String {
    pretty(&SummaryFile::new(summary, breaches))
}

/// The same, and what many seeds come to.
pub fn summary_over_seeds_json(summary: &Summary, breaches: &[Breach], over: &OverSeeds) -> String {
    let over_seeds = Some(OverSeedsEntry::new(over));
    pretty(&SummaryFile { over_seeds, ..SummaryFile::new(summary, breaches) })
}

impl<'a> SummaryFile<'a> {
    fn new(summary: &'a Summary, breaches: &'a [Breach]) -> Self {
        Self {
            end_us: summary.end.as_micros(),
            events: summary.events,
            at_rest: summary.at_rest,
            limit_hit: summary.limit_hit.map(Limit::name),
            digest: summary.digest,
            peak_concurrent_pulls: summary.peak_concurrent_pulls,
            beliefs: summary.beliefs.iter().map(BeliefEntry::new).collect(),
            failed_actions: summary.failed_actions.iter().map(FailedActionEntry::new).collect(),
            expectations_broken: breaches.iter().map(BreachEntry::new).collect(),
            cover: summary.cover.iter().map(CoverEntry::new).collect(),
            daemon_sets: summary
                .daemon_sets
                .iter()
                .map(|it| DaemonSetEntry::new(it, summary))
                .collect(),
            over_seeds: None,
        }
    }
}

#[derive(Serialize)]
struct SummaryFile<'a> {
    end_us: u64,
    events: u64,
    at_rest: bool,
    limit_hit: Option<&'a str>,
    #[serde(serialize_with = "hex_digits")]
    digest: u64,
    peak_concurrent_pulls: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    beliefs: Vec<BeliefEntry<'a>>,
    failed_actions: Vec<FailedActionEntry<'a>>,
    expectations_broken: Vec<BreachEntry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cover: Vec<CoverEntry<'a>>,
    daemon_sets: Vec<DaemonSetEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    over_seeds: Option<OverSeedsEntry<'a>>,
}

#[derive(Serialize)]
struct BeliefEntry<'a> {
    belief: &'static str,
    objects: u32,
    examples: &'a [String],
    changed_by: &'static [&'static str],
}

impl<'a> BeliefEntry<'a> {
    fn new(it: &'a Believed) -> Self {
        let Believed { belief, objects, ref examples } = *it;
        Self { belief: belief.name(), objects, examples, changed_by: belief.changed_by() }
    }
}

#[derive(Serialize)]
pub(super) struct FailedActionEntry<'a> {
    /// Null if it never happened.
    at_us: Option<u64>,
    action: &'a str,
    message: &'a str,
    times: u32,
}

#[derive(Serialize)]
struct BreachEntry<'a> {
    expectation: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct DaemonSetEntry<'a> {
    daemon_set: String,
    verdict: String,
    created_at_us: u64,
    deleted: bool,
    update_strategy: &'static str,
    node_selector: &'a str,
    budget_nodes: u32,
    holds: Vec<HoldEntry<'a>>,
    advice: Vec<AdviceEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    losses: Option<LossesEntry<'a>>,
    unschedulable: Vec<UnschedulableEntry<'a>>,
    alerts: Vec<AlertEntry>,
    status: StatusEntry,
    rollouts: Vec<RolloutEntry<'a>>,
    node_time_without_us: u64,
    gap_per_node: GapEntry,
    slowest_node: Option<&'a str>,
    slowest_node_without_us: Option<u64>,
    longest_gap_us: u64,
    pods_created: u64,
    pods_deleted: u64,
}

#[derive(Serialize)]
struct UnschedulableEntry<'a> {
    reason: &'a str,
    pods: u32,
}

#[derive(Serialize)]
struct AlertEntry {
    alert: &'static str,
    /// When it first fired.
    fired_at_us: u64,
    /// When it last stopped firing; null if it fires at the end.
    resolved_at_us: Option<u64>,
    times: u32,
}

#[derive(Serialize)]
struct StatusEntry {
    desired: u32,
    current: u32,
    misscheduled: u32,
    ready: u32,
    updated: u32,
    available: u32,
    unavailable: u32,
}

#[derive(Serialize)]
struct GapEntry {
    nodes: u32,
    p50_us: u64,
    p90_us: u64,
    p99_us: u64,
    max_us: u64,
}

#[derive(Serialize)]
struct RolloutEntry<'a> {
    generation: i64,
    trigger: &'a str,
    creation: bool,
    superseded: bool,
    started_us: u64,
    finished_us: Option<u64>,
    duration_us: Option<u64>,
    last_progress_us: u64,
    worst_without_nodes: u32,
    worst_wanted_nodes: u32,
    worst_promised_nodes: u32,
    worst_at_us: u64,
    worst_reported_unavailable_nodes: u32,
    breached_us: u64,
    waves: u32,
    waiters: Vec<WaiterEntry>,
    /// Ids of facts in facts.jsonl, each the cause of the next.
    decided_by: Vec<u32>,
}

/// What a tool that waits says about a rollout.
#[derive(Serialize)]
struct WaiterEntry {
    waiter: &'static str,
    /// When it says that the rollout is done; null if it never does.
    done_at_us: Option<u64>,
    /// Nodes that had no serving pod of the new revision at that moment.
    missing_nodes: Option<u32>,
}

impl WaiterEntry {
    fn all(waiter: Waiter, answers: &Answers) -> impl Iterator<Item = Self> {
        let done = answers.of(waiter);
        waiter.tools().iter().map(move |tool| Self {
            waiter: tool.name(),
            done_at_us: done.map(|done| done.at.as_micros()),
            missing_nodes: done.map(|done| done.missing),
        })
    }
}

impl<'a> FailedActionEntry<'a> {
    pub(super) fn new(it: &'a FailedAction) -> Self {
        let FailedAction { at, action, message, times } = it;
        Self { at_us: at.map(SimDuration::as_micros), action, message, times: *times }
    }
}

impl<'a> BreachEntry<'a> {
    fn new(breach: &'a Breach) -> Self {
        Self { expectation: &breach.expectation, message: &breach.message }
    }
}

impl<'a> DaemonSetEntry<'a> {
    fn new(it: &'a DaemonSetSummary, run: &Summary) -> Self {
        let holds = it.holds.iter();
        Self {
            daemon_set: it.key(),
            verdict: verdict(it, run),
            created_at_us: it.created_at.as_micros(),
            deleted: it.deleted.is_some(),
            update_strategy: if it.on_delete { "OnDelete" } else { "RollingUpdate" },
            node_selector: &it.node_selector,
            budget_nodes: it.budget,
            holds: holds.map(|it| HoldEntry::new(it, Keys::Snake)).collect(),
            advice: AdviceEntry::all(&it.advice, &it.daemon_set, Keys::Snake),
            losses: LossesEntry::new(&it.losses),
            unschedulable: (it.unschedulable.iter())
                .map(|(reason, pods)| UnschedulableEntry { reason, pods: *pods })
                .collect(),
            alerts: it.alerts.iter().map(AlertEntry::new).collect(),
            status: StatusEntry::new(it.status),
            rollouts: it.rollouts.iter().map(RolloutEntry::new).collect(),
            node_time_without_us: it.node_time_without.as_micros(),
            gap_per_node: GapEntry::new(it.gaps),
            slowest_node: it.slowest.as_ref().map(|(node, _)| node.as_str()),
            slowest_node_without_us: it.slowest.as_ref().map(|(_, gap)| gap.as_micros()),
            longest_gap_us: it.longest_gap.as_micros(),
            pods_created: it.pods_created,
            pods_deleted: it.pods_deleted,
        }
    }
}

impl AlertEntry {
    fn new(it: &Alert) -> Self {
        Self {
            alert: it.rule.name(),
            fired_at_us: it.fired.as_micros(),
            resolved_at_us: it.resolved.map(SimDuration::as_micros),
            times: it.times,
        }
    }
}

impl StatusEntry {
    fn new(it: StatusCounts) -> Self {
        Self {
            desired: it.desired,
            current: it.current,
            misscheduled: it.misscheduled,
            ready: it.ready,
            updated: it.updated,
            available: it.available,
            unavailable: it.unavailable,
        }
    }
}

impl GapEntry {
    fn new(it: GapStats) -> Self {
        Self {
            nodes: it.nodes,
            p50_us: it.p50.as_micros(),
            p90_us: it.p90.as_micros(),
            p99_us: it.p99.as_micros(),
            max_us: it.max.as_micros(),
        }
    }
}

impl<'a> RolloutEntry<'a> {
    fn new(it: &'a Rollout) -> Self {
        let took =
            |finished: SimDuration| finished.as_micros().saturating_sub(it.started.as_micros());
        Self {
            generation: it.generation,
            trigger: &it.trigger,
            creation: it.creation,
            superseded: it.superseded,
            started_us: it.started.as_micros(),
            finished_us: it.finished.map(SimDuration::as_micros),
            duration_us: it.finished.map(took),
            last_progress_us: it.last_progress.as_micros(),
            worst_without_nodes: it.worst.without,
            worst_wanted_nodes: it.worst.wanted,
            worst_promised_nodes: it.worst.promised,
            worst_at_us: it.worst.at.as_micros(),
            worst_reported_unavailable_nodes: it.worst_reported,
            breached_us: it.breached.as_micros(),
            waves: it.waves,
            waiters: Waiter::ALL.iter().flat_map(|&of| WaiterEntry::all(of, &it.answers)).collect(),
            decided_by: it.decided_by.iter().map(|fact| fact.0).collect(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn hex_digits<S: serde::Serializer>(digest: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{digest:016x}"))
}

fn from_hex_digits<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let digits = String::deserialize(from)?;
    u64::from_str_radix(&digits, 16).map_err(serde::de::Error::custom)
}

pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("plain structs are always JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
