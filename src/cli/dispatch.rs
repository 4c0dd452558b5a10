//! From the arguments to a command, and from its end to an exit code.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::cli::args::{Cli, Command};
use crate::cli::exit::{Failure, Outcome, exit_code};
use crate::cli::terminal::{note, print};
use crate::cli::{
    chart, check, compare, describe, diff, docs, export, forecast, get, merge, plan, rollout, run,
    verify, why,
};
use crate::scenario::json_schema;

/// Runs the tool on the arguments of the process.
pub fn main() -> ExitCode {
    let result = dispatch(Cli::parse().command);
    if let Err(failure) = &result {
        note(&failure.to_string());
    }
    exit_code(&result)
}

fn dispatch(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Forecast(args) => forecast::run_forecast(&args),
        Command::Get(args) => get::get(&args),
        Command::Describe(args) => describe::describe(&args),
        Command::Rollout(args) => rollout::rollout(&args),
        Command::Why(args) => why::why(&args),
        Command::Chart(args) => chart::chart(&args),
        Command::Export(args) => export::export(&args),
        Command::Docs(args) => docs::docs(&args),
        Command::Schema => print(&json_schema()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "rollcast", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Command::Man => {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(Cli::command()).render(&mut page);
            rendered.map_err(Failure::of("cannot render the manual page"))?;
            print(&String::from_utf8_lossy(&page))
        }
    }
}
