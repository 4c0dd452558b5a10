//! A pod stops: its containers get their signals, its phase is reported, its object goes.
//!
//! The phase becomes terminal before the object goes, and the DaemonSet controller makes the next
//! pod as soon as it hears of that.

use crate::api::{PodPhase, PreStop};
use crate::control::PodId;
use crate::control::kubelet::{PodStop, StopBehavior, stop_pod};
use crate::record::{FactId, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::event::PodStep;
use crate::world::kubelet::containers::Role;
use crate::world::latency::Phase;
use crate::world::objects::Pod;
use crate::world::state::{Agenda, World};

impl World {
    /// The kubelet stops the containers of a pod that was asked to terminate; a dead one does not.
    pub(in crate::world) fn schedule_stop(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let Pod { node, phase, broken, .. } = *self.pod(id);
        if !self.node(node).alive {
            return;
        }
        if self.kubelets.model.is_none() {
            return self.stop_in_one_step(id, now, agenda);
        }
        self.cancel_pulls(id, now, agenda);
        let asked = self.kubelet_hears("kubelet watch", id, now);
        // A container that crashes again and again waits for its next start.
        let crashes = broken.is_some_and(|it| it.fault == ImageFault::Crash);
        let runs = phase == PodPhase::Running || self.kubelets.progress(id).runs;
        self.end_pod(id, runs && !crashes, asked, agenda);
    }

    /// The same after its machine was restarted: nothing of it runs.
    pub(super) fn stop_after_restart(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        if self.kubelets.model.is_none() {
            return self.schedule_stop(id, now, agenda);
        }
        self.end_pod(id, false, now, agenda);
    }

    fn end_pod(&mut self, id: PodId, runs: bool, asked: SimTime, agenda: &mut Agenda) {
        let Pod { spec, phase, .. } = *self.pod(id);
        if phase.is_terminal() {
            return self.clean_up(id, asked, agenda);
        }
        let grace = self.specs[spec.index()].grace_period;
        let stop = if runs {
            let main = self.stop_behaviors(id, Role::Main);
            let sidecars = self.stop_behaviors(id, Role::Sidecar);
            stop_pod(asked, grace, &main, &sidecars)
        } else {
            PodStop { ended: asked, phase: PodPhase::Failed }
        };
        let at = self.kubelet_asks("status end", id, stop.ended);
        let failed = stop.phase == PodPhase::Failed;
        self.plan(id, PodStep::Ended { failed }, at, agenda);
    }

    /// How long the containers of a pod take to stop that are asked to at `now`.
    pub(in crate::world) fn time_to_stop(
        &self,
        id: PodId,
        grace: SimDuration,
        now: SimTime,
    ) -> SimDuration {
        if self.kubelets.model.is_none() {
            return self.phase_delay(Phase::Terminate, id).min(grace);
        }
        let main = self.stop_behaviors(id, Role::Main);
        let sidecars = self.stop_behaviors(id, Role::Sidecar);
        stop_pod(now, grace, &main, &sidecars).ended.since(now)
    }

    fn stop_behaviors(&self, id: PodId, role: Role) -> Vec<StopBehavior> {
        let places = (0..).map_while(|place| Some((place, self.container(id, place)?.1)));
        let meant = places.filter(|(_, its)| *its == role);
        meant.map(|(place, _)| self.stop_behavior(id, place)).collect()
    }

    /// How a container behaves when it is told to stop.
    pub(super) fn stop_behavior(&self, id: PodId, place: u16) -> StopBehavior {
        let hook = self.container(id, place).and_then(|(container, _)| container.pre_stop);
        let pre_stop = hook.map(|hook| match hook {
            PreStop::Sleep(span) => span,
            PreStop::Other => self.pod_luck("pre stop", &self.kubelets.model().pre_stop, id, place),
        });
        let ordinal = u64::from(place - self.first_main(id).min(place));
        let exits_after = Some(self.container_draw(Phase::Terminate, id, place, ordinal));
        StopBehavior { pre_stop, exits_after }
    }

    /// The API server learns that the containers are gone; the DaemonSet controller may make the
    /// next pod.
    pub(super) fn report_end(
        &mut self,
        id: PodId,
        failed: bool,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let phase = if failed { PodPhase::Failed } else { PodPhase::Succeeded };
        self.pod_fact(id, cause, now, |pod| What::PodStopped { pod, failed });
        self.change_pod(id, now, agenda, |pod| {
            pod.phase = phase;
            pod.ready_since = None;
        });
        self.clean_up(id, now, agenda);
    }

    /// Volumes are unmounted, and then the object goes.
    fn clean_up(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let cleaned = now + self.pod_luck("cleanup", &self.kubelets.model().cleanup, id, 0);
        let at = self.kubelet_asks("removal", id, cleaned);
        self.plan(id, PodStep::Stopped, at, agenda);
    }
}
