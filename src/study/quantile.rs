//! Middle and range of metrics, by the nearest rank, and what they say of all seeds.

use crate::record::nearest_rank;
use crate::study::confidence::Ranks;
use crate::study::metric::NEVER;

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
    /// Which of min, p5, p50, p95 and max are only lower bounds.
    pub at_least: [bool; 5],
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
    pub(super) fn of(values: Vec<u64>, ranks: Ranks) -> Self {
        Self::of_bounds(values.into_iter().map(|value| (value, false)).collect(), ranks)
    }

    /// The same where some of the values are lower bounds, which is said beside each. A quantile is
    /// one if a value that is not above it is.
    pub(super) fn of_bounds(mut values: Vec<(u64, bool)>, ranks: Ranks) -> Self {
        values.sort_unstable();
        let at = |percent| nearest_rank(&values, percent).map_or(0, |it| it.0);
        let value = |index: usize| values.get(index).map(|it| it.0);
        let least = values.iter().filter(|it| it.1).map(|it| it.0).min();
        let at_least = |value| value != NEVER && least.is_some_and(|least| least <= value);
        let [min, p5, p50, p95, max] = [0, 5, 50, 95, 100].map(at);
        Self {
            min,
            p5,
            p50,
            p95,
            max,
            range: Range::of(values.len()),
            median: ranks.median.and_then(|(low, high)| value(low).zip(value(high))),
            p99_at_most: ranks.p99.and_then(value).filter(|it| !at_least(*it)),
            at_least: [min, p5, p50, p95, max].map(at_least),
        }
    }

    /// The lower end of the range that is shown, the median and the upper end, each with whether it
    /// is only a lower bound.
    pub fn shown(&self) -> [(u64, bool); 3] {
        let Self { min, p5, p50, p95, max, at_least: [least, low, middle, high, most], .. } = *self;
        match self.range {
            Range::MinMax => [(min, least), (p50, middle), (max, most)],
            Range::P5P95 => [(p5, low), (p50, middle), (p95, high)],
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
        let shown = |many| spread(many).shown().map(|(value, _)| value);
        assert_eq!((shown(58), shown(59)), ([1, 29, 58], [3, 30, 57]));
    }

    #[test]
    fn a_quantile_is_a_lower_bound_if_one_below_it_is() {
        let check = |values: &[(u64, bool)], expected| {
            let ranks = Ranks::of(values.len(), Certainty::default());
            let spread = Spread::of_bounds(values.to_vec(), ranks);
            assert_eq!(spread.shown().map(|(_, at_least)| at_least), expected, "{values:?}");
        };
        check(&[(1, false), (2, false), (3, true)], [false, false, true]);
        check(&[(1, true), (2, false), (3, false)], [true, true, true]);
        check(&[(1, false), (2, true), (NEVER, false)], [false, true, false]);
    }
}
