//! `rollcast check`: every problem of some scenarios, and what follows from their numbers alone.

use crate::cli::args::CheckArgs;
use crate::cli::disk::{Beside, read_source};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::terminal::{color, note, print};
use crate::input::Limits;
use crate::report::arithmetic::arithmetic_lines;
use crate::scenario::{self, Loaded, Override};
use crate::study::arithmetic;

/// Reads each scenario and reports what is wrong with it; of one that is right, what arithmetic
/// tells of its updates.
pub(super) fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let overrides = parse_overrides(&args.overrides)?;
    let mut wrong = String::new();
    for path in &args.scenarios {
        match load(path, &overrides) {
            Ok(loaded) => {
                note(&loaded.warnings.render(color()));
                note(&format!("{path}: ok\n"));
                let lines = arithmetic_lines(&arithmetic(&loaded.scenario));
                print(&lines.into_iter().map(|line| line + "\n").collect::<String>())?;
            }
            Err(Failure::InvalidInput(text)) => wrong.push_str(&text),
            Err(failure @ Failure::Failed { .. }) => return Err(failure),
        }
    }
    if wrong.is_empty() { Ok(Outcome::Ok) } else { Err(Failure::InvalidInput(wrong)) }
}

/// Reads a scenario, or says everything that is wrong with it.
pub(super) fn load(path: &str, overrides: &[Override]) -> Result<Box<Loaded>, Failure> {
    let source = read_source(path, &Limits::WRITTEN)?;
    scenario::read(source, &Beside::new(path), overrides)
        .map_err(|report| Failure::InvalidInput(report.render(color())))
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
