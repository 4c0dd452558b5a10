//! `rollcast forecast`: what becomes of the rollouts of a cluster as kubectl prints it.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::AtomicBool;

use crate::api::{Snapshot, format_rfc3339};
use crate::cli::args::{ForecastArgs, ForecastFormat};
use crate::cli::disk::{Kept, read_source};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::interrupt::stop_on_interrupt;
use crate::cli::jobs::{Need, jobs_that_fit};
use crate::cli::plan::{chosen, read};
use crate::cli::sweep::refuse;
use crate::cli::sweep_progress::SweepProgress;
use crate::cli::terminal::{color, note, print};
use crate::input::{Limits, Problem, Source, Tree};
use crate::report::beliefs::beliefs_note;
use crate::report::forecast::{Shown, forecast_json, forecast_markdown, forecast_table};
use crate::report::readable::listed;
use crate::scenario::{
    self, DaemonSetRef, Loaded, Report, SnapshotScenario, scenario_of_snapshot, typed_change,
};
use crate::study::{Course, ProposalError, Question, Seeds, SeedsError, Told, forecast};
use crate::world::RunLimits;

/// What kubectl prints all that a forecast needs with.
const ALL_OF_IT: &str = "kubectl get ds,nodes,pods,controllerrevisions -A -o json";

/// The snapshot under the name that the scenarios have for it.
const FILE: &str = "snapshot";

pub(super) fn run_forecast(args: &ForecastArgs) -> Result<Outcome, Failure> {
    if args.snapshot == "-" && io::stdin().is_terminal() {
        let message = "there is no snapshot: nothing is piped in";
        let hint = format!("{ALL_OF_IT} | rollcast forecast");
        return Err(refuse(ProposalError::new("no-snapshot", message, hint)));
    }
    let source = read_source(&args.snapshot, &Limits::SNAPSHOT)?;
    let (snapshot, warnings) = read(&source)?;
    check_complete(&snapshot, source.name())?;
    note(&warnings);
    let chosen = chosen(&snapshot, args.daemonset.as_deref())?;
    let seeds: Seeds = args.seeds.parse().map_err(|it| bad_seeds(&it))?;
    let files = Kept::new(&args.snapshot);
    files.keep(FILE, source.name(), source.text().as_bytes().to_vec());
    let invalid = |report: Report| Failure::InvalidInput(report.render(color()));
    let base = load(args, &files, &[]).map_err(invalid)?;
    let tries = tries(args, &files, &snapshot)?;
    let question = Question {
        base: &base.scenario,
        tries: &tries,
        chosen: &chosen,
        seeds: seeds.numbers(),
        limits: RunLimits { max_events: args.effort.max_events },
    };
    let Some(told) = look_ahead(args, &question)? else { return Ok(Outcome::Interrupted) };
    let (grounds, taken) = (grounds(&base), format_rfc3339(base.scenario.start));
    let shown = Shown {
        taken: &taken,
        nodes: snapshot.nodes.len(),
        seeds: (&seeds.to_string(), seeds.numbers().len()),
        grounds: &grounds,
        outlooks: &told.outlooks,
        beliefs: &told.beliefs,
    };
    print(&match args.output {
        ForecastFormat::Table => forecast_table(&shown),
        ForecastFormat::Markdown => forecast_markdown(&shown),
        ForecastFormat::Json => forecast_json(&shown, env!("CARGO_PKG_VERSION")),
    })?;
    if !args.quiet && args.output == ForecastFormat::Table {
        note(&beliefs_note(&told.beliefs).unwrap_or_default());
    }
    Ok(Outcome::Ok)
}

