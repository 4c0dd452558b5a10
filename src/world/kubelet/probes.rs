//! When a pod gets ready, and containers that their probes kill.
//!
//! The questions themselves are no events: when a container falls well follows from one draw, and
//! when its probes notice is computed at its start.

use crate::control::PodId;
use crate::control::kubelet::{Outcome, Probed, outcome, passes_at, stop_container};
use crate::record::{HungStep, What};
use crate::scenario::{ImageFault, Phase};
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::Broken;
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::crash::expect_crash;
use crate::world::kubelet::kubelets::{Kubelets, kubelet_asks, relists};
use crate::world::kubelet::report::{break_pod, turn_ready, wait_for_step};
use crate::world::latency::STARTS;

/// A start of a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) started: SimTime,
    /// When its kubelet notices.
    pub(super) noticed: SimTime,
}

impl Kubelets {
    /// A container was started: when it is ready, or is killed.
    pub(super) fn expect_readiness(
        &mut self,
        id: PodId,
        index: u16,
        start: Start,
        cx: &mut Cx<'_>,
    ) {
        let Start { started, noticed } = start;
        let restarts = self.restarts.get(&(id, index)).map_or(0, |it| it.count);
        let fault = cx.cluster.fault_at(id, index);
        let healthy_from = match fault {
            Some(_) => SimTime::MAX,
            None => started + readiness_draw(id, index, restarts, cx),
        };
        let worker_since = self.progress(id).since;
        let probed = Probed { worker_since, started, noticed, healthy_from };
        let Some((container, _)) = cx.cluster.container(id, index) else { return };
        let outcome = outcome(container, &probed);
        let progress = self.progress(id);
        match outcome {
            Outcome::Ready { ready, .. } if fault.is_none() => {
                progress.ready = progress.ready.max(ready);
            }
            Outcome::Ready { .. } | Outcome::NeverReady { .. } => {
                progress.failing += 1;
                if fault.is_none() {
                    wait_for_step(id, index, HungStep::Ready, SimTime::MAX, cx);
                }
            }
            Outcome::StartupFailed { at } | Outcome::LivenessFailed { at } => {
                progress.failing += 1;
                let startup = matches!(outcome, Outcome::StartupFailed { .. });
                // A container that crashes by itself needs nobody to kill it.
                if fault != Some(ImageFault::Crash) {
                    let step = PodStep::Unhealthy { container: index, startup };
                    cx.plan(id, step, at);
                }
            }
        }
    }

    /// The pod is ready as soon as its last container is, if all get ready.
    pub(super) fn await_probes(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let progress = self.progress(id);
        let (ready, noticed) = (progress.ready, progress.noticed);
        if progress.failing > 0 || cx.cluster.pod(id).broken.is_some() {
            return;
        }
        if ready <= noticed {
            // Told together with the phase.
            return turn_ready(id, &mut cx.because(cx.cluster.pod(id).fact));
        }
        let at = kubelet_asks("status ready", id, ready, cx).max(cx.now);
        cx.plan(id, PodStep::Ready, at);
    }

    /// A container was started again.
    pub(super) fn relaunched(&mut self, id: PodId, index: u16, cx: &mut Cx<'_>) {
        let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(cx.now);
        let progress = self.progress(id);
        progress.failing = progress.failing.saturating_sub(1);
        progress.ready = progress.ready.max(noticed);
        self.expect_readiness(id, index, Start { started: cx.now, noticed }, cx);
        expect_crash(id, index, cx.now, cx);
        let progress = self.progress(id);
        let ready = progress.ready;
        if progress.failing == 0 && cx.cluster.pod(id).broken.is_none() {
            let at = kubelet_asks("status ready", id, ready, cx);
            cx.plan(id, PodStep::Ready, at);
        }
    }

    /// A startup or liveness probe has failed: the container is killed, and started again after its
    /// back-off. For one that cannot get well nothing more is scheduled until its image is mended:
    /// the starts until then change nothing.
    pub(super) fn kill_container(&mut self, id: PodId, index: u16, startup: bool, cx: &mut Cx<'_>) {
        let spec = cx.cluster.pod(id).spec;
        let behavior = self.stop_behavior(id, index, cx);
        let ended = stop_container(cx.now, cx.cluster.specs[spec].grace_period, &behavior);
        let at = self.next_start(id, index, ended, cx);
        let probe = if startup { "startup" } else { "liveness" };
        self.restarts.entry((id, index)).or_default().probe = Some(probe);
        let restart_in = at.since(cx.now);
        cx.pod_fact(id, |pod| What::PodUnhealthy { pod, probe: probe.into(), restart_in });
        if let Some(fault) = cx.cluster.fault_at(id, index) {
            break_pod(id, Broken::new(fault, cx.now), cx);
            return;
        }
        cx.plan(id, PodStep::Prepare { container: index }, at);
    }

    /// When a container that ended is started again, after its back-off.
    pub(super) fn next_start(
        &mut self,
        id: PodId,
        index: u16,
        ended: SimTime,
        cx: &Cx<'_>,
    ) -> SimTime {
        let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(ended);
        let restarts = self.restarts.entry((id, index)).or_default();
        restarts.count += 1;
        let at = restarts.backoff.may_start(ended, noticed);
        if at > noticed {
            // The next pause is set when this one is over.
            let _over = restarts.backoff.may_start(ended, at);
        }
        at
    }

    /// When a pod is ready whose containers all run and get well at `now`.
    pub(super) fn ready_after_mending(&mut self, id: PodId, cx: &Cx<'_>) -> SimTime {
        let noticed = self.progress(id).noticed;
        let spec = &cx.cluster.specs[cx.cluster.pod(id).spec].written.template.spec;
        let probes = spec.containers.iter().filter_map(|it| it.readiness_probe.as_ref());
        probes.map(|probe| passes_at(probe, noticed, cx.now)).max().unwrap_or(cx.now).max(cx.now)
    }
}

/// How long a container takes from its start until it is well.
pub(super) fn readiness_draw(id: PodId, index: u16, restarts: u64, cx: &Cx<'_>) -> SimDuration {
    let Some((container, _)) = cx.cluster.container(id, index) else { return SimDuration::ZERO };
    if container.startup_probe.is_none() && container.readiness_probe.is_none() {
        return SimDuration::ZERO;
    }
    let draw_index = index - cx.cluster.first_main(id).min(index);
    let ordinal = u64::from(draw_index) + restarts * STARTS;
    cx.container_draw(Phase::Ready, id, index, ordinal)
}
