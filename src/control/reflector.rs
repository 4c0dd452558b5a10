//! When an informer lists everything again whose watch was cut off.
//!
//! Source: `client-go/tools/cache/reflector.go › ListAndWatch, watch` and `NewReflector`, which backs
//! off from 800 ms to 30 s, each pause up to twice as long by chance; and
//! `apimachinery/pkg/util/wait/backoff.go › DelayWithReset`.

use crate::control::backoff::Doubling;
use crate::time::{SimDuration, SimTime};

/// The shortest pause after each attempt.
const PAUSES: Doubling =
    Doubling { first: SimDuration::from_millis(800), longest: SimDuration::from_secs(30) };

/// The shortest pause between the loss of the watch and the first attempt; measured.
const FIRST: SimDuration = SimDuration::from_millis(1_000);

/// How much longer the first pause is at most; measured.
const FIRST_SPREAD: SimDuration = SimDuration::from_millis(1_100);

/// Pauses are short again once they have been growing for longer than this, whatever happened
/// meanwhile.
const RESET_AFTER: SimDuration = SimDuration::from_secs(120);

/// How long an informer's pauses have become.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    /// When they began to grow; none if that is long ago.
    began: Option<SimTime>,
    /// How many pauses there were since.
    pauses: u32,
}

impl Backoff {
    /// That of an informer of a process that begins at `now`.
    pub fn of_process_from(now: SimTime) -> Self {
        Self { began: Some(now), pauses: 0 }
    }

    /// The shortest pause after an attempt at `now`.
    fn next(&mut self, now: SimTime) -> SimDuration {
        if self.began.is_none_or(|began| now.since(began) > RESET_AFTER) {
            *self = Self::of_process_from(now);
        }
        let pause = PAUSES.after(self.pauses);
        self.pauses = self.pauses.saturating_add(1);
        pause
    }
}

/// The attempts of an informer that lost its watch.
#[derive(Clone, Copy, Debug)]
pub struct Attempts {
    /// When the next one is.
    at: SimTime,
    /// How many draws there were, of those that name the numbers of this informer.
    draws: u64,
    /// Whether the API server has turned down its request for what changed since.
    turned_down: bool,
    pub backoff: Backoff,
}

impl Attempts {
    /// Those of an informer that lost its watch at `lost`. `by_chance` gives some part of a span, for
    /// the draw of this number; the first number is `draws`.
    pub fn after_loss(
        lost: SimTime,
        backoff: Backoff,
        draws: u64,
        by_chance: impl Fn(SimDuration, u64) -> SimDuration,
    ) -> Self {
        let at = lost + FIRST + by_chance(FIRST_SPREAD, draws);
        Self { at, draws: draws + 1, turned_down: false, backoff }
    }

    /// Goes on with attempts that are refused until `up`: says when everything is listed. Stops at
    /// the first attempt at `end` or later, if there is an end.
    ///
    /// The first attempt that gets through asks for what changed since the watch was lost, and is
    /// turned down, as the API server is too young to know that. Only after one more pause everything
    /// is listed.
    pub fn go_on(
        &mut self,
        up: SimTime,
        end: Option<SimTime>,
        by_chance: impl Fn(SimDuration, u64) -> SimDuration,
    ) -> Option<SimTime> {
        while end.is_none_or(|end| self.at < end) {
            if self.at >= up && std::mem::replace(&mut self.turned_down, true) {
                return Some(self.at);
            }
            let shortest = self.backoff.next(self.at);
            self.at = self.at + shortest + by_chance(shortest, self.draws);
            self.draws += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Part of a span: none, or all of it.
    fn part(part: u64) -> impl Fn(SimDuration, u64) -> SimDuration {
        move |span, _| SimDuration::from_micros(span.as_micros() * part)
    }

    fn lists_at(away: u64, by_chance: u64, backoff: Backoff) -> u64 {
        let mut attempts = Attempts::after_loss(MINUTE, backoff, 0, part(by_chance));
        let up = MINUTE + SimDuration::from_secs(away);
        let at = attempts.go_on(up, None, part(by_chance)).expect("it has no end");
        at.since(MINUTE).as_micros() / 1_000
    }

    const MINUTE: SimTime = SimTime::from_secs(60);

    fn check(away: u64, by_chance: u64, expected_millis: u64) {
        assert_eq!(lists_at(away, by_chance, Backoff::default()), expected_millis, "{away}");
    }

    #[test]
    fn an_informer_lists_after_one_more_pause_than_it_needs() {
        // 1.0, then 1.8.
        check(1, 0, 1_800);
        // Tries at 1.0, 1.8, 3.4, 6.6 and 13.0 s.
        check(11, 0, 25_800);
        check(11, 1, 2_100 + 1_600 + 3_200 + 6_400 + 12_800);
    }

    #[test]
    fn pauses_grow_to_half_a_minute_to_a_minute_and_are_short_again_after_two_minutes() {
        // Tries at 1.0, 1.8, 3.4, 6.6, 13.0, 25.8, 51.4, 81.4 and 111.4 s.
        check(90, 0, 141_400);
        check(120, 0, 141_400 + 800);
        check(150, 0, 141_400 + 800 + 1_600 + 3_200 + 6_400 + 12_800);
    }

    #[test]
    fn pauses_of_a_young_process_are_short_again_sooner() {
        // Two minutes after the process began, 60 s after the loss: at the try of 81.4 s.
        let young = Backoff::of_process_from(SimTime::ZERO);
        assert_eq!(lists_at(90, 0, young), 81_400 + 800 + 1_600 + 3_200 + 6_400 + 12_800);
    }

    #[test]
    fn a_second_outage_does_not_begin_with_short_pauses() {
        let at = |seconds| MINUTE + SimDuration::from_secs(seconds);
        let mut attempts = Attempts::after_loss(MINUTE, Backoff::default(), 0, part(0));
        // Turned down at 13 s, and away again before the list of 25.8 s, which fails: that of 51.4 s
        // gets through.
        assert_eq!(attempts.go_on(at(11), Some(at(20)), part(0)), None);
        assert_eq!(
            attempts.go_on(at(30), None, part(0)),
            Some(at(51) + SimDuration::from_millis(400))
        );
        // Having listed, it loses the API server once more.
        let mut attempts = Attempts::after_loss(at(70), attempts.backoff, 0, part(0));
        assert_eq!(attempts.go_on(at(72), None, part(0)), Some(at(71 + 30 + 30)));
    }
}
