//! Rollouts, and what the tools say that wait for them.

use crate::inspect::summary_file::{DaemonSetEntry, RolloutEntry, SummaryFile, WaiterEntry};
use crate::time::SimDuration;

/// A rollout, and who waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedRollout {
    /// What facts call its DaemonSet: `namespace/name`.
    pub daemon_set: String,
    /// What the scenario did.
    pub trigger: String,
    /// When the spec was written, since the start of the run.
    pub started: SimDuration,
    /// When it was complete, if it was.
    pub finished: Option<SimDuration>,
    /// When a later rollout of the DaemonSet began, or the run ended: so long a tool may wait.
    pub until: SimDuration,
    /// The most nodes that were without a serving pod at a time.
    pub worst_without: u32,
    /// In the order of the summary: kubectl, Helm 3, Helm 4, Flux, Argo CD.
    pub waits: Vec<Wait>,
}

/// What a tool that waits for a rollout says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// As people call it: `Helm 3`.
    pub tool: String,
    /// When it said that the rollout is done; none if it never did. Its own time limit is no part of
    /// a record.
    pub done: Option<SimDuration>,
    /// Whether it refuses to wait: kubectl does for `OnDelete`.
    pub refuses: bool,
    /// Nodes that had no serving pod of the new revision at that moment: it spoke too early if there
    /// are any.
    pub missing: u32,
}

/// All rollouts of a run in the order of the summary, with those who wait for them.
pub fn awaited_rollouts(summary: &SummaryFile) -> Vec<AwaitedRollout> {
    summary.daemon_sets.iter().flat_map(|entry| of_daemon_set(entry, summary.end())).collect()
}

fn of_daemon_set(
    entry: &DaemonSetEntry,
    end: SimDuration,
) -> impl Iterator<Item = AwaitedRollout> + '_ {
    let later = entry.rollouts.iter().skip(1).map(RolloutEntry::started).chain([end]);
    entry.rollouts.iter().zip(later).map(|(rollout, until)| AwaitedRollout {
        daemon_set: entry.daemon_set.clone(),
        trigger: rollout.trigger.clone(),
        started: rollout.started(),
        finished: rollout.finished(),
        until,
        worst_without: rollout.worst_without_nodes,
        waits: rollout.waiters.iter().map(|it| Wait::of(it, &entry.update_strategy)).collect(),
    })
}

impl Wait {
    /// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer.Status`.
    fn of(entry: &WaiterEntry, update_strategy: &str) -> Self {
        let (done, missing) = (entry.done(), entry.missing_nodes.unwrap_or_default());
        let refuses = entry.waiter == "kubectl" && update_strategy == "OnDelete";
        Self { tool: entry.waiter.clone(), done, refuses, missing }
    }
}
