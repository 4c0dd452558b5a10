//! How likely it is that so many of a number of runs do what each of them does with a known
//! probability: the tails of the binomial distribution.
//!
//! The only arithmetic is `+`, `*` and `/` of `f64`, in one order. IEEE 754 says how each of them is
//! rounded, so every machine gets the same bits. The terms are taken relative to the largest one,
//! so none of them overflows, and the small ones that are left out do not count.

/// Millionths in a whole. Probabilities are given in millionths.
pub(super) const WHOLE: u32 = 1_000_000;
/// A term so small, relative to the largest one, ends the sum.
const NEGLIGIBLE: f64 = 1e-30;

/// The probability that at least `hits` of `runs` succeed, each with the probability `chance`.
pub(super) fn at_least(hits: u32, runs: u32, chance: u32) -> f64 {
    match (hits, chance) {
        (0, _) => return 1.0,
        (_, 0) => return 0.0,
        _ if hits > runs => return 0.0,
        (_, WHOLE..) => return 1.0,
        _ => {}
    }
    let odds = f64::from(chance) / f64::from(WHOLE - chance);
    let mode = (u64::from(runs) + 1) * u64::from(chance) / u64::from(WHOLE);
    let mode = u32::try_from(mode).unwrap_or(runs).min(runs);
    let (mut all, mut tail) = (0.0, 0.0);
    let mut add = |number: u32, term: f64| {
        all += term;
        if number >= hits {
            tail += term;
        }
    };
    add(mode, 1.0);
    let mut term = 1.0;
    for number in mode + 1..=runs {
        term *= f64::from(runs - number + 1) / f64::from(number) * odds;
        if term < NEGLIGIBLE {
            break;
        }
        add(number, term);
    }
    term = 1.0;
    for number in (0..mode).rev() {
        term *= f64::from(number + 1) / f64::from(runs - number) / odds;
        if term < NEGLIGIBLE {
            break;
        }
        add(number, term);
    }
    tail / all
}

/// The probability that at most `hits` of `runs` succeed.
pub(super) fn at_most(hits: u32, runs: u32, chance: u32) -> f64 {
    at_least(runs.saturating_sub(hits), runs, WHOLE.saturating_sub(chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: f64, expected: f64) {
        assert!((found - expected).abs() <= expected * 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn tails_are_those_of_pascals_triangle() {
        check(at_least(9, 10, WHOLE / 2), 11.0 / 1024.0);
        check(at_most(1, 10, WHOLE / 2), 11.0 / 1024.0);
        check(at_most(10, 10, WHOLE / 2), 1.0);
        // (3/4)^4 + 4 (3/4)^3 (1/4) = 189/256.
        check(at_least(3, 4, 750_000), 189.0 / 256.0);
        check(at_least(59, 59, 950_000), (0..59).fold(1.0, |product, _| product * 0.95));
    }

    #[test]
    fn certain_and_impossible_things_are() {
        check(at_least(0, 5, 0), 1.0);
        check(at_least(1, 5, 0), 0.0);
        check(at_least(5, 5, WHOLE), 1.0);
        check(at_least(6, 5, 500_000), 0.0);
        check(at_most(5, 5, WHOLE), 1.0);
        check(at_most(4, 5, WHOLE), 0.0);
        check(at_least(0, 0, 500_000), 1.0);
    }

    #[test]
    fn large_numbers_neither_vanish_nor_overflow() {
        let middle = at_least(500_001, 1_000_001, WHOLE / 2);
        check(middle, 0.5);
        // The normal distribution from 2 standard deviations on, 0.0228; a step is 0.002 of one.
        let far = at_least(501_000, 1_000_000, WHOLE / 2);
        assert!((0.0226..0.0230).contains(&far), "{far}");
        check(at_least(1_000_000, 1_000_000, WHOLE / 2), 0.0);
    }
}
