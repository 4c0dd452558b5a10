//! What may be written after `rollcast describe`.

use clap::Args;

use crate::cli::namespaces::ScopeArgs;
use crate::time::SimDuration;

/// Which objects of a record are described, at which moment.
#[derive(Debug, Args)]
#[command(after_help = "\
TYPE is daemonsets (ds), pods (po) or nodes (no). NAMEs follow it, or each is written as TYPE/NAME; a
single NAME may also be the beginning of names. Without a NAME all are described. RESULTS comes last.

Without -n, objects are of the record's only namespace, or of `default` if it has several.

Examples:
  rollcast describe ds node-exporter results/node-exporter
  rollcast describe pod node-exporter-5v9p7 results/node-exporter --at 2m30s
  rollcast describe node/worker-7 ds/node-exporter results/node-exporter --at 2m30s")]
pub(super) struct DescribeArgs {
    /// What to describe, as for kubectl, and then the results folder of a run (or its facts.jsonl)
    #[arg(required = true, value_name = "TYPE [NAME...] RESULTS")]
    pub(super) words: Vec<String>,
    /// The moment, since the start of the run, instead of its end
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    pub(super) at: Option<SimDuration>,
    #[command(flatten)]
    pub(super) scope: ScopeArgs,
}
