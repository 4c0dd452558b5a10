//! Nodes that join: not Ready at first, and with taints that a daemon takes off once it works.

use crate::api::Taint;
use crate::control::NodeId;
use crate::control::node_lifecycle::{NodeHealth, no_schedule_taints};
use crate::engine::{Delay, fnv1a64};
use crate::record::FactId;
use crate::scenario::{NodeSpec, PoolId};
use crate::time::{SimDuration, SimTime};
use crate::world::event::{Caused, Event, NodeStep};
use crate::world::objects::DaemonSetId;
use crate::world::state::{Agenda, World};

/// How long a cloud takes to bring up a machine that an autoscaler asks for (our judgment, from
/// what operators of managed clusters report).
const PROVISIONING: (SimDuration, SimDuration) =
    (SimDuration::from_secs(45), SimDuration::from_secs(65));

impl World {
    /// A node that has just registered is not Ready, and keeps pods off, until its kubelet is.
    ///
    /// Source: `plugin/pkg/admission/nodetaint/admission.go › Admit`.
    pub(super) fn get_ready(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let startup = self.node(id).pool.map(|pool| self.pools[pool.0].startup_taints.clone());
        let startup = startup.unwrap_or_default();
        let delay = self.ready_delay(id);
        if startup.is_empty() && delay.is_zero() {
            return self.touch_node(id, cause, now, agenda);
        }
        let mut version = self.version_of(id).clone();
        version.taints.extend(startup.iter().map(|startup| startup.taint.clone()));
        self.nodes[id.index()].startup_taints = startup;
        self.node_controllers.life(id).fact = cause;
        if !delay.is_zero() {
            self.nodes[id.index()].conditions.health = NodeHealth::NotReady;
            version.taints.extend(no_schedule_taints(&self.node(id).conditions));
            self.plan_node(id, NodeStep::Reports, now + delay, cause, agenda);
        }
        self.nodes[id.index()].version = self.new_version(version.labels, version.taints);
        self.touch_node(id, cause, now, agenda);
    }

    fn ready_delay(&self, id: NodeId) -> SimDuration {
        let node = self.node(id);
        let draw = self.streams.uniform("node ready", node.name_hash, u64::from(node.epoch));
        self.node_ready_delay(id).sample(draw)
    }

    /// The last exception that applies and speaks of nodes, else the default.
    fn node_ready_delay(&self, id: NodeId) -> &Delay {
        let node = self.node(id);
        let exceptions = self.latencies.overrides.iter().rev().filter(|exception| {
            let scope = &exception.applies_to;
            scope.image.is_none()
                && scope.node.as_ref().is_none_or(|name| *name == node.name)
                && scope.pool.is_none_or(|pool| Some(pool) == node.pool)
        });
        let mut found = exceptions.filter_map(|exception| exception.node_ready.as_ref());
        found.next().unwrap_or(&self.latencies.node_ready)
    }

    /// A pod of a DaemonSet is Ready on a node: it takes off the taints that wait for it.
    pub(super) fn daemon_ready(
        &mut self,
        id: NodeId,
        owner: DaemonSetId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let name = &self.daemon_sets[owner.index()].name;
        let (done, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.nodes[id.index()].startup_taints)
                .into_iter()
                .partition(|startup| startup.removed_by == *name);
        self.nodes[id.index()].startup_taints = waiting;
        let is_done = |taint: &Taint| done.iter().any(|startup| startup.taint == *taint);
        let mut taints = self.version_of(id).taints.clone();
        taints.retain(|taint| !is_done(taint));
        self.set_taints(id, taints, cause, now, agenda);
    }

    /// The cluster autoscaler asks its cloud for nodes.
    pub(in crate::world) fn scale_up(
        &mut self,
        pool: PoolId,
        count: u32,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let span = Delay::uniform(PROVISIONING.0, PROVISIONING.1).unwrap_or(Delay::ZERO);
        for _ in 0..count {
            let NodeSpec { name, .. } = self.next_of_pool(pool);
            let number = self.pools[pool.0].count;
            let draw = self.streams.uniform("provisioning", fnv1a64(name.as_bytes()), 0);
            let event = Event::Provisioned { pool, number };
            agenda.at(now + span.sample(draw), Caused { event, cause: Some(cause) });
        }
    }

    /// A machine that was asked for is there, and its kubelet registers it.
    pub(in crate::world) fn provisioned(
        &mut self,
        pool: PoolId,
        number: u32,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.api.is_down(now) {
            let event = Event::Provisioned { pool, number };
            agenda.at(self.api.up_at(), Caused { event, cause });
            return;
        }
        let spec = self.pools[pool.0].node(pool, number);
        self.join(&spec, cause, now, agenda);
    }
}
