//! `compare.json`: the comparison in figures. Keys are in snake case with the unit last; times are
//! whole microseconds; what is never reached is null, and a lower bound is named in `at_least`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::compare::advice::advice_lines;
use crate::report::compare::journal::window_name;
use crate::report::compare::waiting::subject;
use crate::report::json::pretty;
use crate::report::spread_entry::SpreadEntry;
use crate::report::waiting_entry::WaitingEntry;
use crate::study::{Difference, Finding, Judgment, SettingResult, Study, Variances, Verdict};
use crate::time::SimDuration;

/// The comparison for programs, ending with a line break.
pub fn compare_json(study: &Study, version: &str) -> String {
    let sweep = &study.sweep;
    let name = |index: usize| sweep.settings[index].name.as_str();
    let results = study.comparison.results.iter().enumerate();
    let goal = study.view.goal;
    let decided = |index: usize| study.decisions[index].name.as_str();
    let reach = study.advice.as_ref().map_or(&[][..], |advice| &advice.reach);
    let as_cheap = study.advice.as_ref().map_or(0, |advice| advice.as_cheap);
    // Whoever has a goal is told what reaches it.
    let frontier = if study.advice.is_none() { &study.frontier[..] } else { &[] };
    pretty(&File {
        version,
        title: &study.view.title,
        assumed: &study.view.assumed,
        seeds: sweep.seeds.to_string(),
        daemon_set: sweep.daemon_set.as_deref(),
        baseline: sweep.settings.get(study.comparison.baseline).map(|it| it.name.as_str()),
        confidence: study.view.certainty.confidence.to_string(),
        differences_shown: study.comparison.differences,
        seeds_for_intervals: study.comparison.fewest_seeds,
        window_us: sweep.window.end.as_micros(),
        window: window_name(sweep.window.why),
        soak_us: sweep.window.soak.as_micros(),
        settings: results.map(|(index, it)| entry(study, index, it)).collect(),
        refused: sweep.refused.iter().map(|it| (it.name.as_str(), it.message.as_str())).collect(),
        goal_within_us: goal.within.map(SimDuration::as_micros),
        goal_worst: goal.worst.map(|it| it.to_string()),
        goal_hit: goal.hit.map(|it| it.to_string()),
        goal_share: study.advice.is_some().then(|| study.view.certainty.share.to_string()),
        cheapest_by: study.view.cheapest.key(),
        recommended: reach.first().map(|&it| decided(it)),
        as_cheap: reach[..as_cheap].iter().skip(1).map(|&it| decided(it)).collect(),
        next_best: reach.get(as_cheap).map(|&it| decided(it)),
        frontier: frontier.iter().map(|&it| name(it)).collect(),
        advice: advice_lines(study),
    })
}

#[derive(Serialize)]
struct File<'a> {
    version: &'a str,
    title: &'a str,
    assumed: &'a [String],
    seeds: String,
    daemon_set: Option<&'a str>,
    baseline: Option<&'a str>,
    confidence: String,
    differences_shown: usize,
    seeds_for_intervals: u32,
    window_us: u64,
    window: &'static str,
    soak_us: u64,
    settings: Vec<Entry<'a>>,
    refused: BTreeMap<&'a str, &'a str>,
    goal_within_us: Option<u64>,
    goal_worst: Option<String>,
    goal_hit: Option<String>,
    goal_share: Option<String>,
    cheapest_by: &'static str,
    recommended: Option<&'a str>,
    as_cheap: Vec<&'a str>,
    next_best: Option<&'a str>,
    frontier: Vec<&'a str>,
    advice: Vec<String>,
}

