//! A pod stops: its containers get their signals, its phase is reported, its object goes.
//!
//! The phase becomes terminal before the object goes, and the DaemonSet controller makes the next
//! pod as soon as it hears of that.

use crate::api::{PodPhase, PreStop};
use crate::control::PodId;
use crate::control::kubelet::{PodStop, StopBehavior, stop_pod};
use crate::record::{Loss, What};
use crate::scenario::{ImageFault, Phase};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{count_deletion, lose, remove_pod, request_deletion};
use crate::world::cluster::{Pod, Role};
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::instant::stop_in_one_step;
use crate::world::kubelet::kubelets::{Kubelets, kubelet_asks, kubelet_hears};

impl Kubelets {
    /// A pod is to be deleted; its kubelet stops it if that takes time. `loss` is given if no other
    /// pod is meant to replace it.
    pub(in crate::world) fn delete_pod(&mut self, id: PodId, loss: Option<Loss>, cx: &mut Cx<'_>) {
        if request_deletion(id, loss, cx) {
            self.schedule_stop(id, cx);
        }
    }

    /// The object of a pod goes at once, whatever still runs of it.
    pub(in crate::world) fn force_delete_pod(
        &mut self,
        id: PodId,
        loss: Option<Loss>,
        cx: &mut Cx<'_>,
    ) {
        let Pod { exists, terminating, .. } = *cx.cluster.pod(id);
        if !exists {
            return;
        }
        if !terminating {
            if let Some(loss) = loss {
                lose(id, loss, cx);
            }
            count_deletion(id, cx);
        }
        self.tell_what_runs_on(id, cx);
        self.cancel_pulls(id, cx);
        remove_pod(id, cx);
    }

    /// Tells the record until when the containers of a pod run that is deleted by force; the time of
    /// one that stops already is short.
    fn tell_what_runs_on(&self, id: PodId, cx: &mut Cx<'_>) {
        let Pod { node, spec, owner, creator, terminating, phase, .. } = *cx.cluster.pod(id);
        if !cx.cluster.node(node).alive || phase != PodPhase::Running {
            return;
        }
        let until = match self.held_until(id, cx) {
            Some(until) => until.unwrap_or(SimTime::MAX),
            None if terminating => return,
            None => cx.now + self.time_to_stop(id, cx.cluster.specs[spec].grace_period, cx),
        };
        let until = cx.record.elapsed(until);
        cx.tracker(owner.unwrap_or(creator)).leave_running(node.index(), until);
    }

    /// The kubelet stops the containers of a pod that was asked to terminate; a dead one does not.
    pub(in crate::world) fn schedule_stop(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let Pod { node, phase, broken, .. } = *cx.cluster.pod(id);
        if !cx.cluster.node(node).alive || self.does_not_stop(id, cx) {
            return;
        }
        if self.model.is_none() {
            return stop_in_one_step(id, cx);
        }
        self.cancel_pulls(id, cx);
        let asked = kubelet_hears("kubelet watch", id, cx);
        // A container that crashes again and again waits for its next start.
        let crashes = broken.is_some_and(|it| it.fault == ImageFault::Crash);
        let runs = phase == PodPhase::Running || self.progress(id).runs;
        self.end_pod(id, runs && !crashes, asked, cx);
    }

    /// The same after its machine was restarted: nothing of it runs.
    pub(super) fn stop_after_restart(&mut self, id: PodId, cx: &mut Cx<'_>) {
        if self.model.is_none() {
            return stop_in_one_step(id, cx);
        }
        self.end_pod(id, false, cx.now, cx);
    }

    pub(super) fn end_pod(&self, id: PodId, runs: bool, asked: SimTime, cx: &mut Cx<'_>) {
        let Pod { spec, phase, .. } = *cx.cluster.pod(id);
        if phase.is_terminal() {
            return self.clean_up(id, asked, cx);
        }
        let grace = cx.cluster.specs[spec].grace_period;
        let stop = if runs {
            let main = self.stop_behaviors(id, Role::Main, cx);
            let sidecars = self.stop_behaviors(id, Role::Sidecar, cx);
            stop_pod(asked, grace, &main, &sidecars)
        } else {
            PodStop { ended: asked, phase: PodPhase::Failed }
        };
        // What was asked for before a snapshot may be due since then.
        let at = kubelet_asks("status end", id, stop.ended.max(cx.now), cx);
        let failed = stop.phase == PodPhase::Failed;
        cx.plan(id, PodStep::Ended { failed }, at);
    }

    /// How long the containers of a pod take to stop that are asked to at `now`.
    pub(in crate::world) fn time_to_stop(
        &self,
        id: PodId,
        grace: SimDuration,
        cx: &Cx<'_>,
    ) -> SimDuration {
        if self.model.is_none() {
            return cx.phase_delay(Phase::Terminate, id).min(grace);
        }
        let main = self.stop_behaviors(id, Role::Main, cx);
        let sidecars = self.stop_behaviors(id, Role::Sidecar, cx);
        stop_pod(cx.now, grace, &main, &sidecars).ended.since(cx.now)
    }

    fn stop_behaviors(&self, id: PodId, role: Role, cx: &Cx<'_>) -> Vec<StopBehavior> {
        let places = (0..).map_while(|index| Some((index, cx.cluster.container(id, index)?.1)));
        let meant = places.filter(|(_, its)| *its == role);
        meant.map(|(index, _)| self.stop_behavior(id, index, cx)).collect()
    }

    /// How a container behaves when it is told to stop.
    pub(super) fn stop_behavior(&self, id: PodId, index: u16, cx: &Cx<'_>) -> StopBehavior {
        let hook = cx.cluster.container(id, index).and_then(|(container, _)| container.pre_stop);
        let pre_stop = hook.map(|hook| match hook {
            PreStop::Sleep(span) => span,
            PreStop::Other => cx.pod_draw("pre stop", &self.model().pre_stop, id, index),
        });
        let ordinal = u64::from(index - cx.cluster.first_main(id).min(index));
        let exits_after = Some(cx.container_draw(Phase::Terminate, id, index, ordinal));
        StopBehavior { pre_stop, exits_after }
    }

    /// The API server learns that the containers are gone; the DaemonSet controller may make the
    /// next pod.
    pub(super) fn report_end(&self, id: PodId, failed: bool, cx: &mut Cx<'_>) {
        let phase = if failed { PodPhase::Failed } else { PodPhase::Succeeded };
        cx.pod_fact(id, |pod| What::PodStopped { pod, failed });
        cx.change_pod(id, |pod| {
            pod.phase = phase;
            pod.ready_since = None;
        });
        self.clean_up(id, cx.now, cx);
    }

    /// Volumes are unmounted, and then the object goes.
    fn clean_up(&self, id: PodId, from: SimTime, cx: &mut Cx<'_>) {
        let cleaned = from + cx.pod_draw("cleanup", &self.model().cleanup, id, 0);
        let at = kubelet_asks("removal", id, cleaned.max(cx.now), cx);
        cx.plan(id, PodStep::Stopped, at);
    }
}
