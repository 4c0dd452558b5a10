//! What the scheduler hears of nodes and of those who leave them, and when.

use crate::control::{NodeId, PodId};
use crate::world::cluster::{Freed, Node};
use crate::world::cx::Cx;
use crate::world::event::{Event, SchedulerStep};

/// Lets the scheduler know of a change of a node.
pub(in crate::world) fn publish_to_scheduler(id: NodeId, cx: &mut Cx<'_>) {
    let Node { version, exists, ref conditions, .. } = *cx.cluster.node(id);
    let unschedulable = conditions.unschedulable;
    let version = exists.then_some(version);
    let step = SchedulerStep::SeeNode { node: id, version, unschedulable };
    scheduler_hears(id, step, cx);
}

/// Lets the scheduler know that a pod left a node, if another one waits for that.
pub(in crate::world) fn publish_room(node: NodeId, freed: Freed, cx: &mut Cx<'_>) {
    let waits = |pod: PodId| cx.cluster.pod(pod).exists && !cx.cluster.pod(pod).placed;
    if cx.cluster.pods_on(node).any(waits) {
        let step = SchedulerStep::SeeRoom { node, freed };
        scheduler_hears(node, step, cx);
    }
}

/// What happens now reaches the scheduler by its watch.
fn scheduler_hears(node: NodeId, step: SchedulerStep, cx: &mut Cx<'_>) {
    if !cx.api.has_scheduler() {
        return;
    }
    let latency = cx.api.watch_latency();
    let delay = latency.as_constant().unwrap_or_else(|| {
        let Node { name_hash, scheduler_draws, .. } = *cx.cluster.node(node);
        let draw =
            cx.settings.streams.uniform("scheduler watch", name_hash, scheduler_draws.into());
        latency.sample(draw)
    });
    cx.cluster.nodes[node].scheduler_draws += 1;
    if let Some(arrival) = cx.api.reaches_scheduler(cx.now, delay) {
        cx.at(arrival, Event::Scheduler(step));
    }
}
