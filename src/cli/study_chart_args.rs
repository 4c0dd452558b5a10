//! The arguments that say which charts a comparison has, and how they look.

use clap::Args;

use crate::cli::chart_args::{Kinds, LookArgs, parse_kinds_of_study};

/// The charts of a comparison.
#[derive(Debug, Args)]
pub(super) struct StudyChartArgs {
    /// Charts to draw, separated by commas; or `none`. `hit` is left out if no bad image is tried
    #[arg(
        long,
        value_name = "KINDS",
        default_value = "availability,gaps,duration,hit",
        value_parser = parse_kinds_of_study
    )]
    pub(super) charts: Kinds,
    #[command(flatten)]
    pub(super) look: LookArgs,
}
