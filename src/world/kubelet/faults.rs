//! Pods go on that were held up: their image works again, or their machine does.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::{FactId, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::event::PodStep;
use crate::world::faults::next_try;
use crate::world::kubelet::pulls::PULLS;
use crate::world::kubelet::state::Progress;
use crate::world::objects::{Broken, Pod};
use crate::world::state::{Agenda, World};

impl World {
    /// A kubelet that came back takes up a pod where it stands. The machine restarted, and so do
    /// the containers.
    pub(in crate::world) fn resume_pod(
        &mut self,
        id: PodId,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pod { bound, terminating, phase, .. } = *self.pod(id);
        self.pods[id.index()].fact = Some(cause);
        if self.kubelets.model.is_some() {
            *self.kubelets.progress(id) = Progress::default();
        }
        if terminating {
            self.stop_after_restart(id, now, agenda);
        } else if bound && !phase.is_terminal() {
            self.pods[id.index()].broken = None;
            self.turn_unready(id, Some(cause), now, agenda);
            self.kubelet_sees(id, now, agenda);
        }
    }

    /// A broken container whose image works now gets on with its next try.
    pub(in crate::world) fn mend_pod(
        &mut self,
        id: PodId,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pod { broken, terminating, exists, phase, node, .. } = *self.pod(id);
        let Some(Broken { fault, since }) = broken else { return };
        let lives = exists && !terminating && !phase.is_terminal() && self.node(node).alive;
        if !lives || self.fault_of(id).is_some() {
            return;
        }
        let pod = &mut self.pods[id.index()];
        pod.epoch += 1;
        pod.fact = Some(cause);
        if self.kubelets.model.is_some() {
            return self.try_again(id, fault, since, now, agenda);
        }
        match fault {
            ImageFault::NeverReady => self.plan(id, PodStep::Ready, now, agenda),
            ImageFault::CrashLater(_) => {}
            ImageFault::Crash => self.plan(id, PodStep::Started, next_try(since, now), agenda),
            ImageFault::PullError => self.plan(id, PodStep::Pull, next_try(since, now), agenda),
        }
    }

    fn try_again(
        &mut self,
        id: PodId,
        fault: ImageFault,
        since: SimTime,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let was_killed = self.kubelets.restarts.range((id, 0)..(id, PULLS)).next().is_some();
        let first = self.first_main(id);
        let stuck = self.kubelets.progress(id).stuck;
        self.pods[id.index()].broken = None;
        if fault == ImageFault::PullError {
            let step = PodStep::Prepare { container: stuck };
            return self.plan(id, step, next_try(since, now), agenda);
        }
        let is_running = self.pod(id).phase == PodPhase::Running;
        if fault == ImageFault::NeverReady && is_running && !was_killed {
            self.kubelets.progress(id).failing = 0;
            let ready = self.ready_after_mending(id, now);
            let at = self.kubelet_asks("status ready", id, ready);
            return self.plan(id, PodStep::Ready, at, agenda);
        }
        let since_then = self.kubelets.progress(id).since;
        let progress = Progress { since: since_then, runs: true, ..Progress::default() };
        *self.kubelets.progress(id) = progress;
        // All containers of the pod itself are started together, those before them are not.
        let container = stuck.min(first);
        self.plan(id, PodStep::Launched { container }, next_try(since, now), agenda);
    }

    /// The worst that any of the pod's images does on its node once it is there.
    pub(super) fn fault_of(&self, id: PodId) -> Option<ImageFault> {
        if self.faults.is_empty() {
            return None;
        }
        let Pod { node, spec, .. } = self.pod(id);
        let images = &self.specs[spec.index()].images;
        let faults =
            images.iter().filter_map(|&image| self.faults.of(self.images.name(image), *node));
        faults.filter(|fault| !matches!(fault, ImageFault::CrashLater(_))).max()
    }

    /// How long after its start a container crashes that runs well until then.
    fn crashes_after(&self, id: PodId, place: u16) -> Option<SimDuration> {
        let Pod { node, spec, .. } = *self.pod(id);
        let image = *self.specs[spec.index()].images.get(usize::from(place))?;
        match self.faults.of(self.images.name(image), node)? {
            ImageFault::CrashLater(after) => Some(after),
            ImageFault::NeverReady | ImageFault::Crash | ImageFault::PullError => None,
        }
    }

    /// All containers of a pod run.
    pub(super) fn expect_crashes(&self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        if self.faults.is_empty() {
            return;
        }
        let places = self.specs[self.pod(id).spec.index()].images.len();
        for place in self.first_main(id)..u16::try_from(places).unwrap_or(u16::MAX) {
            self.expect_crash(id, place, now, agenda);
        }
    }

    /// A container runs that may crash later.
    pub(super) fn expect_crash(
        &self,
        id: PodId,
        place: u16,
        started: SimTime,
        agenda: &mut Agenda,
    ) {
        if let Some(after) = self.crashes_after(id, place) {
            self.plan(id, PodStep::Crashes { container: place }, started + after, agenda);
        }
    }

    /// A container exits that ran well, unless its image was mended. Of several that would, the
    /// first one counts. It is started again after its back-off.
    pub(super) fn crash(
        &mut self,
        id: PodId,
        place: u16,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.pod(id).terminating || self.crashes_after(id, place).is_none() {
            return;
        }
        let at = self.next_start(id, place, now);
        let restart_in = at.since(now);
        self.pod_fact(id, cause, now, |pod| What::PodCrashed { pod, restart_in });
        self.kubelets.progress(id).failing += 1;
        self.change_pod(id, now, agenda, |pod| {
            pod.serving = false;
            // A probe that was about to pass does not.
            pod.epoch += 1;
        });
        let noticed = self.relists(self.pod(id).node).at_or_after(now);
        let told = self.kubelet_asks("status crashed", id, noticed);
        self.plan(id, PodStep::Crashed, told, agenda);
        self.plan(id, PodStep::Prepare { container: place }, at.max(told), agenda);
    }

    /// The API server learns that a container has crashed: the pod is not Ready.
    pub(super) fn report_crash(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.pod(id).ready_since.is_some() {
            self.pod_fact(id, cause, now, |pod| What::PodUnready { pod });
            self.change_pod(id, now, agenda, |pod| pod.ready_since = None);
        }
    }
}
