//! A run in a few numbers.

use crate::record::alerts::{Alert, AlertRule};
use crate::record::belief::Believed;
use crate::record::cause::{Attempt, Blocker};
use crate::record::cover::CoverSummary;
use crate::record::daemon_set_key::key_of_life;
use crate::record::fact::FactId;
use crate::record::losses::Losses;
use crate::record::timeline::StatusCounts;
use crate::record::waiters::Answers;
use crate::time::SimDuration;

/// How long a rollout may make no progress before it counts as stuck: the default of a
/// Deployment's `progressDeadlineSeconds`. DaemonSets have none, so it is borrowed.
///
/// Source: `pkg/apis/apps/v1/defaults.go › SetDefaults_Deployment`.
const PROGRESS_DEADLINE: SimDuration = SimDuration::from_secs(600);

/// A rollout that has just begun has made no progress either; a pod takes its seconds to be pulled,
/// started and ready.
const LEAST_QUIET: SimDuration = SimDuration::from_secs(60);

/// The worst moment of a rollout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worst {
    /// Nodes that had lost their serving pod at that moment; nodes that wait for their first pod
    /// are not counted.
    pub without: u32,
    /// Nodes on which a pod belongs at that moment.
    pub wanted: u32,
    /// What the update strategy promised to stay within at that moment, in nodes.
    pub promised: u32,
    /// When it was first so bad.
    pub at: SimDuration,
}

/// One change of a DaemonSet's template, and how it went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollout {
    /// `metadata.generation` of the spec that started it.
    pub generation: i64,
    /// What the scenario did: `set image agent=v2`.
    pub trigger: String,
    /// Whether it created the DaemonSet: there is no availability to keep then.
    pub creation: bool,
    /// When the spec was written.
    pub started: SimDuration,
    /// When `kubectl rollout status` would have returned, if it did.
    pub finished: Option<SimDuration>,
    /// The facts that decided when it finished, from its trigger to the last status; empty if
    /// facts were not kept.
    pub decided_by: Vec<FactId>,
    /// Whether a later change of the spec replaced it before it finished.
    pub superseded: bool,
    /// The worst moment, as nodes truly have it.
    pub worst: Worst,
    /// The highest `status.numberUnavailable` seen.
    pub worst_reported: u32,
    /// Time during which more nodes were without a serving pod than promised.
    pub breached: SimDuration,
    /// When every node that is not off first served the new revision, after it had not.
    pub live_updated: Option<SimDuration>,
    /// What came after it had finished.
    pub afterwards: Afterwards,
    /// Syncs in which the rolling update replaced pods.
    pub waves: u32,
    /// What the tools that wait for it say.
    pub answers: Answers,
    /// When it last made progress; its start if it made none.
    ///
    /// Progress is that a node serves the new revision for the first time in this rollout. A pod
    /// that is refused and replaced makes none, nor does one that crashes and comes back, however
    /// often they change the counters. A node that joined after the start has the new revision
    /// anyway; it counts once no other node waits for it.
    pub last_progress: SimDuration,
    /// `minReadySeconds`: so long may nothing move after a pod has become ready.
    pub min_ready: SimDuration,
}

impl Rollout {
    /// Whether it has not finished and does not move any more: nothing is left to happen, or it
    /// made no progress for ten minutes, or for the longer part of a shorter rollout, but a minute
    /// at least; `minReadySeconds` are not counted. Of a run that was cut off nobody knows what the
    /// next minutes would have brought.
    pub fn is_stuck(&self, run: &Summary) -> bool {
        let moved = self.last_progress.max(self.started) + self.min_ready;
        let quiet = run.end.saturating_sub(moved);
        let lasted = run.end.saturating_sub(self.started);
        let is_quiet =
            quiet >= PROGRESS_DEADLINE || quiet >= LEAST_QUIET && quiet.times(2) >= lasted;
        let cut_off = matches!(run.limit_hit, Some(Limit::Events | Limit::PodsPerNode));
        self.finished.is_none() && (run.at_rest || !cut_off && is_quiet)
    }
}

/// What happened after a rollout had finished, until the next one or the end of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Afterwards {
    /// The worst moment.
    pub worst: Worst,
    /// Time during which more nodes were without a serving pod than the strategy promises.
    pub breached: SimDuration,
    /// Nodes that lost the pod again by no fault of theirs: a container of it crashed, or the node
    /// works and has had no serving pod for a minute when the run ends.
    pub lost_again: u32,
}

/// Nodes that updates took the service of: nothing serves there any more, and the new pod fails: a
/// container of it exits or hangs, its probes do not pass, or its image cannot be pulled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    pub nodes: u32,
    /// From the start of its update until the last of them was hit; zero if none was.
    pub last_after: SimDuration,
    /// How many were hit when [`AlertRule::RolloutStuck`] first fired; none if it did not, or had
    /// before.
    pub at_alert: Option<u32>,
}

/// How long nodes were without a serving pod, over all nodes on which a pod belonged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GapStats {
    /// Nodes measured.
    pub nodes: u32,
    /// Half of the nodes were without for at most this long, in all.
    pub p50: SimDuration,
    pub p90: SimDuration,
    /// 99 in a hundred.
    pub p99: SimDuration,
    pub max: SimDuration,
}

