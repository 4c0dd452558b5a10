//! Follows one DaemonSet: its nodes, its rollouts, its counters.

mod end;
mod hits;

pub(super) use end::NodesAtEnd;

use crate::record::alerts::Alerts;
use crate::record::fact::FactId;
use crate::record::gaps::Gaps;
use crate::record::live_nodes::LiveNodes;
use crate::record::losses::{Loss, LossCounts};
use crate::record::overlap::Overlaps;
use crate::record::rollout_status::RolloutStatus;
use crate::record::summary::{DaemonSetSummary, Hold, Rollout, Worst};
use crate::record::timeline::{Point, StatusCounts, TruthCounts};
use crate::record::tracker::hits::Hit;
use crate::record::waiters::Seen;
use crate::time::SimDuration;

/// What is true of one node for one DaemonSet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is true of a node or not, on its own")]
pub struct NodeTruth {
    /// A pod belongs on the node.
    pub wanted: bool,
    /// A pod serves there.
    pub serving: bool,
    /// One that serves is of the current revision.
    pub serving_updated: bool,
    /// A pod serves there that was let go of: it counts for nobody but those who stand for it.
    pub orphan_serving: bool,
}

impl NodeTruth {
    /// Whether a pod serves there, whoever owns it.
    pub(super) fn serves_anybody(self) -> bool {
        self.serving || self.orphan_serving
    }
}

/// What an update strategy promises.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    /// How many nodes may be without a pod.
    pub nodes: u32,
    /// Whether the strategy is `OnDelete`.
    pub on_delete: bool,
    /// Whether new pods come beside the old: `maxSurge` is not zero.
    pub surges: bool,
    /// `minReadySeconds`.
    pub min_ready: SimDuration,
}

/// A node, and what it had before.
#[derive(Clone, Debug, Default)]
struct Followed {
    truth: NodeTruth,
    /// Whether a pod has served there since one belongs there.
    served: bool,
    /// When a pod first belonged there.
    joined: Option<SimDuration>,
    /// The number of the last rollout, from 1, whose revision it has served.
    reached: usize,
    /// The number of the last rollout, from 1, after whose end its pod crashed.
    crashed_after: usize,
    /// When the last pod that served there stopped.
    stopped_at: Option<SimDuration>,
    /// The number of the last rollout, from 1, whose pod failed there.
    failed_in: usize,
    /// When an update first took the node's service.
    hit: Option<Box<Hit>>,
}

/// Numbers of pods that change one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PodCounts {
    /// Pod objects that exist.
    pub existing: u32,
    /// Of these, pods that neither serve nor were asked to terminate.
    pub starting: u32,
    /// Of these, pods that were asked to terminate.
    pub terminating: u32,
    /// Created by the controller since the start.
    pub created: u64,
    /// Asked to terminate, by anybody, since the start.
    pub deleted: u64,
}

/// Follows one DaemonSet through a run. All times are spans since the start of the run.
#[derive(Debug)]
pub struct Tracker {
    summary: DaemonSetSummary,
    nodes: Vec<Followed>,
    gaps: Gaps,
    truth: TruthCounts,
    /// The number of nodes that the update strategy allows to be without a pod.
    promised: u32,
    /// How long a pod must be ready to count as available.
    min_ready: SimDuration,
    /// The pods, kept by the world.
    pub pods: PodCounts,
    /// Nodes that lost the pod that served there: they count against the promise, as nodes that
    /// wait for their first pod do not.
    lost: u32,
    /// Nodes that wait for their first pod.
    fresh: u32,
    /// While more nodes lost their pod than promised: since when.
    breached_since: Option<SimDuration>,
    live_nodes: LiveNodes,
    alerts: Alerts,
    losses: LossCounts,
    overlaps: Overlaps,
    keeps_points: bool,
    /// Whether the object of a deleted DaemonSet is gone, too.
    is_gone: bool,
    points: Vec<Point>,
}

impl Tracker {
    pub(super) fn new(
        summary: DaemonSetSummary,
        keeps_points: bool,
        alert_interval: SimDuration,
    ) -> Self {
        Self {
            alerts: Alerts::new(summary.created_at, alert_interval),
            summary,
            nodes: Vec::new(),
            gaps: Gaps::default(),
            truth: TruthCounts::default(),
            promised: 0,
            min_ready: SimDuration::ZERO,
            lost: 0,
            fresh: 0,
            pods: PodCounts::default(),
            breached_since: None,
            live_nodes: LiveNodes::default(),
            losses: LossCounts::default(),
            overlaps: Overlaps::default(),
            keeps_points,
            is_gone: false,
            points: Vec::new(),
        }
    }

