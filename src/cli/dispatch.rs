//! From the arguments to a command, and from its end to an exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::cli::args::{Cli, Command};
use crate::cli::exit::{Failure, Outcome, exit_code};
use crate::cli::{check, compare, merge, plan, run};
use crate::scenario::json_schema;

/// Runs the tool on the arguments of the process.
pub fn main() -> ExitCode {
    let result = dispatch(Cli::parse().command);
    if let Err(failure) = &result {
        // Nobody is left to tell if standard error is closed.
        let _ = write!(io::stderr(), "{failure}");
    }
    exit_code(&result)
}

fn dispatch(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Plan(args) => plan::plan(&args),
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

/// Prints data on standard output. A reader that has seen enough is no failure.
pub(super) fn print(text: &str) -> Result<Outcome, Failure> {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::of("cannot write to standard output")(error))
        }
        Ok(()) | Err(_) => Ok(Outcome::Ok),
    }
}

/// Prints a note for people on standard error.
pub(super) fn note(text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = write!(io::stderr(), "{text}");
}

/// Whether messages on standard error may be colored.
pub(super) fn color() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
