//! `runs.jsonl`: a line that says what is run, and a line per run, each complete in itself.
//!
//! Rows are written as they are done, so the file of a sweep that was cut off tells what is left to
//! do. Lines are equal for equal runs, on any machine: files of several machines can be joined.

use serde::{Deserialize, Serialize};

use crate::record::Waiter;
use crate::report::readable::number;
use crate::study::{
    Answer, Certainty, Goal, Measure, Outcome, Refused, Row, RunMetrics, Seeds, Setting, StillOut,
    Sweep, View, Window, WindowEnd,
};
use crate::time::SimDuration;

/// No sweep has more runs: each takes some hundred bytes of memory.
pub const MOST_RUNS: usize = 10_000_000;

/// What a journal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version of rollcast that ran it.
    pub version: String,
    /// The names of the scenarios' files, without their folders.
    pub files: Vec<String>,
    /// What the command line changes in all settings: `--set` and `nodes=200`.
    pub options: Vec<(String, String)>,
    pub sweep: Sweep,
    /// How it is looked at.
    pub view: View,
}

/// Why a line of a journal cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// It begins with something else.
    #[error("its first line does not say what is run")]
    NoHeader,
    /// A header whose parts do not go together.
    #[error("its first line contradicts itself")]
    Contradiction,
    /// A line below the header that is something else.
    #[error("a line is no run")]
    NoRun,
    /// A run that is not in the sweep.
    #[error("its first line names no setting {setting} with seed {seed}")]
    UnknownRun {
        /// As the line says, from 0.
        setting: usize,
        seed: u64,
    },
    /// A run that came out otherwise before.
    #[error("setting {setting} with seed {seed} came out otherwise in another line")]
    OtherResult {
        /// From 0.
        setting: usize,
        seed: u64,
    },
    /// A header of another sweep than the first one.
    #[error("it begins anew with another sweep")]
    OtherHeader,
}

impl Header {
    /// Why rows of a journal with this header do not belong to `other`, if they do not. Those of other
    /// seeds do.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let (one, two) = (&self.sweep, &other.sweep);
        let settings = |sweep: &Sweep| -> Vec<(String, u64)> {
            sweep.settings.iter().map(|it| (it.name.clone(), it.hash)).collect()
        };
        let names = |sweep: &Sweep| -> Vec<String> {
            sweep.settings.iter().map(|it| it.name.clone()).collect()
        };
        if self.version != other.version {
            Some(format!("it was written by rollcast {}, this is {}", self.version, other.version))
        } else if names(one) != names(two) {
            let many = |sweep: &Sweep| number(sweep.settings.len() as u64);
            Some(format!("its settings are others ({}, not {})", many(one), many(two)))
        } else if settings(one) != settings(two) {
            Some("its scenario or its manifests were others".to_owned())
        } else if (one.max_events, &one.daemon_set) != (two.max_events, &two.daemon_set) {
            Some("`--max-events` or `--daemonset` were others".to_owned())
        } else if one.window.end != two.window.end {
            let (one, two) = (one.window.end, two.window.end);
            Some(format!("its runs are observed for {one}, not {two}: see `--soak`, `--within`"))
        } else {
            None
        }
    }
}

/// The first line, with its line break.
pub fn header_line(header: &Header) -> String {
    let Header { version, files, options, sweep, view } = header;
    let goal = view.goal;
    line(&HeaderLine {
        rollcast: version.clone(),
        files: files.clone(),
        options: options.clone(),
        title: view.title.clone(),
        assumed: view.assumed.clone(),
        settings: sweep.settings.iter().map(SettingEntry::of).collect(),
        refused: sweep.refused.iter().map(|it| (it.name.clone(), it.message.clone())).collect(),
        seeds: sweep.seeds.to_string(),
        daemon_set: sweep.daemon_set.clone(),
        max_events: sweep.max_events,
        window_us: sweep.window.end.as_micros(),
        window: window_name(sweep.window.why).to_owned(),
        soak_us: sweep.window.soak.as_micros(),
        baseline: view.baseline,
        within_us: goal.within.map(SimDuration::as_micros),
        worst: goal.worst.map(|worst| worst.to_string()),
        hit: goal.hit.map(|hit| hit.to_string()),
        cheapest: view.cheapest.key().to_owned(),
        share: view.certainty.share.to_string(),
        confidence: view.certainty.confidence.to_string(),
        auto_seeds: view.auto_seeds,
    })
}

