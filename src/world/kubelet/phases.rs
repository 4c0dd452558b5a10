//! A pod's life under a kubelet that is switched off: pulled, started, ready, stopped, with nothing
//! in between.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::{FactId, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::event::PodStep;
use crate::world::faults::next_try;
use crate::world::latency::Phase;
use crate::world::objects::{Broken, ImageId, Pod};
use crate::world::state::{Agenda, World};

impl World {
    /// The kubelet pulls what is missing, one image after the other.
    pub(super) fn pull_images(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let missing = self.missing_images(id);
        let node = self.pod(id).node;
        let refused = |&image: &ImageId| {
            self.faults.of(self.images.name(image), node) == Some(ImageFault::PullError)
        };
        if missing.iter().any(refused) {
            let broken = Broken { fault: ImageFault::PullError, since: now };
            self.pods[id.index()].broken = Some(broken);
            return;
        }
        let pulls = missing.iter().map(|&image| self.pull_delay(node, image, 0));
        let delay = pulls.fold(SimDuration::ZERO, |sum, pull| sum + pull);
        if let Some(&first) = missing.first().filter(|_| !delay.is_zero()) {
            self.pulling_fact(id, first, now);
        }
        self.plan(id, PodStep::Pulled, now + delay, agenda);
    }

    pub(super) fn pulling_fact(&mut self, id: PodId, image: ImageId, now: SimTime) {
        let image = self.images.name(image);
        let Pod { name, fact, .. } = &self.pods[id.index()];
        let fact = self.recorder.fact(now, *fact, |names| What::PodPulling {
            pod: names.intern(name),
            image: names.intern(image),
        });
        self.pods[id.index()].fact = Some(fact);
    }

    fn missing_images(&self, id: PodId) -> Vec<ImageId> {
        let Pod { node, spec, .. } = self.pod(id);
        let there = &self.node(*node).images;
        let wanted = self.specs[spec.index()].images.iter().copied();
        wanted.filter(|image| !there.contains(image)).collect()
    }

    pub(super) fn images_pulled(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let missing = self.missing_images(id);
        let node = self.pod(id).node;
        self.nodes[node.index()].images.extend(missing);
        let delay = self.phase_delay(Phase::ContainerStart, id);
        self.plan(id, PodStep::Started, now + delay, agenda);
    }

    /// The containers run, or crash at once.
    pub(super) fn containers_started(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        // What cannot be pulled does no harm where it was pulled before.
        let fault = self.fault_of(id).filter(|fault| *fault != ImageFault::PullError);
        let broken = fault.map(|fault| Broken { fault, since: now });
        if broken.is_some_and(|broken| broken.fault == ImageFault::Crash) {
            let restart_in = next_try(now, now).since(now);
            self.pod_fact(id, cause, now, |pod| What::PodCrashed { pod, restart_in });
        } else {
            self.pod_fact(id, cause, now, |pod| What::PodStarted { pod });
        }
        self.pods[id.index()].broken = broken;
        self.turn_running(id, now, agenda);
        if broken.is_none() {
            self.await_readiness(id, now, agenda);
        }
    }

    /// The API server learns that the containers run. Under pressure the pod may have to go.
    pub(super) fn turn_running(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let Pod { phase, node, .. } = *self.pod(id);
        self.change_pod(id, now, agenda, |pod| pod.phase = PodPhase::Running);
        if phase != PodPhase::Running {
            self.evict_again(node, self.pod(id).fact, now, agenda);
        }
    }

    /// The containers run; without a readiness probe the pod is Ready at once.
    pub(in crate::world) fn await_readiness(
        &mut self,
        id: PodId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        match self.specs[self.pod(id).spec.index()].readiness_delay {
            None => self.turn_ready(id, self.pod(id).fact, now, agenda),
            Some(least) => {
                let delay = self.phase_delay(Phase::Ready, id).max(least);
                self.plan(id, PodStep::Ready, now + delay, agenda);
            }
        }
    }

    /// The pod's probes pass.
    pub(in crate::world) fn turn_ready(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.pod_fact(id, cause, now, |pod| What::PodReady { pod });
        self.change_pod(id, now, agenda, |pod| {
            pod.broken = None;
            pod.serving = !pod.terminating;
            pod.ready_since.get_or_insert(now.truncate_to_second());
        });
    }

    /// The pod's probes fail, or nobody hears from it any more.
    pub(in crate::world) fn turn_unready(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.pod(id).ready_since.is_none() {
            return;
        }
        self.pod_fact(id, cause, now, |pod| What::PodUnready { pod });
        self.change_pod(id, now, agenda, |pod| {
            pod.ready_since = None;
            pod.serving = false;
            // A probe that was about to pass does not; one that asks the pod to stop does.
            pod.epoch += u32::from(!pod.terminating);
        });
    }

    /// The pod ends, as after an eviction.
    pub(in crate::world) fn fail_pod(
        &mut self,
        id: PodId,
        reason: &'static str,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let is_final = !self.as_in_vectors;
        self.cancel_pulls(id, now, agenda);
        self.pod_fact(id, cause, now, |pod| What::PodFailed { pod, reason });
        self.change_pod(id, now, agenda, |pod| {
            pod.phase = PodPhase::Failed;
            pod.ready_since = None;
            pod.serving = false;
            pod.epoch += u32::from(is_final);
        });
    }

    /// A pod that was asked to terminate stops and is gone.
    pub(super) fn stop_in_one_step(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let grace = self.specs[self.pod(id).spec.index()].grace_period;
        let delay = self.phase_delay(Phase::Terminate, id).min(grace);
        self.plan(id, PodStep::Stopped, now + delay, agenda);
    }
}
