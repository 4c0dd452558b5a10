//! What the scheduler hears of nodes and of those who leave them, and when.
//!
//! Source: `pkg/scheduler/eventhandlers.go`.

use crate::control::scheduler::{ClusterEvent, HostPort, NodeFacts, NodeUsage};
use crate::control::{NodeId, PodId};
use crate::record::FactId;
use crate::time::SimTime;
use crate::world::event::{Caused, Event, Freed, SchedulerStep};
use crate::world::objects::{Node, NodeVersion, VersionId};
use crate::world::state::{Agenda, World};

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

impl World {
    /// A node as the scheduler knows it, with `usage` taken; none if its cache has none.
    pub(super) fn node_facts<'a>(
        &'a self,
        id: NodeId,
        usage: &'a NodeUsage,
    ) -> Option<NodeFacts<'a>> {
        let KnownNode { version, unschedulable } = self.scheduler.cache.get(id)?;
        let NodeVersion { labels, taints } = &self.versions[version.0 as usize];
        let Node { name, room, .. } = self.node(id);
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
        cause: Option<FactId>,
        now: SimTime,
    ) {
        let before = self.scheduler.cache.see(node, seen);
        let events = self.changes(before, seen);
        self.scheduler_news(node, &events, cause, now);
    }

    /// The ports of who left a node.
    pub(super) fn freed_ports(&self, node: NodeId, freed: Freed) -> Vec<HostPort> {
        let needs = match freed {
            Freed::Pod(spec) => Some(&self.specs[spec.index()].needs),
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
        let [old, new] = [before, after].map(|it| &self.versions[it.version.0 as usize]);
        let changed = [
            (old.labels != new.labels, ClusterEvent::LabelsChanged),
            (old.taints != new.taints, ClusterEvent::TaintsChanged),
            (before.unschedulable != after.unschedulable, ClusterEvent::UnschedulableChanged),
        ];
        changed.into_iter().filter_map(|(has, event)| has.then_some(event)).collect()
    }

    /// Something happened to a node that may help the pods that wait for it.
    pub(super) fn scheduler_news(
        &mut self,
        node: NodeId,
        events: &[ClusterEvent],
        cause: Option<FactId>,
        now: SimTime,
    ) {
        for event in events {
            self.scheduler.queue.on_event(node, event, now);
        }
        if cause.is_some() && !events.is_empty() {
            for pod in self.pods_on(node).collect::<Vec<_>>() {
                if self.scheduler.rejected.contains_key(&pod) {
                    self.pods[pod.index()].fact = cause;
                }
            }
        }
    }

    /// The scheduler has a node in its cache from the start.
    pub(super) fn show_scheduler(&mut self, id: NodeId) {
        let Node { version, exists, ref conditions, .. } = *self.node(id);
        let unschedulable = conditions.unschedulable;
        self.scheduler.cache.see(id, exists.then_some(KnownNode { version, unschedulable }));
    }

    /// Lets the scheduler know of a change of a node.
    pub(super) fn tell_scheduler(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Node { version, exists, ref conditions, .. } = *self.node(id);
        let unschedulable = conditions.unschedulable;
        let version = exists.then_some(version);
        let step = SchedulerStep::SeeNode { node: id, version, unschedulable };
        self.watched_by_scheduler(id, step, cause, now, agenda);
    }

    /// Lets the scheduler know that somebody left a node, if anybody waits for that.
    pub(super) fn tell_of_room(
        &mut self,
        node: NodeId,
        freed: Freed,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let waits = |pod: PodId| self.pod(pod).exists && !self.pod(pod).placed;
        if self.pods_on(node).any(waits) {
            let step = SchedulerStep::SeeRoom { node, freed };
            self.watched_by_scheduler(node, step, cause, now, agenda);
        }
    }

    /// What happens now reaches the scheduler by its watch.
    fn watched_by_scheduler(
        &mut self,
        node: NodeId,
        step: SchedulerStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.api.has_scheduler() {
            return;
        }
        let [_, latency] = self.api.latencies();
        let delay = latency.as_constant().unwrap_or_else(|| {
            let Node { name_hash, scheduler_draws, .. } = *self.node(node);
            let draw = self.streams.uniform("scheduler watch", name_hash, scheduler_draws.into());
            latency.sample(draw)
        });
        self.nodes[node.index()].scheduler_draws += 1;
        if let Some(arrival) = self.api.reaches_scheduler(now, delay) {
            agenda.at(arrival, Caused { event: Event::Scheduler(step), cause });
        }
    }
}
