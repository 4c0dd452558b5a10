//! A pod's life from its binding to its end, as its kubelet drives it.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::{FactId, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::event::{Caused, Event, PodStep};
use crate::world::faults::next_try;
use crate::world::latency::Phase;
use crate::world::objects::{Broken, ImageId, Pod};
use crate::world::state::{Agenda, World};

impl World {
    /// A step of a pod's life ends.
    pub(super) fn pod_step(
        &mut self,
        id: PodId,
        epoch: u32,
        step: PodStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.pod(id).exists || self.pod(id).epoch != epoch {
            return;
        }
        match step {
            PodStep::Queue => self.queue_pod(id, now, agenda),
            PodStep::Bind => self.bind(id, cause, now, agenda),
            PodStep::Pull => self.pull_images(id, now, agenda),
            PodStep::Pulled => self.images_pulled(id, now, agenda),
            PodStep::Started => self.containers_started(id, cause, now, agenda),
            PodStep::Ready => self.turn_ready(id, cause, now, agenda),
            PodStep::Stopped => self.remove_pod(id, cause, now, agenda),
        }
    }

    pub(super) fn plan(&mut self, id: PodId, step: PodStep, at: SimTime, agenda: &mut Agenda) {
        let Pod { epoch, fact, .. } = *self.pod(id);
        agenda.at(at, Caused { event: Event::Pod { pod: id, epoch, step }, cause: fact });
    }

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

    fn pulling_fact(&mut self, id: PodId, image: ImageId, now: SimTime) {
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

    fn images_pulled(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let missing = self.missing_images(id);
        let node = self.pod(id).node;
        self.nodes[node.index()].images.extend(missing);
        let delay = self.phase_delay(Phase::ContainerStart, id);
        self.plan(id, PodStep::Started, now + delay, agenda);
    }

    /// The containers run, or crash at once.
    fn containers_started(
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
        self.change_pod(id, now, agenda, |pod| {
            pod.phase = PodPhase::Running;
            pod.broken = broken;
        });
        if broken.is_none() {
            self.await_readiness(id, now, agenda);
        }
    }

    /// The containers run; without a readiness probe the pod is Ready at once.
    pub(super) fn await_readiness(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        match self.specs[self.pod(id).spec.index()].readiness_delay {
            None => self.turn_ready(id, self.pod(id).fact, now, agenda),
            Some(least) => {
                let delay = self.phase_delay(Phase::Ready, id).max(least);
                self.plan(id, PodStep::Ready, now + delay, agenda);
            }
        }
    }

    /// The pod's probes pass.
    pub(super) fn turn_ready(
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
    pub(super) fn turn_unready(
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
    pub(super) fn fail_pod(
        &mut self,
        id: PodId,
        reason: &'static str,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let is_final = !self.as_in_vectors;
        self.pod_fact(id, cause, now, |pod| What::PodFailed { pod, reason });
        self.change_pod(id, now, agenda, |pod| {
            pod.phase = PodPhase::Failed;
            pod.ready_since = None;
            pod.serving = false;
            pod.epoch += u32::from(is_final);
        });
    }

    /// The kubelet stops the containers of a pod that was asked to terminate; a dead one does not.
    pub(super) fn schedule_stop(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let Pod { node, spec, .. } = *self.pod(id);
        if self.node(node).alive {
            let grace = self.specs[spec.index()].grace_period;
            let delay = self.phase_delay(Phase::Terminate, id).min(grace);
            self.plan(id, PodStep::Stopped, now + delay, agenda);
        }
    }

    /// A kubelet that came back takes up a pod where it stands.
    pub(super) fn resume_pod(
        &mut self,
        id: PodId,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pod { bound, terminating, phase, .. } = *self.pod(id);
        self.pods[id.index()].fact = Some(cause);
        if terminating {
            self.schedule_stop(id, now, agenda);
        } else if bound && !phase.is_terminal() {
            // The machine restarted, and so do the containers.
            self.pods[id.index()].broken = None;
            self.turn_unready(id, Some(cause), now, agenda);
            self.pull_images(id, now, agenda);
        }
    }

    /// A broken container whose image works now gets on with its next try.
    pub(super) fn mend_pod(&mut self, id: PodId, cause: FactId, now: SimTime, agenda: &mut Agenda) {
        let Pod { broken, terminating, exists, phase, node, .. } = *self.pod(id);
        let Some(Broken { fault, since }) = broken else { return };
        let lives = exists && !terminating && !phase.is_terminal() && self.node(node).alive;
        if !lives || self.fault_of(id).is_some() {
            return;
        }
        let pod = &mut self.pods[id.index()];
        pod.epoch += 1;
        pod.fact = Some(cause);
        match fault {
            ImageFault::NeverReady => self.plan(id, PodStep::Ready, now, agenda),
            ImageFault::Crash => self.plan(id, PodStep::Started, next_try(since, now), agenda),
            ImageFault::PullError => self.plan(id, PodStep::Pull, next_try(since, now), agenda),
        }
    }

    /// The worst that any of the pod's images does on its node once it is there.
    fn fault_of(&self, id: PodId) -> Option<ImageFault> {
        if self.faults.is_empty() {
            return None;
        }
        let Pod { node, spec, .. } = self.pod(id);
        let images = &self.specs[spec.index()].images;
        images.iter().filter_map(|&image| self.faults.of(self.images.name(image), *node)).max()
    }
}