    /// Sets what is true of a node from `at` on; says whether that is new.
    pub(super) fn set_node(&mut self, at: SimDuration, node: usize, truth: NodeTruth) -> bool {
        if self.nodes.len() <= node {
            self.nodes.resize(node + 1, Followed::default());
        }
        let before = std::mem::replace(&mut self.nodes[node].truth, truth);
        if before == truth {
            return false;
        }
        if before.serves_anybody() && !truth.serves_anybody() {
            self.nodes[node].stopped_at = Some(at);
            self.look_for_hit(at, node);
        }
        let served_before = self.nodes[node].served;
        let serves = |node: NodeTruth| node.wanted && node.serving;
        let has_served = truth.wanted && (served_before || truth.serving);
        self.nodes[node].served = has_served;
        let without = |node: NodeTruth| node.wanted && !node.serving;
        adjust(&mut self.lost, without(before) && served_before, without(truth) && has_served);
        adjust(&mut self.fresh, without(before) && !served_before, without(truth) && !has_served);
        adjust(&mut self.truth.wanted, before.wanted, truth.wanted);
        adjust(&mut self.truth.serving, serves(before), serves(truth));
        let updated = |node: NodeTruth| serves(node) && node.serving_updated;
        adjust(&mut self.truth.serving_updated, updated(before), updated(truth));
        if truth.wanted {
            self.nodes[node].joined.get_or_insert(at);
        }
        if updated(truth) && !updated(before) {
            self.node_updated(at, node);
        }
        self.gaps.set(at, node, truth.wanted, without(truth).then_some(has_served));
        true
    }

    /// A pod that served on a node was taken from it.
    pub fn lose(&mut self, loss: Loss, node: usize) {
        self.losses.lose(loss, node);
    }

    /// A pod that was lost on a node is taken up again.
    pub fn regain(&mut self, loss: Loss, node: usize) {
        self.losses.regain(loss, node);
    }

    /// A pod of others was asked to leave a node for one of its pods; `whose` says whose it is.
    pub fn preempt(&mut self, whose: String, name: Option<String>, node: usize) {
        self.losses.preempt(whose, name, node);
    }

    /// From `at` on, so many of its pods run on a node; none counts if there is a surge.
    pub fn set_running(&mut self, at: SimDuration, node: usize, pods: usize) {
        self.overlaps.set_pods(at, node, pods);
    }

    /// A pod was deleted by force, and its containers run on until an instant.
    pub fn leave_running(&mut self, node: usize, until: SimDuration) {
        self.overlaps.leave_running(node, until);
    }

    /// Nothing runs on a node any more.
    pub(super) fn stop_all(&mut self, at: SimDuration, node: usize) {
        self.overlaps.stop_all(at, node);
    }

    /// The machine of a node goes off, or works again.
    pub(super) fn set_off(&mut self, node: usize, is_off: bool) {
        self.live_nodes.set_off(node, is_off);
    }

    /// A container of the pod on a node crashed that had run well.
    pub fn crashed(&mut self, node: usize) {
        let begun = self.summary.rollouts.len();
        if self.is_rolled_out()
            && let Some(node) = self.nodes.get_mut(node)
        {
            node.crashed_after = begun;
        }
    }

    /// `namespace/name`.
    pub(super) fn name(&self) -> &str {
        &self.summary.daemon_set
    }

    /// What it is called.
    pub(super) fn key(&self) -> String {
        self.summary.key()
    }

    /// Whether it has not been deleted.
    pub(super) fn lives(&self) -> bool {
        self.summary.deleted.is_none()
    }

    /// When the last pod that served on a node stopped, if none serves there.
    pub(super) fn stopped_at(&self, node: usize) -> Option<SimDuration> {
        let node = self.nodes.get(node)?;
        node.stopped_at.filter(|_| !node.truth.serves_anybody())
    }

    /// When the last pod stopped that served anywhere.
    pub(super) fn all_stopped_at(&self) -> Option<SimDuration> {
        self.nodes.iter().filter_map(|node| node.stopped_at).max()
    }

