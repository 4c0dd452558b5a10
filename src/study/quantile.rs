//! Medians and percentiles by one written definition: the nearest rank.
//!
//! The p-th percentile of n values is the smallest of them that at least p percent do not exceed:
//! the value of rank ⌈p·n/100⌉ in ascending order. It is always one of the values, so it needs no
//! arithmetic on them, and it is defined where some values are «never».

/// Middle and range of a set of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// One in twenty is at most this.
    pub p5: u64,
    /// The median.
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

/// The `percent`-th percentile of values in ascending order; none if there are none.
pub fn nearest_rank<T>(sorted: &[T], percent: usize) -> Option<&T> {
    sorted.get(index(sorted.len(), percent * 10))
}

/// The place, from 0, of the value that at least `per_mille` of `many` values do not exceed.
pub(super) fn index(many: usize, per_mille: usize) -> usize {
    (many * per_mille).div_ceil(1000).max(1) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(many: u64, expected: (u64, u64, u64)) {
        let spread = Spread::of((1..=many).rev().collect());
        assert_eq!((spread.p5, spread.p50, spread.p95), expected, "{many}");
    }

    #[test]
    fn percentiles_are_values_of_the_set() {
        check(0, (0, 0, 0));
        check(1, (1, 1, 1));
        check(2, (1, 1, 2));
        check(19, (1, 10, 19));
        check(20, (1, 10, 19));
        check(50, (3, 25, 48));
        check(100, (5, 50, 95));
        assert_eq!(nearest_rank(&[1, 2, 3], 99), Some(&3));
        assert_eq!(nearest_rank(&[1, 2, 3], 0), Some(&1));
        assert_eq!(nearest_rank::<u8>(&[], 50), None);
    }
}