/// Reads the first line.
pub(super) fn read_header(text: &str) -> Result<Header, JournalError> {
    let read: HeaderLine = serde_json::from_str(text).map_err(|_| JournalError::NoHeader)?;
    let broken = || JournalError::Contradiction;
    let seeds: Seeds = read.seeds.parse().map_err(|_| broken())?;
    let why = WINDOW_ENDS.into_iter().find(|why| window_name(*why) == read.window);
    let window = Window {
        end: SimDuration::from_micros(read.window_us),
        soak: SimDuration::from_micros(read.soak_us),
        why: why.ok_or_else(broken)?,
    };
    let settings = read.settings.into_iter().map(|it| it.setting().ok_or_else(broken));
    let sweep = Sweep {
        settings: settings.collect::<Result<_, _>>()?,
        refused: (read.refused.into_iter())
            .map(|(name, message)| Refused { name, message })
            .collect(),
        seeds,
        daemon_set: read.daemon_set,
        max_events: read.max_events,
        window,
    };
    if read.baseline >= sweep.settings.len().max(1) || sweep.runs() > MOST_RUNS {
        return Err(broken());
    }
    let goal = Goal {
        within: read.within_us.map(SimDuration::from_micros),
        worst: read.worst.as_deref().map(str::parse).transpose().map_err(|_| broken())?,
        hit: read.hit.as_deref().map(str::parse).transpose().map_err(|_| broken())?,
    };
    let cheapest = Measure::ALL.into_iter().find(|measure| measure.key() == read.cheapest);
    let certainty = Certainty {
        confidence: read.confidence.parse().map_err(|_| broken())?,
        share: read.share.parse().map_err(|_| broken())?,
    };
    let view = View {
        title: read.title,
        assumed: read.assumed,
        baseline: read.baseline,
        goal,
        cheapest: cheapest.ok_or_else(broken)?,
        certainty,
        auto_seeds: read.auto_seeds,
    };
    Ok(Header { version: read.rollcast, files: read.files, options: read.options, sweep, view })
}

/// The line of a run of a sweep, with its line break.
pub fn row_line(sweep: &Sweep, row: &Row) -> String {
    let it = &row.metrics;
    let (setting, seed) = sweep.run(row.run);
    let micros = |span: Option<SimDuration>| span.map(SimDuration::as_micros);
    line(&RowLine {
        setting,
        seed,
        subject: it.subject.clone(),
        others_stuck: it.others_stuck.clone(),
        outcome: outcome_name(it.outcome).to_owned(),
        duration_us: micros(it.duration),
        all_serving_us: micros(it.all_serving),
        live_updated_us: micros(it.live_updated),
        observed_us: it.observed.as_micros(),
        stuck_on: it.stuck_on.clone(),
        at_rest: it.at_rest,
        not_updated: it.not_updated,
        lost_again: it.lost_again,
        still_out: (it.still_out.nodes, it.still_out.least.as_micros()),
        hit: it.hit,
        hit_after_us: micros(it.hit_after),
        hit_at_alert: it.hit_at_alert,
        worst: it.worst,
        wanted: it.wanted,
        worst_reported: it.worst_reported,
        breached_us: it.breached.as_micros(),
        node_time_us: it.node_time.as_micros(),
        gap_us: [it.gap_p50, it.gap_p99, it.gap_max].map(SimDuration::as_micros),
        surge_pods: it.surge_pods,
        updated: it.updated,
        alert: it.alert,
        answers: it.answers.map(|it| it.map(|it| (it.after.as_micros(), it.missing, it.wanted))),
        refused: it.refused,
        on_delete: it.on_delete,
        peak_pulls: it.peak_pulls,
        api_requests: it.api_requests,
        digest: format!("{:016x}", it.digest),
        curve: it.curve.clone(),
        gaps: it.gaps.clone(),
        open_gaps: it.open_gaps.clone(),
    })
}

/// A line of a run, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// The setting, by its index.
    pub setting: usize,
    pub seed: u64,
    pub metrics: RunMetrics,
}

/// Reads the line of a run.
pub(super) fn read_row(text: &str) -> Result<ReadRow, JournalError> {
    let broken = || JournalError::NoRun;
    let it: RowLine = serde_json::from_str(text).map_err(|_| broken())?;
    let outcome = OUTCOMES.into_iter().find(|outcome| outcome_name(*outcome) == it.outcome);
    let outcome = outcome.ok_or_else(broken)?;
    let span = SimDuration::from_micros;
    let [gap_p50, gap_p99, gap_max] = it.gap_us.map(span);
    let metrics = RunMetrics {
        subject: it.subject,
        others_stuck: it.others_stuck,
        outcome,
        duration: it.duration_us.map(span),
        all_serving: it.all_serving_us.map(span),
        live_updated: it.live_updated_us.map(span),
        observed: span(it.observed_us),
        stuck_on: it.stuck_on,
        at_rest: it.at_rest,
        not_updated: it.not_updated,
        lost_again: it.lost_again,
        still_out: StillOut { nodes: it.still_out.0, least: span(it.still_out.1) },
        hit: it.hit,
        hit_after: it.hit_after_us.map(span),
        hit_at_alert: it.hit_at_alert,
        worst: it.worst,
        wanted: it.wanted,
        worst_reported: it.worst_reported,
        breached: span(it.breached_us),
        node_time: span(it.node_time_us),
        gap_p50,
        gap_p99,
        gap_max,
        surge_pods: it.surge_pods,
        updated: it.updated,
        alert: it.alert,
        answers: it.answers.map(|it| it.map(answer)),
        refused: it.refused,
        on_delete: it.on_delete,
        peak_pulls: it.peak_pulls,
        api_requests: it.api_requests,
        digest: u64::from_str_radix(&it.digest, 16).map_err(|_| broken())?,
        curve: it.curve,
        gaps: it.gaps,
        open_gaps: it.open_gaps,
    };
    Ok(ReadRow { setting: it.setting, seed: it.seed, metrics })
}

