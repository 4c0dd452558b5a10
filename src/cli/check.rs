//! `rollcast check`: every problem of some scenarios, and what their rollouts come to.

use std::fmt::Write as _;

use crate::cli::args::{CheckArgs, CheckFormat};
use crate::cli::assumed;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::given::read_given;
use crate::cli::sweep::ScenarioFile;
use crate::cli::terminal::{color, note, print};
use crate::input::{FieldPath, Severity};
use crate::report::preflight::preflight_lines;
use crate::report::preflight_json::{CheckedFile, FoundProblem, preflight_json};
use crate::report::run_warnings;
use crate::scenario::{Override, Report};
use crate::study::{Lint, Preflight, ProposalError, lints, preflight};

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
    let given = match read_given(path, &args.manifest, &args.overrides) {
        Err(failure) => {
            let told = failure.to_string();
            return Ok(checked(vec![unlocated(failure)?], told, None));
        }
        Ok(given) => given,
    };
    let set: Vec<FieldPath> = overrides.iter().map(|it| it.path().clone()).collect();
    let (is_made, notes) = (given.is_made(), given.notes.clone());
    let assumed = assumed::unless_set(&given.assumed, &set);
    let (file, loaded) = match ScenarioFile::load(given, overrides.to_vec()) {
        Err(report) => return Ok(checked(problems(&report), report.render(color()), None)),
        Ok(loaded) => loaded,
    };
    let (mut problems, mut told) = (problems(&loaded.warnings), loaded.warnings.render(color()));
    let lints = if is_made { lints(&loaded.scenario) } else { Vec::new() };
    for Lint { code, message, hint } in lints {
        let _ = writeln!(told, "warning[{code}]: {message}\nhint: {hint}");
        let (severity, hint) = ("warning", Some(hint.to_owned()));
        problems.push(FoundProblem { severity, code, message, hint, ..FoundProblem::default() });
    }
    if let Err(failure) = file.check_wishes() {
        let what = format!("{path}: what `compare:` says cannot be run\n");
        let told = format!("{told}{what}{failure}");
        let problem = unlocated(failure)?;
        problems.push(FoundProblem { message: what + &problem.message, ..problem });
        return Ok(checked(problems, told, None));
    }
    let scenario = &loaded.scenario;
    let of_scenario = if is_made { assumed::of_scenario(scenario) } else { scenario.assumptions() };
    let assumptions = assumed.into_iter().chain(of_scenario).collect();
    for it in notes {
        let _ = writeln!(told, "note: {it}");
    }
    let Checked { file, told } = checked(problems, told, Some(preflight(scenario)));
    Ok(Checked { file: CheckedFile { assumptions, ..file }, told })
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

/// What is wrong with no place in a text, unless it is this machine that failed.
fn unlocated(failure: Failure) -> Result<FoundProblem, Failure> {
    let (code, message, hint) = match failure {
        Failure::Refused(ProposalError { code, message, hint }) => (code, message, Some(hint)),
        Failure::InvalidInput(text) => ("", text.trim_end().to_owned(), None),
        failed @ (Failure::Failed { .. } | Failure::Kubectl(_)) => return Err(failed),
    };
    Ok(FoundProblem { severity: "error", code, message, hint, ..FoundProblem::default() })
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
