//! How long things take.

use std::collections::BTreeSet;

use crate::engine::{Delay, DelayError};
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::observed;
use crate::scenario::check::section::Section;
use crate::scenario::check::selection::{self, Nodes};
use crate::scenario::check::spread;
use crate::scenario::kubelet::Kubelet;
use crate::scenario::manifests::Manifests;
use crate::scenario::observed::ObservedPods;
use crate::scenario::valid::{Latencies, LatencyOverride, LatencyScope, Phase, PhaseDelays};
use crate::scenario::written::{self, DelayShape};
use crate::time::SimDuration;

/// What a table leaves out that ends at p99, as most do; with the error of a division.
const USUAL_REST: f64 = 0.010_001;

/// What of the scenario latencies have to do with.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) nodes_take_time: bool,
    /// The file with the snapshot that the run begins with, if it begins with one.
    pub(super) start: Option<&'a str>,
}

/// Checks `latencies:`.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    nodes: &Nodes<'_>,
    manifests: &mut Manifests<'_>,
    Around { nodes_take_time, start }: Around<'_>,
) -> Latencies {
    let path = &section.path;
    let written: written::Latencies = section.decode(findings);
    let mut observed = written.from_snapshot.as_ref().and_then(|file| {
        let path = path.key("fromSnapshot");
        let snapshot = manifests.snapshot(findings, file, &path)?;
        observed::observe(findings, &snapshot, start == Some(file.as_str()), &path)
    });
    if let Some(observed) = &mut observed {
        observed.phases.retain(|phase| section.key(phase.name()).is_absent());
    }
    let marginal = |phase: Phase| observed.as_ref().and_then(|it| it.marginal(phase));
    let mut of = |phase: Phase, default: Delay| {
        let default = marginal(phase).unwrap_or(default);
        phase_delay(findings, &section.key(phase.name()), phase, default)
    };
    let node_ready = if nodes_take_time { defaults::node_ready() } else { Delay::ZERO };
    let is_in_start = |it: &ObservedPods| it.phases.contains(&Phase::ContainerStart);
    let pull_is_in_start = observed.as_ref().is_some_and(is_in_start);
    let pull = if pull_is_in_start { Delay::ZERO } else { defaults::image_pull() };
    let default = PhaseDelays {
        schedule: of(Phase::Schedule, defaults::schedule()),
        image_pull: of(Phase::ImagePull, pull),
        container_start: of(Phase::ContainerStart, defaults::start()),
        ready: of(Phase::Ready, defaults::ready()),
        terminate: of(Phase::Terminate, defaults::terminate()),
        node_ready: of(Phase::NodeReady, node_ready),
    };
    let per_run = spread::per_run(findings, &section.key("perRun"));
    let slow_nodes = spread::slow_nodes(findings, &section.key("slowNodes"));
    let mut overrides = Vec::new();
    for index in 0..written.overrides.len() {
        let inner = FieldPath::ROOT.key("overrides").index(index);
        let tree = section.tree.at(&inner).unwrap_or(&Tree::Null);
        let path = path.join(&inner);
        if let Some(written) = findings.decode(tree, &path) {
            overrides.push(exception(findings, written, &path, nodes));
        }
    }
    Latencies { default, overrides, per_run, slow_nodes, observed, assumed: BTreeSet::new() }
}

/// The delays of phases of which a scenario says nothing; the comments of
/// [`written::Latencies`] give their sources.
mod defaults {
    use super::{Delay, SimDuration};

    pub(super) fn schedule() -> Delay {
        log_normal(8, 38)
    }

    pub(super) fn image_pull() -> Delay {
        log_normal(8_000, 40_000)
    }

    pub(super) fn start() -> Delay {
        log_normal(600, 2_000)
    }

    pub(super) fn ready() -> Delay {
        log_normal(3_000, 15_000)
    }

    pub(super) fn terminate() -> Delay {
        log_normal(1_000, 10_000)
    }

