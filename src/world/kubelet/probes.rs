//! When a pod gets ready, and containers that their probes kill.
//!
//! The questions themselves are no events: when a container falls well follows from one draw, and
//! when its probes notice is computed at its start.

use crate::control::PodId;
use crate::control::kubelet::{Outcome, Probed, outcome, passes_at, stop_container};
use crate::record::{FactId, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::event::PodStep;
use crate::world::latency::Phase;
use crate::world::objects::{Broken, Pod};
use crate::world::state::{Agenda, World};

/// Places that tell a container's starts apart in its luck.
const STARTS: u16 = 64;

impl World {
    /// A container was started at `started`, which its kubelet notices at `noticed`: when it is
    /// ready, or is killed.
    pub(super) fn expect_readiness(
        &mut self,
        id: PodId,
        place: u16,
        started: SimTime,
        noticed: SimTime,
        agenda: &mut Agenda,
    ) {
        let restarts = self.kubelets.restarts.get(&(id, place)).map_or(0, |it| it.count);
        let fault = self.fault_at(id, place);
        let healthy_from = match fault {
            Some(_) => SimTime::MAX,
            None => started + self.readiness_luck(id, place, restarts),
        };
        let worker_since = self.kubelets.progress(id).since;
        let probed = Probed { worker_since, started, noticed, healthy_from };
        let Some((container, _)) = self.container(id, place) else { return };
        let outcome = outcome(container, &probed);
        let progress = self.kubelets.progress(id);
        match outcome {
            Outcome::Ready { ready, .. } if fault.is_none() => {
                progress.ready = progress.ready.max(ready);
            }
            Outcome::Ready { .. } | Outcome::NeverReady { .. } => progress.failing += 1,
            Outcome::StartupFailed { at } | Outcome::LivenessFailed { at } => {
                progress.failing += 1;
                let startup = matches!(outcome, Outcome::StartupFailed { .. });
                // A container that crashes by itself needs nobody to kill it.
                if fault != Some(ImageFault::Crash) {
                    let step = PodStep::Unhealthy { container: place, startup };
                    self.plan(id, step, at, agenda);
                }
            }
        }
    }

    /// How long a container takes from its start until it is well.
    pub(super) fn readiness_luck(&self, id: PodId, place: u16, restarts: u64) -> SimDuration {
        let Some((container, _)) = self.container(id, place) else { return SimDuration::ZERO };
        if container.startup_probe.is_none() && container.readiness_probe.is_none() {
            return SimDuration::ZERO;
        }
        let place_of_draw = place - self.first_main(id).min(place);
        let ordinal = u64::from(place_of_draw) + restarts * u64::from(STARTS);
        self.container_draw(Phase::Ready, id, place, ordinal)
    }

    /// One draw of a phase for a container, by its image; `ordinal` tells the pod's draws apart.
    pub(super) fn container_draw(
        &self,
        phase: Phase,
        id: PodId,
        place: u16,
        ordinal: u64,
    ) -> SimDuration {
        let Pod { node, spec, attempt, .. } = *self.pod(id);
        let image = self.specs[spec.index()].images.get(usize::from(place)).copied();
        self.draw(phase, node, image, attempt ^ ordinal << 48)
    }

    /// The pod is ready as soon as its last container is, if all get ready.
    pub(super) fn await_probes(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let progress = self.kubelets.progress(id);
        let (ready, noticed) = (progress.ready, progress.noticed);
        if progress.failing > 0 || self.pod(id).broken.is_some() {
            return;
        }
        if ready <= noticed {
            // Told together with the phase.
            return self.turn_ready(id, self.pod(id).fact, now, agenda);
        }
        let at = self.kubelet_asks("status ready", id, ready).max(now);
        self.plan(id, PodStep::Ready, at, agenda);
    }

    /// A container was started again.
    pub(super) fn relaunched(&mut self, id: PodId, place: u16, now: SimTime, agenda: &mut Agenda) {
        let noticed = self.relists(self.pod(id).node).at_or_after(now);
        let progress = self.kubelets.progress(id);
        progress.failing = progress.failing.saturating_sub(1);
        progress.ready = progress.ready.max(noticed);
        self.expect_readiness(id, place, now, noticed, agenda);
        self.expect_crash(id, place, now, agenda);
        let progress = self.kubelets.progress(id);
        let ready = progress.ready;
        if progress.failing == 0 && self.pod(id).broken.is_none() {
            let at = self.kubelet_asks("status ready", id, ready);
            self.plan(id, PodStep::Ready, at, agenda);
        }
    }

    /// A startup or liveness probe has failed: the container is killed, and started again after
    /// its back-off. For one that cannot get well nothing more is scheduled until its image is
    /// mended: the starts until then change nothing.
    pub(super) fn kill_container(
        &mut self,
        id: PodId,
        place: u16,
        startup: bool,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let spec = self.pod(id).spec;
        let behavior = self.stop_behavior(id, place);
        let ended = stop_container(now, self.specs[spec.index()].grace_period, &behavior);
        let at = self.next_start(id, place, ended);
        let probe = if startup { "startup" } else { "liveness" };
        let restart_in = at.since(now);
        self.pod_fact(id, cause, now, |pod| What::PodUnhealthy { pod, probe, restart_in });
        if let Some(fault) = self.fault_at(id, place) {
            self.pods[id.index()].broken = Some(Broken { fault, since: now });
            return;
        }
        self.plan(id, PodStep::Prepare { container: place }, at, agenda);
    }

    /// When a container that ended is started again, after its back-off.
    pub(super) fn next_start(&mut self, id: PodId, place: u16, ended: SimTime) -> SimTime {
        let noticed = self.relists(self.pod(id).node).at_or_after(ended);
        let restarts = self.kubelets.restarts.entry((id, place)).or_default();
        restarts.count += 1;
        let at = restarts.backoff.may_start(ended, noticed);
        if at > noticed {
            // The next pause is set when this one is over.
            let _over = restarts.backoff.may_start(ended, at);
        }
        at
    }

    /// When a pod is ready whose containers all run and get well at `now`.
    pub(super) fn ready_after_mending(&mut self, id: PodId, now: SimTime) -> SimTime {
        let noticed = self.kubelets.progress(id).noticed;
        let spec = &self.specs[self.pod(id).spec.index()].written.template.spec;
        let probes = spec.containers.iter().filter_map(|it| it.readiness_probe.as_ref());
        probes.map(|probe| passes_at(probe, noticed, now)).max().unwrap_or(now).max(now)
    }
}
