//! What may be written on the command line.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::api::{IntOrPercent, KubernetesVersion, ParseShareError, Share, parse_rfc3339};
use crate::cli::chart_args::{ChartArgs, Kinds, parse_kinds_of_run};
use crate::cli::describe_args::DescribeArgs;
use crate::cli::diff_args::DiffArgs;
use crate::cli::docs::DocsArgs;
use crate::cli::effort_args::{EffortArgs, MemoryArgs};
use crate::cli::export_args::ExportArgs;
use crate::cli::get_args::GetArgs;
use crate::cli::rollout_args::RolloutArgs;
use crate::cli::study_chart_args::StudyChartArgs;
use crate::cli::verify_args::VerifyArgs;
use crate::cli::why_args::WhyArgs;
use crate::report::compare::MOST_RUNS;
use crate::scenario::MOST_NODES;
use crate::study::{BadImage, BadImageError, Measure, MeasureError};
use crate::time::{SimDuration, SimTime};
use crate::world::RunLimits;

/// Sweeps of more runs are refused unless somebody asks for them.
pub(super) const USUAL_RUNS: u64 = 1_000_000;

/// Replays DaemonSet rollouts against the controller's real planning logic.
#[derive(Debug, Parser)]
#[command(name = "rollcast", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 ok, 1 failed, 2 bad usage or invalid input, \
                        3 an expectation of the scenario, or a goal of diff, did not hold, or \
                        docs --check found what is not up to date, \
                        130 stopped by Ctrl-C, or runs of a sweep are missing.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario; write its timeline, facts, summary and chart
    Run(RunArgs),
    /// Check scenarios: report every problem at once, and say which rollouts hang and why
    Check(CheckArgs),
    /// Run many settings with many seeds; say how they differ, and recommend one
    Compare(Box<CompareArgs>),
    /// Say what a change of manifests does to rollouts: for pull requests
    Diff(Box<DiffArgs>),
    /// Join the parts of a sweep that ran on several machines
    Merge(MergeArgs),
    /// Say what the controller would do now, in a cluster as kubectl prints it
    Plan(PlanArgs),
    /// Say what becomes of the rollouts of a cluster as kubectl prints it, and what a change would do
    Forecast(ForecastArgs),
    /// Run a scenario again and compare it with its results folder
    Verify(VerifyArgs),
    /// Print objects as `kubectl get` would have at any moment of a run
    Get(Box<GetArgs>),
    /// Describe objects as `kubectl describe` would have at any moment of a run, with their events
    Describe(DescribeArgs),
    /// Print what `kubectl rollout status` or `history` would have printed in a run
    Rollout(RolloutArgs),
    /// Say why a run went as it did: a pod, a node, a gap, the end of a rollout, a stalled rollout
    Why(WhyArgs),
    /// Draw charts of a run, of several runs, or of a comparison, from their results
    Chart(Box<ChartArgs>),
    /// Hand a run to other tools: Prometheus, promtool, Perfetto
    Export(ExportArgs),
    /// Draw the charts that pages of Markdown ask for, and write them into the pages
    Docs(DocsArgs),
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

/// Above the options for manifests.
const MANIFEST: &str = "With a manifest instead of a scenario";