fn answer((after_us, missing, wanted): (u64, u32, u32)) -> Answer {
    Answer { after: SimDuration::from_micros(after_us), missing, wanted }
}

const OUTCOMES: [Outcome; 5] =
    [Outcome::Complete, Outcome::Lost, Outcome::Stalled, Outcome::Unfinished, Outcome::NoRollout];

const WINDOW_ENDS: [WindowEnd; 5] =
    [WindowEnd::Until, WindowEnd::Limit, WindowEnd::LastEvent, WindowEnd::Slowest, WindowEnd::Goal];

/// What decides when the window ends, in files for programs.
pub(super) fn window_name(why: WindowEnd) -> &'static str {
    match why {
        WindowEnd::Until => "until",
        WindowEnd::Limit => "limit",
        WindowEnd::LastEvent => "last-event",
        WindowEnd::Slowest => "slowest",
        WindowEnd::Goal => "goal",
    }
}

/// The outcome in files for programs.
pub(super) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Complete => "complete",
        Outcome::Lost => "lost",
        Outcome::Stalled => "stalled",
        Outcome::Unfinished => "unfinished",
        Outcome::NoRollout => "no-rollout",
    }
}

fn line(of: &impl Serialize) -> String {
    serde_json::to_string(of).expect("a line is plain JSON") + "\n"
}

#[derive(Serialize, Deserialize)]
struct HeaderLine {
    rollcast: String,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    options: Vec<(String, String)>,
    title: String,
    assumed: Vec<String>,
    settings: Vec<SettingEntry>,
    refused: Vec<(String, String)>,
    seeds: String,
    daemon_set: Option<String>,
    max_events: u64,
    window_us: u64,
    window: String,
    soak_us: u64,
    baseline: usize,
    within_us: Option<u64>,
    worst: Option<String>,
    hit: Option<String>,
    cheapest: String,
    share: String,
    confidence: String,
    auto_seeds: bool,
}

#[derive(Serialize, Deserialize)]
struct SettingEntry {
    name: String,
    decision: String,
    circumstance: String,
    given: String,
    bad_image: Option<String>,
    scenario: String,
    values: Vec<(String, String)>,
    hash: String,
    nodes: u32,
}

impl SettingEntry {
    fn of(it: &Setting) -> Self {
        Self {
            name: it.name.clone(),
            decision: it.decision.clone(),
            circumstance: it.circumstance.clone(),
            given: it.given.clone(),
            bad_image: it.bad_image.map(|bad| bad.to_string()),
            scenario: it.scenario.clone(),
            values: it.values.clone(),
            hash: format!("{:016x}", it.hash),
            nodes: it.nodes,
        }
    }

    fn setting(self) -> Option<Setting> {
        let hash = u64::from_str_radix(&self.hash, 16).ok()?;
        let bad_image = self.bad_image.map(|text| text.parse()).transpose().ok()?;
        let Self { name, decision, circumstance, given, scenario, values, nodes, .. } = self;
        Some(Setting {
            name,
            decision,
            circumstance,
            given,
            bad_image,
            scenario,
            values,
            hash,
            nodes,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is true of a run or not, on its own")]
struct RowLine {
    setting: usize,
    seed: u64,
    subject: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others_stuck: Vec<String>,
    outcome: String,
    duration_us: Option<u64>,
    all_serving_us: Option<u64>,
    live_updated_us: Option<u64>,
    observed_us: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stuck_on: Option<String>,
    at_rest: bool,
    not_updated: u32,
    lost_again: u32,
    /// How many nodes, and the least of their times.
    still_out: (u32, u64),
    hit: u32,
    hit_after_us: Option<u64>,
    hit_at_alert: Option<u32>,
    worst: u32,
    wanted: u32,
    worst_reported: u32,
    breached_us: u64,
    node_time_us: u64,
    gap_us: [u64; 3],
    surge_pods: u32,
    updated: u32,
    alert: bool,
    /// After how long each tool says that it is done, how many nodes are missing, of how many.
    answers: [Option<(u64, u32, u32)>; Waiter::ALL.len()],
    refused: bool,
    on_delete: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    peak_pulls: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_requests: Option<u64>,
    digest: String,
    curve: Vec<(u16, u16)>,
    gaps: Vec<(u16, u32)>,
    open_gaps: Vec<(u16, u32)>,
}
