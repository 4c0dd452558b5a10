//! What may be written on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::api::{KubernetesVersion, parse_rfc3339};
use crate::time::SimTime;

/// Replays DaemonSet rollouts against the controller's real planning logic.
#[derive(Debug, Parser)]
#[command(name = "rollcast", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 ok, 1 failed, 2 bad usage or invalid input, \
                        3 an expectation of the scenario did not hold.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario; write its timeline, facts, summary and chart
    Run(RunArgs),
    /// Check scenarios without running them; report every problem at once
    Check(CheckArgs),
    /// Say what the controller would do now, in a cluster as kubectl prints it
    Plan(PlanArgs),
    /// Print the JSON schema of scenarios, for completion in editors
    Schema,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, in roff
    Man,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rollcast run scenarios/node-exporter.yaml
  rollcast run fleet.yaml --seed 7 --set cluster.nodePools[0].count=500
  rollcast run fleet.yaml -o json --quiet | jq '.daemon_sets[].verdict'
  cat fleet.yaml | rollcast run - --out /tmp/fleet")]
pub(super) struct RunArgs {
    /// The scenario's file; `-` reads it from standard input
    pub(super) scenario: String,
    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Folder for the files, instead of results/NAME
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Change a field of the scenario, or of a manifest in it; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// What to print on standard output at the end
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: OutputFormat,
    /// Print no progress and no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// End the run after so many events
    #[arg(long, value_name = "N", default_value_t = 1_000_000_000)]
    pub(super) max_events: u64,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Scenario files; `-` is standard input
    #[arg(required = true, value_name = "SCENARIO")]
    pub(super) scenarios: Vec<String>,
    /// Change a field of each scenario before it is checked; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kubectl get ds,nodes,pods,controllerrevisions -A -o json | rollcast plan -f -
  rollcast plan -f snapshot.yaml --daemonset kube-system/cilium
  rollcast plan -f snapshot.yaml --at 2026-03-01T12:00:30Z -o json | jq .holds")]
pub(super) struct PlanArgs {
    /// What `kubectl get ds,nodes,pods,controllerrevisions -A -o json` (or yaml) prints; `-` is
    /// standard input
    #[arg(short = 'f', long = "filename", value_name = "SNAPSHOT")]
    pub(super) snapshot: String,
    /// The DaemonSet; without it, every one of the snapshot
    #[arg(long, value_name = "NAMESPACE/NAME")]
    pub(super) daemonset: Option<String>,
    /// The time of the sync, instead of the newest time in the snapshot
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    pub(super) at: Option<SimTime>,
    /// The version of Kubernetes whose rules apply: 1.31 or 1.36
    #[arg(long, value_name = "VERSION", default_value_t)]
    pub(super) kubernetes: KubernetesVersion,
    /// What to print
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: PlanFormat,
}

/// A time as the API server writes it.
fn time(written: &str) -> Result<SimTime, String> {
    let hint = "write it like 2026-03-01T12:00:00Z";
    parse_rfc3339(written).ok_or_else(|| format!("it is no time; {hint}"))
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// A line per node on which something is done or due
    Table,
    /// An object for programs; one per DaemonSet if there are several
    Json,
}

/// What is printed on standard output at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// What `kubectl get ds` would print, and a verdict
    Table,
    /// The contents of summary.json
    Json,
}
