//! What every kubelet reports of its pods: that they run, are Ready or not, do not get on, or have
//! failed.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::{HungStep, What};
use crate::time::SimTime;
use crate::world::cluster::{Broken, Pod};
use crate::world::cx::Cx;
use crate::world::kubelet::kubelets::Kubelets;
use crate::world::track::track_failure;

impl Kubelets {
    /// The API server learns that the containers run. Under pressure the pod may have to go.
    pub(super) fn turn_running(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let Pod { phase, node, .. } = *cx.cluster.pod(id);
        cx.change_pod(id, |pod| pod.phase = PodPhase::Running);
        if phase != PodPhase::Running {
            self.evict_again(node, &mut cx.because(cx.cluster.pod(id).fact));
        }
    }

    /// The pod ends, as after an eviction.
    pub(in crate::world) fn fail_pod(&mut self, id: PodId, reason: &'static str, cx: &mut Cx<'_>) {
        let is_final = !cx.settings.conformance_mode;
        self.cancel_pulls(id, cx);
        self.progress(id).ended = Some((reason.to_owned(), String::new()));
        cx.pod_fact(id, |pod| What::PodFailed { pod, reason: reason.into() });
        cx.change_pod(id, |pod| {
            pod.phase = PodPhase::Failed;
            pod.ready_since = None;
            pod.serving = false;
            pod.epoch += u32::from(is_final);
        });
    }
}

/// A pod does not run well, and retries by itself.
pub(super) fn break_pod(id: PodId, broken: Broken, cx: &mut Cx<'_>) {
    cx.cluster.pods[id].broken = Some(broken);
    track_failure(id, cx);
}

/// A pod waits for a step of one of its containers: in vain, if that is at [`SimTime::MAX`].
pub(super) fn wait_for_step(id: PodId, index: u16, step: HungStep, at: SimTime, cx: &mut Cx<'_>) {
    if at == SimTime::MAX {
        cx.cluster.hang(id, step, index);
        track_failure(id, cx);
    }
}

/// The pod's probes pass.
pub(in crate::world) fn turn_ready(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.pod(id).awaits_readiness_gate {
        return tell_of_gates(id, cx);
    }
    cx.pod_fact(id, |pod| What::PodReady { pod });
    let now = cx.now;
    cx.change_pod(id, |pod| {
        pod.broken = None;
        pod.hung = None;
        pod.serving = !pod.terminating;
        pod.ready_since.get_or_insert(now.truncate_to_second());
    });
}

/// All containers are ready, and the pod is not: its readiness gates are for others to set, and
/// nobody does.
///
/// Source: `pkg/kubelet/status/generate.go › GeneratePodReadyCondition`.
fn tell_of_gates(id: PodId, cx: &mut Cx<'_>) {
    let spec = &cx.cluster.specs[cx.cluster.pod(id).spec].written.template.spec;
    let said = spec.readiness_gates.iter().map(|gate| {
        format!("corresponding condition of pod readiness gate {gate:?} does not exist.")
    });
    let message = said.collect::<Vec<_>>().join(", ");
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::ReadinessGatesNotReady {
        pod: names.intern(&cx.cluster.pod_name(id)),
        message: names.intern(&message),
    });
    cx.cluster.pods[id].fact = Some(fact);
}

/// The pod's probes fail, or nobody hears from it any more.
pub(in crate::world) fn turn_unready(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.pod(id).ready_since.is_none() {
        return;
    }
    cx.pod_fact(id, |pod| What::PodUnready { pod });
    cx.change_pod(id, |pod| {
        pod.ready_since = None;
        pod.serving = false;
        // A probe that was about to pass does not; one that asks the pod to stop does.
        pod.epoch += u32::from(!pod.terminating);
    });
}
