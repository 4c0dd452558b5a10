//! What the scheduler hears of nodes and of those who leave them, and when.
//!
//! Source: `pkg/scheduler/eventhandlers.go`.

use crate::control::scheduler::{ClusterEvent, HostPort, NodeFacts, NodeUsage};
use crate::control::{NodeId, PodId};
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::{Event, Freed, SchedulerStep};
use crate::world::ids::VersionId;
use crate::world::objects::{Node, NodeVersion};
use crate::world::scheduler::Scheduler;

/// The scheduler's cache of nodes.
#[derive(Debug, Default)]
pub(super) struct NodeCache {
    /// By [`NodeId`].
    nodes: Vec<Option<KnownNode>>,
    known: usize,
}

/// A node as the scheduler's cache has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownNode {
    pub(super) version: VersionId,
    pub(super) unschedulable: bool,
}

impl NodeCache {
    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.known
    }

    fn get(&self, node: NodeId) -> Option<KnownNode> {
        self.nodes.get(node.index()).copied().flatten()
    }

    /// Replaces a node in the cache, and returns what was there.
    fn see(&mut self, node: NodeId, seen: Option<KnownNode>) -> Option<KnownNode> {
        if self.nodes.len() <= node.index() {
            self.nodes.resize(node.index() + 1, None);
        }
        let before = std::mem::replace(&mut self.nodes[node.index()], seen);
        self.known = self.known + usize::from(seen.is_some()) - usize::from(before.is_some());
        before
    }
}

impl Scheduler {
    /// A node as the scheduler knows it, with `usage` taken; none if its cache has none.
    pub(super) fn node_facts<'a>(
        &'a self,
        id: NodeId,
        usage: &'a NodeUsage,
        cx: &'a Cx<'_>,
    ) -> Option<NodeFacts<'a>> {
        let KnownNode { version, unschedulable } = self.cache.get(id)?;
        let NodeVersion { labels, taints } = &cx.cluster.versions[version];
        let Node { name, room, .. } = cx.cluster.node(id);
        Some(NodeFacts {
            name,
            labels,
            taints,
            unschedulable,
            allocatable: &room.allocatable,
            max_pods: room.max_pods,
            usage,
        })
    }

    /// The scheduler's cache learns of a node.
    pub(super) fn scheduler_sees_node(
        &mut self,
        node: NodeId,
        seen: Option<KnownNode>,
        cx: &mut Cx<'_>,
    ) {
        let before = self.cache.see(node, seen);
        let events = cx.cluster.changes(before, seen);
        self.scheduler_news(node, &events, cx);
    }

    /// Something happened to a node that may help the pods that wait for it.
    pub(super) fn scheduler_news(
        &mut self,
        node: NodeId,
        events: &[ClusterEvent],
        cx: &mut Cx<'_>,
    ) {
        for event in events {
            self.queue.on_event(node, event, cx.now);
        }
        if cx.cause.is_some() && !events.is_empty() {
            for pod in cx.cluster.pods_on(node).collect::<Vec<_>>() {
                if self.rejected.contains_key(&pod) {
                    cx.cluster.pods[pod].fact = cx.cause;
                }
            }
        }
    }

    /// The scheduler has a node in its cache from the start.
    pub(super) fn show_scheduler(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let Node { version, exists, ref conditions, .. } = *cx.cluster.node(id);
        let unschedulable = conditions.unschedulable;
        self.cache.see(id, exists.then_some(KnownNode { version, unschedulable }));
    }
}

/// Lets the scheduler know of a change of a node.
pub(super) fn tell_scheduler(id: NodeId, cx: &mut Cx<'_>) {
    let Node { version, exists, ref conditions, .. } = *cx.cluster.node(id);
    let unschedulable = conditions.unschedulable;
    let version = exists.then_some(version);
    let step = SchedulerStep::SeeNode { node: id, version, unschedulable };
    watched_by_scheduler(id, step, cx);
}

/// Lets the scheduler know that somebody left a node, if anybody waits for that.
pub(super) fn tell_of_room(node: NodeId, freed: Freed, cx: &mut Cx<'_>) {
    let waits = |pod: PodId| cx.cluster.pod(pod).exists && !cx.cluster.pod(pod).placed;
    if cx.cluster.pods_on(node).any(waits) {
        let step = SchedulerStep::SeeRoom { node, freed };
        watched_by_scheduler(node, step, cx);
    }
}

/// What happens now reaches the scheduler by its watch.
fn watched_by_scheduler(node: NodeId, step: SchedulerStep, cx: &mut Cx<'_>) {
    if !cx.api.has_scheduler() {
        return;
    }
    let [_, latency] = cx.api.latencies();
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

impl Cluster {
    /// The ports of who left a node.
    pub(super) fn freed_ports(&self, node: NodeId, freed: Freed) -> Vec<HostPort> {
        let needs = match freed {
            Freed::Pod(spec) => Some(&self.specs[spec].needs),
            Freed::Other { group } => {
                self.node(node).room.others.get(group as usize).map(|others| &others.needs)
            }
        };
        needs.map_or(Vec::new(), |needs| needs.ports.clone())
    }

    /// What of a node changed that may help a pod.
    ///
    /// Source: `pkg/scheduler/framework/events.go › NodeSchedulingPropertiesChange`.
    fn changes(&self, before: Option<KnownNode>, after: Option<KnownNode>) -> Vec<ClusterEvent> {
        let Some(after) = after else { return Vec::new() };
        let Some(before) = before else { return vec![ClusterEvent::NodeAdded] };
        let [old, new] = [before, after].map(|it| &self.versions[it.version]);
        let changed = [
            (old.labels != new.labels, ClusterEvent::LabelsChanged),
            (old.taints != new.taints, ClusterEvent::TaintsChanged),
            (before.unschedulable != after.unschedulable, ClusterEvent::UnschedulableChanged),
        ];
        changed.into_iter().filter_map(|(has, event)| has.then_some(event)).collect()
    }
}
