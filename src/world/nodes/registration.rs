//! Nodes that register and leave.

use crate::control::NodeId;
use crate::control::node_lifecycle::NodeConditions;
use crate::record::What;
use crate::scenario::NodeSpec;
use crate::world::api_server::{new_node, publish_node};
use crate::world::cx::Cx;
use crate::world::event::NodeStep;
use crate::world::nodes::controllers::Nodes;

impl Nodes {
    /// A new machine registers.
    pub(in crate::world) fn join(&mut self, spec: &NodeSpec, cx: &mut Cx<'_>) {
        let known = cx.cluster.node_ids.get(&spec.name).copied();
        let id = match known {
            Some(id) => self.register_again(id, spec, cx),
            None => self.register(spec, cx),
        };
        let fact = cx.node_fact(id, |node| What::NodeAdded { node });
        let cx = &mut cx.because(Some(fact));
        self.get_ready(id, cx);
        publish_node(id, cx);
    }

    /// A node of a new name.
    pub(in crate::world) fn register(&mut self, spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
        let id = new_node(spec, cx);
        self.lifecycle.count(id, cx.cluster);
        id
    }

    /// A node comes back under the name of one that left.
    fn register_again(&mut self, id: NodeId, spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
        let version = cx.cluster.new_version(spec.labels.clone(), spec.taints.clone());
        let node = &mut cx.cluster.nodes[id];
        node.version = version;
        node.exists = true;
        node.alive = true;
        node.conditions = NodeConditions::default();
        node.shutting_down = false;
        node.epoch += 1;
        node.images.clear();
        cx.cluster.image_faults.forget_machine(id);
        let node = cx.cluster.node(id);
        let bookkeeping = self.bookkeeping(id);
        bookkeeping.leaving = false;
        bookkeeping.stalled = false;
        bookkeeping.registered = node.epoch;
        self.kubelets.forget_machine(id);
        cx.cluster.refit(id, spec);
        id
    }

    /// The Node object is deleted and the machine is gone; its pods are left to pod GC.
    pub(in crate::world) fn leave(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).exists {
            return;
        }
        let fact = cx.node_fact(id, |node| What::NodeDeleted { node });
        let cx = &mut cx.because(Some(fact));
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
    }
}
