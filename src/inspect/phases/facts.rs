//! The facts behind a fact.

use crate::inspect::phases::history::History;
use crate::inspect::run::Run;
use crate::record::{Fact, FactId, What};
use crate::time::SimDuration;

impl Run {
    /// The fact of an id.
    pub fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id.0 as usize)
    }

    /// What a fact followed from.
    pub fn cause_of(&self, fact: &Fact) -> Option<&Fact> {
        fact.cause.and_then(|cause| self.fact(cause))
    }

    /// The sync that asked for what a fact tells of, if one did.
    pub fn sync_behind(&self, fact: &Fact) -> Option<&Fact> {
        self.cause_of(fact).filter(|cause| matches!(cause.what, What::Synced { .. }))
    }
}

impl History {
    /// The fact that made a sync, or a status, possible: a pod that became available after
    /// `minReadySeconds`, if one did after what woke the controller, and else what woke it.
    ///
    /// A timer makes the controller look again, and names what woke it before.
    pub fn freed_by<'a>(&self, daemon_set: &str, fact: &'a Fact, run: &'a Run) -> Option<&'a Fact> {
        let cause = run.cause_of(fact)?;
        let known = self.daemon_set(daemon_set);
        let since = known.and_then(|it| it.last_available(cause.at, fact.at));
        since.and_then(|it| run.fact(it.ready)).or(Some(cause))
    }

    /// Until when what a sync did had to wait.
    pub(super) fn woken_at(&self, daemon_set: &str, sync: &Fact, run: &Run) -> SimDuration {
        let known = self.daemon_set(daemon_set);
        let woken = run.cause_of(sync).map_or(sync.at, |cause| cause.at);
        known.and_then(|it| it.last_available(woken, sync.at)).map_or(woken, |it| it.at)
    }
}