    pub(super) fn node_ready() -> Delay {
        log_normal(10_000, 60_000)
    }

    fn log_normal(median_millis: u64, p99_millis: u64) -> Delay {
        let span = SimDuration::from_millis;
        Delay::log_normal(span(median_millis), span(p99_millis)).expect("the defaults are valid")
    }
}

/// Phases that take a default which was not measured, and that nothing else tells of.
pub(super) fn assumed(
    tree: &Tree,
    latencies: &Latencies,
    kubelet: &Kubelet,
    nodes_join: bool,
) -> BTreeSet<Phase> {
    let root = Section::root(tree);
    let is_written = |phase: &Phase| !root.key("latencies").key(phase.name()).is_absent();
    let is_observed = |phase: Phase| {
        let observed = latencies.observed.as_ref();
        observed.is_some_and(|observed| observed.phases.contains(&phase))
    };
    let parts = ["sandbox", "startContainer"].map(|part| root.key("kubelet").key(part));
    let is_told = |phase: &Phase| match phase {
        // Measured on a real control plane.
        Phase::Schedule => true,
        Phase::ImagePull => {
            let has_sizes = matches!(kubelet, Kubelet::On(model) if model.network.is_some());
            has_sizes || latencies.starts_are_observed()
        }
        Phase::ContainerStart => is_observed(*phase) || parts.iter().any(|part| !part.is_absent()),
        Phase::Ready => is_observed(*phase),
        Phase::Terminate => false,
        Phase::NodeReady => !nodes_join,
    };
    Phase::ALL.into_iter().filter(|phase| !is_written(phase) && !is_told(phase)).collect()
}

fn exception(
    findings: &mut Findings,
    written: written::LatencyOverride,
    path: &FieldPath,
    nodes: &Nodes<'_>,
) -> LatencyOverride {
    check_scope(findings, &written, path, nodes);
    let pool = written.pool.as_deref().and_then(|name| nodes.cluster.pool(name));
    let mut of = |phase: Phase, written: Option<written::Delay>| {
        let written = written?;
        let path = path.key(phase.name());
        if !phase.may_never_come() {
            refuse_never(findings, &written, &path);
        }
        checked(findings, &written, &path)
    };
    LatencyOverride {
        schedule: of(Phase::Schedule, written.schedule),
        image_pull: of(Phase::ImagePull, written.image_pull),
        container_start: of(Phase::ContainerStart, written.container_start),
        ready: of(Phase::Ready, written.ready),
        terminate: of(Phase::Terminate, written.terminate),
        node_ready: of(Phase::NodeReady, written.node_ready),
        applies_to: LatencyScope { image: written.image, pool, node: written.node },
    }
}

fn check_scope(
    findings: &mut Findings,
    written: &written::LatencyOverride,
    path: &FieldPath,
    nodes: &Nodes<'_>,
) {
    if written.image.is_none() && written.pool.is_none() && written.node.is_none() {
        let hint = "write at least one of `image`, `pool` and `node`";
        findings.error("missing-field", path, "this exception does not say for which pods", hint);
    }
    let phases = [
        &written.schedule,
        &written.image_pull,
        &written.container_start,
        &written.ready,
        &written.terminate,
        &written.node_ready,
    ];
    if phases.iter().all(|phase| phase.is_none()) {
        let hint = "write at least one of `schedule`, `imagePull`, `containerStart`, `ready`, \
                    `terminate` and `nodeReady`";
        findings.error("missing-field", path, "this exception changes nothing", hint);
    }
    if let Some(name) = &written.pool {
        selection::pool(findings, name, &path.key("pool"), nodes.cluster);
    }
    if let Some(name) = &written.node {
        nodes.check_name(findings, name, &path.key("node"));
    }
}

