//! What a run is made with, and nothing that happens in it changes.

use std::collections::BTreeMap;

use crate::api::KubernetesVersion;
use crate::control::pod_gc::{self, PodGc};
use crate::engine::{Factor, Spread, Streams, fnv1a64};
use crate::scenario::{Latencies, Phase, PickingOrder, Scenario};
use crate::time::{SimDuration, SimTime};

/// What a run is made with.
#[derive(Debug)]
pub(super) struct Settings {
    /// When the run began.
    pub(super) start: SimTime,
    pub(super) version: KubernetesVersion,
    pub(super) streams: Streams,
    pub(super) order: PickingOrder,
    pub(super) latencies: Latencies,
    /// How many times as long each phase takes in this run.
    pub(super) run_factors: RunFactors,
    /// Whether nodes are looked after as in a real cluster; else taints come and go exactly when
    /// their reason does.
    pub(super) node_lifecycle: bool,
    pub(super) pod_gc: PodGc,
    /// Whether to simplify as the conformance vectors do: pods vanish together with the Node that
    /// they are bound to, and a pod that has failed takes as long to go as any other.
    pub(super) conformance_mode: bool,
}

/// How many times as long phases take in a run, unless they take as long as ever.
#[derive(Clone, Debug)]
pub(super) struct RunFactors(BTreeMap<Phase, Factor>);

impl RunFactors {
    /// Each by one draw: the same whatever else a setting changes.
    pub(super) fn draw(latencies: &Latencies, streams: &Streams) -> Self {
        let draw = |(&phase, spread): (&Phase, &Spread)| {
            let entity = fnv1a64(phase.name().as_bytes());
            (phase, spread.factor(streams.uniform("run factor", entity, 0)))
        };
        Self(latencies.per_run.iter().map(draw).collect())
    }

    pub(super) fn of(&self, phase: Phase) -> Factor {
        self.0.get(&phase).copied().unwrap_or(Factor::ONE)
    }
}

impl Settings {
    pub(super) fn new(scenario: &Scenario, conformance_mode: bool) -> Self {
        let streams = Streams::new(scenario.seed);
        let node_lifecycle = scenario.control_plane.node_lifecycle.is_some();
        Self {
            start: scenario.start,
            version: scenario.kubernetes,
            order: scenario.order,
            latencies: scenario.latencies.clone(),
            run_factors: RunFactors::draw(&scenario.latencies, &streams),
            node_lifecycle,
            pod_gc: PodGc::new(loop_phase(
                &streams,
                node_lifecycle,
                "pod gc",
                pod_gc::CHECK_PERIOD,
            )),
            streams,
            conformance_mode,
        }
    }
}

/// When a loop of a controller comes round for the first time; at once where nodes are not looked
/// after.
pub(super) fn loop_phase(
    streams: &Streams,
    is_on: bool,
    purpose: &'static str,
    period: SimDuration,
) -> SimDuration {
    let micros = streams.bits(purpose, 0, 0) % period.as_micros().max(1);
    SimDuration::from_micros(if is_on { micros } else { 0 })
}
