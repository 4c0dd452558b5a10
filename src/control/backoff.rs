//! Pauses that double with each failure.
//!
//! What lives here: [`Doubling`], how long they are, and [`Pause`], one that is in force. Who fails,
//! and what failing means, is the business of those who keep them.

use crate::time::{SimDuration, SimTime};

/// How long pauses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Doubling {
    pub(super) first: SimDuration,
    pub(super) longest: SimDuration,
}

impl Doubling {
    /// The pause after a failure that `earlier` others came before.
    pub(super) fn after(self, earlier: u32) -> SimDuration {
        let factor = 1_u64.checked_shl(earlier).unwrap_or(u64::MAX);
        self.first.times(factor).min(self.longest)
    }

    /// All pauses, without end.
    pub(super) fn all(self) -> impl Iterator<Item = SimDuration> {
        std::iter::successors(Some(self.first), move |&pause| Some(self.twice(pause)))
    }

    fn twice(self, pause: SimDuration) -> SimDuration {
        pause.times(2).min(self.longest)
    }

    /// How long a pause is remembered after it began.
    ///
    /// Source: `client-go/util/flowcontrol/backoff.go › hasExpired`.
    fn memory(self) -> SimDuration {
        self.longest.times(2)
    }
}

/// A pause in force. It is forgotten, and the next one is the first again, some time after it began:
/// twice the longest pause.
///
/// Source: `client-go/util/flowcontrol/backoff.go › backoffEntry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// How long it lasts.
    pub(super) length: SimDuration,
    pub(super) since: SimTime,
}

impl Pause {
    /// The pause that begins at `now` because of a failure at `failed`, after `last`.
    ///
    /// Source: `client-go/util/flowcontrol/backoff.go › Next`.
    pub(super) fn next(
        last: Option<Self>,
        failed: SimTime,
        now: SimTime,
        doubling: Doubling,
    ) -> Self {
        let known = last.filter(|last| last.is_known(failed, doubling));
        let length = known.map_or(doubling.first, |last| doubling.twice(last.length));
        Self { length, since: now }
    }

    /// Whether it is not forgotten at `now`.
    pub(super) fn is_known(self, now: SimTime, doubling: Doubling) -> bool {
        now.since(self.since) <= doubling.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECONDS: Doubling =
        Doubling { first: SimDuration::from_secs(1), longest: SimDuration::from_secs(5) };

    #[test]
    fn pauses_double_up_to_the_longest() {
        let all: Vec<u64> = SECONDS.all().take(5).map(SimDuration::as_secs).collect();
        assert_eq!(all, [1, 2, 4, 5, 5]);
        let after = |earlier| SECONDS.after(earlier).as_secs();
        assert_eq!([0, 1, 2, 3, 63, 64, u32::MAX].map(after), [1, 2, 4, 5, 5, 5, 5]);
    }

    #[test]
    fn a_pause_is_forgotten_after_twice_the_longest() {
        let at = SimTime::from_secs;
        let first = Pause::next(None, at(0), at(0), SECONDS);
        let second = |failed| Pause::next(Some(first), at(failed), at(99), SECONDS);
        assert_eq!(second(10), Pause { length: SimDuration::from_secs(2), since: at(99) });
        assert_eq!(second(11).length, SECONDS.first);
    }
}
