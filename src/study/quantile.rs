//! Middle and range of metrics, by the nearest rank.

use crate::record::nearest_rank;
use crate::study::metric::NEVER;

/// Middle and range of a set of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// One in twenty is at most this.
    pub p5: u64,
    pub p50: u64,
    /// One in twenty is at least about this.
    pub p95: u64,
    /// Whether each of the three is only a lower bound.
    pub at_least: [bool; 3],
}

impl Spread {
    /// The spread of `values`, in any order; all zero if there are none.
    pub fn of(values: Vec<u64>) -> Self {
        Self::of_bounds(values.into_iter().map(|value| (value, false)).collect())
    }

    /// The same where some of the values are lower bounds, which is said beside each. A quantile is
    /// one if a value that is not above it is.
    pub fn of_bounds(mut values: Vec<(u64, bool)>) -> Self {
        values.sort_unstable();
        let at = |percent| nearest_rank(&values, percent).map_or(0, |it| it.0);
        let least = values.iter().filter(|it| it.1).map(|it| it.0).min();
        let (p5, p50, p95) = (at(5), at(50), at(95));
        let at_least = |value| value != NEVER && least.is_some_and(|least| least <= value);
        Self { p5, p50, p95, at_least: [p5, p50, p95].map(at_least) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(many: u64, expected: [u64; 3]) {
        let spread = Spread::of((1..=many).rev().collect());
        assert_eq!([spread.p5, spread.p50, spread.p95], expected, "{many}");
    }

    #[test]
    fn percentiles_are_values_of_the_set() {
        check(0, [0, 0, 0]);
        check(1, [1, 1, 1]);
        check(2, [1, 1, 2]);
        check(19, [1, 10, 19]);
        check(20, [1, 10, 19]);
        check(50, [3, 25, 48]);
        check(100, [5, 50, 95]);
    }

    #[test]
    fn a_quantile_is_a_lower_bound_if_one_below_it_is() {
        let check = |values: &[(u64, bool)], expected| {
            assert_eq!(Spread::of_bounds(values.to_vec()).at_least, expected, "{values:?}");
        };
        check(&[(1, false), (2, false), (3, true)], [false, false, true]);
        check(&[(1, true), (2, false), (3, false)], [true, true, true]);
        check(&[(1, false), (2, true), (NEVER, false)], [false, true, false]);
    }
}
