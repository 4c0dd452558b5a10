//! Containers are started one after the other, each as soon as its image is there.
//!
//! Left out: that a container asks for its image again, and that its start may fail.

use crate::control::PodId;
use crate::control::kubelet::{Outcome, Probed, PullDecision, outcome, pull_decision};
use crate::record::{HungStep, What};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::{Broken, Pod, Role};
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::crash::{expect_crashes, next_try};
use crate::world::kubelet::kubelets::{Kubelets, kubelet_asks, relists};
use crate::world::kubelet::probes::{Start, readiness_draw};
use crate::world::kubelet::pulls::pull_refused;
use crate::world::kubelet::report::{break_pod, wait_for_step};

impl Kubelets {
    /// It is a container's turn: its image is asked for, or is there.
    pub(super) fn prepare(&mut self, id: PodId, index: u16, cx: &mut Cx<'_>) {
        let Pod { node, spec, .. } = *cx.cluster.pod(id);
        let Some((container, _)) = cx.cluster.container(id, index) else { return };
        let policy = container.image_pull_policy;
        let image = cx.cluster.specs[spec].images[usize::from(index)];
        let is_there = cx.cluster.node(node).images.contains(&image);
        match pull_decision(policy, is_there) {
            _ if cx.cluster.is_found_unusable(image, node) => self.unusable(id, index, cx),
            PullDecision::Use => self.launch(id, index, cx),
            PullDecision::Refuse => {
                self.progress(id).never_pulled = Some(index);
                pull_refused(id, index, cx);
            }
            PullDecision::Check => self.ask_for_image(id, index, false, cx),
            PullDecision::Pull => self.ask_for_image(id, index, true, cx),
        }
    }

    /// A container whose image is there is created and started.
    pub(super) fn launch(&self, id: PodId, index: u16, cx: &mut Cx<'_>) {
        let is_last = cx.cluster.container(id, index + 1).is_none();
        let delay = match (&self.model().start, self.written_start(id, cx)) {
            (_, Some(written)) if is_last => written,
            (None, _) | (_, Some(_)) => SimDuration::ZERO,
            (Some(start), None) => cx.start_draw("start container", &start.container, id, index),
        };
        let at = cx.now + delay;
        wait_for_step(id, index, HungStep::Start, at, cx);
        cx.plan(id, PodStep::Launched { container: index }, at);
    }

    /// A container was started.
    pub(super) fn launched(&mut self, id: PodId, index: u16, cx: &mut Cx<'_>) {
        let Some((_, role)) = cx.cluster.container(id, index) else { return };
        self.take_fault(id, index, cx);
        let progress = self.progress(id);
        progress.runs = true;
        if progress.all_run {
            return self.relaunched(id, index, cx);
        }
        let next = PodStep::Prepare { container: index + 1 };
        match role {
            Role::Init if cx.cluster.fault_at(id, index) == Some(ImageFault::Crash) => {
                init_crashed(id, cx);
            }
            Role::Init => {
                let runs = cx.pod_draw("init run", &self.model().init_run, id, index);
                let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(cx.now + runs);
                cx.plan(id, next, noticed);
            }
            Role::Sidecar => {
                let started = self.sidecar_started(id, index, cx);
                cx.plan(id, next, started);
            }
            Role::Main if cx.cluster.container(id, index + 1).is_some() => {
                self.progress(id).starts.push(cx.now);
                self.prepare(id, index + 1, cx);
            }
            Role::Main => {
                self.progress(id).starts.push(cx.now);
                self.all_launched(id, cx);
            }
        }
    }

    /// All containers of a pod were started: its kubelet notices at its next look, and the probes
    /// begin to count.
    fn all_launched(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(cx.now);
        let progress = self.progress(id);
        progress.all_run = true;
        progress.noticed = noticed;
        progress.ready = noticed;
        let starts = std::mem::take(&mut progress.starts);
        let first = cx.cluster.first_main(id);
        for (index, started) in (first..).zip(starts) {
            self.expect_readiness(id, index, Start { started, noticed }, cx);
        }
        let at = kubelet_asks("status running", id, noticed, cx);
        cx.plan(id, PodStep::Running, at);
    }

    /// The API server learns that the containers run, and maybe that the pod is ready as well.
    pub(super) fn report_running(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let crashes = cx.cluster.pod(id).broken.is_some_and(|it| it.fault == ImageFault::Crash);
        if crashes {
            let restart_in = next_try(cx.now, cx.now).since(cx.now);
            cx.pod_fact(id, |pod| What::PodCrashed { pod, init: false, restarts: 0, restart_in });
        } else {
            cx.pod_fact(id, |pod| What::PodStarted { pod });
        }
        self.turn_running(id, cx);
        expect_crashes(id, cx);
        self.await_probes(id, cx);
    }

    /// The worst fault of a pod's containers is what keeps it from running well.
    fn take_fault(&mut self, id: PodId, index: u16, cx: &mut Cx<'_>) {
        let Some(fault) = cx.cluster.fault_at(id, index) else { return };
        if cx.cluster.pod(id).broken.is_none_or(|known| known.fault < fault) {
            break_pod(id, Broken::new(fault, cx.now), cx);
        }
        self.progress(id).stuck = index;
    }

    /// When a sidecar counts as started, and the next container's turn comes.
    fn sidecar_started(&mut self, id: PodId, index: u16, cx: &Cx<'_>) -> SimTime {
        let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(cx.now);
        let healthy_from = cx.now + readiness_draw(id, index, 0, cx);
        let worker_since = self.progress(id).since;
        let probed = Probed { worker_since, started: cx.now, noticed, healthy_from };
        let Some((container, _)) = cx.cluster.container(id, index) else { return noticed };
        match outcome(container, &probed) {
            Outcome::Ready { started, .. } | Outcome::NeverReady { started } => started,
            // That a sidecar is killed before it has started is left out.
            Outcome::StartupFailed { at } | Outcome::LivenessFailed { at } => at,
        }
    }
}

/// A container that initializes the pod crashes again and again: no other is ever started.
fn init_crashed(id: PodId, cx: &mut Cx<'_>) {
    let restart_in = next_try(cx.now, cx.now).since(cx.now);
    let cause = cx.cluster.pod(id).fact;
    cx.because(cause).pod_fact(id, |pod| What::PodCrashed {
        pod,
        init: true,
        restarts: 0,
        restart_in,
    });
}
