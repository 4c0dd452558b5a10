//! Why a rollout stands: who holds the budget, and what would have moved.

use std::collections::BTreeSet;

use crate::inspect::phases::PhaseKind;
use crate::inspect::summary_file::{DaemonSetEntry, RolloutEntry, SummaryFile};
use crate::inspect::why::holders::Holder;
use crate::inspect::why::look::Look;
use crate::inspect::why::setting::{Kind, NoSetting, Obstacles, Setting};
use crate::record::{Limit, Rollout, Summary};
use crate::time::SimDuration;

/// How far the last rollout of a DaemonSet has come.
#[derive(Clone, Debug)]
pub enum Progress<'a> {
    NoRollout,
    Deleted,
    /// Pods are replaced when somebody deletes them.
    OnDelete,
    Finished(&'a RolloutEntry),
    /// It was not complete when the run ended, and had not stopped.
    Moving(&'a RolloutEntry),
    Stuck(Stall<'a>),
}

/// A rollout that stands.
#[derive(Clone, Debug)]
pub struct Stall<'a> {
    pub entry: &'a DaemonSetEntry,
    pub rollout: &'a RolloutEntry,
    /// Whether new pods come beside old ones.
    pub surges: bool,
    /// The budget in nodes.
    pub budget: u32,
    pub blockers: Vec<Blocker<'a>>,
    /// Nodes that wait for nothing but the budget.
    pub waiting: u32,
    pub setting: Result<Setting, NoSetting>,
}

/// Nodes that are in the way.
#[derive(Clone, Debug)]
pub struct Blocker<'a> {
    pub nodes: &'a [String],
    /// In one word.
    pub reason: &'a str,
    /// In a few words.
    pub message: &'a str,
    /// Since when on the node where it began first, if that is known.
    pub since: Option<SimDuration>,
}

/// Who holds the budget at an instant.
#[derive(Clone, Debug)]
pub struct Spent<'a> {
    pub daemon_set: &'a str,
    pub at: SimDuration,
    pub surges: bool,
    pub budget: u32,
    pub holders: Vec<Holder>,
    /// Nodes with an old pod that waits for its turn.
    pub waiting: u32,
}

impl<'a> Look<'a> {
    /// How far the last rollout of a DaemonSet has come at the end of the run.
    pub fn progress(&self, entry: &'a DaemonSetEntry, file: &SummaryFile) -> Progress<'a> {
        let Some(last) = entry.rollouts.last() else { return Progress::NoRollout };
        if entry.deleted {
            Progress::Deleted
        } else if entry.update_strategy == "OnDelete" {
            Progress::OnDelete
        } else if last.finished().is_some() {
            Progress::Finished(last)
        } else if self.is_stuck(entry, last, file) {
            Progress::Stuck(self.stall(entry, last))
        } else {
            Progress::Moving(last)
        }
    }

    /// Who holds the budget of a DaemonSet at the instant of the look.
    pub fn spent(&self, daemon_set: &'a str) -> Spent<'a> {
        // The last microsecond of it: spans end before it.
        let at = SimDuration::from_micros(self.at.as_micros().saturating_sub(1));
        let holders = self.holders(daemon_set, at);
        let waits = |kind: PhaseKind| matches!(kind, PhaseKind::Budget | PhaseKind::NewPod);
        let of_it = self.lives.iter().filter(|life| life.daemon_set == daemon_set);
        let last = of_it.filter_map(|life| life.spans.last());
        let waiting = last.filter(|span| waits(span.kind) && span.until == self.at).count();
        Spent {
            daemon_set,
            at: self.at,
            surges: self.history.rules(daemon_set, at).surges(),
            budget: self.budget(daemon_set, at),
            holders,
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        }
    }

    /// By the rule of the run's own verdict.
    fn is_stuck(&self, entry: &DaemonSetEntry, last: &RolloutEntry, file: &SummaryFile) -> bool {
        let rollout = Rollout {
            started: last.started(),
            finished: last.finished(),
            last_progress: last.last_progress(),
            min_ready: self.history.rules(&entry.daemon_set, self.at).min_ready,
            ..Rollout::default()
        };
        let limits = [Limit::Time, Limit::Events, Limit::PodsPerNode];
        let limit_hit =
            limits.into_iter().find(|limit| file.limit_hit.as_deref() == Some(limit.name()));
        let run =
            Summary { end: file.end(), at_rest: file.at_rest, limit_hit, ..Summary::default() };
        rollout.is_stuck(&run)
    }

    fn stall(&self, entry: &'a DaemonSetEntry, rollout: &'a RolloutEntry) -> Stall<'a> {
        let causes = entry.holds.iter().flat_map(|hold| &hold.causes);
        let blockers: Vec<Blocker<'_>> = causes
            .map(|cause| Blocker {
                nodes: &cause.nodes,
                reason: &cause.reason,
                message: &cause.message,
                since: cause.lasting().map(|lasting| self.at.saturating_sub(lasting)),
            })
            .collect();
        let surges = self.history.rules(&entry.daemon_set, self.at).surges();
        let (waiting, works) = self.others(&entry.daemon_set, &blockers);
        let count = |nodes: usize| u32::try_from(nodes).unwrap_or(u32::MAX);
        let of = |it: &Blocker<'_>| (Kind::of(it.reason, surges), count(it.nodes.len()));
        let blocked = blockers.iter().map(of).collect();
        let desired = entry.status.desired;
        let obstacles = Obstacles { surges, desired, blocked, waiting, works };
        Stall {
            entry,
            rollout,
            surges,
            budget: self.budget(&entry.daemon_set, self.at),
            setting: obstacles.smallest(),
            blockers,
            waiting,
        }
    }

    /// How many nodes that are not in the way have an old pod; and whether the current revision
    /// serves anywhere.
    fn others(&self, daemon_set: &str, blockers: &[Blocker<'_>]) -> (u32, bool) {
        let blocked: BTreeSet<&str> =
            blockers.iter().flat_map(|it| it.nodes).map(String::as_str).collect();
        let known = self.history.daemon_set(daemon_set);
        let current = known.and_then(|it| it.revision(self.at).0).map(|it| &it.hash);
        let mut old: BTreeSet<&str> = BTreeSet::new();
        let mut works = false;
        for life in self.lives.iter().filter(|life| life.daemon_set == daemon_set) {
            let serves = life.serving().last().is_some_and(|(_, until)| *until == self.at);
            let is_current = current == Some(&life.revision);
            works |= serves && is_current;
            if serves && !is_current && !blocked.contains(life.node.as_str()) {
                old.insert(&life.node);
            }
        }
        (u32::try_from(old.len()).unwrap_or(u32::MAX), works)
    }
}
