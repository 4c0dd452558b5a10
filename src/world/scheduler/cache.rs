//! The scheduler's cache of nodes, and what of a change may help a pod.
//!
//! Source: `pkg/scheduler/eventhandlers.go`.

use crate::control::NodeId;
use crate::control::scheduler::{ClusterEvent, NodeFacts, NodeUsage};
use crate::world::cluster::{Cluster, Node, NodeVersion};
use crate::world::cx::Cx;
use crate::world::ids::{Table, VersionId};
use crate::world::scheduler::process::Scheduler;

/// The scheduler's cache of nodes.
#[derive(Debug, Default)]
pub(super) struct NodeCache {
    nodes: Table<NodeId, Option<KnownNode>>,
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
        self.nodes.get(node).copied().flatten()
    }

    /// Replaces a node in the cache, and returns what was there.
    fn see(&mut self, node: NodeId, seen: Option<KnownNode>) -> Option<KnownNode> {
        let before = std::mem::replace(self.nodes.ensure(node, || None), seen);
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
        cluster: &'a Cluster,
    ) -> Option<NodeFacts<'a>> {
        let KnownNode { version, unschedulable } = self.cache.get(id)?;
        let NodeVersion { labels, taints } = &cluster.versions[version];
        let Node { name, capacity, .. } = cluster.node(id);
        Some(NodeFacts {
            name,
            labels,
            taints,
            unschedulable,
            allocatable: &capacity.allocatable,
            max_pods: capacity.max_pods,
            usage,
        })
    }

    /// The scheduler's cache learns of a node.
    pub(super) fn see_node(&mut self, node: NodeId, seen: Option<KnownNode>, cx: &mut Cx<'_>) {
        let before = self.cache.see(node, seen);
        let events = cx.cluster.changes(before, seen);
        self.hear_of(node, &events, cx);
    }

    /// Something happened to a node that may help the pods that wait for it.
    pub(super) fn hear_of(&mut self, node: NodeId, events: &[ClusterEvent], cx: &mut Cx<'_>) {
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

    /// A node is there, as it is now, when the scheduler begins.
    pub(in crate::world) fn list_node(&mut self, id: NodeId, cluster: &Cluster) {
        let Node { version, exists, ref conditions, .. } = *cluster.node(id);
        let unschedulable = conditions.unschedulable;
        self.cache.see(id, exists.then_some(KnownNode { version, unschedulable }));
    }
}

impl Cluster {
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
