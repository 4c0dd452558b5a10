//! Machines that fail and recover, and what the cluster believes of them.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth` and
//! `pkg/kubelet/kubelet_node_status.go`.

use crate::api::PodPhase;
use crate::control::node_lifecycle::{NodeHealth, marks_pods_not_ready, monitor_grace_period};
use crate::control::{NodeId, PodId};
use crate::record::{Off, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::sweep_if_out_of_service;
use crate::world::cluster::{Node, Pod, ready_status};
use crate::world::cx::Cx;
use crate::world::event::{Informer, NodeStep};
use crate::world::kubelet::{heartbeats, turn_ready};
use crate::world::nodes::controllers::Nodes;

/// How many nodes the node-lifecycle controller writes to at the same time.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go ›
/// scheduler.UpdateWorkerSize`.
const NODE_UPDATE_WORKERS: usize = 8;

impl Nodes {
    /// A node's condition Ready is as a snapshot shows it, until something happens to the node. A
    /// kubelet that is not Ready is taken to do nothing.
    pub(in crate::world) fn import_health(
        &mut self,
        id: NodeId,
        health: NodeHealth,
        cx: &mut Cx<'_>,
    ) {
        let node = &mut cx.cluster.nodes[id];
        node.conditions.health = health;
        node.alive = health == NodeHealth::Ready;
        self.bookkeeping(id).stalled = health == NodeHealth::NotReady;
        let why = match health {
            NodeHealth::Ready => return,
            NodeHealth::NotReady => Off::NotReady,
            NodeHealth::Unknown => Off::Unreachable,
        };
        cx.record.node_off(cx.now, id.index(), why);
    }

    /// A snapshot shows that a node is not Ready: its taints follow, and what waits for that.
    pub(in crate::world) fn find_unhealthy(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let status = ready_status(cx.cluster.node(id).conditions.health);
        let fact = cx.node_fact(id, |node| What::NodeReady { node, status });
        cx.cluster.nodes[id].health_fact = Some(fact);
        let cx = &mut cx.because(Some(fact));
        self.lifecycle.touch(id, cx);
        sweep_if_out_of_service(id, cx);
    }

    /// The machine dies.
    pub(in crate::world) fn fail_node(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let was_stalled = std::mem::take(&mut self.bookkeeping(id).stalled);
        if !cx.cluster.node(id).alive && !was_stalled {
            return;
        }
        let fact = cx.node_fact(id, |node| What::NodeFailed { node });
        self.fall_silent(id, &mut cx.because(Some(fact)));
    }

    /// Nothing on the machine runs any more, and its kubelet renews no lease.
    pub(super) fn fall_silent(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !self.bookkeeping(id).leaving {
            cx.record.node_off(cx.now, id.index(), Off::Down);
        }
        self.kubelets.stop_machine(id, cx);
        cx.cluster.nodes[id].epoch += 1;
        let heard = heartbeats(id, cx).at_or_before(cx.api.last_answer(cx.now));
        let heard = heard.unwrap_or(SimTime::ZERO);
        self.bookkeeping(id).renewed = heard;
        let at = match self.lifecycle.unknown_at(heard) {
            Some(at) => self.lifecycle.next_pass(at.max(cx.now)),
            None => cx.now + monitor_grace_period(cx.settings.version),
        };
        cx.plan_node(id, NodeStep::Silent, at);
        self.delete_if_gone(id, cx);
    }

    /// The machine goes off, and comes up again after a while.
    pub(in crate::world) fn reboot_node(
        &mut self,
        id: NodeId,
        duration: SimDuration,
        cx: &mut Cx<'_>,
    ) {
        if cx.cluster.node(id).exists {
            self.fail_node(id, cx);
            cx.plan_node(id, NodeStep::Booted, cx.now + duration);
        }
    }

    /// The machine works again, and its kubelet takes up what it finds.
    pub(in crate::world) fn recover_node(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if cx.cluster.node(id).alive || !cx.cluster.node(id).exists {
            return;
        }
        let fact = cx.node_fact(id, |node| What::NodeRecovered { node });
        cx.record.node_off_over(cx.now, id.index());
        let cx = &mut cx.because(Some(fact));
        let node = &mut cx.cluster.nodes[id];
        node.alive = true;
        node.shutting_down = false;
        node.epoch += 1;
        let bookkeeping = self.bookkeeping(id);
        bookkeeping.leaving = false;
        bookkeeping.stalled = false;
        // What served on a machine that had not died runs on.
        let stopped = |&pod: &PodId| !cx.cluster.pod(pod).serving;
        for pod in cx.cluster.pods_on(id).filter(stopped).collect::<Vec<_>>() {
            self.kubelets.resume_pod(pod, cx);
        }
        let at = if cx.api.is_down(cx.now) { cx.api.up_at() } else { cx.now };
        if at > cx.now {
            cx.plan_node(id, NodeStep::Reports, at);
        } else {
            self.set_health(id, NodeHealth::Ready, cx);
        }
        self.kubelets.resume_pressure(id, cx);
        self.go_on_draining(id, cx);
        if at <= cx.now {
            self.ready_after_upgrade(id, cx);
        }
    }

    /// The node-lifecycle controller has not heard from a node for its grace period.
    pub(super) fn node_silent(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let last_sign = self.bookkeeping(id).renewed;
        let due = self.lifecycle.unknown_at(last_sign);
        if let Some(at) = due.filter(|&at| at > cx.now) {
            // All silence was forgiven meanwhile.
            return cx.plan_node(id, NodeStep::Silent, at);
        }
        let before = cx.cluster.node(id).conditions.health;
        if marks_pods_not_ready(before, NodeHealth::Unknown) {
            for pod in cx.cluster.pods_on(id).collect::<Vec<_>>() {
                mark_not_ready(pod, cx);
            }
        }
        self.set_health(id, NodeHealth::Unknown, cx);
        if cx.cluster.node(id).alive {
            // It lives, and only could not say so.
            let at = heartbeats(id, cx).after(cx.now);
            cx.plan_node(id, NodeStep::Reports, at);
        }
    }

    /// A kubelet reports that its node is Ready, or shuts down, and the state of its pods with it.
    pub(super) fn kubelet_reports(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let Node { alive, exists, shutting_down, .. } = *cx.cluster.node(id);
        if !alive || !exists {
            return;
        }
        if shutting_down {
            return self.set_health(id, NodeHealth::NotReady, cx);
        }
        self.set_health(id, NodeHealth::Ready, cx);
        let works =
            |pod: &Pod| pod.serving && pod.ready_since.is_none() && pod.phase == PodPhase::Running;
        let fact = cx.cluster.node(id).health_fact.or(cx.cause);
        let pods = cx.cluster.pods_on(id).filter(|&pod| works(cx.cluster.pod(pod)));
        for pod in pods.collect::<Vec<_>>() {
            turn_ready(pod, &mut cx.because(fact));
        }
        self.ready_after_upgrade(id, cx);
    }

    /// A node's condition Ready turns.
    pub(super) fn set_health(&mut self, id: NodeId, health: NodeHealth, cx: &mut Cx<'_>) {
        if cx.cluster.node(id).conditions.health == health {
            return;
        }
        cx.cluster.nodes[id].conditions.health = health;
        cx.cluster.nodes[id].health_since = Some(cx.now);
        let status = ready_status(health);
        let fact = cx.node_fact(id, |node| What::NodeReady { node, status });
        let cx = &mut cx.because(Some(fact));
        cx.cluster.nodes[id].health_fact = Some(fact);
        self.conditions_changed(id, cx);
        self.delete_if_gone(id, cx);
    }

    /// The API server answers again: a node whose lease could not be renewed for too long is
    /// considered dead, unless its kubelet is heard of before. After a refusal that takes until the
    /// informer of leases lists again. If the API server hung, kubelets renew their leases at once;
    /// but the pass that hung goes on with the nodes that it was at.
    pub(in crate::world) fn after_outage(&mut self, down_since: SimTime, cx: &mut Cx<'_>) {
        let alive = |id: &NodeId| {
            let node = cx.cluster.node(*id);
            node.alive && node.conditions.health != NodeHealth::Unknown
        };
        let mut silent: Vec<NodeId> = cx.cluster.existing_nodes().filter(alive).collect();
        let first_pass = self.lifecycle.next_pass(cx.now);
        let lists_at = cx.api.lists_at(Informer::Leases);
        let hung = cx.api.hung() && lists_at <= cx.now;
        let known_until = cx.api.leases_known_until(down_since);
        if hung {
            let draw = |id: &NodeId| {
                let name_hash = cx.cluster.node(*id).name_hash;
                cx.settings.streams.bits("hung node monitor", name_hash, down_since.as_micros())
            };
            silent.sort_by_cached_key(draw);
            silent.truncate(NODE_UPDATE_WORKERS);
        }
        for id in silent {
            let beats = heartbeats(id, cx);
            let heard = beats.at_or_before(known_until).unwrap_or(SimTime::ZERO);
            let Some(unknown) = self.lifecycle.unknown_at(heard) else { return };
            let heard_again = self.lifecycle.next_pass(beats.at_or_after(cx.now).max(lists_at));
            let at = if hung { cx.now } else { first_pass.max(unknown) };
            let is_due = if hung { unknown <= cx.now } else { at < heard_again };
            if is_due {
                self.bookkeeping(id).renewed = heard;
                cx.plan_node(id, NodeStep::Silent, at);
            }
        }
    }
}

/// The pod's condition says that it is not Ready, whatever it does.
///
/// Source: `pkg/controller/util/node/controller_utils.go › MarkPodsNotReady`.
fn mark_not_ready(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.pod(id).ready_since.is_some() {
        let runs = cx.cluster.node(cx.cluster.pod(id).node).alive;
        cx.pod_fact(id, |pod| {
            if runs { What::PodMarkedNotReady { pod } } else { What::PodUnready { pod } }
        });
        cx.change_pod(id, |pod| pod.ready_since = None);
    }
}