/// The delay of a phase that is written, or else the default.
fn phase_delay(
    findings: &mut Findings,
    section: &Section<'_>,
    phase: Phase,
    default: Delay,
) -> Delay {
    if !phase.may_never_come() {
        return delay(findings, section, default);
    }
    let Some(written) = written(findings, section) else { return default };
    checked(findings, &written, &section.path).unwrap_or(default)
}

/// The delay that is written, of something that comes; or else the default.
pub(super) fn delay(findings: &mut Findings, section: &Section<'_>, default: Delay) -> Delay {
    let Some(written) = written(findings, section) else { return default };
    refuse_never(findings, &written, &section.path);
    checked(findings, &written, &section.path).unwrap_or(default)
}

fn written(findings: &mut Findings, section: &Section<'_>) -> Option<written::Delay> {
    if section.is_absent() { None } else { findings.decode(section.tree, &section.path) }
}

/// Nobody waits for ever for what always comes.
fn refuse_never(findings: &mut Findings, written: &written::Delay, path: &FieldPath) {
    if written.never.is_some() {
        let message = "this always comes, sooner or later";
        let hint = "`never` is for `imagePull`, `containerStart`, `ready` and `nodeReady`; for pods \
                    that do not stop write an event with `stuckTerminating`";
        findings.error("never-comes", &path.key("never"), message, hint);
    }
}

/// The distribution, unless its numbers contradict each other.
fn checked(findings: &mut Findings, written: &written::Delay, path: &FieldPath) -> Option<Delay> {
    match distribution(written) {
        Ok(delay) => {
            warn_if_long(findings, &delay, path);
            warn_if_cut_off(findings, written, &delay, path);
            Some(delay)
        }
        Err(error) => {
            findings.error("invalid-delay", path, error.to_string(), error.hint());
            None
        }
    }
}

fn distribution(written: &written::Delay) -> Result<Delay, DelayError> {
    let delay = match &written.shape {
        DelayShape::Constant(span) => Ok(Delay::constant(span.0)),
        DelayShape::Uniform(shape) => Delay::uniform(shape.min.0, shape.max.0),
        DelayShape::Exponential(shape) => Delay::exponential(shape.mean.0),
        DelayShape::Lognormal(shape) => Delay::log_normal(shape.median.0, shape.p99.0),
        DelayShape::Quantiles(points) => {
            let table: Vec<_> =
                points.iter().map(|(percent, span)| (percent / 100.0, span.0)).collect();
            Delay::quantiles(&table)
        }
        DelayShape::Histogram(buckets) => Delay::histogram(buckets),
    }?;
    let delay = match written.tail {
        Some(tail) => delay.with_tail(tail.0)?,
        None => delay,
    };
    delay.or_never(written.never.map_or(0.0, |chance| chance.0))
}

/// A phase that usually takes longer than a day is probably a unit gone wrong.
fn warn_if_long(findings: &mut Findings, delay: &Delay, path: &FieldPath) {
    let usual = delay.quantile(0.5);
    if usual > SimDuration::from_secs(86_400) {
        let message = format!("half of the pods need {usual} or more for this phase");
        findings.warning("long-delay", path, message, "check the unit");
    }
}

/// A table that ends early says nothing of the slowest pods, for which a rollout waits.
fn warn_if_cut_off(
    findings: &mut Findings,
    written: &written::Delay,
    delay: &Delay,
    path: &FieldPath,
) {
    let Some((longest, share)) = delay.cut_off().filter(|(_, share)| *share > USUAL_REST) else {
        return;
    };
    let percent = (share * 1_000.0).round() / 10.0;
    let ends = if let DelayShape::Quantiles(points) = &written.shape {
        format!("the table ends at p{}", points.last().map_or(0.0, |(percent, _)| *percent))
    } else {
        "the highest bucket ends there".to_owned()
    };
    let message = format!("{percent}% of all draws of `{path}` are {longest}: {ends}");
    let hint =
        format!("write the longest there is beside it, such as `tail: {}`", longest.times(3));
    findings.warning("cut-off", path, message, hint);
}
