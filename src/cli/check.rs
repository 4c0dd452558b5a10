//! `rollcast check`: every problem of some scenarios, and what their rollouts come to.

use std::fmt::Write as _;

use crate::cli::args::{CheckArgs, CheckFormat};
use crate::cli::assumed;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::given::read_given;
use crate::cli::sweep::ScenarioFile;
use crate::cli::terminal::{color, note, print};
use crate::input::Severity;
use crate::report::preflight::preflight_lines;
use crate::report::preflight_json::{CheckedFile, FoundProblem, preflight_json};
use crate::report::run_warnings;
use crate::scenario::{Lint, Override, Report};
use crate::study::{Preflight, preflight};

/// Reads each scenario and reports what is wrong with it; of one that is right, what can be told of
/// its rollouts.
pub(super) fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let overrides = parse_overrides(&args.overrides)?;
    let mut wrong = String::new();
    let mut files = Vec::new();
    for path in &args.scenarios {
        let Checked { file, told } = check_one(path, args, &overrides)?;
        match (args.output, &file.preflight) {
            (CheckFormat::Table, Some(preflight)) => {
                let whose = if args.scenarios.len() > 1 { path } else { "" };
                tell(whose, &told, &file, preflight)?;
            }
            (_, None) => wrong.push_str(&told),
            (CheckFormat::Json, Some(_)) => {}
        }
        files.push(file);
    }
    if args.output == CheckFormat::Json {
        print(&preflight_json(&files))?;
    }
    if wrong.is_empty() { Ok(Outcome::Ok) } else { Err(Failure::InvalidInput(wrong)) }
}

/// A scenario that was checked, with its problems for people.
struct Checked {
    file: CheckedFile,
    told: String,
}

fn check_one(path: &str, args: &CheckArgs, overrides: &[Override]) -> Result<Checked, Failure> {
    let name = if path == "-" { "<stdin>" } else { path };
    let checked = |problems, told, preflight| Checked {
        file: CheckedFile { file: name.to_owned(), problems, preflight, ..CheckedFile::default() },
        told,
    };
    let given = match read_given(path, &args.manifest) {
        Err(Failure::InvalidInput(text)) => return Ok(checked(vec![unlocated(&text)], text, None)),
        read => read?,
    };
    if let Err(Failure::InvalidInput(text)) = given.refuse_set(&args.overrides) {
        return Ok(checked(vec![unlocated(&text)], text, None));
    }
    let (assumed, notes) = (given.assumed.clone(), given.notes.clone());
    let lints = given.lints.clone();
    let (file, loaded) = match ScenarioFile::load(given, overrides.to_vec()) {
        Err(report) => return Ok(checked(problems(&report), report.render(color()), None)),
        Ok(loaded) => loaded,
    };
    let (mut problems, mut told) = (problems(&loaded.warnings), loaded.warnings.render(color()));
    for Lint { code, message, hint } in lints {
        let _ = writeln!(told, "warning[{code}]: {message}\nhint: {hint}");
        let (severity, hint) = ("warning", Some(hint.to_owned()));
        problems.push(FoundProblem { severity, code, message, hint, ..FoundProblem::default() });
    }
    match file.check_wishes() {
        Err(Failure::InvalidInput(text)) => {
            let text = format!("{path}: what `compare:` says cannot be run\n{text}");
            problems.push(unlocated(&text));
            Ok(checked(problems, told + &text, None))
        }
        Err(failure @ Failure::Failed { .. }) => Err(failure),
        Ok(()) => {
            let of_scenario = if assumed.is_empty() {
                loaded.scenario.assumptions()
            } else {
                assumed::of_scenario(&loaded.scenario)
            };
            let assumptions = assumed.into_iter().chain(of_scenario).collect();
            let Checked { file, told } = checked(problems, told, Some(preflight(&loaded.scenario)));
            let notes = notes.into_iter().fold(told, |told, it| told + "note: " + &it + "\n");
            Ok(Checked { file: CheckedFile { assumptions, ..file }, told: notes })
        }
    }
}

/// Prints what is told of a scenario with which nothing is wrong.
fn tell(
    whose: &str,
    told: &str,
    file: &CheckedFile,
    preflight: &Preflight,
) -> Result<Outcome, Failure> {
    let CheckedFile { file: path, problems, assumptions, .. } = file;
    note(told);
    // What a warning says already is not said again.
    let is_known = |message: &str| problems.iter().any(|it| it.message.contains(message));
    let failed = preflight.failed_actions.iter().filter(|it| !is_known(&it.message));
    for line in failed.map(run_warnings::failed_action) {
        note(&format!("note: {line}\n"));
    }
    for assumption in assumptions {
        note(&format!("assumed: {assumption}\n"));
    }
    note(&format!("{path}: ok\n"));
    let whose = if whose.is_empty() { String::new() } else { format!("{whose}: ") };
    let lines = preflight_lines(preflight).into_iter().map(|line| format!("{whose}{line}\n"));
    print(&lines.collect::<String>())
}

/// Problems for programs.
fn problems(report: &Report) -> Vec<FoundProblem> {
    let mut found = Vec::new();
    for file in report.files() {
        found.extend(file.problems.iter().map(|problem| FoundProblem {
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: problem.code,
            message: problem.message.clone(),
            source: file.source.name().to_owned(),
            line: problem.at.map(|at| at.line),
            column: problem.at.map(|at| at.column),
            path: problem.path.to_string(),
            hint: problem.hint.as_deref().map(str::to_owned),
        }));
    }
    found
}

/// What is wrong with no place in a text.
fn unlocated(text: &str) -> FoundProblem {
    let message = text.trim_end().to_owned();
    FoundProblem { severity: "error", message, ..FoundProblem::default() }
}

/// Reads every `--set`, or says what is wrong with each.
pub(super) fn parse_overrides(written: &[String]) -> Result<Vec<Override>, Failure> {
    let mut wrong = Vec::new();
    let mut overrides = Vec::new();
    for text in written {
        match Override::parse(text) {
            Ok(parsed) => overrides.push(parsed),
            Err(problem) => {
                let hint = problem.hint.map_or_else(String::new, |hint| format!("hint: {hint}\n"));
                wrong.push(format!("error[{}]: {}\n{hint}", problem.code, problem.message));
            }
        }
    }
    if wrong.is_empty() { Ok(overrides) } else { Err(Failure::InvalidInput(wrong.concat())) }
}
