//! Why a pod was created, why it waited, and why it was deleted.

use crate::inspect::phases::{CurrentRevision, PhaseKind, PodLife, Span};
use crate::inspect::why::holders::Holder;
use crate::inspect::why::look::Look;
use crate::record::{Fact, FactId, What};
use crate::time::SimDuration;

/// A pod, and what led to what became of it.
#[derive(Clone, Debug)]
pub struct PodStory<'a> {
    pub life: &'a PodLife,
    /// None if it was there at the start.
    pub created: Option<Creation<'a>>,
    /// Its wait for its turn, if it is an old one that waited.
    pub turn: Option<Turn<'a>>,
    /// None if nobody asked for its deletion.
    pub deleted: Option<Deletion<'a>>,
    /// The facts that led to its last step so far, from what the scenario did on.
    pub chain: Vec<&'a Fact>,
}

/// How a pod came to be.
#[derive(Clone, Debug)]
pub struct Creation<'a> {
    pub at: SimDuration,
    pub why: WhyCreated<'a>,
}

/// What the controller answered with a pod.
#[derive(Clone, Debug)]
pub enum WhyCreated<'a> {
    /// A pod of the node has stopped, or is gone.
    Replaces { pod: &'a PodLife, left: SimDuration },
    /// An old pod of the node gets it beside it.
    Beside { pod: &'a PodLife },
    /// Something else happened.
    After(&'a Fact),
    /// Nothing is known.
    Unknown,
}

/// A wait for the budget, or for the new pod beside it.
#[derive(Clone, Debug)]
pub struct Turn<'a> {
    pub kind: PhaseKind,
    pub from: SimDuration,
    pub until: SimDuration,
    /// Who spent the budget right before the end of the wait.
    pub holders: Vec<Holder>,
    /// The budget in nodes.
    pub budget: u32,
    /// Its revision became the current one again.
    pub is_current_again: bool,
    /// What ended the wait; none if it goes on, or its revision is current again.
    pub freed: Option<Freed<'a>>,
}

/// What ended a wait.
#[derive(Clone, Debug)]
pub struct Freed<'a> {
    pub fact: &'a Fact,
    /// The pod that became available.
    pub pod: Option<&'a PodLife>,
    /// When it was available, if it was one.
    pub at: SimDuration,
}

/// A request to delete a pod.
#[derive(Clone, Debug)]
pub struct Deletion<'a> {
    pub at: SimDuration,
    pub why: WhyDeleted<'a>,
}

