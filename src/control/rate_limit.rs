//! Token buckets: how many calls a client may make.
//!
//! What lives here: [`Rate`] and [`TokenBucket`], in exact integers. A bucket is not refilled by
//! anything; what has flowed in since its last use is computed when it is used.
//!
//! Source: `golang.org/x/time/rate/rate.go › Limiter.reserveN, advance` and
//! `client-go/util/flowcontrol/throttle.go`.

use crate::time::{SimDuration, SimTime};

/// So many tokens in so long a time. Not rounded to a whole number a second: one token every 300
/// seconds is as exact as 20 tokens a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    tokens: u64,
    per: SimDuration,
}

impl Rate {
    /// No tokens at all: what the node-lifecycle controller sets for a zone that it leaves alone.
    pub const ZERO: Self = Self { tokens: 0, per: SimDuration::from_secs(1) };

    /// `tokens` every `per`; `per` counts as at least a microsecond, and `tokens` as at most
    /// `u32::MAX`.
    pub const fn new(tokens: u32, per: SimDuration) -> Self {
        let per = if per.is_zero() { SimDuration::from_micros(1) } else { per };
        Self { tokens: tokens as u64, per }
    }

    /// `tokens` a second, as `--kube-api-qps` gives them.
    pub const fn per_second(tokens: u32) -> Self {
        Self::new(tokens, SimDuration::from_secs(1))
    }

    /// `millis` thousandths of a token a second: 100 for the 0.1 a second of
    /// `--node-eviction-rate`.
    pub const fn millis_per_second(millis: u32) -> Self {
        Self::new(millis, SimDuration::from_secs(1_000))
    }
}

/// A bucket that holds at most `burst` tokens, is full at first and is refilled at a steady rate.
///
/// Callers are served in the order in which they come: one that finds the bucket empty takes its
/// token all the same and waits until that token exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    limit: Option<Limit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    rate: Rate,
    burst: u32,
    /// What is in the bucket, less what was promised; a token is `rate.per` microseconds large, so
    /// that a microsecond brings exactly `rate.tokens`.
    level: i128,
    /// When `level` was right.
    at: SimTime,
}

impl TokenBucket {
    /// A full bucket. A `burst` of 0 counts as 1: upstream refuses every caller of such a bucket,
    /// which no component is set up with.
    pub fn new(rate: Rate, burst: u32) -> Self {
        let burst = burst.max(1);
        let level = capacity(rate, burst);
        Self { limit: Some(Limit { rate, burst, level, at: SimTime::ZERO }) }
    }

    /// A bucket that never makes anyone wait.
    pub const fn unlimited() -> Self {
        Self { limit: None }
    }

    /// Takes a token and says when its caller, who comes at `now`, may go: at `now` or later, and
    /// never before an earlier caller. [`SimTime::MAX`], and no token taken, if the bucket is
    /// empty and nothing flows in.
    #[must_use]
    pub fn reserve(&mut self, now: SimTime) -> SimTime {
        let Some(limit) = &mut self.limit else { return now };
        let now = limit.advance(now);
        if limit.rate.tokens == 0 && limit.level < limit.token() {
            return SimTime::MAX;
        }
        limit.level -= limit.token();
        now + limit.wait_until_level(0)
    }

    /// Takes a token if there is a whole one at `now`; says whether it did.
    ///
    /// Source: `client-go/util/flowcontrol/throttle.go › TryAccept`.
    #[must_use]
    pub fn try_take(&mut self, now: SimTime) -> bool {
        let Some(limit) = &mut self.limit else { return true };
        limit.advance(now);
        let there = limit.level >= limit.token();
        if there {
            limit.level -= limit.token();
        }
        there
    }

    /// When [`TokenBucket::try_take`] succeeds next, if nobody else takes a token;
    /// [`SimTime::MAX`] if it never does.
    pub fn next_token(&self, now: SimTime) -> SimTime {
        let Some(mut limit) = self.limit else { return now };
        let now = limit.advance(now);
        now + limit.wait_until_level(limit.token())
    }
}

impl Limit {
    /// The size of a token.
    const fn token(&self) -> i128 {
        self.rate.per.as_micros() as i128
    }

    /// Brings the level to what it is at `now`; returns the later of `now` and the last use.
    fn advance(&mut self, now: SimTime) -> SimTime {
        let inflow = i128::from(now.since(self.at).as_micros()) * i128::from(self.rate.tokens);
        self.level = (self.level + inflow).min(capacity(self.rate, self.burst));
        self.at = self.at.max(now);
        self.at
    }

