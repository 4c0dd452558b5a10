//! What `rollcast verify` is told.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Exits with 0 if every byte is the same, and with 3 if not. A run that read standard input has the
text in run.json. Any other scenario is looked for by its name: in the working folder, in the folders
above the results, and in `scenarios` in each of them.

Examples:
  rollcast verify results/node-exporter
  rollcast verify results/*
  rollcast verify /tmp/fleet --scenario fleet.yaml")]
pub(super) struct VerifyArgs {
    /// Folders that `rollcast run` wrote
    #[arg(required = true, value_name = "RESULTS")]
    pub(super) results: Vec<PathBuf>,
    /// Where the scenario is
    #[arg(long, value_name = "FILE")]
    pub(super) scenario: Option<String>,
    /// Print only what differs
    #[arg(long, short)]
    pub(super) quiet: bool,
}
