//! The calls of a sync, and how long the limit of the controller's client held them up.

use std::collections::BTreeMap;

use crate::record::FactId;
use crate::time::{MICROS_PER_SECOND, SimDuration};

/// The calls of a sync: creations in batches of 1, 2, 4, …, each after the answers to the one before
/// it, and then all deletions.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › syncNodes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyncCalls {
    pub(super) sync: FactId,
    pub(super) from: SimDuration,
    /// When the last of those that are known was carried out.
    pub(super) until: SimDuration,
    creates: u32,
    batch: Batch,
}

/// Calls that are made together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Batch {
    /// Creations come in batches 0, 1, 2, …, and deletions after all of them.
    number: u32,
    from: SimDuration,
    /// For how long the limit had held up the batches before.
    limited_before: SimDuration,
    /// The longest wait of a call in this one.
    limited: SimDuration,
}

/// When a call waited for the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitWait {
    pub from: SimDuration,
    pub until: SimDuration,
}

impl LimitWait {
    /// How many requests a second the limit lets through, as waits show it: while requests queue, one
    /// goes on as soon as there is a token for it. None if fewer than two waited, or never two in a
    /// row.
    pub fn rate(waits: impl Iterator<Item = Self>) -> Option<u32> {
        let mut ends: Vec<SimDuration> =
            waits.filter(|wait| wait.from < wait.until).map(|wait| wait.until).collect();
        ends.sort_unstable();
        ends.dedup();
        // Where somebody else took a token in between, the distance is a multiple.
        let mut distances: BTreeMap<u64, u32> = BTreeMap::new();
        for pair in ends.windows(2) {
            *distances.entry((pair[1].saturating_sub(pair[0])).as_micros()).or_default() += 1;
        }
        let (distance, times) = distances.into_iter().rev().max_by_key(|(_, times)| *times)?;
        let rate = (MICROS_PER_SECOND + distance / 2) / distance.max(1);
        u32::try_from(rate).ok().filter(|rate| *rate > 0 && times > 1)
    }
}

impl SyncCalls {
    /// Those of a sync at an instant: none yet.
    pub(super) const fn new(sync: FactId, at: SimDuration) -> Self {
        let (limited_before, limited) = (SimDuration::ZERO, SimDuration::ZERO);
        let batch = Batch { number: 0, from: at, limited_before, limited };
        Self { sync, from: at, until: at, creates: 0, batch }
    }

    /// A pod was created at an instant, after a wait for the limit.
    pub(super) fn create(&mut self, at: SimDuration, limited: SimDuration) -> LimitWait {
        self.creates = self.creates.saturating_add(1);
        self.add(self.creates.ilog2(), at, limited)
    }

    /// A pod was marked for deletion.
    pub(super) fn delete(&mut self, at: SimDuration, limited: SimDuration) -> LimitWait {
        self.add(u32::BITS, at, limited)
    }

    fn add(&mut self, number: u32, at: SimDuration, limited: SimDuration) -> LimitWait {
        if number != self.batch.number {
            let limited_before = self.limited();
            self.batch =
                Batch { number, from: self.until, limited_before, limited: SimDuration::ZERO };
        }
        self.batch.limited = self.batch.limited.max(limited);
        self.until = self.until.max(at);
        let from = self.batch.from;
        LimitWait { from, until: (from + limited).min(at) }
    }

    /// For how long the limit held up a call of the batch that is under way, together with those that
    /// it came after.
    pub(super) fn limited_with(&self, limited: SimDuration) -> SimDuration {
        self.batch.limited_before + limited
    }

    /// For how long the limit held up the sync.
    pub(super) fn limited(&self) -> SimDuration {
        self.limited_with(self.batch.limited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_show_the_rate_of_the_limit() {
        let ms = SimDuration::from_millis;
        let rate = |ends: &[u64]| {
            let wait = |until: &u64| LimitWait { from: ms(1_000), until: ms(*until) };
            LimitWait::rate(ends.iter().map(wait))
        };
        // After 1.15 seconds somebody else took a token.
        assert_eq!(rate(&[1_050, 1_100, 1_150, 1_250, 1_300, 1_050]), Some(20));
        assert_eq!(rate(&[1_333, 1_666, 1_999]), Some(3));
        assert_eq!(rate(&[1_050, 1_100]), None, "two may be anywhere");
        assert_eq!(rate(&[1_000, 1_000, 1_000]), None, "nothing waited");
    }

    #[test]
    fn a_batch_waits_for_the_limit_after_the_one_before_it() {
        let ms = SimDuration::from_millis;
        let mut calls = SyncCalls::new(FactId(7), ms(1_000));
        assert_eq!(
            calls.create(ms(1_055), ms(50)),
            LimitWait { from: ms(1_000), until: ms(1_050) }
        );
        calls.create(ms(1_160), ms(100));
        calls.create(ms(1_210), ms(150));
        assert_eq!(calls.limited_with(ms(150)), ms(200));
        let second = LimitWait { from: ms(1_210), until: ms(1_260) };
        assert_eq!(calls.delete(ms(1_265), ms(50)), second);
        assert_eq!((calls.limited(), calls.until), (ms(250), ms(1_265)));
    }
}
