//! What becomes of the events that a component reports: most of a large rollout's are merged or
//! dropped before the API server sees them.
//!
//! What lives here: [`EventPipeline`], which merges similar events, counts identical ones and
//! drops those of an object that has too many. What is sent is sent with the component's own
//! client, and so draws from its token bucket; that is the caller's business.
//!
//! Source: `client-go/tools/record/events_cache.go › EventCorrelator`. The scheduler reports through
//! `client-go/tools/events` instead, which has no such filter.

use std::collections::{BTreeMap, BTreeSet};

use crate::control::rate_limit::{Rate, TokenBucket};
use crate::time::{SimDuration, SimTime};

/// Events that an object may have at once, of each type.
const SPAM_BURST: u32 = 25;
/// One more after each such time.
const SPAM_PERIOD: SimDuration = SimDuration::from_secs(300);
/// From so many different messages of one reason on they are merged.
const SIMILAR_LIMIT: usize = 10;
/// A pause of more than this between similar events forgets them.
const SIMILAR_PERIOD: SimDuration = SimDuration::from_secs(600);
/// How many entries each of the three caches holds; the one that was not used for longest goes.
const CACHE_LIMIT: usize = 4_096;

/// Whether an event is of interest only to those who look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    Normal,
    Warning,
}

/// What is asked of the API server for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A new Event object with this message.
    Create { message: String },
    /// An Event object that exists gets this message and count.
    Patch {
        message: String,
        /// How often it was reported; at least 2.
        count: u32,
    },
    /// Nothing: the object's events of this type came too fast.
    Dropped,
}

/// The pipeline of one component. `O` names the object that an event is about.
#[derive(Clone, Debug)]
pub struct EventPipeline<O> {
    similar: Cache<Kind<O>, Similar>,
    counts: Cache<(Kind<O>, Option<String>), u32>,
    buckets: Cache<(O, EventType), SpamBucket>,
}

