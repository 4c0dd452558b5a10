//! Nodes that register and leave.

use crate::api::well_known::NODE_TAINT_PREFIX;
use crate::control::node_lifecycle::NodeConditions;
use crate::control::{NodeId, PodId};
use crate::record::{Loss, What};
use crate::scenario::NodeSpec;
use crate::time::SimDuration;
use crate::world::api_server::{lose, new_node, publish_node};
use crate::world::cluster::{NodeVersion, Pod};
use crate::world::cx::Cx;
use crate::world::event::NodeStep;
use crate::world::ids::VersionId;
use crate::world::nodes::controllers::Nodes;

impl Nodes {
    /// A new machine registers.
    pub(in crate::world) fn join(&mut self, spec: &NodeSpec, cx: &mut Cx<'_>) {
        let known = cx.cluster.node_called(&spec.name);
        let id = match known {
            Some(id) => self.register_again(id, spec, cx),
            None => self.register(spec, cx),
        };
        self.added(id, cx);
    }

    /// The Node object of a machine is there. Its kubelet takes up the pods that are bound to it.
    fn added(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let delay = Self::keep_pods_off(id, cx);
        let cluster = &cx.cluster;
        let fact = cx.record.fact(cx.now, cx.cause, |names| What::NodeAdded {
            node: names.intern(&cluster.node(id).name),
            object: names.intern(&cluster.node_state(id).to_json()),
        });
        let cx = &mut cx.because(Some(fact));
        self.await_kubelet(id, delay, cx);
        publish_node(id, cx);
        let lost = std::mem::take(&mut self.bookkeeping(id).lost);
        for pod in cx.cluster.bound_to(id) {
            if lost.contains(&pod) {
                regain(pod, cx);
            }
            self.kubelets.resume_pod(pod, cx);
        }
    }

    /// A node of a new name.
    pub(in crate::world) fn register(&mut self, spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
        let id = new_node(spec, cx);
        let version = cx.cluster.node(id).version;
        *self.registered_as.ensure(id, || version) = version;
        self.lifecycle.count(id, cx.cluster);
        id
    }

    /// A node comes back under the name of one that left.
    fn register_again(&mut self, id: NodeId, spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
        let version = cx.cluster.new_version(spec.labels.clone(), spec.taints.clone());
        self.come_back(id, version, cx);
        cx.cluster.refit(id, spec);
        id
    }

    /// The Node object is deleted; a new machine registers under its name after a while.
    pub(in crate::world) fn replace_machine(
        &mut self,
        id: NodeId,
        after: SimDuration,
        cx: &mut Cx<'_>,
    ) {
        if cx.cluster.node(id).exists {
            self.leave(id, cx);
            cx.plan_node(id, NodeStep::Register, cx.now + after);
        }
    }

    /// A new machine registers under the name of a node that was deleted, with the labels and taints
    /// that its kubelet gives it.
    pub(in crate::world) fn register_anew(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let known = self.registered_as[id];
        let NodeVersion { labels, mut taints } = cx.cluster.versions[known].clone();
        taints.retain(|taint| !taint.key.starts_with(NODE_TAINT_PREFIX));
        let version = cx.cluster.new_version(labels, taints);
        self.come_back(id, version, cx);
        self.added(id, cx);
    }

    /// A machine without a past stands behind the name of a node that left.
    fn come_back(&mut self, id: NodeId, version: VersionId, cx: &mut Cx<'_>) {
        let node = &mut cx.cluster.nodes[id];
        node.version = version;
        node.exists = true;
        node.created = cx.now.truncate_to_second();
        node.health_since = None;
        node.alive = true;
        node.conditions = NodeConditions::default();
        node.shutting_down = false;
        node.epoch += 1;
        node.images.clear();
        cx.cluster.image_faults.forget_machine(id);
        cx.record.node_off_over(cx.now, id.index());
        let node = cx.cluster.node(id);
        let bookkeeping = self.bookkeeping(id);
        bookkeeping.leaving = false;
        bookkeeping.stalled = false;
        bookkeeping.draining = false;
        bookkeeping.registered = node.epoch;
        *self.registered_as.ensure(id, || version) = version;
        self.kubelets.forget_machine(id);
    }

    /// The Node object is deleted and the machine is gone; its pods are left to pod GC.
    pub(in crate::world) fn leave(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).exists {
            return;
        }
        let fact = cx.node_fact(id, |node| What::NodeDeleted { node });
        let cx = &mut cx.because(Some(fact));
        self.bookkeeping(id).lost = lose_all(id, cx);
        cx.record.node_off_over(cx.now, id.index());
        self.kubelets.stop_machine(id, cx);
        let node = &mut cx.cluster.nodes[id];
        node.exists = false;
        node.epoch += 1;
        let at = if cx.settings.conformance_mode {
            cx.now
        } else {
            cx.settings.pod_gc.collected_at(cx.now)
        };
        cx.plan_node(id, NodeStep::Collect, at);
        self.lifecycle.touch(id, cx);
        publish_node(id, cx);
        self.end_upgrade(id, cx);
    }
}

/// A node is taken out of the cluster, and what serves there with it.
pub(super) fn lose_all(id: NodeId, cx: &mut Cx<'_>) -> Vec<PodId> {
    let mut lost = cx.cluster.bound_to(id);
    lost.retain(|&pod| cx.cluster.pod(pod).serving);
    for &pod in &lost {
        lose(pod, Loss::NodeGone, cx);
    }
    lost
}

/// A new kubelet takes up the pod of a node that had left: it was not lost.
fn regain(id: PodId, cx: &mut Cx<'_>) {
    let Pod { owner, creator, node, .. } = *cx.cluster.pod(id);
    cx.tracker(owner.unwrap_or(creator)).regain(Loss::NodeGone, node.index());
}
