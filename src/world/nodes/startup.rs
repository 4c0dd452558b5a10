//! Nodes that join: not Ready at first, and with taints that a daemon takes off once it works.

use crate::api::Taint;
use crate::control::NodeId;
use crate::control::node_lifecycle::{NodeHealth, no_schedule_taints};
use crate::engine::{Delay, fnv1a64};
use crate::scenario::{NodeSpec, PoolId};
use crate::time::SimDuration;
use crate::world::api_server::set_taints;
use crate::world::cx::Cx;
use crate::world::event::{Event, NodeStep};
use crate::world::ids::DaemonSetId;
use crate::world::nodes::controllers::Nodes;

/// How long a cloud takes to bring up a machine that an autoscaler asks for (our judgment, from
/// what operators of managed clusters report).
const PROVISIONING: (SimDuration, SimDuration) =
    (SimDuration::from_secs(45), SimDuration::from_secs(65));

impl Nodes {
    /// A node that registers is not Ready, and keeps pods off, until its kubelet is, after the time
    /// that this tells.
    ///
    /// Source: `plugin/pkg/admission/nodetaint/admission.go › Admit`.
    pub(super) fn keep_pods_off(id: NodeId, cx: &mut Cx<'_>) -> SimDuration {
        let startup =
            cx.cluster.node(id).pool.map(|pool| cx.cluster.pools[pool.0].startup_taints.clone());
        let startup = startup.unwrap_or_default();
        let delay = cx.node_ready_delay(id);
        if startup.is_empty() && delay.is_zero() {
            return delay;
        }
        let mut version = cx.cluster.version_of(id).clone();
        version.taints.extend(startup.iter().map(|startup| startup.taint.clone()));
        cx.cluster.nodes[id].startup_taints = startup.into();
        if !delay.is_zero() {
            cx.cluster.nodes[id].conditions.health = NodeHealth::NotReady;
            version.taints.extend(no_schedule_taints(&cx.cluster.node(id).conditions));
        }
        cx.cluster.nodes[id].version = cx.cluster.new_version(version.labels, version.taints);
        delay
    }

    /// A node has registered, and is Ready after some time.
    pub(super) fn await_kubelet(&mut self, id: NodeId, delay: SimDuration, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).startup_taints.is_empty() || !delay.is_zero() {
            cx.cluster.nodes[id].health_fact = cx.cause;
        }
        if !delay.is_zero() {
            cx.plan_node(id, NodeStep::Reports, cx.now + delay);
        }
        self.lifecycle.touch(id, cx);
    }

    /// A machine that was asked for is there, and its kubelet registers it.
    pub(in crate::world) fn provisioned(&mut self, pool: PoolId, number: u32, cx: &mut Cx<'_>) {
        if cx.api.is_down(cx.now) {
            let event = Event::Provisioned { pool, number };
            cx.at(cx.api.up_at(), event);
            return;
        }
        let spec = cx.cluster.pools[pool.0].node(pool, number);
        self.join(&spec, cx);
    }
}

/// A pod of a DaemonSet is Ready on a node: it takes off the taints that wait for it.
pub(super) fn daemon_ready(id: NodeId, owner: DaemonSetId, cx: &mut Cx<'_>) {
    let name = &cx.cluster.daemon_sets[owner].name;
    let (done, waiting): (Vec<_>, Vec<_>) =
        std::mem::take(&mut cx.cluster.nodes[id].startup_taints)
            .into_iter()
            .partition(|startup| startup.removed_by == *name);
    cx.cluster.nodes[id].startup_taints = waiting.into();
    let is_done = |taint: &Taint| done.iter().any(|startup| startup.taint == *taint);
    let mut taints = cx.cluster.version_of(id).taints.clone();
    taints.retain(|taint| !is_done(taint));
    set_taints(id, taints, cx);
}

/// The cluster autoscaler asks its cloud for nodes.
pub(in crate::world) fn scale_up(pool: PoolId, count: u32, cx: &mut Cx<'_>) {
    let span = Delay::uniform(PROVISIONING.0, PROVISIONING.1).unwrap_or(Delay::ZERO);
    for _ in 0..count {
        let NodeSpec { name, .. } = cx.cluster.next_of_pool(pool);
        let number = cx.cluster.pools[pool.0].count;
        let draw = cx.settings.streams.uniform("provisioning", fnv1a64(name.as_bytes()), 0);
        let event = Event::Provisioned { pool, number };
        cx.at(cx.now + span.sample(draw), event);
    }
}
