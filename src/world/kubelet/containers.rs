//! Containers are started one after the other, each as soon as its image is there.
//!
//! Left out: that a container asks for its image again, and that its start may fail.

use crate::api::Container;
use crate::control::PodId;
use crate::control::kubelet::{Outcome, Probed, PullDecision, outcome, pull_decision};
use crate::record::{FactId, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::event::PodStep;
use crate::world::faults::next_try;
use crate::world::objects::{Broken, Pod};
use crate::world::state::{Agenda, World};

/// What a container is in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It runs to its end before the next one starts.
    Init,
    /// It is started before the containers and runs beside them.
    Sidecar,
    Main,
}

impl World {
    /// It is a container's turn: its image is asked for, or is there.
    pub(super) fn prepare(&mut self, id: PodId, place: u16, now: SimTime, agenda: &mut Agenda) {
        let Pod { node, spec, .. } = *self.pod(id);
        let Some((container, _)) = self.container(id, place) else { return };
        let policy = container.image_pull_policy;
        let image = self.specs[spec.index()].images[usize::from(place)];
        match pull_decision(policy, self.node(node).images.contains(&image)) {
            PullDecision::Use => self.launch(id, place, now, agenda),
            PullDecision::Refuse => self.pull_refused(id, place, now),
            PullDecision::Check => self.ask_for_image(id, place, false, now, agenda),
            PullDecision::Pull => self.ask_for_image(id, place, true, now, agenda),
        }
    }

    /// A container whose image is there is created and started.
    pub(super) fn launch(&mut self, id: PodId, place: u16, now: SimTime, agenda: &mut Agenda) {
        let is_last = self.container(id, place + 1).is_none();
        let delay = match (&self.kubelets.model().start, self.written_start(id)) {
            (_, Some(written)) if is_last => written,
            (None, _) | (_, Some(_)) => SimDuration::ZERO,
            (Some(start), None) => self.pod_luck("start container", &start.container, id, place),
        };
        self.plan(id, PodStep::Launched { container: place }, now + delay, agenda);
    }

    /// A container was started.
    pub(super) fn launched(&mut self, id: PodId, place: u16, now: SimTime, agenda: &mut Agenda) {
        let Some((_, role)) = self.container(id, place) else { return };
        self.take_fault(id, place, now);
        let progress = self.kubelets.progress(id);
        progress.runs = true;
        if progress.all_run {
            return self.relaunched(id, place, now, agenda);
        }
        let next = PodStep::Prepare { container: place + 1 };
        match role {
            Role::Init if self.fault_at(id, place) == Some(ImageFault::Crash) => {
                self.init_crashed(id, now);
            }
            Role::Init => {
                let runs = self.pod_luck("init run", &self.kubelets.model().init_run, id, place);
                let noticed = self.relists(self.pod(id).node).at_or_after(now + runs);
                self.plan(id, next, noticed, agenda);
            }
            Role::Sidecar => {
                let started = self.sidecar_started(id, place, now);
                self.plan(id, next, started, agenda);
            }
            Role::Main if self.container(id, place + 1).is_some() => {
                self.kubelets.progress(id).starts.push(now);
                self.prepare(id, place + 1, now, agenda);
            }
            Role::Main => {
                self.kubelets.progress(id).starts.push(now);
                self.all_launched(id, now, agenda);
            }
        }
    }

    /// All containers of a pod were started: its kubelet notices at its next look, and the probes
    /// begin to count.
    fn all_launched(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let noticed = self.relists(self.pod(id).node).at_or_after(now);
        let progress = self.kubelets.progress(id);
        progress.all_run = true;
        progress.noticed = noticed;
        progress.ready = noticed;
        let starts = std::mem::take(&mut progress.starts);
        let first = self.first_main(id);
        for (place, started) in (first..).zip(starts) {
            self.expect_readiness(id, place, started, noticed, agenda);
        }
        let at = self.kubelet_asks("status running", id, noticed);
        self.plan(id, PodStep::Running, at, agenda);
    }

    /// The API server learns that the containers run, and maybe that the pod is ready as well.
    pub(super) fn report_running(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let crashes = self.pod(id).broken.is_some_and(|it| it.fault == ImageFault::Crash);
        if crashes {
            let restart_in = next_try(now, now).since(now);
            self.pod_fact(id, cause, now, |pod| What::PodCrashed { pod, restart_in });
        } else {
            self.pod_fact(id, cause, now, |pod| What::PodStarted { pod });
        }
        self.turn_running(id, now, agenda);
        self.expect_crashes(id, now, agenda);
        self.await_probes(id, now, agenda);
    }

    /// The worst fault of a pod's containers is what keeps it from running well.
    fn take_fault(&mut self, id: PodId, place: u16, now: SimTime) {
        let Some(fault) = self.fault_at(id, place) else { return };
        let broken = &mut self.pods[id.index()].broken;
        if broken.is_none_or(|known| known.fault < fault) {
            *broken = Some(Broken { fault, since: now });
        }
        self.kubelets.progress(id).stuck = place;
    }

    /// What keeps a container of this image from running well on its node once it is there.
    pub(super) fn fault_at(&self, id: PodId, place: u16) -> Option<ImageFault> {
        if self.faults.is_empty() {
            return None;
        }
        let Pod { node, spec, .. } = *self.pod(id);
        let image = self.specs[spec.index()].images[usize::from(place)];
        let fault = self.faults.of(self.images.name(image), node);
        fault.filter(|fault| matches!(fault, ImageFault::NeverReady | ImageFault::Crash))
    }

    /// A container that initializes the pod crashes again and again: no other is ever started.
    fn init_crashed(&mut self, id: PodId, now: SimTime) {
        let restart_in = next_try(now, now).since(now);
        let cause = self.pod(id).fact;
        self.pod_fact(id, cause, now, |pod| What::PodCrashed { pod, restart_in });
    }

    /// When a sidecar counts as started, and the next container's turn comes.
    fn sidecar_started(&mut self, id: PodId, place: u16, now: SimTime) -> SimTime {
        let noticed = self.relists(self.pod(id).node).at_or_after(now);
        let healthy_from = now + self.readiness_luck(id, place, 0);
        let worker_since = self.kubelets.progress(id).since;
        let probed = Probed { worker_since, started: now, noticed, healthy_from };
        let Some((container, _)) = self.container(id, place) else { return noticed };
        match outcome(container, &probed) {
            Outcome::Ready { started, .. } | Outcome::NeverReady { started } => started,
            // That a sidecar is killed before it has started is left out.
            Outcome::StartupFailed { at } | Outcome::LivenessFailed { at } => at,
        }
    }

    /// A container by its place: those that initialize the pod come first.
    pub(super) fn container(&self, id: PodId, place: u16) -> Option<(&Container, Role)> {
        let spec = &self.specs[self.pod(id).spec.index()].written.template.spec;
        let place = usize::from(place);
        if let Some(container) = spec.init_containers.get(place) {
            let role = if container.is_sidecar { Role::Sidecar } else { Role::Init };
            return Some((container, role));
        }
        let main = spec.containers.get(place - spec.init_containers.len())?;
        Some((main, Role::Main))
    }

    /// The place of the first container that does not initialize the pod.
    pub(super) fn first_main(&self, id: PodId) -> u16 {
        let spec = &self.specs[self.pod(id).spec.index()].written.template.spec;
        u16::try_from(spec.init_containers.len()).unwrap_or(u16::MAX)
    }
}
