//! How long things take.

use crate::engine::{Delay, DelayError};
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fitted::{self, Fitted};
use crate::scenario::check::section::Section;
use crate::scenario::check::selection::{self, Nodes};
use crate::scenario::manifests::Manifests;
use crate::scenario::valid::{Latencies, LatencyOverride, LatencyScope, PhaseDelays};
use crate::scenario::written;
use crate::time::SimDuration;

/// Checks `latencies:`.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    nodes: &Nodes<'_>,
    manifests: &mut Manifests<'_>,
    nodes_take_time: bool,
) -> Latencies {
    let path = &section.path;
    let written: written::Latencies = section.decode(findings);
    let fitted = match &written.from_snapshot {
        None => Fitted::default(),
        Some(file) => {
            let path = path.key("fromSnapshot");
            let snapshot = manifests.snapshot(findings, file, &path);
            snapshot.map(|snapshot| fitted::fit(findings, &snapshot, &path)).unwrap_or_default()
        }
    };
    let pull_is_in_start = fitted.start.is_some();
    let mut phase = |name: &str, default: Delay| delay(findings, &section.key(name), default);
    let default = PhaseDelays {
        schedule: phase("schedule", fitted.schedule.unwrap_or_else(defaults::schedule)),
        image_pull: phase(
            "imagePull",
            if pull_is_in_start { Delay::ZERO } else { defaults::image_pull() },
        ),
        container_start: phase("containerStart", fitted.start.unwrap_or_else(defaults::start)),
        ready: phase("ready", fitted.ready.unwrap_or_else(defaults::ready)),
        terminate: phase("terminate", defaults::terminate()),
    };
    let node_ready =
        phase("nodeReady", if nodes_take_time { defaults::node_ready() } else { Delay::ZERO });
    let mut overrides = Vec::new();
    for index in 0..written.overrides.len() {
        let inner = FieldPath::ROOT.key("overrides").index(index);
        let tree = section.tree.at(&inner).unwrap_or(&Tree::Null);
        let path = path.join(&inner);
        if let Some(written) = findings.decode(tree, &path) {
            overrides.push(exception(findings, written, &path, nodes));
        }
    }
    Latencies { default, overrides, node_ready }
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

fn exception(
    findings: &mut Findings,
    written: written::LatencyOverride,
    path: &FieldPath,
    nodes: &Nodes<'_>,
) -> LatencyOverride {
    check_scope(findings, &written, path, nodes);
    let pool = written.pool.as_deref().and_then(|name| nodes.cluster.pool(name));
    let mut phase = |name: &str, written: Option<written::Delay>| {
        written.and_then(|delay| checked(findings, &delay, &path.key(name)))
    };
    LatencyOverride {
        schedule: phase("schedule", written.schedule),
        image_pull: phase("imagePull", written.image_pull),
        container_start: phase("containerStart", written.container_start),
        ready: phase("ready", written.ready),
        terminate: phase("terminate", written.terminate),
        node_ready: phase("nodeReady", written.node_ready),
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

/// The delay that is written, or else the default.
pub(super) fn delay(findings: &mut Findings, section: &Section<'_>, default: Delay) -> Delay {
    if section.is_absent() {
        return default;
    }
    let written = findings.decode(section.tree, &section.path);
    written.and_then(|delay| checked(findings, &delay, &section.path)).unwrap_or(default)
}

/// The distribution, unless its numbers contradict each other.
pub(super) fn checked(
    findings: &mut Findings,
    written: &written::Delay,
    path: &FieldPath,
) -> Option<Delay> {
    match distribution(written) {
        Ok(delay) => {
            warn_if_long(findings, &delay, path);
            Some(delay)
        }
        Err(error) => {
            findings.error("invalid-delay", path, error.to_string(), error.hint());
            None
        }
    }
}

fn distribution(written: &written::Delay) -> Result<Delay, DelayError> {
    match written {
        written::Delay::Constant(span) => Ok(Delay::constant(span.0)),
        written::Delay::Uniform(shape) => Delay::uniform(shape.min.0, shape.max.0),
        written::Delay::Exponential(shape) => Delay::exponential(shape.mean.0),
        written::Delay::Lognormal(shape) => Delay::log_normal(shape.median.0, shape.p99.0),
        written::Delay::Quantiles(points) => {
            let table: Vec<_> =
                points.iter().map(|(percent, span)| (percent / 100.0, span.0)).collect();
            Delay::quantiles(&table)
        }
        written::Delay::Histogram(buckets) => Delay::histogram(buckets),
    }
}

/// A phase that usually takes longer than a day is probably a unit gone wrong.
fn warn_if_long(findings: &mut Findings, delay: &Delay, path: &FieldPath) {
    let usual = delay.quantile(0.5);
    if usual > SimDuration::from_secs(86_400) {
        let message = format!("half of the pods need {usual} or more for this phase");
        findings.warning("long-delay", path, message, "check the unit");
    }
}
