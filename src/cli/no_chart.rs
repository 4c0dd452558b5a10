//! A chart that there is none of.

use crate::cli::chart_args::Kind;
use crate::cli::exit::{Failure, refuse};

/// Why results have no chart of a kind, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoChart {
    pub(super) kind: Kind,
    pub(super) why: &'static str,
    pub(super) hint: String,
}

impl NoChart {
    pub(super) fn new(kind: Kind, why: &'static str, hint: impl Into<String>) -> Self {
        Self { kind, why, hint: hint.into() }
    }
}

impl From<NoChart> for Failure {
    fn from(NoChart { kind, why, hint }: NoChart) -> Self {
        refuse("no-such-chart", &format!("{}: {why}", kind.name()), &hint)
    }
}
