//! What `rollcast check -o json` prints: problems, estimates, and what rollouts come to.
//!
//! Keys are in snake case with the unit last, as in `summary.json`.

use serde::Serialize;

use crate::report::holds::{AdviceEntry, CauseEntry, HoldEntry, Keys};
use crate::report::json::{FailedActionEntry, pretty};
use crate::report::preflight::preflight_lines;
use crate::study::{Budget, Estimate, Fate, Forecast, Hang, Preflight};
use crate::time::SimDuration;

/// A scenario that was checked.
#[derive(Debug, Default)]
pub struct CheckedFile {
    /// As it was given.
    pub file: String,
    /// Errors and warnings, in the order of the text.
    pub problems: Vec<FoundProblem>,
    /// None if there are errors.
    pub preflight: Option<Preflight>,
    /// What its durations rest on.
    pub assumptions: Vec<String>,
}

/// An error or a warning.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FoundProblem {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// A short stable name in kebab case; empty if there is none.
    pub code: &'static str,
    pub message: String,
    /// The file, manifest or option it is in.
    pub source: String,
    /// From 1.
    pub line: Option<usize>,
    /// From 1, in characters.
    pub column: Option<usize>,
    /// The field: `events[0].setImage`.
    pub path: String,
    pub hint: Option<String>,
}

/// All files, ending with a line break.
pub fn preflight_json(files: &[CheckedFile]) -> String {
    pretty(&Whole { files: files.iter().map(FileEntry::new).collect() })
}

#[derive(Serialize)]
struct Whole<'a> {
    files: Vec<FileEntry<'a>>,
}

#[derive(Serialize)]
struct FileEntry<'a> {
    file: &'a str,
    valid: bool,
    problems: &'a [FoundProblem],
    /// The lines that are printed without `-o json`.
    lines: Vec<String>,
    estimates: Vec<EstimateEntry<'a>>,
    rollouts: Vec<RolloutEntry<'a>>,
    failed_actions: Vec<FailedActionEntry<'a>>,
    assumptions: &'a [String],
}

#[derive(Serialize)]
struct EstimateEntry<'a> {
    daemon_set: &'a str,
    trigger: &'a str,
    at_us: u64,
    desired_nodes: u32,
    dead_nodes: u32,
    nodes_change: bool,
    /// None for `OnDelete`.
    budget: Option<BudgetEntry>,
}

#[derive(Serialize)]
struct BudgetEntry {
    field: &'static str,
    written: String,
    nodes: u32,
    free_nodes: u32,
    rounds: u32,
    at_least_us: u64,
    by_medians_us: u64,
}

#[derive(Serialize)]
struct RolloutEntry<'a> {
    daemon_set: &'a str,
    trigger: &'a str,
    started_us: u64,
    creation: bool,
    /// `completes`, `hangs`, `may-hang` or `untold`.
    outcome: &'static str,
    duration_us: Option<u64>,
    preempts_others_on_nodes: u32,
    hang: Option<HangEntry<'a>>,
}

#[derive(Serialize)]
struct HangEntry<'a> {
    until_us: Option<u64>,
    desired: u32,
    updated: u32,
    available: u32,
    budget_nodes: u32,
    holds: Vec<HoldEntry<'a>>,
    without_budget: Vec<CauseEntry<'a>>,
    advice: Vec<AdviceEntry>,
}

impl<'a> FileEntry<'a> {
    fn new(it: &'a CheckedFile) -> Self {
        let all = it.preflight.iter();
        Self {
            file: &it.file,
            valid: it.preflight.is_some(),
            problems: &it.problems,
            lines: all.clone().flat_map(preflight_lines).collect(),
            estimates: all.clone().flat_map(|it| &it.estimates).map(EstimateEntry::new).collect(),
            rollouts: all.clone().flat_map(|it| &it.forecasts).map(RolloutEntry::new).collect(),
            failed_actions: all
                .flat_map(|it| &it.failed_actions)
                .map(FailedActionEntry::new)
                .collect(),
            assumptions: &it.assumptions,
        }
    }
}

impl<'a> EstimateEntry<'a> {
    fn new(it: &'a Estimate) -> Self {
        Self {
            daemon_set: &it.daemon_set,
            trigger: &it.trigger,
            at_us: it.at.as_micros(),
            desired_nodes: it.desired,
            dead_nodes: it.dead,
            nodes_change: it.nodes_change,
            budget: it.budget.as_ref().map(BudgetEntry::new),
        }
    }
}

impl BudgetEntry {
    fn new(it: &Budget) -> Self {
        Self {
            field: it.field,
            written: it.written.to_string(),
            nodes: it.nodes,
            free_nodes: it.free,
            rounds: it.rounds,
            at_least_us: it.at_least.as_micros(),
            by_medians_us: it.by_medians.as_micros(),
        }
    }
}

impl<'a> RolloutEntry<'a> {
    fn new(it: &'a Forecast) -> Self {
        let (outcome, duration, hang) = match &it.fate {
            Fate::Completes(after) => ("completes", Some(*after), None),
            Fate::Hangs(hang) if hang.is_sure => ("hangs", None, Some(hang)),
            Fate::Hangs(hang) => ("may-hang", None, Some(hang)),
            Fate::Untold => ("untold", None, None),
        };
        Self {
            daemon_set: &it.daemon_set,
            trigger: &it.trigger,
            started_us: it.at.as_micros(),
            creation: it.creation,
            outcome,
            duration_us: duration.map(SimDuration::as_micros),
            preempts_others_on_nodes: it.preempts,
            hang: hang.map(|hang| HangEntry::new(hang)),
        }
    }
}

impl<'a> HangEntry<'a> {
    fn new(it: &'a Hang) -> Self {
        let state = &it.state;
        Self {
            until_us: it.until.map(SimDuration::as_micros),
            desired: state.status.desired,
            updated: state.status.updated,
            available: state.status.available,
            budget_nodes: state.budget,
            holds: state.holds.iter().map(|it| HoldEntry::new(it, Keys::Snake)).collect(),
            without_budget: (it.without_budget.iter())
                .map(|it| CauseEntry::new(it, Keys::Snake))
                .collect(),
            advice: AdviceEntry::all(&state.advice, &state.daemon_set, Keys::Snake),
        }
    }
}
