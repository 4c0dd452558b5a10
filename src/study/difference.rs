//! How a metric differs between two settings, paired by seed: how much, and whether that is known.
//!
//! The interval of a median difference is the sign test's, made wider so that all intervals of a
//! table hold together (Bonferroni: the doubt is divided by their number). A difference below a
//! threshold is none, however sure it is.

use crate::study::confidence::median_ranks;
use crate::study::metric::{Metric, NEVER, Unit};
use crate::study::run_metrics::RunMetrics;

/// The difference of a metric from the baseline, paired by seed. Where only one of a pair is
/// never reached, the difference is `i64::MIN` or `i64::MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    pub metric: Metric,
    /// The median over the seeds: of an even number the mean of the two in the middle, so that it
    /// changes its sign, and nothing else, if the settings change places.
    pub median: i64,
    /// Where the median lies; none of too few seeds.
    pub interval: Option<Interval>,
    /// What that shows.
    pub finding: Finding,
}

/// What the difference of a metric shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The whole interval is a difference that matters.
    Differs,
    /// The whole interval is too small to matter.
    Equal,
    /// The interval has both.
    NotShown,
    /// There is no interval of so few seeds.
    TooFew,
    /// Neither setting ever reaches it.
    Never,
}

/// A confidence interval, bounds included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub low: i64,
    pub high: i64,
}

/// The difference of `rows` from `base`, which have the same seeds; its interval may be wrong with
/// the probability `doubt`.
pub(super) fn difference(
    metric: Metric,
    rows: &[RunMetrics],
    base: &[RunMetrics],
    doubt: f64,
) -> Difference {
    let pairs: Vec<(u64, u64)> = rows
        .iter()
        .zip(base)
        .filter_map(|(row, base)| value(metric, row).zip(value(metric, base)))
        .collect();
    let mut sample: Vec<i64> = pairs.iter().copied().map(minus).collect();
    sample.sort_unstable();
    let interval = median_ranks(sample.len(), doubt)
        .map(|(low, high)| Interval { low: sample[low], high: sample[high] });
    let mut bases: Vec<u64> = pairs.iter().map(|pair| pair.1).collect();
    bases.sort_unstable();
    let threshold = threshold(metric.unit(), bases.get(bases.len() / 2).copied().unwrap_or(0));
    let is_never = !pairs.is_empty() && pairs.iter().all(|pair| *pair == (NEVER, NEVER));
    let finding = match interval {
        _ if is_never => Finding::Never,
        None => Finding::TooFew,
        Some(it) if it.low >= threshold || it.high <= -threshold => Finding::Differs,
        Some(it) if it.low > -threshold && it.high < threshold => Finding::Equal,
        Some(_) => Finding::NotShown,
    };
    Difference { metric, median: middle(&sample), interval, finding }
}

/// A rollout that was cut off takes longer than any that was not; none if there was none.
fn value(metric: Metric, row: &RunMetrics) -> Option<u64> {
    let is_cut_off = metric.is_reached() && metric.is_at_least(row);
    if is_cut_off { Some(NEVER) } else { metric.value(row) }
}

fn minus(pair: (u64, u64)) -> i64 {
    match pair {
        (NEVER, NEVER) => 0,
        (NEVER, _) => i64::MAX,
        (_, NEVER) => i64::MIN,
        (row, base) => {
            let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
            // What is finite is never taken for «never».
            signed(row).saturating_sub(signed(base)).clamp(i64::MIN + 1, i64::MAX - 1)
        }
    }
}

/// The median of ascending values; of an even number the mean of the two in the middle, rounded
/// toward zero, or the one that is infinite.
fn middle(sorted: &[i64]) -> i64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0 };
    match (sorted[last / 2], sorted[last.div_ceil(2)]) {
        (i64::MIN, i64::MAX) => 0,
        (i64::MIN, _) => i64::MIN,
        (_, i64::MAX) => i64::MAX,
        (low, high) => {
            let mean = i128::midpoint(low.into(), high.into());
            i64::try_from(mean).unwrap_or(0)
        }
    }
}

