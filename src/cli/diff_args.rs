//! What may be written behind `rollcast diff`.

use clap::{Args, ValueEnum};

use crate::api::{IntOrPercent, Share};
use crate::cli::args::{nodes, share};
use crate::cli::effort_args::EffortArgs;
use crate::time::SimDuration;

#[derive(Debug, Args)]
#[command(after_help = "\
DaemonSets are paired by namespace and name. Of each that the change touches it is told whether
applying HEAD over BASE starts a rollout, how long that takes and how many nodes are without a
serving pod at worst, and how an update went before: one to the same images, with all else as in
BASE. Both are simulated with the same luck, seed by seed. PriorityClasses and ResourceQuotas of
either side are used, other kinds are not. Each DaemonSet is alone on its nodes.

Nothing is printed, in any format, if no rollout is affected. Exit codes: 3 if HEAD misses a goal;
2 for bad input, also if the API server would refuse HEAD, which is printed as well.

Examples:
  rollcast diff base.yaml head.yaml
  rollcast diff rendered/base rendered/head --nodes 50,500 --within 30m --worst 10%
  helm template . | rollcast diff main.yaml - -o json
  rollcast diff base.yaml head.yaml --scenario fleet.yaml -o sarif > rollcast.sarif")]
pub(super) struct DiffArgs {
    /// Before the change: a file of manifests, a folder of them, or a scenario; `-` is standard
    /// input, /dev/null is nothing
    #[arg(value_name = "BASE")]
    pub(super) base: String,
    /// After the change
    #[arg(value_name = "HEAD")]
    pub(super) head: String,
    /// How many nodes the pods belong on; each number is a circumstance of its own [default: 100]
    #[arg(long, value_name = "N,...", value_delimiter = ',',
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) nodes: Vec<u32>,
    /// A scenario whose cluster, latencies and events of nodes apply, and whose DaemonSets do not
    #[arg(long, value_name = "FILE")]
    pub(super) scenario: Option<String>,
    /// Change a field of the scenario, as `compare` does; may be given again
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Seeds: the first and the last, or a list [default: 1..20]
    #[arg(long, value_name = "1..20")]
    pub(super) seeds: Option<String>,
    /// Goal: a rollout completes within this time
    #[arg(long, value_name = "DURATION")]
    pub(super) within: Option<SimDuration>,
    /// Goal: at most this many nodes, or this share, are unavailable at any moment
    #[arg(long, value_name = "NODES", value_parser = nodes)]
    pub(super) worst: Option<IntOrPercent>,
    /// The share of all seeds that must reach the goal, 50% to 99.999% [default: 95%]
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(super) share: Option<Share>,
    /// How sure verdicts and intervals are, 50% to 99.999% [default: 95%]
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(super) confidence: Option<Share>,
    /// What to print
    #[arg(short, long, value_name = "FORMAT", default_value = "markdown")]
    pub(super) output: DiffFormat,
    /// Print no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
}

/// How a diff is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// A comment for a pull request, in GitHub's Markdown, below 60 kB
    Markdown,
    /// All figures, for programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A test report in XML, with a test case per DaemonSet and goal
    Junit,
}
