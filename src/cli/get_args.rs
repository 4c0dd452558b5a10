//! What may be written after `rollcast get`.

use clap::{Args, ValueEnum};

use crate::api::{LabelSelector, ParseSelectorError};
use crate::cli::namespaces::ScopeArgs;
use crate::time::SimDuration;

/// Which objects of a record, at which moment, and how they are printed.
#[derive(Debug, Args)]
#[command(after_help = "\
TYPE is daemonsets (ds), pods (po), nodes (no), controllerrevisions or events (ev), also several with
commas between them. NAMEs follow it, or each is written as TYPE/NAME. RESULTS comes last.

Without -n, objects are of the record's only namespace, or of `default` if it has several.

Examples:
  rollcast get ds results/node-exporter
  rollcast get pods results/node-exporter --at 2m30s -o wide
  rollcast get ds/node-exporter node/worker-7 results/node-exporter --at 2m30s -o yaml
  rollcast get pods results/node-exporter -l app.kubernetes.io/name=node-exporter -w --at 2m --until 3m
  rollcast get ds,pods,nodes,controllerrevisions results/node-exporter --at 2m30s -o json |
    rollcast plan -f -")]
pub(super) struct GetArgs {
    /// What to get, as for kubectl, and then the results folder of a run (or its facts.jsonl)
    #[arg(required = true, value_name = "TYPE [NAME...] RESULTS")]
    pub(super) words: Vec<String>,
    /// The moment, since the start of the run, instead of its end
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    pub(super) at: Option<SimDuration>,
    #[command(flatten)]
    pub(super) scope: ScopeArgs,
    /// Only objects with these labels: `app=x,tier!=y,zone in (a,b),!canary`
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = selector)]
    pub(super) selector: Option<LabelSelector>,
    /// What to print
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: GetFormat,
    /// Print tables without their first row
    #[arg(long)]
    pub(super) no_headers: bool,
    /// Add a column of labels to tables
    #[arg(long)]
    pub(super) show_labels: bool,
    /// Print each change after that, too; without --at, from the start of the run on
    #[arg(short, long)]
    pub(super) watch: bool,
    /// The moment at which watching ends, instead of the end of the run
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, requires = "watch")]
    pub(super) until: Option<SimDuration>,
}

/// How objects are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GetFormat {
    /// kubectl's columns
    Table,
    /// The same and some more
    Wide,
    /// Kubernetes objects
    Json,
    /// The same as YAML
    Yaml,
    /// TYPE/NAME, a line each
    Name,
}

fn selector(written: &str) -> Result<LabelSelector, String> {
    written.parse().map_err(|error: ParseSelectorError| error.to_string())
}