/// What is added to a manifest to make a scenario of it.
#[derive(Debug, Default, Args)]
pub(super) struct ManifestArgs {
    /// How many nodes the pods belong on [default: 100]
    #[arg(long, help_heading = MANIFEST, value_name = "N", value_parser = fleet)]
    pub(super) nodes: Option<u32>,
    /// Roll out this image, or `CONTAINER=IMAGE`; without it, the rollout is a restart
    #[arg(long, help_heading = MANIFEST, value_name = "IMAGE")]
    pub(super) image: Option<String>,
    /// Write the scenario that is made, ready to edit, and the manifest beside it
    #[arg(long, help_heading = MANIFEST, value_name = "FILE")]
    pub(super) save: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rollcast run scenarios/node-exporter.yaml
  helm template . | rollcast run - --nodes 200
  rollcast run ds.yaml --image registry.example/agent:2.0 --save scenario.yaml
  rollcast run ds.yaml --nodes 200 --seeds 1..20
  rollcast run fleet.yaml --charts states,raster,gantt
  rollcast run fleet.yaml --seed 7 --set cluster.nodes=500
  rollcast run fleet.yaml -o json --quiet | jq '.daemon_sets[].verdict'
  cat fleet.yaml | rollcast run - --out /tmp/fleet")]
pub(super) struct RunArgs {
    /// The file of a scenario, or of a manifest with DaemonSets; `-` reads it from standard input
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) manifest: ManifestArgs,
    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Run with each of these seeds, the first and the last or a list, and say what they come to;
    /// files and verdict are those of the first
    #[arg(long, value_name = "1..20", conflicts_with = "seed")]
    pub(super) seeds: Option<String>,
    /// Folder for the files, instead of results/NAME
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Change a field of the scenario, or of a manifest in it; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// What to print on standard output at the end
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: OutputFormat,
    /// Charts to draw, separated by commas: availability, states, raster, gantt, gaps, limits,
    /// waiters; or `none`
    #[arg(long, value_name = "KINDS", default_value = "availability", value_parser = parse_kinds_of_run)]
    pub(super) charts: Kinds,
    /// Write facts.jsonl.gz, a tenth as large, in place of facts.jsonl
    #[arg(long)]
    pub(super) gzip: bool,
    /// Print no progress and no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// End the run after so many events; the facts of a million take about 100 MB
    #[arg(long, value_name = "N", default_value_t = RunLimits::default().max_events)]
    pub(super) max_events: u64,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files of scenarios, or of manifests with DaemonSets; `-` is standard input
    #[arg(required = true, value_name = "SCENARIO")]
    pub(super) scenarios: Vec<String>,
    #[command(flatten)]
    pub(super) manifest: ManifestArgs,
    /// Change a field of each scenario before it is checked; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// What to print on standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: CheckFormat,
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

#[derive(Debug, Args)]
#[command(after_help = "\
Of a rollout that is under way it says when it is complete, or that it never is, and why; of a
DaemonSet at rest what an update would take. Pods start as those of the snapshot did.

A change is written as for kubectl (delete node|pod|ds, drain, cordon, uncordon, taint, label,
rollout undo|restart, set image, patch, annotate), as a field (maxUnavailable, maxSurge,
minReadySeconds, image), as `recover NODE` or `reboot NODE`, or as an event of a scenario,
'{recover: n5}'. Several happen at once if `and` stands between them.

Examples:
  kubectl get ds,nodes,pods,controllerrevisions -A -o json | rollcast forecast
  rollcast forecast -f snapshot.json --daemonset kube-system/cilium --try maxUnavailable=10%
  rollcast forecast -f snapshot.json --try 'delete node n5' --try 'recover n5' -o markdown")]
pub(super) struct ForecastArgs {
    /// What `kubectl get ds,nodes,pods,controllerrevisions -A -o json` (or yaml) prints; `-` is
    /// standard input
    #[arg(short = 'f', long = "filename", value_name = "SNAPSHOT", default_value = "-")]
    pub(super) snapshot: String,
    /// The DaemonSet; without it, every one of the snapshot
    #[arg(long, value_name = "NAMESPACE/NAME")]
    pub(super) daemonset: Option<String>,
    /// Say the same for a change, side by side with the present; may be given again
    #[arg(long = "try", value_name = "CHANGE")]
    pub(super) tries: Vec<String>,
    /// Seeds: the first and the last, or a list
    #[arg(long, value_name = "FIRST..LAST", default_value = "1..60")]
    pub(super) seeds: String,
    /// When the snapshot was taken, instead of the newest time in it
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    pub(super) at: Option<SimTime>,
    /// The version of Kubernetes whose rules apply: 1.31 or 1.36
    #[arg(long, value_name = "VERSION", default_value_t)]
    pub(super) kubernetes: KubernetesVersion,
    /// What to print
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: ForecastFormat,
    /// Print no progress and no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
}

/// How a forecast is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ForecastFormat {
    /// A paragraph for each DaemonSet
    Table,
    /// An object for programs
    Json,
    /// The same for an issue or a chat, in GitHub's Markdown
    Markdown,
}

/// A time as the API server writes it.
fn time(written: &str) -> Result<SimTime, String> {
    let hint = "write it like 2026-03-01T12:00:00Z";
    parse_rfc3339(written).ok_or_else(|| format!("it is no time; {hint}"))
}

#[derive(Debug, Args)]
#[command(after_help = "\
Settings are all combinations of the values that --vary gives, and each --variant beside them. A
comma within {}, [] or quotes belongs to a value. Names are maxUnavailable, maxSurge,
minReadySeconds, nodes, order, kubernetes, imagePull and the other latencies, registryBandwidth,
nodeBandwidth, or paths as --set takes them. Whoever varies one of maxUnavailable and maxSurge gets
0 for the other.

