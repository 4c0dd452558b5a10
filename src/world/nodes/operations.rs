//! What people and their tools do to nodes: drain, shut down, give back to the cloud.

use crate::api::{Taint, TaintEffect};
use crate::control::NodeId;
use crate::control::node_lifecycle::NodeHealth;
use crate::record::What;
use crate::time::SimDuration;
use crate::world::cx::Cx;
use crate::world::event::{Ending, Event, NodeStep};
use crate::world::kubelet::Kubelets;
use crate::world::nodes::Nodes;
use crate::world::nodes::taints::set_taints;
use crate::world::objects::{Node, Pod};
use crate::world::room::OTHERS_GRACE;
use crate::world::room::others_left;

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

impl Kubelets {
    /// Asks all containers of a node to stop; says how long the last one takes.
    fn end_pods(&mut self, id: NodeId, grace: SimDuration, cx: &mut Cx<'_>) -> SimDuration {
        let mut longest = time_of_others(id, cx).min(grace);
        for pod in cx.cluster.pods_on(id).collect::<Vec<_>>() {
            let Pod { bound, phase, terminating, spec, .. } = *cx.cluster.pod(pod);
            let has_ended = phase.is_terminal() || self.refused(pod);
            if !bound || has_ended || terminating || grace.is_zero() {
                continue;
            }
            let own = cx.cluster.specs[spec].grace_period;
            let delay = self.time_to_stop(pod, own.min(grace), cx);
            longest = longest.max(delay);
            cx.change_pod(pod, |pod| {
                pod.serving = false;
                pod.epoch += 1;
            });
            let epoch = cx.cluster.pod(pod).epoch;
            let event = Event::EndPod { pod, epoch, ending: Ending::Terminated };
            cx.at(cx.now + delay, event);
        }
        longest
    }

    /// It evicts what runs there; daemon pods only where others ran as well.
    ///
    /// Source: `cluster-autoscaler/config/flags/flags.go › daemonset-eviction-for-empty-nodes,
    /// daemonset-eviction-for-occupied-nodes`.
    pub(super) fn evict_for_scale_down(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).exists {
            return;
        }
        let is_occupied = cx.cluster.node(id).room.count_of_others() > 0;
        let mut longest = time_of_others(id, cx);
        if is_occupied {
            cx.plan_node(id, NodeStep::Drained, cx.now + longest);
            for pod in
                cx.cluster.pods_on(id).filter(|&pod| cx.cluster.pod(pod).bound).collect::<Vec<_>>()
            {
                let grace = cx.cluster.specs[cx.cluster.pod(pod).spec].grace_period;
                longest = longest.max(self.time_to_stop(pod, grace, cx));
                self.delete_pod(pod, cx);
            }
        }
        let at = cx.now + longest.min(MAX_GRACEFUL_TERMINATION);
        cx.plan_node(id, NodeStep::Leave, at);
    }

    /// The kubelet has stopped the containers of a pod that it ends by itself.
    pub(in crate::world) fn pod_ended(
        &mut self,
        id: crate::control::PodId,
        epoch: u32,
        ending: Ending,
        cx: &mut Cx<'_>,
    ) {
        let pod = cx.cluster.pod(id);
        if pod.exists && pod.epoch == epoch && !pod.phase.is_terminal() {
            if cx.api.is_down(cx.now) {
                // It goes on trying to say so, unless the machine goes off before.
                let event = Event::EndPod { pod: id, epoch, ending };
                return cx.at(cx.api.up_at(), event);
            }
            self.fail_pod(id, ending.reason(), cx);
        }
    }
}

impl Nodes {
    /// `kubectl drain --ignore-daemonsets`: pods of others are evicted, daemon pods stay.
    ///
    /// Source: `kubectl/pkg/drain/filters.go › daemonSetFilter`.
    pub(in crate::world) fn drain(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        self.set_unschedulable(id, true, cx);
        self.life(id).draining = true;
        self.go_on_draining(id, cx);
    }

    /// The pods of others that are to leave a node stop, if a drain is under way.
    pub(super) fn go_on_draining(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if self.life(id).draining {
            let at = cx.now + time_of_others(id, cx);
            cx.plan_node(id, NodeStep::Drained, at);
        }
    }

