//! Machines that fail and recover, and what the cluster believes of them.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth` and
//! `pkg/kubelet/kubelet_node_status.go`.

use crate::api::PodPhase;
use crate::control::node_lifecycle::{NodeHealth, marks_pods_not_ready, monitor_grace_period};
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::event::NodeStep;
use crate::world::objects::{Node, Pod};
use crate::world::state::{Agenda, World};

impl World {
    /// The machine dies.
    pub(in crate::world) fn fail_node(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).alive {
            return;
        }
        let fact = self.node_fact(id, cause, now, |node| What::NodeFailed { node });
        self.fall_silent(id, Some(fact), now, agenda);
    }

    /// Nothing on the machine runs any more, and its kubelet renews no lease.
    pub(super) fn fall_silent(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.stop_machine(id, now, agenda);
        self.nodes[id.index()].epoch += 1;
        let heard = self.heartbeats(id).at_or_before(self.api.last_answer(now));
        let heard = heard.unwrap_or(SimTime::ZERO);
        self.node_controllers.life(id).last_sign = heard;
        let at = match self.node_controllers.unknown_at(heard) {
            Some(at) => self.node_controllers.next_pass(at.max(now)),
            None => now + monitor_grace_period(self.version),
        };
        self.plan_node(id, NodeStep::Silent, at, cause, agenda);
        self.delete_if_gone(id, cause, now, agenda);
    }

    /// Nothing on the machine runs, and nothing that was under way there goes on.
    pub(super) fn stop_machine(&mut self, id: NodeId, now: SimTime, agenda: &mut Agenda) {
        self.nodes[id.index()].alive = false;
        self.drop_pulls(id, now, agenda);
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect::<Vec<_>>() {
            self.change_pod(pod, now, agenda, |pod| {
                pod.serving = false;
                pod.epoch += 1;
            });
        }
    }

    /// The machine works again, and its kubelet takes up what it finds.
    pub(in crate::world) fn recover_node(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node(id).alive || !self.node(id).exists {
            return;
        }
        let fact = self.node_fact(id, cause, now, |node| What::NodeRecovered { node });
        let node = &mut self.nodes[id.index()];
        node.alive = true;
        node.shutting_down = false;
        node.epoch += 1;
        self.node_controllers.life(id).leaving = false;
        for pod in self.pods_on(id).collect::<Vec<_>>() {
            self.resume_pod(pod, fact, now, agenda);
        }
        let at = if self.api.is_down(now) { self.api.up_at() } else { now };
        if at > now {
            self.plan_node(id, NodeStep::Reports, at, Some(fact), agenda);
        } else {
            self.set_health(id, NodeHealth::Ready, Some(fact), now, agenda);
        }
        self.take_up_pressure(id, Some(fact), now, agenda);
        self.go_on_draining(id, Some(fact), now, agenda);
    }

    /// The node-lifecycle controller has not heard from a node for its grace period.
    pub(super) fn node_silent(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let last_sign = self.node_controllers.life(id).last_sign;
        let due = self.node_controllers.unknown_at(last_sign);
        if let Some(at) = due.filter(|&at| at > now) {
            // All silence was forgiven meanwhile.
            return self.plan_node(id, NodeStep::Silent, at, cause, agenda);
        }
        let before = self.node(id).conditions.health;
        if marks_pods_not_ready(before, NodeHealth::Unknown) {
            for pod in self.pods_on(id).collect::<Vec<_>>() {
                self.mark_not_ready(pod, cause, now, agenda);
            }
        }
        self.set_health(id, NodeHealth::Unknown, cause, now, agenda);
        if self.node(id).alive {
            // It lives, and only could not say so.
            let at = self.heartbeats(id).after(now);
            self.plan_node(id, NodeStep::Reports, at, cause, agenda);
        }
    }

    /// The pod's condition says that it is not Ready, whatever it does.
    ///
    /// Source: `pkg/controller/util/node/controller_utils.go › MarkPodsNotReady`.
    fn mark_not_ready(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.pod(id).ready_since.is_some() {
            let runs = self.node(self.pod(id).node).alive;
            self.pod_fact(id, cause, now, |pod| {
                if runs { What::PodMarkedNotReady { pod } } else { What::PodUnready { pod } }
            });
            self.change_pod(id, now, agenda, |pod| pod.ready_since = None);
        }
    }

    /// A kubelet reports that its node is Ready, or shuts down, and the state of its pods with it.
    pub(super) fn kubelet_reports(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Node { alive, exists, shutting_down, .. } = *self.node(id);
        if !alive || !exists {
            return;
        }
        if shutting_down {
            return self.set_health(id, NodeHealth::NotReady, cause, now, agenda);
        }
        self.set_health(id, NodeHealth::Ready, cause, now, agenda);
        let works =
            |pod: &Pod| pod.serving && pod.ready_since.is_none() && pod.phase == PodPhase::Running;
        let fact = self.node_controllers.life(id).fact.or(cause);
        for pod in self.pods_on(id).filter(|&pod| works(self.pod(pod))).collect::<Vec<_>>() {
            self.turn_ready(pod, fact, now, agenda);
        }
    }

    /// A node's condition Ready turns.
    pub(super) fn set_health(
        &mut self,
        id: NodeId,
        health: NodeHealth,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node(id).conditions.health == health {
            return;
        }
        self.nodes[id.index()].conditions.health = health;
        let ready = health == NodeHealth::Ready;
        let fact = self.node_fact(id, cause, now, |node| What::NodeReady { node, ready });
        self.node_controllers.life(id).fact = Some(fact);
        self.conditions_changed(id, Some(fact), now, agenda);
        self.delete_if_gone(id, Some(fact), now, agenda);
    }

    /// The API server answers again: whose lease could not be renewed for too long is held for
    /// dead in the next pass, unless its kubelet is heard before.
    pub(in crate::world) fn after_outage(
        &mut self,
        down_since: SimTime,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let first_pass = self.node_controllers.next_pass(now);
        for id in self.existing_nodes().filter(|&id| self.node(id).alive).collect::<Vec<_>>() {
            let beats = self.heartbeats(id);
            let heard = beats.at_or_before(down_since).unwrap_or(SimTime::ZERO);
            let Some(unknown) = self.node_controllers.unknown_at(heard) else { return };
            let at = first_pass.max(unknown);
            let heard_again = self.node_controllers.next_pass(beats.at_or_after(now));
            if heard_again > at && self.node(id).conditions.health != NodeHealth::Unknown {
                self.node_controllers.life(id).last_sign = heard;
                self.plan_node(id, NodeStep::Silent, at, cause, agenda);
            }
        }
    }
}