    /// How long until the level is `wanted`, rounded up to the microsecond: a token is never given
    /// before it is whole.
    fn wait_until_level(&self, wanted: i128) -> SimDuration {
        let missing = wanted - self.level;
        if missing <= 0 {
            return SimDuration::ZERO;
        }
        let tokens = i128::from(self.rate.tokens);
        let micros = missing.checked_add(tokens - 1).and_then(|up| up.checked_div(tokens));
        let micros = micros.and_then(|micros| u64::try_from(micros).ok());
        micros.map_or(SimDuration::MAX, SimDuration::from_micros)
    }
}

const fn capacity(rate: Rate, burst: u32) -> i128 {
    rate.per.as_micros() as i128 * burst as i128
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn micros(at: u64) -> SimTime {
        SimTime::from_micros(at)
    }

    /// The burst goes at once, the rest in equal steps, to the microsecond.
    fn check(rate: Rate, burst: u32, calls: usize, expected_last_micros: u64) {
        let mut bucket = TokenBucket::new(rate, burst);
        let times: Vec<SimTime> = (0..calls).map(|_| bucket.reserve(SimTime::ZERO)).collect();
        assert!(times.is_sorted());
        assert_eq!(times.last(), Some(&micros(expected_last_micros)));
    }

    #[test]
    fn the_burst_goes_at_once_and_the_rest_at_the_rate() {
        check(Rate::per_second(20), 30, 30, 0);
        check(Rate::per_second(20), 30, 31, 50_000);
        check(Rate::per_second(20), 30, 250, 11_000_000);
        check(Rate::millis_per_second(100), 1, 3, 20_000_000);
        check(Rate::new(1, SimDuration::from_secs(300)), 25, 27, 600_000_000);
        check(Rate::new(1, SimDuration::ZERO), 0, 3, 2);
    }

    #[test]
    fn a_rate_that_is_no_whole_number_of_microseconds_does_not_drift() {
        check(Rate::per_second(3), 1, 2, 333_334);
        check(Rate::per_second(3), 1, 3_000_001, 1_000_000_000_000);
    }

    #[test]
    fn an_idle_bucket_fills_up_to_its_burst() {
        let mut bucket = TokenBucket::new(Rate::per_second(10), 2);
        let at = SimTime::from_secs(3_600);
        let times: Vec<u64> = (0..4).map(|_| bucket.reserve(at).since(at).as_micros()).collect();
        assert_eq!(times, [0, 0, 100_000, 200_000]);
    }

    #[test]
    fn whoever_only_tries_leaves_no_debt() {
        let mut bucket = TokenBucket::new(Rate::per_second(1), 1);
        assert!(bucket.try_take(SimTime::ZERO));
        assert!(!bucket.try_take(micros(999_999)));
        assert_eq!(bucket.next_token(micros(999_999)), micros(1_000_000));
        assert!(bucket.try_take(micros(1_000_000)));
    }

    #[test]
    fn no_limit_and_no_rate_are_the_two_ends() {
        let mut open = TokenBucket::unlimited();
        assert!(
            (0..1_000).all(|_| open.reserve(micros(7)) == micros(7) && open.try_take(micros(7)))
        );
        assert_eq!(open.next_token(micros(7)), micros(7));
        let mut shut = TokenBucket::new(Rate::ZERO, 1);
        assert_eq!(shut.reserve(micros(5)), micros(5));
        assert_eq!(shut.reserve(micros(5)), SimTime::MAX);
        assert_eq!(shut.next_token(micros(5)), SimTime::MAX);
    }

    proptest! {
        /// In no window of time `t` do more than `burst + rate · t` callers go, but for the
        /// microsecond to which instants are rounded.
        #[test]
        fn never_more_than_burst_and_inflow(
            tokens in 1u32..50,
            per in 1u64..3_000_000,
            burst in 1u32..8,
            gaps in prop::collection::vec(0u64..2_000_000, 1..40),
        ) {
            let mut bucket = TokenBucket::new(Rate::new(tokens, SimDuration::from_micros(per)), burst);
            let mut now = 0;
            let mut times = Vec::new();
            for gap in gaps {
                now += gap;
                let at = bucket.reserve(micros(now)).as_micros();
                prop_assert!(at >= now && times.last().is_none_or(|last| *last <= at));
                times.push(at);
            }
            for (i, first) in times.iter().enumerate() {
                for (j, last) in times.iter().enumerate().skip(i) {
                    let (callers, window) = (j - i + 1, u128::from(last - first));
                    let inflow = (window + 1) * u128::from(tokens);
                    let allowed = u128::from(burst) * u128::from(per) + inflow;
                    prop_assert!(callers as u128 * u128::from(per) < allowed);
                }
            }
        }
    }
}