    /// The pods of others are gone from a node.
    pub(super) fn drained(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let node = cx.cluster.node(id);
        if !node.exists || !node.alive {
            // If the machine comes back, the drain goes on.
            return;
        }
        self.life(id).draining = false;
        let fact = cx.node_fact(id, |node| What::NodeDrained { node });
        others_left(id, &mut cx.because(Some(fact)));
    }

    /// Graceful node shutdown: the kubelet reports not Ready, ends its pods as Failed, and the
    /// machine goes off once they have stopped, or `grace` is over.
    ///
    /// Source: `pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go › processShutdownEvent`.
    pub(in crate::world) fn shut_down(&mut self, id: NodeId, grace: SimDuration, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).alive || cx.cluster.node(id).shutting_down {
            return;
        }
        let fact = cx.node_fact(id, |node| What::NodeShuttingDown { node });
        cx.cluster.nodes[id].shutting_down = true;
        if !grace.is_zero() && cx.api.is_down(cx.now) {
            let up_at = cx.api.up_at();
            cx.because(Some(fact)).plan_node(id, NodeStep::Reports, up_at);
        } else if !grace.is_zero() {
            self.set_health(id, NodeHealth::NotReady, &mut cx.because(Some(fact)));
        }
        let longest = self.kubelets.end_pods(id, grace, &mut cx.because(Some(fact)));
        let off_at = cx.now + longest;
        cx.because(Some(fact)).plan_node(id, NodeStep::Off, off_at);
    }

    /// The machine is off.
    pub(super) fn power_off(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let fact = cx.node_fact(id, |node| What::NodeFailed { node });
        others_left(id, &mut cx.because(Some(fact)));
        self.fall_silent(id, &mut cx.because(Some(fact)));
    }

    /// A cloud announces that it takes a machine back: a handler drains the node.
    pub(in crate::world) fn announce_interruption(
        &mut self,
        id: NodeId,
        notice: SimDuration,
        cx: &mut Cx<'_>,
    ) {
        self.drain(id, cx);
        cx.plan_node(id, NodeStep::Interrupted, cx.now + notice);
    }

    /// The notice is over: the machine goes down, and then its Node object.
    pub(super) fn interrupted(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).exists {
            return;
        }
        self.life(id).leaving = true;
        self.shut_down(id, INTERRUPTION_GRACE, cx);
        self.delete_if_gone(id, cx);
    }

    /// The cloud's controller looks at nodes that are not Ready, and deletes those whose machines
    /// are gone for good.
    ///
    /// Source: `cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go ›
    /// MonitorNodes`.
    pub(super) fn delete_if_gone(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let Node { alive, ref conditions, .. } = *cx.cluster.node(id);
        let health = conditions.health;
        let leaving = self.life(id).leaving;
        if leaving && !alive && health != NodeHealth::Ready {
            let at = self.cloud.at_or_after(cx.now);
            cx.plan_node(id, NodeStep::Gone, at);
        }
    }
}

/// How long the pods of others on a node take to stop.
fn time_of_others(id: NodeId, cx: &Cx<'_>) -> SimDuration {
    let Node { name_hash, epoch, alive, ref room, .. } = *cx.cluster.node(id);
    if room.count_of_others() == 0 || !alive {
        return SimDuration::ZERO;
    }
    let draw = cx.settings.streams.uniform("drain", name_hash, u64::from(epoch));
    cx.settings.latencies.default.terminate.sample(draw).min(OTHERS_GRACE)
}

/// The cluster autoscaler gives a node back.
pub(in crate::world) fn scale_down(id: NodeId, cx: &mut Cx<'_>) {
    let taint = Taint {
        key: SCALE_DOWN_TAINT.to_owned(),
        value: cx.now.as_secs().to_string(),
        effect: TaintEffect::NoSchedule,
    };
    let mut taints = cx.cluster.version_of(id).taints.clone();
    if taints.iter().any(|other| other.key == taint.key) {
        return;
    }
    taints.push(taint);
    set_taints(id, taints, cx);
    let at = cx.now + DELETE_DELAY_AFTER_TAINT;
    cx.plan_node(id, NodeStep::ScaleDown, at);
}
