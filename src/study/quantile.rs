//! Middle and range of metrics, by the nearest rank.

use crate::record::nearest_rank;

/// Middle and range of a set of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// One in twenty is at most this.
    pub p5: u64,
    pub p50: u64,
    /// One in twenty is at least about this.
    pub p95: u64,
}

impl Spread {
    /// The spread of `values`, in any order; all zero if there are none.
    pub fn of(mut values: Vec<u64>) -> Self {
        values.sort_unstable();
        let at = |percent| nearest_rank(&values, percent).copied().unwrap_or_default();
        Self { p5: at(5), p50: at(50), p95: at(95) }
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
}
