//! Middle and range of metrics, by the nearest rank, and what they say of all seeds.

use crate::record::nearest_rank;
use crate::study::confidence::Ranks;

/// From so many values on the largest is above p95 of all seeds, with 95 % confidence; with fewer,
/// p5 and p95 are not known, and the least and the most are shown.
const FEWEST_FOR_P95: usize = 59;

/// Middle and range of a set of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// The least.
    pub min: u64,
    /// One in twenty is at most this.
    pub p5: u64,
    pub p50: u64,
    /// One in twenty is at least about this.
    pub p95: u64,
    /// The most.
    pub max: u64,
    /// The range that is shown.
    pub range: Range,
    /// Where the median of all seeds lies, bounds included; none of too few values.
    pub median: Option<(u64, u64)>,
    /// What at least 99 of 100 seeds do not exceed; none if it is beyond what was seen.
    pub p99_at_most: Option<u64>,
}

/// Which range of values is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// From the least to the most.
    #[default]
    MinMax,
    /// From p5 to p95.
    P5P95,
}

impl Range {
    /// The range that so many values are shown with.
    pub fn of(values: usize) -> Self {
        if values < FEWEST_FOR_P95 { Self::MinMax } else { Self::P5P95 }
    }
}

impl Spread {
    /// The spread of `values`, in any order; all zero if there are none.
    pub(super) fn of(mut values: Vec<u64>, ranks: Ranks) -> Self {
        values.sort_unstable();
        let at = |percent| nearest_rank(&values, percent).copied().unwrap_or_default();
        let value = |index: usize| values.get(index).copied();
        Self {
            min: at(0),
            p5: at(5),
            p50: at(50),
            p95: at(95),
            max: at(100),
            range: Range::of(values.len()),
            median: ranks.median.and_then(|(low, high)| value(low).zip(value(high))),
            p99_at_most: ranks.p99.and_then(value),
        }
    }

    /// The bounds of the range that is shown.
    pub fn shown(&self) -> (u64, u64) {
        match self.range {
            Range::MinMax => (self.min, self.max),
            Range::P5P95 => (self.p5, self.p95),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::confidence::Certainty;

    fn spread(many: u64) -> Spread {
        let values: Vec<u64> = (1..=many).rev().collect();
        let ranks = Ranks::of(values.len(), Certainty::default());
        Spread::of(values, ranks)
    }

    #[test]
    fn percentiles_are_values_of_the_set() {
        let check = |many, expected| {
            let Spread { min, p5, p50, p95, max, .. } = spread(many);
            assert_eq!([min, p5, p50, p95, max], expected, "{many}");
        };
        check(0, [0, 0, 0, 0, 0]);
        check(1, [1, 1, 1, 1, 1]);
        check(2, [1, 1, 1, 2, 2]);
        check(19, [1, 1, 10, 19, 19]);
        check(20, [1, 1, 10, 19, 20]);
        check(50, [1, 3, 25, 48, 50]);
        check(100, [1, 5, 50, 95, 100]);
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!((spread(5).median, spread(10).median), (None, Some((2, 9))));
        assert_eq!((spread(298).p99_at_most, spread(299).p99_at_most), (None, Some(299)));
        assert_eq!((spread(58).shown(), spread(59).shown()), ((1, 58), (3, 57)));
    }
}
