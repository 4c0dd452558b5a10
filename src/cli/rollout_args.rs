//! What may be written after `rollcast rollout`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::time::SimDuration;

#[derive(Debug, Args)]
pub(super) struct RolloutArgs {
    #[command(subcommand)]
    pub(super) command: RolloutCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RolloutCommand {
    /// Print what `kubectl rollout status` would have printed at each write of a DaemonSet
    Status(StatusArgs),
    /// Print what `kubectl rollout history` would have printed
    History(HistoryArgs),
}

/// A record, and a DaemonSet of it.
#[derive(Debug, Args)]
pub(super) struct WhichArgs {
    /// The results folder of a run, or its facts.jsonl
    #[arg(value_name = "RESULTS")]
    pub(super) results: PathBuf,
    /// The DaemonSet; may be left out if the record has only one
    #[arg(value_name = "ds/NAME")]
    pub(super) daemon_set: Option<String>,
    /// Its namespace
    #[arg(short, long, value_name = "NAMESPACE")]
    pub(super) namespace: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The exit code is that of kubectl at the end of the run: 0 if the rollout is complete, else 1.

Examples:
  rollcast rollout status results/node-exporter
  rollcast rollout status results/bad-image ds/agent --revision 2")]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub(super) which: WhichArgs,
    /// Only while this revision is the newest one
    #[arg(long, value_name = "N")]
    pub(super) revision: Option<i64>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rollcast rollout history results/node-exporter
  rollcast rollout history results/node-exporter ds/node-exporter --at 1m")]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    pub(super) which: WhichArgs,
    /// The moment, since the start of the run, instead of its end
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    pub(super) at: Option<SimDuration>,
    /// Print the pod template of this revision
    #[arg(long, value_name = "N")]
    pub(super) revision: Option<i64>,
}
