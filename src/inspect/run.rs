//! A run that is over, as its record tells it.

use std::collections::BTreeSet;

use crate::inspect::header::Header;
use crate::inspect::moment::Moment;
use crate::inspect::read::{ReadError, Reader};
use crate::inspect::replay::Replay;
use crate::record::{ClusterState, Fact, Names, What};
use crate::time::{SimDuration, SimTime};

/// Everything that a record says.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub header: Header,
    /// The objects at the start.
    pub start: ClusterState,
    /// In the order they happened, numbered from 0 without a gap.
    pub facts: Vec<Fact>,
    /// The names that the facts use.
    pub names: Names,
}

impl Run {
    /// Reads the text of `facts.jsonl`.
    ///
    /// # Errors
    /// At the first line that is no part of a record of this version.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let mut reader = Reader::default();
        text.split_inclusive('\n').try_for_each(|line| reader.push(line.as_bytes()))?;
        reader.finish()
    }

    /// The time of the last fact.
    pub fn end(&self) -> SimDuration {
        self.facts.last().map(|fact| fact.at).unwrap_or_default()
    }

    /// When the run began.
    pub fn begin(&self) -> SimTime {
        SimTime::from_micros(self.header.start_unix_us)
    }

    /// What facts call the DaemonSets that are ever there: first those of the start, then the others
    /// in the order of their creation.
    pub fn daemon_sets(&self) -> Vec<&str> {
        let at_start = self.start.daemon_sets.iter().map(|it| it.daemon_set.as_str());
        let applied = self.facts.iter().filter_map(|fact| {
            let What::DaemonSetApplied { daemon_set, .. } = fact.what else { return None };
            Some(self.names.get(daemon_set))
        });
        let mut known = BTreeSet::new();
        at_start.chain(applied).filter(|it| known.insert(*it)).collect()
    }

    /// The cluster after all facts at or before `at`, which counts from the start of the run.
    pub fn at(&self, at: SimDuration) -> Moment {
        let mut replay = self.replay();
        replay.go_to(at);
        replay.into_moment(at)
    }

    /// The cluster at the start, and a way to go on from there fact by fact.
    pub fn replay(&self) -> Replay<'_> {
        Replay::new(self)
    }
}
