//! Which step of a node's life an event is, and who takes it.

use crate::control::NodeId;
use crate::record::FactId;
use crate::time::SimTime;
use crate::world::event::{Caused, Event, NodeStep};
use crate::world::objects::Node;
use crate::world::state::{Agenda, World};

impl World {
    /// Something about a node is due.
    pub(in crate::world) fn node_step(
        &mut self,
        id: NodeId,
        epoch: u32,
        step: NodeStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let registered = self.node_controllers.life(id).registered;
        if epoch < step.void_before(self.node(id), registered) {
            return;
        }
        if step.needs_api_server() && self.api.is_down(now) {
            let at = self.next_try(step, self.api.up_at());
            agenda.at(at, Caused { event: Event::Node { node: id, epoch, step }, cause });
            return;
        }
        match step {
            NodeStep::Silent => self.node_silent(id, cause, now, agenda),
            NodeStep::Reports => self.kubelet_reports(id, cause, now, agenda),
            NodeStep::Taint => self.taint_by_condition(id, cause, now, agenda),
            NodeStep::Look => self.look_at_taints(id, cause, now, agenda),
            NodeStep::Collect => self.collect_pods(id, cause, now, agenda),
            NodeStep::Sweep => self.sweep_pods(id, cause, now, agenda),
            NodeStep::Press(pressure) => self.set_pressure(id, pressure, true, cause, now, agenda),
            NodeStep::Relieve(pressure) => {
                self.set_pressure(id, pressure, false, cause, now, agenda);
            }
            NodeStep::EvictOne => self.evict_one(id, cause, now, agenda),
            NodeStep::Drained => self.drained(id, cause, now, agenda),
            NodeStep::Interrupted => self.interrupted(id, cause, now, agenda),
            NodeStep::Off => self.power_off(id, cause, now, agenda),
            NodeStep::ScaleDown => self.evict_for_scale_down(id, cause, now, agenda),
            NodeStep::Leave | NodeStep::Gone => self.leave(id, cause, now, agenda),
            NodeStep::DaemonReady(owner) => self.daemon_ready(id, owner, cause, now, agenda),
        }
    }

    /// Puts a step of a node on the agenda.
    pub(in crate::world) fn plan_node(
        &self,
        id: NodeId,
        step: NodeStep,
        at: SimTime,
        cause: Option<FactId>,
        agenda: &mut Agenda,
    ) {
        let event = Event::Node { node: id, epoch: self.node(id).epoch, step };
        agenda.at(at, Caused { event, cause });
    }

    /// When a loop comes round again once the API server answers.
    fn next_try(&self, step: NodeStep, at: SimTime) -> SimTime {
        match step {
            NodeStep::Silent => self.node_controllers.next_pass(at),
            NodeStep::Collect | NodeStep::Sweep => self.node_controllers.gc().swept_at(at),
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
            Self::Drained | Self::Interrupted | Self::ScaleDown | Self::Leave => {
                registered
            }
            Self::Silent
            | Self::Reports
            | Self::Collect
            | Self::Press(_)
            | Self::Relieve(_)
            | Self::EvictOne
            | Self::Off
            | Self::Gone => node.epoch,
        }
    }

    /// Whether whoever takes it has to write to the API server.
    const fn needs_api_server(self) -> bool {
        !matches!(self, Self::Interrupted | Self::Off | Self::EvictOne)
    }

    /// What tells it from others, for the digest of the run.
    pub(in crate::world) const fn code(self) -> u32 {
        match self {
            Self::Silent => 0,
            Self::Reports => 1,
            Self::Taint => 2,
            Self::Look => 3,
            Self::Collect => 4,
            Self::Sweep => 5,
            Self::Press(pressure) => 16 + pressure as u32,
            Self::Relieve(pressure) => 32 + pressure as u32,
            Self::EvictOne => 6,
            Self::Drained => 7,
            Self::Interrupted => 8,
            Self::Off => 9,
            Self::ScaleDown => 10,
            Self::Leave => 11,
            Self::Gone => 12,
            Self::DaemonReady(owner) => 64 + owner.0,
        }
    }
}
