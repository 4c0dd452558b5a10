//! A pod's life under a kubelet that is switched off: pulled, started, ready, stopped, with nothing
//! in between.

use crate::control::PodId;
use crate::record::{HungStep, What};
use crate::scenario::{ImageFault, Phase};
use crate::time::SimTime;
use crate::world::cluster::{Broken, Hung};
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::ids::ImageId;
use crate::world::kubelet::crash::next_try;
use crate::world::kubelet::kubelets::Kubelets;
use crate::world::kubelet::pulls::pulling_fact;
use crate::world::kubelet::report::{break_pod, turn_ready, wait_for_step};
use crate::world::track::track_failure;

impl Kubelets {
    /// The containers run, or crash at once.
    pub(super) fn containers_started(&mut self, id: PodId, cx: &mut Cx<'_>) {
        // What cannot be pulled does no harm where it was pulled before.
        let fault = cx.cluster.fault_of(id).filter(|fault| *fault != ImageFault::PullError);
        let broken = fault.map(|fault| Broken::new(fault, cx.now));
        if broken.is_some_and(|broken| broken.fault == ImageFault::Crash) {
            let restart_in = next_try(cx.now, cx.now).since(cx.now);
            cx.pod_fact(id, |pod| What::PodCrashed { pod, init: false, restarts: 0, restart_in });
        } else {
            cx.pod_fact(id, |pod| What::PodStarted { pod });
        }
        self.turn_running(id, cx);
        match broken {
            None => await_readiness(id, cx),
            Some(broken) => break_pod(id, broken, cx),
        }
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
        let broken = Broken::new(ImageFault::PullError, cx.now);
        break_pod(id, broken, cx);
        return;
    }
    let mut pulled = cx.now;
    for &image in &missing {
        pulled += cx.pull_delay(id, image);
        if pulled == SimTime::MAX {
            cx.cluster.pods[id].hung = Some(Hung { step: HungStep::Pull, image });
            track_failure(id, cx);
            break;
        }
    }
    if let Some(&first) = missing.first().filter(|_| pulled > cx.now) {
        pulling_fact(id, first, cx);
    }
    cx.plan(id, PodStep::Pulled, pulled);
}

pub(super) fn images_pulled(id: PodId, cx: &mut Cx<'_>) {
    let missing = cx.cluster.missing_images(id);
    let node = cx.cluster.pod(id).node;
    cx.cluster.nodes[node].images.extend(missing);
    let started = cx.now + cx.phase_delay(Phase::ContainerStart, id);
    wait_for_step(id, 0, HungStep::Start, started, cx);
    cx.plan(id, PodStep::Started, started);
}

/// The containers run; without a readiness probe the pod is Ready at once.
pub(in crate::world) fn await_readiness(id: PodId, cx: &mut Cx<'_>) {
    match cx.cluster.specs[cx.cluster.pod(id).spec].readiness_delay {
        None => turn_ready(id, &mut cx.because(cx.cluster.pod(id).fact)),
        Some(least) => {
            let ready = cx.now + cx.phase_delay(Phase::Ready, id).max(least);
            wait_for_step(id, 0, HungStep::Ready, ready, cx);
            cx.plan(id, PodStep::Ready, ready);
        }
    }
}

/// A pod that was asked to terminate stops and is gone.
pub(super) fn stop_in_one_step(id: PodId, cx: &mut Cx<'_>) {
    let grace = cx.cluster.specs[cx.cluster.pod(id).spec].grace_period;
    let delay = cx.phase_delay(Phase::Terminate, id).min(grace);
    cx.plan(id, PodStep::Stopped, cx.now + delay);
}