/// Why a pod was deleted.
#[derive(Clone, Debug)]
pub enum WhyDeleted<'a> {
    /// The controller replaces it: another revision is current.
    Replaced {
        revision: &'a str,
        /// The change that made it current.
        by: Option<&'a Fact>,
    },
    /// The controller deletes it since it has failed.
    Failed,
    /// The controller deletes it although it is of the current revision: it does not belong there.
    NotWanted,
    /// It was Terminating when the run began.
    BeforeTheStart,
    /// It did not tolerate a taint, or not for longer than this.
    Evicted { after: SimDuration, by: Option<&'a Fact> },
    /// Something else asked for it.
    After(&'a Fact),
    /// Nothing is known.
    Unknown,
}

impl<'a> Look<'a> {
    /// The story of a pod.
    pub fn pod_story(&'a self, life: &'a PodLife) -> PodStory<'a> {
        let fact = |id: Option<FactId>| id.and_then(|id| self.run.fact(id));
        let created = fact(life.created).map(|fact| self.creation(life, fact));
        // A pod that is on no node yet is gone as soon as it is deleted.
        let at_once = || fact(life.removed).filter(|fact| self.run.sync_behind(fact).is_some());
        let deletion = fact(life.terminating).or_else(at_once);
        let last = life.spans.iter().rev().find_map(|span| span.ended_by);
        let last = life.terminating.or(last).or(life.created);
        PodStory {
            life,
            created,
            turn: self.turn(life, deletion),
            deleted: deletion.map(|fact| self.deletion(life, fact)),
            chain: fact(last).map_or_else(Vec::new, |last| self.chain(&life.daemon_set, last)),
        }
    }

    /// The facts that led to one of a DaemonSet, from what the scenario did on.
    pub fn chain(&self, daemon_set: &str, last: &'a Fact) -> Vec<&'a Fact> {
        let behind = |fact: &&'a Fact| self.behind(daemon_set, fact);
        let mut chain: Vec<&Fact> = std::iter::successors(Some(last), behind).collect();
        chain.reverse();
        chain
    }

    /// What a fact of a DaemonSet followed from: where a pod had to become available first, that
    /// pod's readiness.
    pub fn behind(&self, daemon_set: &str, fact: &'a Fact) -> Option<&'a Fact> {
        let cause = self.run.cause_of(fact)?;
        let is_status = matches!(fact.what, What::StatusWritten { .. });
        let frees = if let What::Synced { deletes, .. } = fact.what {
            deletes > 0
        } else {
            is_status && !matches!(cause.what, What::Synced { .. })
        };
        if frees { self.history.freed_by(daemon_set, fact, self.run) } else { Some(cause) }
    }

    fn creation(&'a self, life: &PodLife, fact: &'a Fact) -> Creation<'a> {
        let others = self.lives.iter().filter(|it| {
            it.node == life.node && it.daemon_set == life.daemon_set && it.created < life.created
        });
        let before = others.max_by_key(|it| it.created);
        let sync = self.run.sync_behind(fact);
        let woken = sync.and_then(|sync| self.run.cause_of(sync));
        let left = |pod: &PodLife| {
            let stops = |span: &&Span| span.kind == PhaseKind::Terminate;
            let stopped = pod.spans.iter().find(stops).map(|span| span.until);
            stopped.or_else(|| pod.spans.last().map(|last| last.until))
        };
        let why = match before {
            _ if sync.is_none() => {
                self.run.cause_of(fact).map_or(WhyCreated::Unknown, WhyCreated::After)
            }
            Some(pod) => match left(pod).filter(|left| *left <= fact.at) {
                Some(left) => WhyCreated::Replaces { pod, left },
                None => WhyCreated::Beside { pod },
            },
            None => {
                let joined =
                    sync.zip(woken).and_then(|(sync, woken)| self.joined(life, woken, sync));
                joined.or(woken).map_or(WhyCreated::Unknown, WhyCreated::After)
            }
        };
        Creation { at: fact.at, why }
    }

    /// That the node of a pod joined between what woke the controller and its sync.
    fn joined(&'a self, life: &PodLife, woken: &Fact, sync: &Fact) -> Option<&'a Fact> {
        let between = self.run.facts.get(woken.id.0 as usize..sync.id.0 as usize)?;
        between.iter().rfind(|fact| {
            let What::NodeAdded { node, .. } = fact.what else { return false };
            self.run.names.get(node) == life.node
        })
    }

    fn turn(&'a self, life: &'a PodLife, deletion: Option<&'a Fact>) -> Option<Turn<'a>> {
        let waits = |span: &&Span| matches!(span.kind, PhaseKind::Budget | PhaseKind::NewPod);
        let last = life.spans.iter().rfind(waits)?;
        let first = life.spans.iter().find(waits)?;
        let known = self.history.daemon_set(&life.daemon_set);
        let current = known.and_then(|it| it.revision(last.until).0);
        let is_current_again = current.is_some_and(|it| it.hash == life.revision);
        let sync = deletion.and_then(|fact| self.run.sync_behind(fact));
        let freed = sync
            .filter(|_| !is_current_again)
            .and_then(|sync| self.behind(&life.daemon_set, sync))
            .map(|fact| {
                let pod = self.pod_of(fact).filter(|_| matches!(fact.what, What::PodReady { .. }));
                Freed { fact, pod, at: last.until }
            });
        let before = SimDuration::from_micros(last.until.as_micros().saturating_sub(1));
        let holders = self.holders(&life.daemon_set, before);
        let budget = self.budget(&life.daemon_set, before);
        let (from, until) = (first.from, last.until);
        Some(Turn { kind: last.kind, from, until, holders, budget, is_current_again, freed })
    }

    pub(super) fn deletion(&'a self, life: &'a PodLife, fact: &'a Fact) -> Deletion<'a> {
        let at = fact.at;
        let Some(sync) = self.run.sync_behind(fact) else {
            return Deletion { at, why: self.deletion_by_others(life, fact) };
        };
        let known = self.history.daemon_set(&life.daemon_set);
        let current = known.and_then(|it| it.revision(sync.at).0);
        let why = match current.filter(|it| it.hash != life.revision) {
            Some(CurrentRevision { hash, by, .. }) => {
                let by = by.and_then(|by| self.change(&life.daemon_set, by));
                WhyDeleted::Replaced { revision: hash, by }
            }
            None if has_failed(life) => WhyDeleted::Failed,
            None => WhyDeleted::NotWanted,
        };
        Deletion { at, why }
    }

    /// Why something other than the controller asked for the deletion of a pod.
    fn deletion_by_others(&'a self, life: &PodLife, fact: &'a Fact) -> WhyDeleted<'a> {
        let was_terminating = || {
            let mut at_start = self.run.start.pods.iter();
            at_start.any(|it| it.pod == life.pod && it.deleted.is_some())
        };
        if life.created.is_none() && fact.at.is_zero() && was_terminating() {
            return WhyDeleted::BeforeTheStart;
        }
        let Some(cause) = self.run.cause_of(fact) else { return WhyDeleted::Unknown };
        if let What::PodEvictionScheduled { after, .. } = cause.what {
            WhyDeleted::Evicted { after, by: self.run.cause_of(cause) }
        } else {
            WhyDeleted::After(cause)
        }
    }

    /// The change that made a revision current: what was written last before it was, since an
    /// informer may have been away, and what woke the controller something else.
    fn change(&'a self, daemon_set: &str, current: FactId) -> Option<&'a Fact> {
        let before = self.run.facts.get(..current.0 as usize)?;
        let written = before.iter().rfind(|fact| {
            let What::DaemonSetApplied { daemon_set: of, .. } = fact.what else { return false };
            self.run.names.get(of) == daemon_set
        });
        written.or_else(|| self.run.fact(current))
    }
}

/// Whether a pod had failed.
pub(super) fn has_failed(life: &PodLife) -> bool {
    life.spans.iter().any(|span| span.kind == PhaseKind::Failed)
}
