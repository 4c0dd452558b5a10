//! A kubelet takes a pod in, or refuses it.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::control::kubelet::{AdmissionFailure, KubeletView, admit};
use crate::control::scheduler::NodeFacts;
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::event::PodStep;
use crate::world::objects::{Pod, Spec};
use crate::world::state::{Agenda, World};

impl World {
    /// A pod comes to its kubelet, which refuses it or begins with its volumes and its sandbox.
    pub(super) fn admit_pod(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let judged = self.judge(id);
        self.kubelets.progress(id).refused = judged.is_err();
        if let Err(failure) = judged {
            let (reason, message) = (failure.reason(), failure.message());
            let name = &self.pods[id.index()].name;
            let fact = self.recorder.fact(now, cause, |names| What::PodRejected {
                pod: names.intern(name),
                reason: names.intern(&reason),
                message: names.intern(&message),
            });
            self.pods[id.index()].fact = Some(fact);
            let at = self.kubelet_asks("rejection", id, now);
            return self.plan(id, PodStep::Rejected, at, agenda);
        }
        self.kubelets.progress(id).since = now;
        let model = self.kubelets.model();
        let volumes = self.pod_luck("volumes", &model.volumes, id, 0);
        let sandbox = match (&model.start, self.written_start(id)) {
            (Some(start), None) => self.pod_luck("sandbox", &start.sandbox, id, 0),
            (Some(_) | None, _) => crate::time::SimDuration::ZERO,
        };
        self.plan(id, PodStep::Prepare { container: 0 }, now + volumes + sandbox, agenda);
    }

    /// The API server learns that a pod was refused.
    pub(super) fn report_rejection(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.pods[id.index()].fact = cause;
        self.change_pod(id, now, agenda, |pod| {
            pod.phase = PodPhase::Failed;
            pod.ready_since = None;
            pod.serving = false;
            pod.epoch += 1;
        });
    }

    fn judge(&self, id: PodId) -> Result<(), AdmissionFailure> {
        let Pod { node, spec, .. } = *self.pod(id);
        let Spec { needs, best_effort, .. } = &self.specs[spec.index()];
        let version = self.version_of(node);
        let node_object = self.node(node);
        // What others have taken: the pod itself has its place already.
        let mut usage = node_object.room.usage.clone();
        if self.pod(id).placed {
            usage.remove(needs);
        }
        let view = KubeletView {
            node: NodeFacts {
                name: &node_object.name,
                labels: &version.labels,
                taints: &version.taints,
                unschedulable: node_object.conditions.unschedulable,
                allocatable: &node_object.room.allocatable,
                max_pods: node_object.room.max_pods,
                usage: &usage,
            },
            pressures: &node_object.conditions.pressures,
            is_shutting_down: node_object.shutting_down,
        };
        admit(needs, *best_effort, &view)
    }
}
