//! What may be written behind `rollcast export`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::inspect::scrapes::Group;
use crate::report::metrics::{ConstantLabel, is_own_label};
use crate::time::{MICROS_PER_SECOND, SimDuration};

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is simulated: all of it is read from a results folder, or from its facts.jsonl.

Examples:
  rollcast export openmetrics results/bad-image --out metrics.txt
  promtool tsdb create-blocks-from openmetrics metrics.txt data
  rollcast export rules results/bad-image --rules docs/daemonset-alerts.yaml --out test.yaml
  promtool test rules test.yaml
  rollcast export perfetto results/bad-image --out trace.pftrace")]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    pub(super) what: Export,
}

#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// The metrics of kube-state-metrics with their timestamps, for Prometheus
    Openmetrics(OpenMetricsArgs),
    /// A test of alerting rules whose series come from the run, for promtool
    Rules(RulesArgs),
    /// A trace with every phase of every pod, for ui.perfetto.dev
    Perfetto(PerfettoArgs),
}

#[derive(Debug, Args)]
pub(super) struct OpenMetricsArgs {
    #[command(flatten)]
    pub(super) scrapes: ScrapeArgs,
    /// The file to be written; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The test asserts when KubeDaemonSetRolloutStuck, KubeDaemonSetNotScheduled and
KubeDaemonSetMisScheduled fire, as rollcast evaluates them. A run that is at rest goes on for 30
minutes, so that alerts have the time to fire.")]
pub(super) struct RulesArgs {
    #[command(flatten)]
    pub(super) scrapes: ScrapeArgs,
    /// A file with the rules to be tested; may be given again
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) rules: Vec<PathBuf>,
    /// The file to be written; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct PerfettoArgs {
    /// A results folder, or its facts.jsonl
    #[arg(value_name = "RESULTS")]
    pub(super) results: PathBuf,
    /// The file to be written; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(super) out: PathBuf,
}

/// How a run is scraped.
#[derive(Debug, Args)]
pub(super) struct ScrapeArgs {
    /// A results folder, or its facts.jsonl
    #[arg(value_name = "RESULTS")]
    pub(super) results: PathBuf,
    /// From one scrape to the next, in whole seconds; the first one is at the start of the run
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, default_value = "30s", value_parser = interval)]
    pub(super) interval: SimDuration,
    /// What the metrics are about
    #[arg(
        long,
        value_name = "FAMILY,...",
        value_delimiter = ',',
        default_value = "daemonset,node,pod"
    )]
    pub(super) families: Vec<Families>,
    /// A label of every series, beside job="kube-state-metrics"; an empty value takes it away
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    pub(super) labels: Vec<ConstantLabel>,
    /// The time of the last scrape, since the start of the run, instead of the end of the run
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    pub(super) until: Option<SimDuration>,
}

/// What metrics are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Families {
    /// `kube_daemonset_…`
    Daemonset,
    /// `kube_node_…`
    Node,
    /// `kube_pod_…`
    Pod,
}

impl Families {
    pub(super) const fn group(self) -> Group {
        match self {
            Self::Daemonset => Group::DaemonSet,
            Self::Node => Group::Node,
            Self::Pod => Group::Pod,
        }
    }
}

/// Timestamps of the text format of Prometheus are whole numbers.
fn interval(written: &str) -> Result<SimDuration, String> {
    let hint = "write whole seconds, such as 30s or 1m";
    let span: SimDuration = written.parse().map_err(|error| format!("{error}; {hint}"))?;
    let is_whole = span.as_micros().is_multiple_of(MICROS_PER_SECOND);
    (is_whole && !span.is_zero()).then_some(span).ok_or_else(|| hint.to_owned())
}

/// Source: Prometheus, «Data model»: names of labels.
fn label(written: &str) -> Result<ConstantLabel, String> {
    let hint = "write it like cluster=prod";
    let (name, value) = written.split_once('=').ok_or(hint)?;
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let goes_on = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !begins || !goes_on || name.starts_with("__") {
        return Err(format!(
            "`{name}` is no name of a label: letters, digits and `_`, no digit first"
        ));
    }
    if is_own_label(name) {
        return Err(format!("the metrics have a label `{name}` of their own"));
    }
    Ok((name.to_owned(), value.to_owned()))
}
