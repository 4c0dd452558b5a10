//! Pods go on that were held up: their image works again, or their machine does.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::What;
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::faults::next_try;
use crate::world::kubelet::Kubelets;
use crate::world::kubelet::phases::turn_unready;
use crate::world::kubelet::pulls::PULLS;
use crate::world::kubelet::state::Progress;
use crate::world::kubelet::state::kubelet_asks;
use crate::world::kubelet::state::relists;
use crate::world::objects::{Broken, Pod};

impl Kubelets {
    /// A kubelet that came back takes up a pod where it stands. The machine restarted, and so do
    /// the containers.
    pub(in crate::world) fn resume_pod(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let Pod { bound, terminating, phase, .. } = *cx.cluster.pod(id);
        cx.cluster.pods[id].fact = cx.cause;
        if self.model.is_some() {
            *self.progress(id) = Progress::default();
        }
        if terminating {
            self.stop_after_restart(id, cx);
        } else if bound && !phase.is_terminal() {
            cx.cluster.pods[id].broken = None;
            turn_unready(id, cx);
            self.kubelet_sees(id, cx);
        }
    }

    /// A broken container whose image works now gets on with its next try.
    pub(in crate::world) fn mend_pod(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let Pod { broken, terminating, exists, phase, node, .. } = *cx.cluster.pod(id);
        let Some(Broken { fault, since }) = broken else { return };
        let lives = exists && !terminating && !phase.is_terminal() && cx.cluster.node(node).alive;
        if !lives || cx.cluster.fault_of(id).is_some() {
            return;
        }
        let pod = &mut cx.cluster.pods[id];
        pod.epoch += 1;
        pod.fact = cx.cause;
        if self.model.is_some() {
            return self.try_again(id, fault, since, cx);
        }
        match fault {
            ImageFault::NeverReady => cx.plan(id, PodStep::Ready, cx.now),
            ImageFault::CrashLater(_) => {}
            ImageFault::Crash => cx.plan(id, PodStep::Started, next_try(since, cx.now)),
            ImageFault::PullError => cx.plan(id, PodStep::Pull, next_try(since, cx.now)),
        }
    }

    fn try_again(&mut self, id: PodId, fault: ImageFault, since: SimTime, cx: &mut Cx<'_>) {
        let was_killed = self.restarts.range((id, 0)..(id, PULLS)).next().is_some();
        let first = cx.cluster.first_main(id);
        let stuck = self.progress(id).stuck;
        cx.cluster.pods[id].broken = None;
        if fault == ImageFault::PullError {
            let step = PodStep::Prepare { container: stuck };
            return cx.plan(id, step, next_try(since, cx.now));
        }
        let is_running = cx.cluster.pod(id).phase == PodPhase::Running;
        if fault == ImageFault::NeverReady && is_running && !was_killed {
            self.progress(id).failing = 0;
            let ready = self.ready_after_mending(id, cx);
            let at = kubelet_asks("status ready", id, ready, cx);
            return cx.plan(id, PodStep::Ready, at);
        }
        let since_then = self.progress(id).since;
        let progress = Progress { since: since_then, runs: true, ..Progress::default() };
        *self.progress(id) = progress;
        // All containers of the pod itself are started together, those before them are not.
        let container = stuck.min(first);
        cx.plan(id, PodStep::Launched { container }, next_try(since, cx.now));
    }

    /// A container exits that ran well, unless its image was mended. Of several that would, the
    /// first one counts. It is started again after its back-off.
    pub(super) fn crash(&mut self, id: PodId, place: u16, cx: &mut Cx<'_>) {
        if cx.cluster.pod(id).terminating || cx.cluster.crashes_after(id, place).is_none() {
            return;
        }
        let at = self.next_start(id, place, cx.now, cx);
        let restart_in = at.since(cx.now);
        cx.pod_fact(id, |pod| What::PodCrashed { pod, restart_in });
        self.progress(id).failing += 1;
        cx.change_pod(id, |pod| {
            pod.serving = false;
            // A probe that was about to pass does not.
            pod.epoch += 1;
        });
        let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(cx.now);
        let told = kubelet_asks("status crashed", id, noticed, cx);
        cx.plan(id, PodStep::Crashed, told);
        cx.plan(id, PodStep::Prepare { container: place }, at.max(told));
    }
}

/// All containers of a pod run.
pub(super) fn expect_crashes(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.image_faults.is_empty() {
        return;
    }
    let places = cx.cluster.specs[cx.cluster.pod(id).spec].images.len();
    for place in cx.cluster.first_main(id)..u16::try_from(places).unwrap_or(u16::MAX) {
        expect_crash(id, place, cx.now, cx);
    }
}

/// A container runs that may crash later.
pub(super) fn expect_crash(id: PodId, place: u16, started: SimTime, cx: &mut Cx<'_>) {
    if let Some(after) = cx.cluster.crashes_after(id, place) {
        cx.plan(id, PodStep::Crashes { container: place }, started + after);
    }
}

/// The API server learns that a container has crashed: the pod is not Ready.
pub(super) fn report_crash(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.pod(id).ready_since.is_some() {
        cx.pod_fact(id, |pod| What::PodUnready { pod });
        cx.change_pod(id, |pod| pod.ready_since = None);
    }
}

impl Cluster {
    /// The worst that any of the pod's images does on its node once it is there.
    pub(super) fn fault_of(&self, id: PodId) -> Option<ImageFault> {
        if self.image_faults.is_empty() {
            return None;
        }
        let Pod { node, spec, .. } = self.pod(id);
        let images = &self.specs[*spec].images;
        let faults =
            images.iter().filter_map(|&image| self.image_faults.of(self.images.name(image), *node));
        faults.filter(|fault| !matches!(fault, ImageFault::CrashLater(_))).max()
    }

    /// How long after its start a container crashes that runs well until then.
    fn crashes_after(&self, id: PodId, place: u16) -> Option<SimDuration> {
        let Pod { node, spec, .. } = *self.pod(id);
        let image = *self.specs[spec].images.get(usize::from(place))?;
        match self.image_faults.of(self.images.name(image), node)? {
            ImageFault::CrashLater(after) => Some(after),
            ImageFault::NeverReady | ImageFault::Crash | ImageFault::PullError => None,
        }
    }
}
