//! When an informer lists everything again whose watch was cut off.
//!
//! Source: `client-go/tools/cache/reflector.go › ListAndWatch, watch` and `NewReflector`, which backs
//! off from 800 ms to 30 s, each pause up to twice as long by chance.

use crate::control::backoff::Doubling;
use crate::time::{SimDuration, SimTime};

/// The shortest pause after each attempt.
const PAUSES: Doubling =
    Doubling { first: SimDuration::from_millis(800), longest: SimDuration::from_secs(30) };

/// The shortest pause between the loss of the watch and the first attempt; measured.
const FIRST: SimDuration = SimDuration::from_millis(1_000);

/// How much longer the first pause is at most; measured.
const FIRST_SPREAD: SimDuration = SimDuration::from_millis(900);

/// When an informer lists that lost its watch at `lost`, because the API server refused connections
/// until `up`.
///
/// The first attempt that gets through asks for what changed since the watch was lost, and is turned
/// down, as the API server is too young to know that. Only after one more pause everything is listed.
/// `by_chance` gives some part of a span, for the attempt of this number.
pub fn lists_again_at(
    lost: SimTime,
    up: SimTime,
    mut by_chance: impl FnMut(SimDuration, u64) -> SimDuration,
) -> SimTime {
    let mut attempt = lost + FIRST + by_chance(FIRST_SPREAD, 0);
    for (number, shortest) in (1..).zip(PAUSES.all()) {
        let pause = shortest + by_chance(shortest, number);
        if attempt >= up {
            return attempt + pause;
        }
        attempt += pause;
    }
    attempt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(away: u64, part: u64, expected_millis: u64) {
        let up = SimTime::from_secs(away);
        let by_chance = |span: SimDuration, _| SimDuration::from_micros(span.as_micros() * part);
        let at = lists_again_at(SimTime::ZERO, up, by_chance);
        assert_eq!(at.as_micros() / 1_000, expected_millis, "{away} {part}");
    }

    #[test]
    fn an_informer_lists_after_one_more_pause_than_it_needs() {
        // 1.0, then 1.8.
        check(1, 0, 1_800);
        // Tries at 1.0, 1.8, 3.4, 6.6 and 13.0 s.
        check(11, 0, 25_800);
        check(11, 1, 1_900 + 1_600 + 3_200 + 6_400 + 12_800);
    }

    #[test]
    fn pauses_end_at_half_a_minute_to_a_minute() {
        check(3_600, 0, (1_000 + 800 + 1_600 + 3_200 + 6_400 + 12_800 + 25_600) + 120 * 30_000);
    }
}
