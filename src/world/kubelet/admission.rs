//! A kubelet takes a pod in, or refuses it.

use crate::api::PodPhase;
use crate::control::kubelet::{AdmissionFailure, KubeletView, admit};
use crate::control::node_lifecycle::Pressure;
use crate::control::scheduler::NodeFacts;
use crate::control::{NodeId, PodId};
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
        if let Err(failure) = self.judge(id) {
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
        let pressures = self.pressures(node);
        let view = KubeletView {
            node: NodeFacts {
                name: &node_object.name,
                labels: &version.labels,
                taints: &version.taints,
                unschedulable: node_object.unschedulable,
                allocatable: &node_object.room.allocatable,
                max_pods: node_object.room.max_pods,
                usage: &usage,
            },
            pressures: &pressures,
            is_shutting_down: self.is_shutting_down(node),
        };
        admit(needs, *best_effort, &view)
    }

    /// What presses on a node: its taints tell, as they follow from its conditions.
    fn pressures(&self, node: NodeId) -> Vec<Pressure> {
        let taints = &self.version_of(node).taints;
        if taints.is_empty() {
            return Vec::new();
        }
        let presses = |pressure: &Pressure| taints.contains(&pressure.taint());
        Pressure::ALL.into_iter().filter(presses).collect()
    }

    /// Whether a node's kubelet is shutting down gracefully.
    #[expect(clippy::unused_self, reason = "the place where graceful shutdown comes in")]
    const fn is_shutting_down(&self, _node: NodeId) -> bool {
        false
    }
}