/// A setting in figures.
#[derive(Serialize)]
pub(in crate::report) struct Entry<'a> {
    setting: &'a str,
    decision: &'a str,
    circumstance: &'a str,
    scenario: &'a str,
    values: BTreeMap<&'a str, &'a str>,
    scenario_hash: String,
    nodes: u32,
    runs: usize,
    complete: usize,
    lost: usize,
    stalled: usize,
    unfinished: usize,
    no_rollout: usize,
    breached: usize,
    rollout_stuck_alert: usize,
    #[serde(rename = "figures")]
    metrics: BTreeMap<&'static str, SpreadEntry>,
    same_as: Option<&'a str>,
    verdict: Option<VerdictEntry>,
    differences: BTreeMap<&'static str, DifferenceEntry>,
    duration_variance: Option<VarianceEntry>,
    waiters: Vec<WaitingEntry>,
}

#[derive(Serialize)]
struct VerdictEntry {
    reaches: &'static str,
    seeds: usize,
    share_at_least_millionths: u32,
    share_at_most_millionths: u32,
    more_seeds: Option<u32>,
}

#[derive(Serialize)]
struct DifferenceEntry {
    median: Option<i64>,
    low: Option<i64>,
    high: Option<i64>,
    finding: &'static str,
}

#[derive(Serialize)]
struct VarianceEntry {
    pairs: usize,
    paired_ms2: u128,
    unpaired_ms2: u128,
}

pub(in crate::report) fn entry<'a>(
    study: &'a Study,
    index: usize,
    it: &SettingResult,
) -> Entry<'a> {
    let setting = &study.sweep.settings[index];
    let judgment = study.advice.as_ref().and_then(|advice| advice.judgments[index].as_ref());
    let values = setting.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Entry {
        setting: &setting.name,
        decision: &setting.decision,
        circumstance: &setting.circumstance,
        scenario: &setting.scenario,
        values: values.collect(),
        scenario_hash: format!("{:016x}", setting.hash),
        nodes: setting.nodes,
        runs: it.runs,
        complete: it.complete,
        lost: it.lost,
        stalled: it.stalled,
        unfinished: it.unfinished,
        no_rollout: it.no_rollout,
        breached: it.breached,
        rollout_stuck_alert: it.alerted,
        metrics: it
            .spreads
            .iter()
            .map(|(metric, it)| (metric.key(), SpreadEntry::new(*it)))
            .collect(),
        same_as: it.same_as.map(|same| study.sweep.settings[same].name.as_str()),
        verdict: judgment.map(verdict),
        differences: it.differences.iter().map(|it| (it.metric.key(), difference(it))).collect(),
        duration_variance: it.variances.map(variance),
        waiters: it
            .waiting
            .iter()
            .flat_map(|it| WaitingEntry::all(it, subject(study, index)))
            .collect(),
    }
}

fn verdict(it: &Judgment) -> VerdictEntry {
    let (reaches, more_seeds) = match it.verdict {
        Verdict::Yes => ("yes", None),
        Verdict::No => ("no", None),
        Verdict::TooFew { more } => ("too-few-seeds", Some(more)),
    };
    VerdictEntry {
        reaches,
        seeds: it.reached,
        share_at_least_millionths: it.at_least,
        share_at_most_millionths: it.at_most,
        more_seeds,
    }
}

fn finding(it: Finding) -> &'static str {
    match it {
        Finding::Differs => "differs",
        Finding::Equal => "equal",
        Finding::NotShown => "not-shown",
        Finding::TooFew => "too-few-seeds",
        Finding::Never => "never",
    }
}

fn difference(it: &Difference) -> DifferenceEntry {
    let finite = |value| Some(value).filter(|value| !matches!(*value, i64::MIN | i64::MAX));
    DifferenceEntry {
        median: finite(it.median),
        low: it.interval.and_then(|it| finite(it.low)),
        high: it.interval.and_then(|it| finite(it.high)),
        finding: finding(it.finding),
    }
}

fn variance(it: Variances) -> VarianceEntry {
    VarianceEntry { pairs: it.pairs, paired_ms2: it.paired, unpaired_ms2: it.unpaired }
}
