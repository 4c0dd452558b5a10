//! What a run is made with, and nothing that happens in it changes.

use crate::api::KubernetesVersion;
use crate::control::pod_gc::{self, PodGc};
use crate::engine::Streams;
use crate::scenario::{Latencies, PickingOrder, Scenario};
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
    /// Whether nodes are looked after as in a real cluster; else taints come and go exactly when
    /// their reason does.
    pub(super) node_lifecycle: bool,
    pub(super) pod_gc: PodGc,
    /// Whether to simplify as the conformance vectors do: pods vanish together with the Node that
    /// they are bound to, and a pod that has failed takes as long to go as any other.
    pub(super) conformance_mode: bool,
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
