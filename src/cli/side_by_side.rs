//! An update before a change, the one that brings it and a later one: all in each circumstance, with
//! the same luck.

use std::sync::atomic::AtomicBool;

use crate::cli::args::{AskedArgs, USUAL_RUNS};
use crate::cli::diff_args::DiffArgs;
use crate::cli::disk::Kept;
use crate::cli::exit::Failure;
use crate::cli::given::Given;
use crate::cli::sweep::{Prepared, ScenarioFile, SweepLimits};
use crate::cli::sweep_runs::Runs;
use crate::cli::terminal::color;
use crate::input::Source;
use crate::report::compare::Header;
use crate::scenario::{Loaded, Report, Scenario};
use crate::study::{AFTER, BEFORE, Collected, Study, sides};

/// Seeds if nobody says which.
const SEEDS: &str = "1..20";

/// The scenario of an update.
#[derive(Clone)]
pub(super) struct Arm {
    /// [`BEFORE`](crate::study::BEFORE), [`AFTER`](crate::study::AFTER) or
    /// [`LATER`](crate::study::LATER).
    pub(super) name: &'static str,
    /// As messages call it.
    pub(super) source: Source,
    /// The scenario beside which its files are.
    pub(super) beside: String,
}

impl Arm {
    /// Reads it as it is written.
    pub(super) fn load(&self) -> Result<(ScenarioFile, Box<Loaded>), Failure> {
        let given = Given::written_out(self.source.clone(), Kept::new(&self.beside));
        let invalid = |report: Report| Failure::InvalidInput(report.render(color()));
        ScenarioFile::load(given, Vec::new()).map_err(invalid)
    }
}

/// What became of an update before a change and after it.
pub(super) struct SideBySide {
    pub(super) study: Study,
    /// What is told of the scenario after the change, and not of the one before.
    pub(super) warnings: Vec<String>,
    /// The scenario after the change in each circumstance, with its name.
    pub(super) scenarios: Vec<(String, Scenario)>,
}

/// The update after a change, of which nothing is run.
pub(super) struct NotRun {
    pub(super) warnings: Vec<String>,
    /// The scenario after the change in each circumstance, with its name.
    pub(super) scenarios: Vec<(String, Scenario)>,
}

/// Runs all updates of a DaemonSet.
pub(super) fn run_side_by_side(
    args: &DiffArgs,
    daemon_set: &str,
    arms: &[Arm],
) -> Result<SideBySide, Failure> {
    let (mut prepared, warnings) = prepare(args, daemon_set, arms)?;
    let mut runs = Runs::begin(&mut prepared, &args.effort, args.quiet)?;
    let study = finish(&mut prepared, &mut runs);
    let shown = sides(&study).map(|it| (it.circumstance.to_owned(), it.after));
    let scenarios = shown.map(|(name, setting)| (name, prepared.scenario(setting))).collect();
    Ok(SideBySide { study, warnings, scenarios })
}

/// The scenario after a change in each circumstance, with its name, and what is told of it: nothing
/// of them is run.
pub(super) fn without_runs(
    args: &DiffArgs,
    daemon_set: &str,
    arms: &[Arm],
) -> Result<NotRun, Failure> {
    let (prepared, warnings) = prepare(args, daemon_set, arms)?;
    let settings = prepared.header.sweep.settings.iter().enumerate();
    let after = settings.filter(|(_, it)| it.scenario == AFTER);
    let scenarios = after.map(|(index, it)| (it.circumstance.clone(), prepared.scenario(index)));
    Ok(NotRun { warnings, scenarios: scenarios.collect() })
}

/// Reads all updates in all circumstances; what is told of those after the change, and not of the
/// one before.
fn prepare(
    args: &DiffArgs,
    daemon_set: &str,
    arms: &[Arm],
) -> Result<(Prepared, Vec<String>), Failure> {
    let (mut files, mut known, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for arm in arms {
        let (file, loaded) = arm.load()?;
        files.push(file.named(arm.name));
        for problem in loaded.warnings.problems() {
            let said = (problem.code, problem.message.clone());
            if !known.contains(&said) && arm.name != BEFORE {
                warnings.push(problem.message.clone());
            }
            known.push(said);
        }
    }
    let limits = SweepLimits { runs: USUAL_RUNS, events: args.effort.max_events };
    let prepared = Prepared::of(String::new(), files, &asked(args, daemon_set), limits)?;
    Ok((prepared, warnings))
}

/// What is asked of the sweep of a DaemonSet.
fn asked(args: &DiffArgs, daemon_set: &str) -> AskedArgs {
    let mut overrides = args.overrides.clone();
    let mut given = Vec::new();
    match args.nodes.as_slice() {
        [] => {}
        [only] => overrides.insert(0, format!("nodes={only}")),
        several => {
            let several: Vec<String> = several.iter().map(u32::to_string).collect();
            given.push(format!("nodes={}", several.join(",")));
        }
    }
    AskedArgs {
        overrides,
        given,
        seeds: Some(args.seeds.clone().unwrap_or_else(|| SEEDS.to_owned())),
        within: args.within,
        worst: args.worst,
        share: args.share,
        confidence: args.confidence,
        daemonset: Some(daemon_set.to_owned()),
        ..AskedArgs::default()
    }
}

/// Runs all that is missing, and goes on while seeds are to be added.
fn finish(prepared: &mut Prepared, runs: &mut Runs) -> Study {
    let mut collected = Collected::new(&prepared.header.sweep);
    loop {
        let pending: Vec<usize> = collected.missing().collect();
        runs.make(prepared, pending, &AtomicBool::new(false), |row| {
            collected.add(row);
            true
        });
        let Header { sweep, view, .. } = &prepared.header;
        let study = collected.clone().finish(sweep.clone(), view.clone());
        let study = study.expect("no run is missing: nothing stops the sweep");
        let more = prepared.auto_seeds.filter(|_| study.is_undecided());
        let Some(more) = more.and_then(|auto| auto.next(&sweep.seeds)) else { return study };
        let before = sweep.clone();
        prepared.header.sweep.seeds = more;
        collected = collected.with_seeds_of(&before, &prepared.header.sweep);
    }
}
