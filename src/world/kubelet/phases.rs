//! A pod's life under a kubelet that is switched off: pulled, started, ready, stopped, with nothing
//! in between.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::What;
use crate::scenario::ImageFault;
use crate::time::SimDuration;
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::faults::next_try;
use crate::world::ids::ImageId;
use crate::world::kubelet::Kubelets;
use crate::world::latency::Phase;
use crate::world::objects::{Broken, Pod};

impl Kubelets {
    /// The containers run, or crash at once.
    pub(super) fn containers_started(&mut self, id: PodId, cx: &mut Cx<'_>) {
        // What cannot be pulled does no harm where it was pulled before.
        let fault = cx.cluster.fault_of(id).filter(|fault| *fault != ImageFault::PullError);
        let broken = fault.map(|fault| Broken { fault, since: cx.now });
        if broken.is_some_and(|broken| broken.fault == ImageFault::Crash) {
            let restart_in = next_try(cx.now, cx.now).since(cx.now);
            cx.pod_fact(id, |pod| What::PodCrashed { pod, restart_in });
        } else {
            cx.pod_fact(id, |pod| What::PodStarted { pod });
        }
        cx.cluster.pods[id].broken = broken;
        self.turn_running(id, cx);
        if broken.is_none() {
            await_readiness(id, cx);
        }
    }

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
        cx.pod_fact(id, |pod| What::PodFailed { pod, reason });
        cx.change_pod(id, |pod| {
            pod.phase = PodPhase::Failed;
            pod.ready_since = None;
            pod.serving = false;
            pod.epoch += u32::from(is_final);
        });
    }
}

/// The kubelet pulls what is missing, one image after the other.
pub(super) fn pull_images(id: PodId, cx: &mut Cx<'_>) {
    let missing = cx.cluster.missing_images(id);
    let node = cx.cluster.pod(id).node;
    let refused = |&image: &ImageId| {
        cx.cluster.image_faults.of(cx.cluster.images.name(image), node)
            == Some(ImageFault::PullError)
    };
    if missing.iter().any(refused) {
        let broken = Broken { fault: ImageFault::PullError, since: cx.now };
        cx.cluster.pods[id].broken = Some(broken);
        return;
    }
    let pulls = missing.iter().map(|&image| cx.pull_delay(node, image, 0));
    let delay = pulls.fold(SimDuration::ZERO, |sum, pull| sum + pull);
    if let Some(&first) = missing.first().filter(|_| !delay.is_zero()) {
        pulling_fact(id, first, cx);
    }
    cx.plan(id, PodStep::Pulled, cx.now + delay);
}

pub(super) fn pulling_fact(id: PodId, image: ImageId, cx: &mut Cx<'_>) {
    let image = cx.cluster.images.name(image);
    let Pod { name, fact, .. } = &cx.cluster.pods[id];
    let fact = cx.record.fact(cx.now, *fact, |names| What::PodPulling {
        pod: names.intern(name),
        image: names.intern(image),
    });
    cx.cluster.pods[id].fact = Some(fact);
}

pub(super) fn images_pulled(id: PodId, cx: &mut Cx<'_>) {
    let missing = cx.cluster.missing_images(id);
    let node = cx.cluster.pod(id).node;
    cx.cluster.nodes[node].images.extend(missing);
    let delay = cx.phase_delay(Phase::ContainerStart, id);
    cx.plan(id, PodStep::Started, cx.now + delay);
}

/// The containers run; without a readiness probe the pod is Ready at once.
pub(in crate::world) fn await_readiness(id: PodId, cx: &mut Cx<'_>) {
    match cx.cluster.specs[cx.cluster.pod(id).spec].readiness_delay {
        None => turn_ready(id, &mut cx.because(cx.cluster.pod(id).fact)),
        Some(least) => {
            let delay = cx.phase_delay(Phase::Ready, id).max(least);
            cx.plan(id, PodStep::Ready, cx.now + delay);
        }
    }
}

/// The pod's probes pass.
pub(in crate::world) fn turn_ready(id: PodId, cx: &mut Cx<'_>) {
    cx.pod_fact(id, |pod| What::PodReady { pod });
    let now = cx.now;
    cx.change_pod(id, |pod| {
        pod.broken = None;
        pod.serving = !pod.terminating;
        pod.ready_since.get_or_insert(now.truncate_to_second());
    });
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

/// A pod that was asked to terminate stops and is gone.
pub(super) fn stop_in_one_step(id: PodId, cx: &mut Cx<'_>) {
    let grace = cx.cluster.specs[cx.cluster.pod(id).spec].grace_period;
    let delay = cx.phase_delay(Phase::Terminate, id).min(grace);
    cx.plan(id, PodStep::Stopped, cx.now + delay);
}

impl Cluster {
    fn missing_images(&self, id: PodId) -> Vec<ImageId> {
        let Pod { node, spec, .. } = self.pod(id);
        let there = &self.node(*node).images;
        let wanted = self.specs[*spec].images.iter().copied();
        wanted.filter(|image| !there.contains(image)).collect()
    }
}
