//! How a command can end, and the exit code of each.

use std::io;
use std::process::ExitCode;

use crate::study::ProposalError;

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    /// An expectation of the scenario did not hold.
    ExpectationBroken,
    /// Some work is left to do, and what is done is kept.
    Interrupted,
    /// A rollout is not complete.
    Incomplete,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What the user gave is invalid; the text has been rendered for people, with a line break at
    /// its end.
    #[error("{0}")]
    InvalidInput(String),
    /// kubectl would have ended with this error; with a line break at its end.
    #[error("{0}")]
    Kubectl(String),
    /// What the user asks for cannot be done.
    #[error("{0}\n")]
    Refused(#[from] ProposalError),
    /// Something went wrong on this machine.
    #[error("error: {what}: {why}\n")]
    Failed {
        /// What was tried: `cannot write results/x`.
        what: String,
        /// What the system said.
        why: io::Error,
    },
}

impl Failure {
    /// A failure to do `what`.
    pub(super) fn of(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |why| Self::Failed { what, why }
    }
}

/// What is asked for makes no sense: why, in a stable word and in a sentence, and what to do.
pub(super) fn refuse(code: &str, message: &str, hint: &str) -> Failure {
    Failure::InvalidInput(format!("error[{code}]: {message}\nhint: {hint}\n"))
}

/// 0 ok, 1 failed, 2 bad usage or invalid input, 3 an expectation did not hold, 130 stopped by
/// Ctrl-C, as shells have it, or runs of a sweep are missing.
pub(super) fn exit_code(result: &Result<Outcome, Failure>) -> ExitCode {
    ExitCode::from(match result {
        Ok(Outcome::Ok) => 0,
        Ok(Outcome::ExpectationBroken) => 3,
        Ok(Outcome::Interrupted) => 130,
        Ok(Outcome::Incomplete) | Err(Failure::Failed { .. } | Failure::Kubectl(_)) => 1,
        Err(Failure::InvalidInput(_) | Failure::Refused(_)) => 2,
    })
}
