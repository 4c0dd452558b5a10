//! Medians and percentiles by one written definition: the nearest rank.
//!
//! The p-th percentile of n values is the smallest of them that at least p percent do not exceed:
//! the value of rank ⌈p·n/100⌉ in ascending order. It is always one of the values, so it needs no
//! arithmetic on them, and it is defined where some values are «never».

/// The `percent`-th percentile of values in ascending order; none if there are none.
pub fn nearest_rank<T>(sorted: &[T], percent: usize) -> Option<&T> {
    sorted.get(rank(sorted.len(), percent * 10))
}

/// The index of the value that at least `per_mille` of `many` values do not exceed.
pub const fn rank(many: usize, per_mille: usize) -> usize {
    (many * per_mille).div_ceil(1000).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        assert_eq!(nearest_rank(&[1, 2, 3], 99), Some(&3));
        assert_eq!(nearest_rank(&[1, 2, 3], 0), Some(&1));
        assert_eq!(nearest_rank::<u8>(&[], 50), None);
    }
}
