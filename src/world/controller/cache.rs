//! What the controller knows of each DaemonSet, and how it judges nodes for it.

use smallvec::SmallVec;

use crate::control::daemonset::{
    Eligibility, Expectations, FailedPodBackoff, NodeClass, NodeView, PodView, Rules, Tally,
    classify,
};
use crate::control::{NodeId, PodId};
use crate::record::FactId;
use crate::time::SimTime;
use crate::world::api_server::Resource;
use crate::world::cluster::{CachedDaemonSet, CachedPod, Cluster};
use crate::world::controller::sync::{SyncError, Work};
use crate::world::controller::turns::{Lots, Turns};
use crate::world::ids::{HashId, SpecId, Table, VersionId};

/// What of a spec decides how nodes are judged; when it changes, all are judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JudgedBy {
    pub(super) rules: Rules,
    pub(super) hash: HashId,
    pub(super) template_generation: Option<i64>,
}

/// What nodes are judged from at an instant: what the informers hold, and what never changes.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) now: SimTime,
    pub(super) judged_by: JudgedBy,
    pub(super) nodes: &'a Table<NodeId, Option<VersionId>>,
    pub(super) pods: &'a Table<PodId, CachedPod>,
    pub(super) cluster: &'a Cluster,
    pub(super) lots: Lots<'a>,
}

/// One DaemonSet as the controller sees it.
#[derive(Debug)]
pub(in crate::world) struct DaemonSetCache {
    pub(super) seen: CachedDaemonSet,
    pub(super) expectations: Expectations,
    pub(super) backoff: FailedPodBackoff,
    /// Pods in the cache that target a node, by [`NodeId`].
    seats: Table<NodeId, SmallVec<[PodId; 2]>>,
    /// Whether pods belong on a node; none without a Node in the cache. By [`NodeId`].
    eligible: Table<NodeId, Option<Eligibility>>,
    /// Nodes to judge again before the next decision.
    dirty: Vec<NodeId>,
    is_dirty: Table<NodeId, bool>,
    pub(super) tally: Tally,
    pub(super) turns: Turns,
    judged_by: Option<JudgedBy>,
    /// The spec for which `eligible` holds.
    judged_spec: Option<SpecId>,
    /// Whether there may be a pod without a controller that it selects.
    pub(super) may_adopt: bool,
    /// Pods that it owns and does not select: it lets go of them at its next sync.
    pub(super) strays: Vec<PodId>,
    /// The sync under way.
    pub(super) work: Option<Work>,
    /// When its watch of each resource brings what the controller itself wrote last.
    pub(super) own_writes: [SimTime; Resource::ALL.len()],
    /// Why its last sync failed, if it did.
    pub(super) failed: Option<SyncError>,
    /// How many of its pods the API server refused.
    pub(super) refusals: u64,
    /// Whether its latest sync failed with that.
    pub(super) is_refused: bool,
    /// The latest fact that put it into the queue.
    pub(super) woken_by: Option<FactId>,
}

impl DaemonSetCache {
    pub(in crate::world) fn new() -> Self {
        Self {
            seen: CachedDaemonSet::default(),
            expectations: Expectations::default(),
            backoff: FailedPodBackoff::default(),
            seats: Table::new(),
            eligible: Table::new(),
            dirty: Vec::new(),
            is_dirty: Table::new(),
            tally: Tally::default(),
            turns: Turns::default(),
            judged_by: None,
            judged_spec: None,
            may_adopt: true,
            strays: Vec::new(),
            work: None,
            own_writes: [SimTime::ZERO; Resource::ALL.len()],
            failed: None,
            refusals: 0,
            is_refused: false,
            woken_by: None,
        }
    }

    /// Nothing is known of it any more. Turns go on from the latest one: who comes next is as open
    /// as after a new draw.
    pub(super) fn forget(&mut self) {
        let turns = std::mem::take(&mut self.turns);
        *self = Self { turns, ..Self::new() };
    }

    /// How its nodes were judged.
    pub(in crate::world) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Why its last sync failed, if it did.
    pub(in crate::world) fn failed(&self) -> Option<&SyncError> {
        self.failed.as_ref()
    }

    /// Whether it waits to see what it asked for.
    pub(in crate::world) fn awaits_own_writes(&self, now: SimTime) -> bool {
        !self.expectations.satisfied(now)
    }

    /// Whether a sync has looked at its nodes and pods.
    pub(in crate::world) fn has_looked(&self) -> bool {
        self.judged_by.is_some()
    }

