//! `rollcast check`: every problem of some scenarios, and what follows from their numbers alone.

use crate::cli::args::CheckArgs;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::sweep::ScenarioFile;
use crate::cli::terminal::{color, note, print};
use crate::report::estimate::estimate_lines;
use crate::scenario::Override;
use crate::study::estimates;

/// Reads each scenario and reports what is wrong with it; of one that is right, what can be told of
/// its updates without a run.
pub(super) fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let overrides = parse_overrides(&args.overrides)?;
    let mut wrong = String::new();
    for path in &args.scenarios {
        match check_one(path, &overrides) {
            Ok(lines) => {
                note(&format!("{path}: ok\n"));
                let whose =
                    if args.scenarios.len() > 1 { format!("{path}: ") } else { String::new() };
                let lines = lines.into_iter().map(|line| format!("{whose}{line}\n"));
                print(&lines.collect::<String>())?;
            }
            Err(Failure::InvalidInput(text)) => wrong.push_str(&text),
            Err(failure @ Failure::Failed { .. }) => return Err(failure),
        }
    }
    if wrong.is_empty() { Ok(Outcome::Ok) } else { Err(Failure::InvalidInput(wrong)) }
}

/// What estimates tell of a scenario with which nothing is wrong.
fn check_one(path: &str, overrides: &[Override]) -> Result<Vec<String>, Failure> {
    let (file, loaded) = ScenarioFile::open(path, overrides.to_vec())?;
    note(&loaded.warnings.render(color()));
    file.check_wishes().map_err(|failure| match failure {
        Failure::InvalidInput(text) => {
            Failure::InvalidInput(format!("{path}: what `compare:` says cannot be run\n{text}"))
        }
        Failure::Failed { .. } => failure,
    })?;
    Ok(estimate_lines(&estimates(&loaded.scenario)))
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
