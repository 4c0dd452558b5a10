//! The arguments that say which charts a comparison has, and how they look.

use clap::{Args, ValueEnum};

use crate::cli::chart_args::{Kind, LookArgs};
use crate::cli::draw::look_of;
use crate::report::chart::{Look, Made};

/// The charts of a comparison.
#[derive(Debug, Args)]
pub(super) struct StudyChartArgs {
    /// Charts to draw, separated by commas; `none` for no charts
    #[arg(
        long,
        value_name = "KIND",
        value_delimiter = ',',
        default_value = "availability,duration,gaps,hit"
    )]
    pub(super) charts: Vec<StudyChart>,
    #[command(flatten)]
    look: LookArgs,
}

/// A kind of chart that a comparison has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StudyChart {
    /// Nodes with a serving pod over time, a plot per setting
    Availability,
    /// How long rollouts take against their worst moment
    Duration,
    /// How long nodes are without a serving pod
    Gaps,
    /// Nodes that a bad image hits; only where one does
    Hit,
    /// No chart
    None,
}

impl StudyChart {
    /// The chart of a comparison that is of a kind; none if only runs have it.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Availability => Some(Self::Availability),
            Kind::Duration => Some(Self::Duration),
            Kind::Gaps => Some(Self::Gaps),
            Kind::Hit => Some(Self::Hit),
            Kind::States | Kind::Raster | Kind::Gantt | Kind::Limits | Kind::Waiters => None,
        }
    }
}

impl StudyChartArgs {
    /// How charts are to look that were made so.
    pub(super) fn look(&self, made: Made) -> Look {
        Look { made, ..look_of(&self.look) }
    }
}