The number of nodes, latencies, bandwidths, versions and faults are circumstances: nobody decides on
them. A setting is recommended if it reaches the goal in all of them.

Examples:
  rollcast compare fleet.yaml --seeds 1..200
  rollcast compare ds.yaml --nodes 200 --within 30m
  rollcast compare fleet.yaml --vary maxUnavailable=1,5%,10%,25% --vary minReadySeconds=0,30
  rollcast compare fleet.yaml --vary maxUnavailable=1,10% --variant surge='maxSurge=10%'
  rollcast compare fleet.yaml --vary maxUnavailable=1,10% --given nodes=100,1000 --within 30m
  rollcast compare fleet.yaml --vary minReadySeconds=0,120 --with-fault crash:90s --hit 10%
  rollcast compare before.yaml after.yaml --seeds 1..200")]
pub(super) struct CompareArgs {
    /// Scenarios, or manifests with DaemonSets; several are compared with each other
    #[arg(required = true, value_name = "SCENARIO")]
    pub(super) scenarios: Vec<String>,
    #[command(flatten)]
    pub(super) manifest: ManifestArgs,
    #[command(flatten)]
    pub(super) asked: AskedArgs,
    /// Folder for the files, instead of results/NAME-compare; `-` prints the journal instead
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// With `--out -`, compress the journal, so that more runs fit into the log of a pod
    #[arg(long)]
    pub(super) packed: bool,
    #[command(flatten)]
    pub(super) print: PrintArgs,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
    /// Go on with a sweep that was cut off, or add seeds to one that is done
    #[arg(long)]
    pub(super) resume: bool,
    /// Do a part of the sweep: the K-th of N. `/N` takes K from an Indexed Job, or from an array of
    /// SLURM, PBS, Grid Engine or GNU parallel (`PARALLEL_SEQ`), `auto` with SLURM both
    #[arg(long, value_name = "K/N")]
    pub(super) shard: Option<String>,
    /// Print a Kubernetes Indexed Job that does the sweep in N parts; by default in 8, or in as many
    /// as it takes for the log of a pod to hold a part
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "`--job` without a number")]
    pub(super) job: Option<Option<NonZeroU32>>,
    /// Let the Job write to this PersistentVolumeClaim instead of its logs
    #[arg(long, value_name = "NAME", requires = "job")]
    pub(super) claim: Option<String>,
    /// The image that the Job runs
    #[arg(long, value_name = "IMAGE", default_value = concat!("rollcast:", env!("CARGO_PKG_VERSION")))]
    pub(super) job_image: String,
    /// Refuse sweeps of more runs
    #[arg(long, value_name = "N", default_value_t = USUAL_RUNS, value_parser = runs)]
    pub(super) max_runs: u64,
}

/// What is printed about a finished sweep.
#[derive(Debug, Args)]
pub(super) struct PrintArgs {
    /// What to print on standard output at the end
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: CompareFormat,
    /// Print all columns of the tables, however wide
    #[arg(long)]
    pub(super) wide: bool,
    /// Print no progress and no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) charts: StudyChartArgs,
}

