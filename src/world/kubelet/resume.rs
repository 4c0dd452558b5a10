//! Pods go on that were held up: their image works again, or their machine does.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::scenario::ImageFault;
use crate::time::SimTime;
use crate::world::cluster::{Broken, Pod};
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::crash::next_try;
use crate::world::kubelet::kubelets::{Kubelets, Progress, kubelet_asks};
use crate::world::kubelet::pulls::PULLS;
use crate::world::kubelet::report::turn_unready;

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
            cx.cluster.pods[id].hung = None;
            turn_unready(id, cx);
            self.kubelet_sees(id, cx);
        }
    }

    /// A broken container whose image works now gets on with its next try.
    pub(in crate::world) fn mend_pod(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let Pod { broken, terminating, exists, phase, node, .. } = *cx.cluster.pod(id);
        let Some(Broken { fault, since, .. }) = broken else { return };
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
}
