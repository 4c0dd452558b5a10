//! A kubelet takes a pod in, or refuses it.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::control::kubelet::{AdmissionFailure, KubeletView, admit};
use crate::control::scheduler::NodeFacts;
use crate::record::What;
use crate::time::SimDuration;
use crate::world::cluster::{Pod, Spec};
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::kubelets::{Kubelets, kubelet_asks};

impl Kubelets {
    /// A pod comes to its kubelet, which refuses it or begins with its volumes and its sandbox.
    pub(super) fn admit_pod(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let judged = judge(id, cx);
        self.progress(id).refused = judged.is_err();
        if let Err(failure) = judged {
            let (reason, message) = (failure.reason(), failure.message());
            self.progress(id).ended = Some((reason.clone(), message.clone()));
            let fact = cx.record.fact(cx.now, cx.cause, |names| What::PodRejected {
                pod: names.intern(&cx.cluster.pod_name(id)),
                reason: names.intern(&reason),
                message: names.intern(&message),
            });
            cx.cluster.pods[id].fact = Some(fact);
            let at = kubelet_asks("rejection", id, cx.now, cx);
            return cx.plan(id, PodStep::Rejected, at);
        }
        self.progress(id).since = cx.now;
        let model = self.model();
        let volumes = cx.pod_draw("volumes", &model.volumes, id, 0);
        let sandbox = match (&model.start, self.written_start(id, cx)) {
            (Some(start), None) => cx.start_draw("sandbox", &start.sandbox, id, 0),
            (Some(_) | None, _) => SimDuration::ZERO,
        };
        cx.plan(id, PodStep::Prepare { container: 0 }, cx.now + volumes + sandbox);
    }
}

/// The API server learns that a pod was refused.
pub(super) fn report_rejection(id: PodId, cx: &mut Cx<'_>) {
    cx.cluster.pods[id].fact = cx.cause;
    cx.change_pod(id, |pod| {
        pod.phase = PodPhase::Failed;
        pod.ready_since = None;
        pod.serving = false;
        pod.epoch += 1;
    });
}

fn judge(id: PodId, cx: &Cx<'_>) -> Result<(), AdmissionFailure> {
    let Pod { node, spec, .. } = *cx.cluster.pod(id);
    let Spec { needs, best_effort, .. } = &cx.cluster.specs[spec];
    let version = cx.cluster.version_of(node);
    let node_object = cx.cluster.node(node);
    // What all other pods have taken: the pod itself has its place already.
    let mut usage = node_object.capacity.usage.clone();
    if cx.cluster.pod(id).placed {
        usage.remove(needs);
    }
    let view = KubeletView {
        node: NodeFacts {
            name: &node_object.name,
            labels: &version.labels,
            taints: &version.taints,
            unschedulable: node_object.conditions.unschedulable,
            allocatable: &node_object.capacity.allocatable,
            max_pods: node_object.capacity.max_pods,
            usage: &usage,
        },
        pressures: &node_object.conditions.pressures,
        is_shutting_down: node_object.shutting_down,
    };
    admit(needs, *best_effort, &view)
}