    /// How many nodes are known.
    pub(super) fn known_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// A node serves the current revision, as it did not just before: see
    /// [`Rollout::last_progress`].
    fn node_updated(&mut self, at: SimDuration, node: usize) {
        let begun = self.summary.rollouts.len();
        let node = &mut self.nodes[node];
        let is_first = std::mem::replace(&mut node.reached, begun) < begun;
        let joined = node.joined;
        let rest_is_done = self.summary.status.all_updated();
        if let Some(rollout) = self.running_rollout()
            && is_first
            && (rest_is_done || joined.is_some_and(|joined| joined <= rollout.started))
        {
            rollout.last_progress = at;
        }
    }

    /// What is true of a node.
    pub fn node(&self, node: usize) -> NodeTruth {
        self.nodes.get(node).map(|node| node.truth).unwrap_or_default()
    }

    /// How many nodes a pod belongs on.
    pub fn wanted(&self) -> u32 {
        self.truth.wanted
    }

    /// Sets how old the DaemonSet is when the run begins.
    pub fn set_age_at_start(&mut self, age: SimDuration) {
        self.summary.age_at_start = age;
    }

    /// Sets which nodes the template selects, as `kubectl get ds` prints it.
    pub fn set_node_selector(&mut self, selector: String) {
        self.summary.node_selector = selector;
    }

    /// Sets what the update strategy promises from now on.
    pub fn set_promise(&mut self, promise: Promise) {
        let Promise { nodes, on_delete, surges, min_ready } = promise;
        self.min_ready = min_ready;
        if let Some(rollout) = self.running_rollout() {
            rollout.min_ready = min_ready;
        }
        self.promised = nodes;
        self.summary.budget = nodes;
        self.summary.on_delete = on_delete;
        self.summary.surges = surges;
    }

    /// A template was written that is to be rolled out.
    pub fn rollout_started(&mut self, at: SimDuration, generation: i64, trigger: &str) {
        self.close_breach(at);
        let creation = self.summary.rollouts.is_empty()
            && self.summary.created_at == at
            && self.pods.existing == 0;
        if let Some(last) = self.summary.rollouts.last_mut() {
            last.superseded = last.finished.is_none();
        }
        self.live_nodes.rollout_started();
        self.summary.rollouts.push(Rollout {
            generation,
            trigger: trigger.to_owned(),
            creation,
            started: at,
            last_progress: at,
            min_ready: self.min_ready,
            ..Rollout::default()
        });
    }

    /// The controller wrote the status.
    pub fn status_written(&mut self, at: SimDuration, seen: &Seen, fact: Option<FactId>) {
        let status = seen.status;
        let complete = seen.rollout_status() == RolloutStatus::Complete;
        self.summary.status = status;
        self.alerts.see(at, Some(status));
        if complete {
            self.close_breach(at);
        }
        if let Some(last) = self.summary.rollouts.last_mut() {
            last.answers.see(at, seen, &self.truth);
        }
        let Some(rollout) = self.running_rollout() else { return };
        rollout.worst_reported = rollout.worst_reported.max(status.unavailable);
        if complete {
            rollout.finished = Some(at);
            rollout.decided_by = fact.into_iter().collect();
        }
    }

    /// The rolling update replaced pods in a sync.
    pub fn acted(&mut self) {
        if let Some(rollout) = self.running_rollout() {
            rollout.waves += 1;
        }
    }

    /// Says what the last plan held back, and why.
    pub fn set_holds(&mut self, holds: Vec<Hold>) {
        self.summary.holds = holds;
    }

    /// What the last plan held back, and why.
    pub fn holds(&self) -> &[Hold] {
        &self.summary.holds
    }

    /// Whether its last rollout has not finished.
    pub fn is_unfinished(&self) -> bool {
        let last = self.summary.rollouts.last();
        last.is_some_and(|rollout| rollout.finished.is_none() && !rollout.superseded)
    }

    /// Whether its last rollout is complete.
    pub fn is_rolled_out(&self) -> bool {
        let last = self.summary.rollouts.last();
        self.summary.deleted.is_none() && last.is_some_and(|rollout| rollout.finished.is_some())
    }

    /// Since when its last rollout makes no progress, if it goes on: a pod that has just become
    /// ready has `minReadySeconds` first.
    pub fn quiet_since(&self) -> Option<SimDuration> {
        let last = self.summary.rollouts.last().filter(|_| self.is_unfinished());
        last.map(|rollout| rollout.last_progress.max(rollout.started) + rollout.min_ready)
    }

