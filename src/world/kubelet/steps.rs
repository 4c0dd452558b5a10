//! The steps of a pod's life, and which of the two ways it takes.

use crate::control::PodId;
use crate::record::FactId;
use crate::time::{SimDuration, SimTime};
use crate::world::event::{Caused, Event, PodStep};
use crate::world::latency::Phase;
use crate::world::objects::Pod;
use crate::world::state::{Agenda, World};

impl World {
    /// A pod was bound to a node: from here on its kubelet cares for it.
    pub(in crate::world) fn kubelet_sees(&mut self, pod: PodId, now: SimTime, agenda: &mut Agenda) {
        if !self.node(self.pod(pod).node).alive {
            return;
        }
        if self.kubelets.model.is_none() {
            return self.pull_images(pod, now, agenda);
        }
        let at = self.kubelet_hears("kubelet watch", pod, now);
        self.plan(pod, PodStep::Arrived, at, agenda);
    }

    /// A step of a pod's life ends.
    pub(in crate::world) fn pod_step(
        &mut self,
        id: PodId,
        step: PodStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        match step {
            PodStep::Queue | PodStep::Bind => {}
            PodStep::Pull => self.pull_images(id, now, agenda),
            PodStep::Pulled => self.images_pulled(id, now, agenda),
            PodStep::Started => self.containers_started(id, cause, now, agenda),
            PodStep::Ready => self.turn_ready(id, cause, now, agenda),
            PodStep::Stopped => self.remove_pod(id, cause, now, agenda),
            PodStep::Arrived => self.admit_pod(id, cause, now, agenda),
            PodStep::Rejected => self.report_rejection(id, cause, now, agenda),
            PodStep::Prepare { container } => self.prepare(id, container, now, agenda),
            PodStep::Launched { container } => self.launched(id, container, now, agenda),
            PodStep::Running => self.report_running(id, cause, now, agenda),
            PodStep::Unhealthy { container, startup } => {
                self.kill_container(id, container, startup, cause, now, agenda);
            }
            PodStep::Crashes { container } => self.crash(id, container, cause, now, agenda),
            PodStep::Crashed => self.report_crash(id, cause, now, agenda),
            PodStep::Ended { failed } => self.report_end(id, failed, cause, now, agenda),
        }
    }

    pub(in crate::world) fn plan(
        &self,
        id: PodId,
        step: PodStep,
        at: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pod { epoch, fact, .. } = *self.pod(id);
        agenda.at(at, Caused { event: Event::Pod { pod: id, epoch, step }, cause: fact });
    }

    /// What the scenario writes that the start of a pod takes as a whole, if it does.
    pub(super) fn written_start(&self, pod: PodId) -> Option<SimDuration> {
        let Pod { node, spec, .. } = *self.pod(pod);
        let image = self.specs[spec.index()].images.first();
        let image = image.map_or("", |&image| self.images.name(image));
        let is_written = self.kubelets.model().start.is_none()
            || self.exception_of(Phase::ContainerStart, node, image).is_some();
        is_written.then(|| self.phase_delay(Phase::ContainerStart, pod))
    }
}
