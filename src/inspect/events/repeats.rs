//! What kubelets do again and again while no fact tells of it: containers that crash at once after
//! each start, and images that cannot be pulled.

use std::collections::BTreeMap;

use crate::inspect::events::containers::Container;
use crate::inspect::events::kubelet::PodRef;
use crate::time::SimTime;

/// What is done to a container at a later time.
#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub(super) pod: PodRef,
    pub(super) container: Container,
    pub(super) again: Again,
    /// How often it was done.
    pub(super) tries: u64,
}

/// What is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// It is started once more.
    Start,
    /// It is started, and crashes at once.
    Crash,
    /// Its image is asked for, in vain.
    Pull,
}

/// Stands for a repetition that is due.
pub(super) type RepeatId = (SimTime, u64);

/// All that is due at some time.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats {
    due: BTreeMap<RepeatId, Repeat>,
    planned: u64,
}

impl Repeats {
    pub(super) fn plan(&mut self, at: SimTime, repeat: Repeat) -> RepeatId {
        let id = (at, self.planned);
        self.planned += 1;
        self.due.insert(id, repeat);
        id
    }

    pub(super) fn cancel(&mut self, id: RepeatId) {
        self.due.remove(&id);
    }

    /// The next one that is due at `now` or before, and when.
    pub(super) fn take_due(&mut self, now: SimTime) -> Option<(SimTime, Repeat)> {
        let entry = self.due.first_entry()?;
        let (at, _) = *entry.key();
        (at <= now).then(|| (at, entry.remove()))
    }
}