    /// Says why pods cannot be placed at the end, and how many.
    pub fn set_unschedulable(&mut self, reasons: Vec<(String, u32)>) {
        self.summary.unschedulable = reasons;
    }

    /// The DaemonSet was deleted; finalizers may keep its object, with its last status.
    pub(super) fn deleted(&mut self, at: SimDuration) {
        self.close_breach(at);
        self.summary.deleted = Some(at);
        self.summary.holds = Vec::new();
        if let Some(rollout) = self.running_rollout() {
            rollout.superseded = true;
            rollout.last_progress = at;
        }
    }

    /// The DaemonSet object is gone.
    pub fn removed(&mut self, at: SimDuration) {
        self.summary.deleted.get_or_insert(at);
        self.summary.status = StatusCounts::default();
        self.alerts.see(at, None);
        self.is_gone = true;
    }

    pub(super) fn is_complete(&self) -> bool {
        let settled = self.pods.terminating == 0;
        if self.summary.deleted.is_some() {
            return self.is_gone && settled && self.pods.starting == 0;
        }
        let rollout = self.summary.rollouts.last();
        settled && rollout.is_none_or(|rollout| rollout.finished.is_some())
    }

    fn running_rollout(&mut self) -> Option<&mut Rollout> {
        let last = self.summary.rollouts.last_mut();
        last.filter(|rollout| rollout.finished.is_none() && !rollout.superseded)
    }

    pub(super) fn instant_ended(&mut self, at: SimDuration) {
        let worst =
            Worst { without: self.lost, wanted: self.truth.wanted, promised: self.promised, at };
        let last = self.summary.rollouts.last_mut().filter(|it| !it.creation && !it.superseded);
        if let Some(rollout) = last {
            let is_over = rollout.finished.is_some();
            let most = if is_over { &mut rollout.afterwards.worst } else { &mut rollout.worst };
            if worst.without > most.without {
                *most = worst;
            }
            if worst.without > worst.promised {
                self.breached_since.get_or_insert(at);
            } else {
                self.close_breach(at);
            }
        }
        self.follow_live_nodes(at);
        self.push_point(at);
    }

    /// Notes when every node that is not off serves the revision of the last rollout.
    fn follow_live_nodes(&mut self, at: SimDuration) {
        let Some(last) = self.summary.rollouts.last_mut() else { return };
        if last.live_updated.is_some() {
            return;
        }
        let truth = |node: usize| self.nodes.get(node).map(|it| it.truth).unwrap_or_default();
        let TruthCounts { wanted, serving_updated, .. } = self.truth;
        if self.live_nodes.all_serve(wanted, serving_updated, truth) {
            last.live_updated = Some(at);
        }
    }

    /// Ends a breach that goes on, and adds it to the rollout in which it happened, or to what came
    /// after it.
    fn close_breach(&mut self, at: SimDuration) {
        let Some(since) = self.breached_since.take() else { return };
        if let Some(rollout) = self.summary.rollouts.last_mut() {
            let is_over = rollout.finished.is_some();
            let sum =
                if is_over { &mut rollout.afterwards.breached } else { &mut rollout.breached };
            *sum += at.saturating_sub(since);
        }
    }

    /// What is promised at least; nodes that wait for their first pod lower it.
    fn floor(&self) -> u32 {
        if self.summary.on_delete {
            return 0;
        }
        (self.truth.wanted - self.fresh).saturating_sub(self.promised)
    }

    fn push_point(&mut self, at: SimDuration) {
        if !self.keeps_points {
            return;
        }
        let PodCounts { existing, starting, terminating, created, deleted } = self.pods;
        let point = Point {
            at,
            status: self.summary.status,
            truth: TruthCounts { starting, terminating, ..self.truth },
            floor: self.floor(),
            pods: existing,
            created,
            deleted,
        };
        let news = |last: &Point| Point { at, ..*last } != point;
        match self.points.last_mut() {
            Some(last) if last.at == at => *last = point,
            last if last.as_deref().is_none_or(news) => self.points.push(point),
            _ => {}
        }
    }
}

fn adjust(counter: &mut u32, before: bool, after: bool) {
    *counter = *counter - u32::from(before) + u32::from(after);
}