/// A smaller difference does not matter: one below 1 % of the baseline, and below one second, six
/// seconds added up over nodes (0.1 node-minutes), one node or one of what is counted.
pub(super) fn threshold(unit: Unit, base: u64) -> i64 {
    let least = match unit {
        Unit::Time => 1_000_000,
        Unit::NodeTime => 6_000_000,
        Unit::Nodes | Unit::Count => 1,
    };
    let percent = if base == NEVER { 0 } else { base.div_ceil(100) };
    i64::try_from(percent.max(least)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::run_metrics::Outcome;
    use crate::time::SimDuration;

    fn rows(seconds: &[Option<u64>]) -> Vec<RunMetrics> {
        let row = |seconds: &Option<u64>| RunMetrics {
            duration: seconds.map(SimDuration::from_secs),
            outcome: if seconds.is_some() { Outcome::Complete } else { Outcome::Stalled },
            at_rest: seconds.is_none(),
            ..RunMetrics::default()
        };
        seconds.iter().map(row).collect()
    }

    fn of(one: &[Option<u64>], other: &[Option<u64>]) -> Difference {
        difference(Metric::Duration, &rows(one), &rows(other), 0.05)
    }

    #[test]
    fn there_are_signs_for_all_that_can_be_said() {
        let check = |one: &[Option<u64>], other: &[Option<u64>], expected| {
            assert_eq!(of(one, other).finding, expected, "{one:?} {other:?}");
        };
        let (fast, slow) = ([Some(100); 6], [Some(102); 6]);
        check(&fast, &slow, Finding::Differs);
        check(&slow, &fast, Finding::Differs);
        check(&fast, &fast, Finding::Equal);
        check(&[Some(500); 6], &[Some(502); 6], Finding::Equal);
        check(&fast[1..], &slow[1..], Finding::TooFew);
        check(&[None; 2], &[None; 2], Finding::Never);
        check(&[None; 6], &fast, Finding::Differs);
        let now_and_then = [Some(90), Some(100), Some(110), Some(90), Some(100), Some(110)];
        check(&now_and_then, &fast, Finding::NotShown);
        let sometimes = [None, Some(100), Some(100), Some(100), Some(100), Some(100)];
        check(&sometimes, &fast, Finding::NotShown);
    }

    #[test]
    fn a_difference_changes_only_its_sign_if_settings_change_places() {
        let (one, other) = ([3, 9, 4, 20, 7, 8, 1, 2], [5, 5, 5, 5, 5, 5, 5, 5]);
        let (one, other) = (one.map(Some), other.map(Some));
        let (there, back) = (of(&one, &other), of(&other, &one));
        assert_eq!(there.median, -back.median);
        let turned = back.interval.map(|it| Interval { low: -it.high, high: -it.low });
        assert_eq!(there.interval, turned);
        assert_eq!(there.finding, back.finding);
    }

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        assert_eq!([middle(&[]), middle(&[7]), middle(&[1, 4]), middle(&[-4, -1])], [0, 7, 2, -2]);
        assert_eq!(middle(&[1, i64::MAX]), i64::MAX);
        assert_eq!(middle(&[i64::MIN, -1]), i64::MIN);
        assert_eq!(middle(&[i64::MIN, i64::MAX]), 0);
        assert_eq!(middle(&[i64::MAX, i64::MAX]), i64::MAX);
    }

    #[test]
    fn one_percent_matters() {
        assert_eq!(threshold(Unit::Nodes, 99), 1);
        assert_eq!(threshold(Unit::Nodes, 1_000), 10);
        assert_eq!(threshold(Unit::Time, NEVER), 1_000_000);
        assert_eq!(threshold(Unit::Time, 200_000_000), 2_000_000);
    }
}
