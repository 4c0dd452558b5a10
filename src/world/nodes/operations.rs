//! What people and their tools do to nodes: drain, shut down, give back to the cloud.

use crate::api::{Taint, TaintEffect};
use crate::control::NodeId;
use crate::control::node_lifecycle::NodeHealth;
use crate::record::{FactId, What};
use crate::time::{SimDuration, SimTime};
use crate::world::event::{Caused, Ending, Event, NodeStep};
use crate::world::objects::{Node, Pod};
use crate::world::room::OTHERS_GRACE;
use crate::world::state::{Agenda, World};

/// How long pods have to stop when a machine goes down after a spot interruption.
///
/// Source: the shutdown grace period that managed clusters set for spot nodes.
const INTERRUPTION_GRACE: SimDuration = SimDuration::from_secs(30);
/// From the taint until the cluster autoscaler drains a node.
///
/// Source: `cluster-autoscaler/config/flags/flags.go › node-delete-delay-after-taint`.
const DELETE_DELAY_AFTER_TAINT: SimDuration = SimDuration::from_secs(5);
/// How long the cluster autoscaler waits for pods at most.
///
/// Source: `cluster-autoscaler/config/flags/flags.go › max-graceful-termination-sec`.
const MAX_GRACEFUL_TERMINATION: SimDuration = SimDuration::from_secs(600);
const SCALE_DOWN_TAINT: &str = "ToBeDeletedByClusterAutoscaler";

impl World {
    /// `kubectl drain --ignore-daemonsets`: pods of others are evicted, daemon pods stay.
    ///
    /// Source: `kubectl/pkg/drain/filters.go › daemonSetFilter`.
    pub(in crate::world) fn drain(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.set_unschedulable(id, true, cause, now, agenda);
        self.node_controllers.life(id).draining = true;
        self.go_on_draining(id, cause, now, agenda);
    }

    /// The pods of others that are to leave a node stop, if a drain is under way.
    pub(super) fn go_on_draining(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node_controllers.life(id).draining {
            let at = now + self.time_of_others(id);
            self.plan_node(id, NodeStep::Drained, at, cause, agenda);
        }
    }

    /// How long the pods of others on a node take to stop.
    fn time_of_others(&self, id: NodeId) -> SimDuration {
        let Node { name_hash, epoch, alive, ref room, .. } = *self.node(id);
        if room.count_of_others() == 0 || !alive {
            return SimDuration::ZERO;
        }
        let draw = self.streams.uniform("drain", name_hash, u64::from(epoch));
        self.latencies.default.terminate.sample(draw).min(OTHERS_GRACE)
    }

    /// The pods of others are gone from a node.
    pub(super) fn drained(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let node = self.node(id);
        if !node.exists || !node.alive {
            // If the machine comes back, the drain goes on.
            return;
        }
        self.node_controllers.life(id).draining = false;
        let fact = self.node_fact(id, cause, now, |node| What::NodeDrained { node });
        self.others_left(id, Some(fact), now, agenda);
    }