/// Events that are merged with one another: same object, type and reason.
type Kind<O> = (O, EventType, &'static str);

/// How many more events of a type an object may have.
#[derive(Clone, Copy, Debug)]
struct SpamBucket(TokenBucket);

#[derive(Clone, Debug, Default)]
struct Similar {
    messages: BTreeSet<String>,
    last: SimTime,
}

impl<O: Ord + Clone> EventPipeline<O> {
    /// A pipeline that has seen nothing, as after a start of its component.
    pub fn new() -> Self {
        Self { similar: Cache::new(), counts: Cache::new(), buckets: Cache::new() }
    }

    /// Reports an event and says what is sent for it. Even an event that is dropped counts: the
    /// filter comes last.
    ///
    /// Source: `client-go/tools/record/events_cache.go › EventCorrelate`.
    #[must_use]
    pub fn report(
        &mut self,
        now: SimTime,
        object: &O,
        kind: EventType,
        reason: &'static str,
        message: &str,
    ) -> Sent {
        let similar = (object.clone(), kind, reason);
        let merged = self.is_merged(now, &similar, message);
        let own_message = (!merged).then(|| message.to_owned());
        let count = self.counts.entry((similar, own_message));
        *count = count.saturating_add(1);
        let count = *count;
        if !self.passes(now, object, kind) {
            return Sent::Dropped;
        }
        let prefix = if merged { "(combined from similar events): " } else { "" };
        let message = format!("{prefix}{message}");
        if count == 1 { Sent::Create { message } } else { Sent::Patch { message, count } }
    }

    /// Whether the event is one of too many that differ in their message only. Upstream then
    /// forgets any one of the messages, in the random order of a map; here it is the new one.
    ///
    /// Source: `client-go/tools/record/events_cache.go › EventAggregate`.
    fn is_merged(&mut self, now: SimTime, similar: &Kind<O>, message: &str) -> bool {
        let seen = self.similar.entry(similar.clone());
        if now.since(seen.last) > SIMILAR_PERIOD {
            seen.messages.clear();
        }
        seen.last = now;
        if seen.messages.contains(message) {
            return false;
        }
        if seen.messages.len() + 1 >= SIMILAR_LIMIT {
            return true;
        }
        seen.messages.insert(message.to_owned());
        false
    }

    /// Source: `client-go/tools/record/events_cache.go › EventSourceObjectSpamFilter.Filter`.
    fn passes(&mut self, now: SimTime, object: &O, kind: EventType) -> bool {
        self.buckets.entry((object.clone(), kind)).0.try_take(now)
    }
}

impl<O: Ord + Clone> Default for EventPipeline<O> {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for SpamBucket {
    fn default() -> Self {
        Self(TokenBucket::new(Rate::new(1, SPAM_PERIOD), SPAM_BURST))
    }
}

/// A map that forgets what was not used for longest.
#[derive(Clone, Debug)]
struct Cache<K, V> {
    values: BTreeMap<K, (u64, V)>,
    by_use: BTreeMap<u64, K>,
    uses: u64,
}

impl<K: Ord + Clone, V: Default> Cache<K, V> {
    fn new() -> Self {
        Self { values: BTreeMap::new(), by_use: BTreeMap::new(), uses: 0 }
    }

    /// The value of `key`, which was used just now; its default if it is not there.
    fn entry(&mut self, key: K) -> &mut V {
        let last_use = self.values.get(&key).map(|&(last_use, _)| last_use);
        // What was used last of all is in its place already.
        if last_use != Some(self.uses) {
            self.use_again(&key, last_use);
        }
        let (last_use, value) = self.values.entry(key).or_default();
        *last_use = self.uses;
        value
    }

    /// Puts a key behind all others, and makes room for one that is new.
    fn use_again(&mut self, key: &K, last_use: Option<u64>) {
        self.uses += 1;
        self.by_use.insert(self.uses, key.clone());
        if let Some(last_use) = last_use {
            self.by_use.remove(&last_use);
        } else if self.values.len() >= CACHE_LIMIT
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.values.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created(message: &str) -> Sent {
        Sent::Create { message: message.to_owned() }
    }

    fn patched(message: &str, count: u32) -> Sent {
        Sent::Patch { message: message.to_owned(), count }
    }

    /// Reports events of one object at the given seconds, and compares what is sent for the last.
    fn check(reports: &[(u64, &str)], expected_last: &Sent) {
        let mut pipeline = EventPipeline::new();
        let mut last = Sent::Dropped;
        for (seconds, message) in reports {
            let at = SimTime::from_secs(*seconds);
            last = pipeline.report(at, &"ds", EventType::Normal, "SuccessfulCreate", message);
        }
        assert_eq!(&last, expected_last, "{reports:?}");
    }

    const NINE: [(u64, &str); 9] =
        [(0, "1"), (0, "2"), (0, "3"), (0, "4"), (0, "5"), (0, "6"), (0, "7"), (0, "8"), (0, "9")];

    fn after_nine(more: &[(u64, &'static str)]) -> Vec<(u64, &'static str)> {
        NINE.iter().chain(more).copied().collect()
    }

    #[test]
    fn identical_events_are_counted() {
        check(&[(0, "a")], &created("a"));
        check(&[(0, "a"), (1, "a")], &patched("a", 2));
        check(&[(0, "a"), (1, "b"), (900, "a")], &patched("a", 2));
    }

    #[test]
    fn the_tenth_similar_event_is_combined() {
        check(&NINE, &created("9"));
        check(&after_nine(&[(1, "10")]), &created("(combined from similar events): 10"));
        check(
            &after_nine(&[(1, "10"), (2, "11")]),
            &patched("(combined from similar events): 11", 2),
        );
        check(&after_nine(&[(1, "10"), (2, "3")]), &patched("3", 2));
    }

    #[test]
    fn ten_minutes_of_silence_forget_similar_events() {
        check(&after_nine(&[(600, "10")]), &created("(combined from similar events): 10"));
        check(&after_nine(&[(601, "10")]), &created("10"));
        check(
            &after_nine(&[(500, "1"), (1_000, "10")]),
            &created("(combined from similar events): 10"),
        );
    }

    #[test]
    fn an_object_has_25_events_and_then_one_in_five_minutes() {
        let many = |n| vec![(0, "a"); n];
        check(&many(25), &patched("a", 25));
        check(&many(26), &Sent::Dropped);
        let later = |seconds| [many(26), vec![(seconds, "a")]].concat();
        check(&later(299), &Sent::Dropped);
        check(&later(300), &patched("a", 27));
    }

    #[test]
    fn a_rollout_of_200_nodes_shows_25_events_of_each_object_and_type() {
        let mut pipeline = EventPipeline::new();
        let mut send = |object, kind| {
            let report =
                |i| pipeline.report(SimTime::ZERO, &object, kind, "R", &format!("pod-{i}"));
            let sent: Vec<Sent> = (0..200).map(report).collect();
            sent.iter().filter(|sent| **sent != Sent::Dropped).count()
        };
        assert_eq!(send("ds", EventType::Normal), 25);
        assert_eq!(send("ds", EventType::Normal), 0);
        assert_eq!(send("ds", EventType::Warning), 25);
        assert_eq!(send("other", EventType::Normal), 25);
    }

    #[test]
    fn caches_forget_what_was_not_used_for_longest() {
        let mut cache: Cache<usize, u32> = Cache::new();
        for key in 0..CACHE_LIMIT {
            *cache.entry(key) = 1;
        }
        assert_eq!(*cache.entry(0), 1);
        assert_eq!(*cache.entry(CACHE_LIMIT), 0);
        assert_eq!(*cache.entry(1), 0, "the oldest, as 0 was used again");
        assert_eq!(*cache.entry(0), 1);
        assert_eq!((cache.values.len(), cache.by_use.len()), (CACHE_LIMIT, CACHE_LIMIT));
    }
}