/// Why nodes are held back, as the last plan said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// In a few words: `not ready`, `terminating`, `no pod yet`.
    pub reason: &'static str,
    pub nodes: u32,
    /// What is behind it, as far as it was looked into.
    pub causes: Vec<Blocker>,
}

impl Hold {
    /// A hold of which no more is known.
    pub const fn new(reason: &'static str, nodes: u32) -> Self {
        Self { reason, nodes, causes: Vec::new() }
    }
}

/// How one DaemonSet fared.
#[derive(Clone, Debug, Default)]
pub struct DaemonSetSummary {
    /// `namespace/name`.
    pub daemon_set: String,
    /// How many DaemonSets of this name the run had before it: one that is deleted and created anew
    /// is another one.
    pub namesakes: u32,
    /// `spec.template.spec.nodeSelector` as `kubectl get ds` prints it.
    pub node_selector: String,
    /// Every rollout, in the order of time.
    pub rollouts: Vec<Rollout>,
    /// The status as last written.
    pub status: StatusCounts,
    /// When the object was deleted, if it was.
    pub deleted: Option<SimDuration>,
    /// Whether the update strategy is `OnDelete` at the end.
    pub on_delete: bool,
    /// Whether new pods come beside the old at the end: `maxSurge` is not zero.
    pub surges: bool,
    /// The alerts of kubernetes-mixin that fired, in the order of [`AlertRule::ALL`].
    pub alerts: Vec<Alert>,
    /// The unavailable budget at the end, in nodes.
    pub budget: u32,
    /// What counts against the budget at the end.
    pub holds: Vec<Hold>,
    /// What would help a rollout that is stuck, as tried in simulations; empty if nothing was.
    pub advice: Vec<Attempt>,
    /// Why pods that wait for the scheduler at the end cannot be placed, in its own words, and how
    /// many.
    pub unschedulable: Vec<(String, u32)>,
    /// Seconds that nodes were without a serving pod, added up over nodes.
    pub node_time_without: SimDuration,
    /// The same per node.
    pub gaps: GapStats,
    /// The time that each node was without a serving pod, in ascending order.
    pub node_gaps: Vec<SimDuration>,
    /// Those of them that are only lower bounds, as the node is still without at the end.
    pub open_gaps: Vec<SimDuration>,
    /// Nodes on which a pod belongs at the end, and that never served the last rollout's revision.
    pub not_updated: u32,
    /// Nodes that updates took the service of.
    pub hits: Hits,
    /// The node whose pod was missing for the longest time after it had served, and that time.
    pub slowest: Option<(String, SimDuration)>,
    /// The longest uninterrupted gap of any node.
    pub longest_gap: SimDuration,
    /// What it lost besides, and cost others.
    pub losses: Losses,
    /// Pods created by the controller.
    pub pods_created: u64,
    /// Pods whose deletion was requested by anybody.
    pub pods_deleted: u64,
    /// When the DaemonSet was created, for its age; zero if it was there at the start.
    pub created_at: SimDuration,
    /// How old it was then, if it was there before the run.
    pub age_at_start: SimDuration,
}

impl DaemonSetSummary {
    /// How this alert fired, if it did.
    pub fn alert(&self, rule: AlertRule) -> Option<&Alert> {
        self.alerts.iter().find(|alert| alert.rule == rule)
    }

    /// What it is called in every file, and no other DaemonSet of the run is.
    pub fn key(&self) -> String {
        key_of_life(&self.daemon_set, self.namesakes)
    }
}

/// What ends a run that the scenario does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// `until`, before the rollout was complete.
    Time,
    /// So many events (`--max-events`).
    Events,
    /// So many pods on one node.
    PodsPerNode,
}

impl Limit {
    /// As `summary.json` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Events => "events",
            Self::PodsPerNode => "pods-per-node",
        }
    }
}

/// Something that the scenario did, and that failed or changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAction {
    /// When it first did, since the start of the run; none if it never happened.
    pub at: Option<SimDuration>,
    /// What was done: `rollout undo agent to 1`.
    pub action: String,
    /// Why it failed, in kubectl's words where it has some.
    pub message: String,
    /// How often.
    pub times: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// In the order of the scenario.
    pub daemon_sets: Vec<DaemonSetSummary>,
    /// DaemonSets that stand for each other.
    pub cover: Vec<CoverSummary>,
    /// What the scenario did in vain, in the order of time.
    pub failed_actions: Vec<FailedAction>,
    /// When the run ended.
    pub end: SimDuration,
    /// Events that the engine worked off.
    pub events: u64,
    /// Whether nothing was left to happen: what is unfinished stays so.
    pub at_rest: bool,
    /// The limit that ended the run, if the scenario did not.
    pub limit_hit: Option<Limit>,
    /// FNV-1a 64 over the stream of events: equal digests mean equal runs.
    pub digest: u64,
    /// Requests of the DaemonSet controller to the API server, events included; zero if requests
    /// take neither time nor tokens.
    pub requests: u64,
    /// The most images that were fetched at the same time in the whole cluster; zero if kubelets are
    /// switched off.
    pub peak_concurrent_pulls: u32,
    /// What was taken for granted, since the snapshot at the start does not tell.
    pub beliefs: Vec<Believed>,
}

/// An expectation of the scenario that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The scenario's field: `expect.rolloutWithin`.
    pub expectation: String,
    /// What was asked for and what was measured, in a sentence.
    pub message: String,
}