    /// Graceful node shutdown: the kubelet reports not Ready, ends its pods as Failed, and the
    /// machine goes off once they have stopped, or `grace` is over.
    ///
    /// Source: `pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go › processShutdownEvent`.
    pub(in crate::world) fn shut_down(
        &mut self,
        id: NodeId,
        grace: SimDuration,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).alive || self.node(id).shutting_down {
            return;
        }
        let fact = self.node_fact(id, cause, now, |node| What::NodeShuttingDown { node });
        self.nodes[id.index()].shutting_down = true;
        if !grace.is_zero() && self.api.is_down(now) {
            self.plan_node(id, NodeStep::Reports, self.api.up_at(), Some(fact), agenda);
        } else if !grace.is_zero() {
            self.set_health(id, NodeHealth::NotReady, Some(fact), now, agenda);
        }
        let longest = self.end_pods(id, grace, fact, now, agenda);
        self.plan_node(id, NodeStep::Off, now + longest, Some(fact), agenda);
    }

    /// Asks all containers of a node to stop; says how long the last one takes.
    fn end_pods(
        &mut self,
        id: NodeId,
        grace: SimDuration,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> SimDuration {
        let mut longest = self.time_of_others(id).min(grace);
        for pod in self.pods_on(id).collect::<Vec<_>>() {
            let Pod { bound, phase, terminating, spec, .. } = *self.pod(pod);
            let has_ended = phase.is_terminal() || self.kubelets.refused(pod);
            if !bound || has_ended || terminating || grace.is_zero() {
                continue;
            }
            let own = self.specs[spec.index()].grace_period;
            let delay = self.time_to_stop(pod, own.min(grace), now);
            longest = longest.max(delay);
            self.change_pod(pod, now, agenda, |pod| {
                pod.serving = false;
                pod.epoch += 1;
            });
            let epoch = self.pod(pod).epoch;
            let event = Event::EndPod { pod, epoch, ending: Ending::Terminated };
            agenda.at(now + delay, Caused { event, cause: Some(cause) });
        }
        longest
    }

    /// The machine is off.
    pub(super) fn power_off(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let fact = self.node_fact(id, cause, now, |node| What::NodeFailed { node });
        self.others_left(id, Some(fact), now, agenda);
        self.fall_silent(id, Some(fact), now, agenda);
    }

    /// A cloud announces that it takes a machine back: a handler drains the node.
    pub(in crate::world) fn announce_interruption(
        &mut self,
        id: NodeId,
        notice: SimDuration,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.drain(id, cause, now, agenda);
        self.plan_node(id, NodeStep::Interrupted, now + notice, cause, agenda);
    }

    /// The notice is over: the machine goes down, and then its Node object.
    pub(super) fn interrupted(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).exists {
            return;
        }
        self.node_controllers.life(id).leaving = true;
        self.shut_down(id, INTERRUPTION_GRACE, cause, now, agenda);
        self.delete_if_gone(id, cause, now, agenda);
    }

    /// The cloud's controller looks at nodes that are not Ready, and deletes those whose machines
    /// are gone for good.
    ///
    /// Source: `cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go ›
    /// MonitorNodes`.
    pub(super) fn delete_if_gone(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Node { alive, ref conditions, .. } = *self.node(id);
        let health = conditions.health;
        let leaving = self.node_controllers.life(id).leaving;
        if leaving && !alive && health != NodeHealth::Ready {
            let at = self.node_controllers.cloud.at_or_after(now);
            self.plan_node(id, NodeStep::Gone, at, cause, agenda);
        }
    }

    /// The cluster autoscaler gives a node back.
    pub(in crate::world) fn scale_down(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let taint = Taint {
            key: SCALE_DOWN_TAINT.to_owned(),
            value: now.as_secs().to_string(),
            effect: TaintEffect::NoSchedule,
        };
        let mut taints = self.version_of(id).taints.clone();
        if taints.iter().any(|other| other.key == taint.key) {
            return;
        }
        taints.push(taint);
        self.set_taints(id, taints, cause, now, agenda);
        let at = now + DELETE_DELAY_AFTER_TAINT;
        self.plan_node(id, NodeStep::ScaleDown, at, cause, agenda);
    }

    /// It evicts what runs there; daemon pods only where others ran as well.
    ///
    /// Source: `cluster-autoscaler/config/flags/flags.go › daemonset-eviction-for-empty-nodes,
    /// daemonset-eviction-for-occupied-nodes`.
    pub(super) fn evict_for_scale_down(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).exists {
            return;
        }
        let is_occupied = self.node(id).room.count_of_others() > 0;
        let mut longest = self.time_of_others(id);
        if is_occupied {
            self.plan_node(id, NodeStep::Drained, now + longest, cause, agenda);
            for pod in self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect::<Vec<_>>() {
                let grace = self.specs[self.pod(pod).spec.index()].grace_period;
                longest = longest.max(self.time_to_stop(pod, grace, now));
                self.delete_pod(pod, cause, now, agenda);
            }
        }
        let at = now + longest.min(MAX_GRACEFUL_TERMINATION);
        self.plan_node(id, NodeStep::Leave, at, cause, agenda);
    }

    /// The kubelet has stopped the containers of a pod that it ends by itself.
    pub(in crate::world) fn pod_ended(
        &mut self,
        id: crate::control::PodId,
        epoch: u32,
        ending: Ending,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let pod = self.pod(id);
        if pod.exists && pod.epoch == epoch && !pod.phase.is_terminal() {
            if self.api.is_down(now) {
                // It goes on trying to say so, unless the machine goes off before.
                let event = Event::EndPod { pod: id, epoch, ending };
                return agenda.at(self.api.up_at(), Caused { event, cause });
            }
            self.fail_pod(id, ending.reason(), cause, now, agenda);
        }
    }
}
