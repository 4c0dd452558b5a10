//! Pods of nodes that are gone, and pods that no kubelet will finish.
//!
//! Source: `pkg/controller/podgc/gc_controller.go › gcOrphaned, gcTerminating`.

use crate::control::node_lifecycle::NodeHealth;
use crate::control::{NodeId, PodId, pod_gc};
use crate::record::FactId;
use crate::time::SimTime;
use crate::world::event::{NodeStep, PodSeen};
use crate::world::nodes::taints::OUT_OF_SERVICE;
use crate::world::state::{Agenda, World};

impl World {
    /// The garbage collector removes what is bound to a node that is still gone.
    pub(super) fn collect_pods(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect::<Vec<_>>() {
            if !self.as_in_vectors && !self.pod(pod).terminating {
                self.count_deletion(pod);
            }
            self.remove_pod(pod, cause, now, agenda);
        }
    }

    fn is_out_of_service(&self, id: NodeId) -> bool {
        self.version_of(id).taints.iter().any(|taint| taint.key == OUT_OF_SERVICE)
    }

    /// The next loop removes the terminating pods of a node that somebody gave up, if there are
    /// any.
    pub(in crate::world) fn sweep_if_out_of_service(
        &self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let given_up = self.node(id).conditions.health != NodeHealth::Ready;
        if given_up && self.is_out_of_service(id) {
            let at = self.node_controllers.gc().swept_at(now);
            self.plan_node(id, NodeStep::Sweep, at, cause, agenda);
        }
    }

    /// The garbage collector removes the terminating pods of a node that somebody gave up.
    pub(super) fn sweep_pods(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let is_ready = self.node(id).conditions.health == NodeHealth::Ready;
        let is_out = self.is_out_of_service(id);
        for pod in self.pods_on(id).collect::<Vec<_>>() {
            let state = self.pod(pod);
            if state.terminating && pod_gc::is_swept(state.bound, is_ready, is_out) {
                self.remove_pod(pod, cause, now, agenda);
            }
        }
    }

    /// A pod changed: what its node, or who looks after nodes, makes of it.
    pub(in crate::world) fn pod_changed(
        &mut self,
        id: PodId,
        (before, after): (&PodSeen, &PodSeen),
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let pod = self.pod(id);
        let (node, fact) = (pod.node, pod.fact);
        if before.ready_since.is_none()
            && after.ready_since.is_some()
            && !self.node(node).startup_taints.is_empty()
            && let Some(owner) = after.owner
        {
            self.plan_node(node, NodeStep::DaemonReady(owner), now, fact, agenda);
        }
        if !self.node_controllers.are_on() {
            return;
        }
        if after.bound && !before.bound && self.drives_pods_away(node) {
            let at = now + self.watch_lag(node);
            self.plan_node(node, NodeStep::Look, at, fact, agenda);
        }
        if after.terminating && !before.terminating {
            self.sweep_if_out_of_service(node, fact, now, agenda);
        }
    }
}