/// What is compared; of what is not given here, the scenario's `compare:` decides.
#[derive(Debug, Default, Args)]
pub(super) struct AskedArgs {
    /// Values that a field takes in turn; may be given again
    #[arg(long, value_name = "NAME=V1,V2,...")]
    pub(super) vary: Vec<String>,
    /// The same of a field that nobody decides on: settings are tried in all circumstances
    #[arg(long, value_name = "NAME=V1,V2,...")]
    pub(super) given: Vec<String>,
    /// Try each setting also with a bad image: `crash`, `crash:90s`, `neverReady`, `pullError`
    #[arg(long = "with-fault", value_name = "FAULT,...", value_delimiter = ',',
          value_parser = fault)]
    pub(super) with_faults: Vec<BadImage>,
    /// Fields that change together, under a name; may be given again
    #[arg(long = "variant", value_name = "NAME='A=1,B=2'")]
    pub(super) variants: Vec<String>,
    /// Change a field in all settings; may be given again
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Seeds: the first and the last, a list, or `auto`, which adds seeds until every verdict is
    /// clear (`auto..400`: 400 at most) [default: 1..100]
    #[arg(long, value_name = "1..100")]
    pub(super) seeds: Option<String>,
    /// Recommend the cheapest setting that completes within this time
    #[arg(long, value_name = "DURATION")]
    pub(super) within: Option<SimDuration>,
    /// Recommend the cheapest setting with at most this many nodes, or this share, unavailable
    #[arg(long, value_name = "NODES", value_parser = nodes)]
    pub(super) worst: Option<IntOrPercent>,
    /// Recommend the cheapest setting whose update takes the service of at most this many nodes, or
    /// this share, if the image is bad
    #[arg(long, value_name = "NODES", value_parser = nodes)]
    pub(super) hit: Option<IntOrPercent>,
    /// What makes a setting cheap: worst, duration, nodeMinutes, surgePods or hit [default: worst]
    #[arg(long, value_name = "MEASURE", value_parser = measure)]
    pub(super) cheapest: Option<Measure>,
    /// The share of all seeds that must reach the goal, 50% to 99.999% [default: 95%]
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(super) share: Option<Share>,
    /// How sure verdicts, bounds and intervals are, 50% to 99.999% [default: 95%]
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(super) confidence: Option<Share>,
    /// Observe rollouts for this long after their end, to see whether the pods last [default: 10m]
    #[arg(long, value_name = "DURATION")]
    pub(super) soak: Option<SimDuration>,
    /// The setting that the others are compared with, instead of the first
    #[arg(long, value_name = "SETTING")]
    pub(super) baseline: Option<String>,
    /// The DaemonSet that is looked at, instead of the first one that is updated
    #[arg(long, value_name = "NAME")]
    pub(super) daemonset: Option<String>,
}

impl AskedArgs {
    /// Whether the command line says which settings there are.
    pub(super) fn varies(&self) -> bool {
        !self.vary.is_empty() || !self.variants.is_empty()
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rollcast compare fleet.yaml --vary nodes=100,1000 --shard 1/2 --out part-1
  rollcast compare fleet.yaml --vary nodes=100,1000 --shard 2/2 --out part-2
  rollcast merge part-1 part-2 --out results/fleet-compare")]
pub(super) struct MergeArgs {
    /// Folders with journals, or journals
    #[arg(required = true, value_name = "DIR")]
    pub(super) parts: Vec<PathBuf>,
    /// Folder for the files
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) print: PrintArgs,
}

/// A number of runs that memory may hold.
fn runs(written: &str) -> Result<u64, String> {
    let most = MOST_RUNS as u64;
    let read = written.parse().ok().filter(|runs| *runs <= most);
    read.ok_or_else(|| format!("write a number up to {most}"))
}

/// How many nodes there are.
fn fleet(written: &str) -> Result<u32, String> {
    let number = written.trim().parse().ok().filter(|nodes| (1..=MOST_NODES).contains(nodes));
    number.ok_or_else(|| format!("it is no number of nodes; write one from 1 to {MOST_NODES}"))
}

/// A number of nodes or a percentage.
pub(super) fn nodes(written: &str) -> Result<IntOrPercent, String> {
    let hint = "write a number of nodes or a percentage such as `10%`";
    written.trim().parse().map_err(|_| format!("it is no number of nodes; {hint}"))
}

/// What is wrong with an image.
fn fault(written: &str) -> Result<BadImage, String> {
    written.parse().map_err(|_: BadImageError| format!("it is no fault; {}", BadImageError::HINT))
}

/// What makes a setting cheap.
fn measure(written: &str) -> Result<Measure, String> {
    written.parse().map_err(|_: MeasureError| format!("it is no measure; {}", MeasureError::HINT))
}

/// A share of all seeds.
pub(super) fn share(written: &str) -> Result<Share, String> {
    written.parse().map_err(|error: ParseShareError| {
        let hint = match error {
            ParseShareError::NotPercent => "write `95%`, or `99.9%`",
            ParseShareError::TooMuch | ParseShareError::TooLittle => "write `50%` to `99.999%`",
        };
        format!("it is {error}; {hint}")
    })
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CompareFormat {
    /// Tables and advice for people
    Table,
    /// The contents of compare.json
    Json,
    /// The contents of compare.csv: a row per setting and seed
    Csv,
    /// The contents of compare.md
    Markdown,
}

/// How a check is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// A line per update, and the problems as paragraphs on standard error
    Table,
    /// An object for programs: problems, estimates, and what rollouts come to
    Json,
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
