//! What people and their tools do to nodes: drain, shut down, give back to the cloud.

use crate::api::{Taint, TaintEffect};
use crate::control::NodeId;
use crate::control::node_lifecycle::NodeHealth;
use crate::record::{Loss, Off, What};
use crate::time::SimDuration;
use crate::world::api_server::{all_background_left, set_taints};
use crate::world::cluster::Node;
use crate::world::cx::Cx;
use crate::world::event::NodeStep;
use crate::world::nodes::controllers::Nodes;
use crate::world::nodes::registration::lose_all;

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

impl Nodes {
    /// The cluster autoscaler evicts what runs on a node; daemon pods only where background pods
    /// run as well.
    ///
    /// Source: `cluster-autoscaler/config/flags/flags.go › daemonset-eviction-for-empty-nodes,
    /// daemonset-eviction-for-occupied-nodes`.
    pub(super) fn evict_for_scale_down(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).exists {
            return;
        }
        let is_occupied = cx.cluster.node(id).capacity.background_count() > 0;
        let mut longest = cx.drain_delay(id);
        if is_occupied {
            cx.plan_node(id, NodeStep::Drained, cx.now + longest);
            for pod in cx.cluster.bound_to(id) {
                let grace = cx.cluster.specs[cx.cluster.pod(pod).spec].grace_period;
                longest = longest.max(self.kubelets.time_to_stop(pod, grace, cx));
                self.kubelets.delete_pod(pod, Some(Loss::NodeGone), cx);
            }
        }
        let at = cx.now + longest.min(MAX_GRACEFUL_TERMINATION);
        cx.plan_node(id, NodeStep::Leave, at);
    }

    /// `kubectl drain --ignore-daemonsets`: background pods are evicted, daemon pods stay.
    ///
    /// Source: `kubectl/pkg/drain/filters.go › daemonSetFilter`.
    pub(in crate::world) fn drain(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        self.set_unschedulable(id, true, cx);
        self.bookkeeping(id).draining = true;
        self.go_on_draining(id, cx);
    }

    /// The background pods that are to leave a node stop, if a drain is under way.
    pub(super) fn go_on_draining(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if self.bookkeeping(id).draining {
            let at = cx.now + cx.drain_delay(id);
            cx.plan_node(id, NodeStep::Drained, at);
        }
    }

    /// The background pods are gone from a node.
    pub(super) fn drained(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let node = cx.cluster.node(id);
        if !node.exists || !node.alive {
            // If the machine comes back, the drain goes on.
            return;
        }
        self.bookkeeping(id).draining = false;
        let fact = cx.node_fact(id, |node| What::NodeDrained { node });
        let cx = &mut cx.because(Some(fact));
        all_background_left(id, cx);
        self.reboot_for_upgrade(id, cx);
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
        let cx = &mut cx.because(Some(fact));
        cx.cluster.nodes[id].shutting_down = true;
        if self.bookkeeping(id).leaving {
            lose_all(id, cx);
        } else {
            cx.record.node_off(cx.now, id.index(), Off::Down);
        }
        if !grace.is_zero() && cx.api.is_down(cx.now) {
            let up_at = cx.api.up_at();
            cx.plan_node(id, NodeStep::Reports, up_at);
        } else if !grace.is_zero() {
            self.set_health(id, NodeHealth::NotReady, cx);
        }
        let longest = self.kubelets.end_pods(id, grace, cx);
        let off_at = cx.now + longest;
        cx.plan_node(id, NodeStep::Off, off_at);
    }

    /// The machine is off.
    pub(super) fn power_off(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let fact = cx.node_fact(id, |node| What::NodeFailed { node });
        let cx = &mut cx.because(Some(fact));
        all_background_left(id, cx);
        self.fall_silent(id, cx);
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
        self.bookkeeping(id).leaving = true;
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
        let leaving = self.bookkeeping(id).leaving;
        if leaving && !alive && health != NodeHealth::Ready {
            let at = self.cloud.at_or_after(cx.now);
            cx.plan_node(id, NodeStep::Gone, at);
        }
    }
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