    /// Puts a pod on its node, in the cache.
    pub(super) fn seat(&mut self, node: NodeId, pod: PodId) {
        self.make_room(node);
        if !self.seats[node].contains(&pod) {
            self.seats[node].push(pod);
        }
        self.touch(node);
    }

    /// Takes a pod off its node, in the cache.
    pub(super) fn unseat(&mut self, node: NodeId, pod: PodId) {
        self.make_room(node);
        self.seats[node].retain(|seated| *seated != pod);
        self.touch(node);
    }

    /// The cached pods that target a node.
    pub(in crate::world) fn seated(&self, node: NodeId) -> &[PodId] {
        self.seats.get(node).map_or(&[], SmallVec::as_slice)
    }

    /// Notes that a node must be judged again.
    pub(in crate::world) fn touch(&mut self, node: NodeId) {
        self.make_room(node);
        if !std::mem::replace(&mut self.is_dirty[node], true) {
            self.dirty.push(node);
        }
    }

    fn make_room(&mut self, node: NodeId) {
        if self.seats.get(node).is_some() {
            return;
        }
        self.seats.ensure(node, SmallVec::new);
        self.eligible.ensure(node, || None);
        self.is_dirty.ensure(node, || false);
    }

    /// Judges whether pods belong on a node whose cached version changed. Before the first sync
    /// there is no spec to judge by; that sync judges all nodes.
    pub(in crate::world) fn see_node(
        &mut self,
        node: NodeId,
        version: Option<VersionId>,
        cluster: &Cluster,
    ) {
        self.touch(node);
        self.eligible[node] = version
            .zip(self.judged_spec)
            .map(|(version, spec)| cluster.eligibility(spec, node, version));
    }

    /// Brings the tally up to date for a decision of a sync that read `spec`.
    pub(super) fn refresh(&mut self, spec: SpecId, evidence: &Evidence<'_>) {
        let &Evidence { now, judged_by, .. } = evidence;
        if self.judged_spec != Some(spec) {
            self.judge_all_nodes(spec, evidence);
        }
        if self.judged_by.replace(judged_by) != Some(judged_by) {
            self.seats.ids().for_each(|node| self.touch(node));
        }
        while let Some(node) = self.dirty.pop() {
            self.is_dirty[node] = false;
            self.judge(node, evidence);
        }
        while let Some(node) = self.tally.next_due(now) {
            self.judge(node, evidence);
        }
    }

    /// Judges every cached node for another spec than before.
    fn judge_all_nodes(&mut self, spec: SpecId, evidence: &Evidence<'_>) {
        let &Evidence { nodes, cluster, .. } = evidence;
        let before = self.judged_spec.replace(spec);
        if before.is_some_and(|before| cluster.have_same_constraints(before, spec)) {
            return;
        }
        for node in nodes.ids() {
            let version = nodes[node];
            self.touch(node);
            self.eligible[node] = version.map(|version| cluster.eligibility(spec, node, version));
        }
    }

    fn judge(&mut self, node: NodeId, evidence: &Evidence<'_>) {
        let class = self.class_of(node, evidence);
        let before = self.tally.waits_for(node);
        let joins = class.waits_for().filter(|line| before != Some(*line));
        let turn = self.turns.of(node, joins, evidence.lots);
        self.tally.replace(node, turn, class);
    }

    fn class_of(&self, node: NodeId, evidence: &Evidence<'_>) -> NodeClass {
        let &Evidence { now, judged_by, pods, cluster, .. } = evidence;
        let seats = self.seats[node].as_slice();
        // Names decide between several pods.
        let names: Vec<_> = match seats {
            [] | [_] => Vec::new(),
            seats => seats.iter().map(|&pod| cluster.pod_name(pod)).collect(),
        };
        let view = |place: usize| {
            let id = seats[place];
            let (seen, pod) = (&pods[id], &cluster.pods[id]);
            let generation = cluster.specs[pod.spec].template_generation;
            let has_current_hash = seen.hash == judged_by.hash;
            PodView {
                id,
                name: names.get(place).map_or("", |name| name),
                created: pod.created,
                bound: seen.bound,
                phase: seen.phase,
                ready_since: seen.ready_since,
                terminating: seen.terminating,
                has_current_hash,
                updated: has_current_hash
                    || generation.is_some() && generation == judged_by.template_generation,
            }
        };
        let node = self.eligible[node];
        let classify =
            |pods: &[PodView<'_>]| classify(&NodeView { node, pods }, &judged_by.rules, now);
        match seats.len() {
            0 => classify(&[]),
            1 => classify(&[view(0)]),
            many => classify(&(0..many).map(view).collect::<Vec<_>>()),
        }
    }
}
