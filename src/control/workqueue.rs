//! The controller's work queue: each key waits once, and is never worked on twice at the same time.
//!
//! Source: `client-go/util/workqueue/{queue,delaying_queue,default_rate_limiters}.go`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::control::backoff::Doubling;
use crate::control::rate_limit::{Rate, TokenBucket};
use crate::time::{SimDuration, SimTime};

/// The delays of a key whose work failed: 5 ms at first, at most 1000 s.
///
/// Source: `client-go/util/workqueue/default_rate_limiters.go ›
/// ItemExponentialFailureRateLimiter`.
const DELAYS: Doubling =
    Doubling { first: SimDuration::from_millis(5), longest: SimDuration::from_secs(1000) };

/// Keys to be worked on, now or later.
#[derive(Clone, Debug)]
pub struct WorkQueue<K> {
    ready: VecDeque<K>,
    dirty: BTreeSet<K>,
    processing: BTreeSet<K>,
    waiting: BTreeMap<K, SimTime>,
    failures: BTreeMap<K, u32>,
    /// Shared by all keys.
    retries: TokenBucket,
}

impl<K> Default for WorkQueue<K> {
    fn default() -> Self {
        Self {
            ready: VecDeque::new(),
            dirty: BTreeSet::new(),
            processing: BTreeSet::new(),
            waiting: BTreeMap::new(),
            failures: BTreeMap::new(),
            retries: TokenBucket::new(Rate::per_second(10), 100),
        }
    }
}

impl<K: Ord + Copy> WorkQueue<K> {
    /// Adds a key. One that waits already is not added again; one that is being worked on comes
    /// back when that is done. A pending delayed add stays pending.
    pub fn add(&mut self, key: K) {
        if self.dirty.insert(key) && !self.processing.contains(&key) {
            self.ready.push_back(key);
        }
    }

    /// Adds a key at `at`. Of several delayed adds of a key only the earliest is kept. Returns the
    /// instant at which [`WorkQueue::release`] must be called, if this add changed it; an instant
    /// that is not after `now` adds at once.
    #[must_use]
    pub fn add_at(&mut self, key: K, at: SimTime, now: SimTime) -> Option<SimTime> {
        if at <= now {
            self.add(key);
            return None;
        }
        match self.waiting.get(&key) {
            Some(&earlier) if earlier <= at => None,
            Some(_) | None => {
                self.waiting.insert(key, at);
                Some(at)
            }
        }
    }

    /// Whether a key is worked on, or will be.
    pub fn holds(&self, key: K) -> bool {
        self.dirty.contains(&key)
            || self.processing.contains(&key)
            || self.waiting.contains_key(&key)
    }

    /// Adds the key whose delay is over at `now`; does nothing if an earlier one replaced it.
    pub fn release(&mut self, key: K, now: SimTime) {
        if self.waiting.get(&key).is_some_and(|&at| at <= now) {
            self.waiting.remove(&key);
            self.add(key);
        }
    }

    /// The next key to work on, if any waits.
    pub fn take(&mut self) -> Option<K> {
        let key = self.ready.pop_front()?;
        self.dirty.remove(&key);
        self.processing.insert(key);
        Some(key)
    }

    /// The work on a key has ended; it waits again if it was added meanwhile.
    pub fn done(&mut self, key: K) {
        self.processing.remove(&key);
        if self.dirty.contains(&key) {
            self.ready.push_back(key);
        }
    }

    /// After how long to add a key again whose work failed at `now`: 5 ms, doubled with each
    /// failure, or longer if all keys together fail more than 10 times a second, after 100.
    pub fn retry_delay(&mut self, key: K, now: SimTime) -> SimDuration {
        let failures = self.failures.entry(key).or_default();
        let of_key = DELAYS.after(*failures);
        *failures += 1;
        of_key.max(self.retries.reserve(now).since(now))
    }

    /// The work on a key succeeded: its next failure starts afresh.
    pub fn forget(&mut self, key: K) {
        self.failures.remove(&key);
    }

    /// Whether a key waits to be taken.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_once_and_returns_after_its_work() {
        let mut queue = WorkQueue::default();
        queue.add('a');
        queue.add('a');
        queue.add('b');
        assert_eq!(queue.take(), Some('a'));
        queue.add('a');
        assert_eq!(queue.take(), Some('b'));
        assert_eq!(queue.take(), None);
        queue.done('a');
        assert_eq!(queue.take(), Some('a'));
    }

    #[test]
    fn the_earliest_delay_wins_and_an_add_does_not_cancel_it() {
        let at = SimTime::from_secs;
        let mut queue = WorkQueue::default();
        assert_eq!(queue.add_at('a', at(10), at(0)), Some(at(10)));
        assert_eq!(queue.add_at('a', at(20), at(0)), None);
        assert_eq!(queue.add_at('a', at(5), at(0)), Some(at(5)));
        queue.add('a');
        assert_eq!(queue.take(), Some('a'));
        queue.done('a');
        queue.release('a', at(5));
        assert_eq!(queue.take(), Some('a'));
        queue.done('a');
        queue.release('a', at(10));
        assert_eq!(queue.take(), None);
        assert_eq!(queue.add_at('a', at(10), at(10)), None);
        assert!(queue.has_ready());
    }

    #[test]
    fn failures_double_the_delay() {
        let mut queue = WorkQueue::default();
        let now = SimTime::ZERO;
        let delays: Vec<u64> = (0..4).map(|_| queue.retry_delay('a', now).as_micros()).collect();
        assert_eq!(delays, [5_000, 10_000, 20_000, 40_000]);
        queue.forget('a');
        assert_eq!(queue.retry_delay('a', now).as_micros(), 5_000);
    }

    #[test]
    fn all_keys_together_fail_at_a_limited_rate() {
        let mut queue = WorkQueue::default();
        let mut delay = |key: u32| queue.retry_delay(key, SimTime::ZERO);
        assert!((0..100).all(|key| delay(key) == DELAYS.first));
        assert_eq!(delay(100), SimDuration::from_millis(100));
        assert_eq!(delay(101), SimDuration::from_millis(200));
    }
}
