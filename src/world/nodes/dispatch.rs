//! Which step of a node's life an event is, and who takes it.

use crate::control::NodeId;
use crate::time::SimTime;
use crate::world::cluster::Node;
use crate::world::cx::Cx;
use crate::world::event::{Event, Informer, NodeStep};
use crate::world::nodes::controllers::Nodes;
use crate::world::nodes::gc::{collect_pods, sweep_pods};
use crate::world::nodes::startup::daemon_ready;
use crate::world::nodes::taints::taint_by_condition;

impl Nodes {
    /// Something about a node is due.
    pub(in crate::world) fn node_step(
        &mut self,
        id: NodeId,
        epoch: u32,
        step: NodeStep,
        cx: &mut Cx<'_>,
    ) {
        let registered = self.bookkeeping(id).registered;
        if epoch < step.void_before(cx.cluster.node(id), registered) {
            return;
        }
        if step.needs_api_server() && cx.api.is_down(cx.now) {
            let at = self.next_try(step, cx.api.up_at(), cx);
            cx.at(at, Event::Node { node: id, epoch, step });
            return;
        }
        if step.is_heard_of() && cx.now < cx.api.lists_at(Informer::Nodes) {
            let at = cx.api.lists_at(Informer::Nodes);
            cx.at(at, Event::Node { node: id, epoch, step });
            return;
        }
        match step {
            NodeStep::Silent => self.node_silent(id, cx),
            NodeStep::Reports => self.kubelet_reports(id, cx),
            NodeStep::Taint => taint_by_condition(id, cx),
            NodeStep::Look => self.taint_eviction.look_at_taints(id, cx),
            NodeStep::Collect => collect_pods(id, cx),
            NodeStep::Sweep => sweep_pods(id, cx),
            NodeStep::Press(pressure) => self.set_pressure(id, pressure, true, cx),
            NodeStep::Relieve(pressure) => self.set_pressure(id, pressure, false, cx),
            NodeStep::EvictOne => self.kubelets.evict_one(id, cx),
            NodeStep::Drained => self.drained(id, cx),
            NodeStep::Interrupted => self.interrupted(id, cx),
            NodeStep::Off => self.power_off(id, cx),
            NodeStep::ScaleDown => self.evict_for_scale_down(id, cx),
            NodeStep::Leave | NodeStep::Gone => self.leave(id, cx),
            NodeStep::Register => self.register_anew(id, cx),
            NodeStep::Booted => self.recover_node(id, cx),
            NodeStep::DaemonReady(owner) => daemon_ready(id, owner, cx),
        }
    }

    /// When a loop comes round again once the API server answers.
    fn next_try(&self, step: NodeStep, at: SimTime, cx: &Cx<'_>) -> SimTime {
        match step {
            NodeStep::Silent => self.lifecycle.next_pass(at),
            NodeStep::Collect | NodeStep::Sweep => cx.settings.pod_gc.swept_at(at),
            NodeStep::Reports
            | NodeStep::Taint
            | NodeStep::Look
            | NodeStep::Press(_)
            | NodeStep::Relieve(_)
            | NodeStep::EvictOne
            | NodeStep::Drained
            | NodeStep::Interrupted
            | NodeStep::Off
            | NodeStep::ScaleDown
            | NodeStep::Leave
            | NodeStep::Gone
            | NodeStep::Register
            | NodeStep::Booted
            | NodeStep::DaemonReady(_) => at,
        }
    }
}

impl NodeStep {
    /// It is void if it was planned before this epoch of the node: what a kubelet is about to do
    /// ends with its machine, what an autoscaler or a cloud is about to do with the registration.
    const fn void_before(self, node: &Node, registered: u32) -> u32 {
        match self {
            Self::Taint | Self::Look | Self::Sweep | Self::DaemonReady(_) => 0,
            Self::Drained | Self::Interrupted | Self::ScaleDown | Self::Leave => registered,
            Self::Silent
            | Self::Reports
            | Self::Collect
            | Self::Press(_)
            | Self::Relieve(_)
            | Self::EvictOne
            | Self::Off
            | Self::Gone
            | Self::Register
            | Self::Booted => node.epoch,
        }
    }

    /// Whether a controller learns of it by its informer of nodes.
    const fn is_heard_of(self) -> bool {
        matches!(self, Self::Taint | Self::Look)
    }

    /// Whether whoever takes it has to write to the API server.
    const fn needs_api_server(self) -> bool {
        !matches!(self, Self::Interrupted | Self::Off | Self::EvictOne | Self::Booted)
    }
}