/// Runs every course with every seed; nothing if it was interrupted.
fn look_ahead(args: &ForecastArgs, question: &Question<'_>) -> Result<Option<Told>, Failure> {
    let tries = question.tries.iter().map(|it| Need::of(&it.scenario));
    let need = tries.fold(Need::of(question.base), Need::or);
    let jobs = jobs_that_fit(
        need.on_threads(),
        args.effort.asked_jobs(),
        &args.effort.memory,
        args.quiet,
    )?;
    let stop = stop_on_interrupt(args.quiet);
    let stop: &AtomicBool = &stop;
    let mut progress = SweepProgress::new(args.quiet, jobs);
    let told = forecast(question, jobs, stop, |runs| progress.step_of(runs));
    progress.finish();
    Ok(told)
}

fn bad_seeds(error: &SeedsError) -> Failure {
    let hint = match error {
        SeedsError::Empty(_) | SeedsError::NotANumber(_) => "write `1..60`, or `7`".to_owned(),
        SeedsError::Reversed { .. } | SeedsError::Twice(_) | SeedsError::TooMany(_) => error.hint(),
    };
    refuse(ProposalError::new("bad-seeds", error.to_string(), hint))
}

/// Without nodes, pods and revisions nobody knows how far rollouts are.
fn check_complete(snapshot: &Snapshot, name: &str) -> Result<(), Failure> {
    let kinds = [
        (snapshot.nodes.is_empty(), "nodes"),
        (snapshot.pods.is_empty(), "pods"),
        (snapshot.revisions.is_empty(), "controllerrevisions"),
    ];
    let missing: Vec<&str> =
        kinds.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, kind)| kind).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{name} has no {}, so it does not tell how far rollouts are",
        listed(&missing, "and no")
    );
    let hint = format!("get all of it: {ALL_OF_IT}");
    Err(refuse(ProposalError::new("incomplete-snapshot", message, hint)))
}

/// The cluster of the snapshot, in which these events happen at once.
fn load(args: &ForecastArgs, files: &Kept, events: &[Tree]) -> Result<Box<Loaded>, Report> {
    let of = SnapshotScenario { file: FILE, kubernetes: args.kubernetes, events };
    let source = Source::new("the snapshot", scenario_of_snapshot(of));
    let mut loaded = scenario::read(source, files, &[])?;
    loaded.scenario.start = args.at.unwrap_or(loaded.scenario.start);
    Ok(loaded)
}

/// The cluster with each change that is considered; or everything that is wrong with them.
fn tries(args: &ForecastArgs, files: &Kept, snapshot: &Snapshot) -> Result<Vec<Course>, Failure> {
    let subject = match &args.daemonset {
        Some(_) => chosen(snapshot, args.daemonset.as_deref())?.first().map(DaemonSetRef::key),
        None => None,
    };
    let mut wrong: Vec<ProposalError> = Vec::new();
    let mut courses = Vec::new();
    for typed in &args.tries {
        let bad = |message: &str, hint: &str| {
            ProposalError::new("bad-try", format!("--try '{typed}': {message}"), hint)
        };
        let change = match typed_change(typed, snapshot, subject.as_deref()) {
            Ok(change) => change,
            Err(error) => {
                wrong.push(bad(&error.to_string(), &error.hint()));
                continue;
            }
        };
        match load(args, files, &change.events) {
            Ok(loaded) => courses.push(Course { label: change.text, scenario: loaded.scenario }),
            // Nobody wrote the text in which the places of these would be shown.
            Err(report) => wrong.extend(
                report
                    .problems()
                    .filter(|it| it.is_error())
                    .map(|it| bad(&it.message, it.hint.as_deref().unwrap_or("try something else"))),
            ),
        }
    }
    if wrong.is_empty() {
        return Ok(courses);
    }
    Err(Failure::InvalidInput(
        wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n") + "\n",
    ))
}

/// What durations rest on besides the pods of the snapshot; and if those tell nothing, that too.
fn grounds(loaded: &Loaded) -> Vec<String> {
    let is_meant =
        |it: &&Problem| it.code == "few-samples" && loaded.scenario.latencies.observed.is_none();
    let none = loaded.warnings.problems().filter(is_meant).map(|it| it.message.clone());
    none.chain(loaded.scenario.other_assumptions()).collect()
}
