//! What the rows of a sweep say about its settings, and about how they differ.

use crate::record::rank;
use crate::study::bootstrap::{intervals, resamples};
use crate::study::metric::{Metric, NEVER};
use crate::study::quantile::Spread;
use crate::study::run_metrics::{Outcome, RunMetrics};
use crate::study::sweep::Sweep;

/// All settings of a sweep, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// In the order of the sweep.
    pub results: Vec<SettingResult>,
    /// The setting that the others are compared with, by its index.
    pub baseline: usize,
    /// Resamples of each interval.
    pub resamples: usize,
}

/// How a setting fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingResult {
    pub runs: usize,
    /// Runs whose rollout was complete, and stayed so.
    pub complete: usize,
    /// Runs whose rollout was complete, and nodes lost the pod again.
    pub lost: usize,
    /// Runs without a rollout.
    pub no_rollout: usize,
    /// Runs whose rollout stalled.
    pub stalled: usize,
    /// Runs that ended while the rollout made progress.
    pub unfinished: usize,
    /// Runs in which more nodes were without a serving pod than promised.
    pub breached: usize,
    /// Runs in which the alert fires.
    pub alerted: usize,
    /// Each metric that the runs count, over the seeds.
    pub spreads: Vec<(Metric, Spread)>,
    /// [`Metric::Worst`] in millionths of the nodes that a pod belonged on, over the seeds.
    pub worst_share: Spread,
    /// An earlier setting that gave the same events with every seed, by its index.
    pub same_as: Option<usize>,
    /// Against the baseline; empty for the baseline.
    pub differences: Vec<Difference>,
    /// Of the duration's difference; none for the baseline, and with too few complete runs.
    pub variances: Option<Variances>,
}

/// The difference of a metric from the baseline, paired by seed. Where only one of a pair is
/// never reached, the difference is `i64::MIN` or `i64::MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    pub metric: Metric,
    /// The median over the seeds.
    pub median: i64,
    /// Where the median lies with 95 % confidence.
    pub interval: Interval,
}

/// A confidence interval, bounds included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub low: i64,
    pub high: i64,
}

impl Interval {
    /// Whether there may be no difference.
    pub fn covers_zero(self) -> bool {
        self.low <= 0 && self.high >= 0
    }
}

/// What pairing by seed is worth: the variance of the difference of durations, in ms².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variances {
    /// Pairs in which both are complete.
    pub pairs: usize,
    /// Of the differences of pairs.
    pub paired: u128,
    /// Of the difference if the runs had luck of their own: the sum of both variances.
    pub unpaired: u128,
}

impl SettingResult {
    /// A metric over the seeds; none if the runs do not count it.
    pub fn spread(&self, metric: Metric) -> Option<Spread> {
        self.spreads.iter().find(|(it, _)| *it == metric).map(|(_, spread)| *spread)
    }
}

/// Compares the settings of a sweep by its rows, in the order of the runs.
///
/// # Panics
///
/// If there are more or fewer rows than runs.
pub fn compare(sweep: &Sweep, rows: &[RunMetrics], baseline: usize) -> Comparison {
    assert_eq!(rows.len(), sweep.runs(), "a sweep is compared when it is complete");
    let seeds = sweep.seeds.numbers().len();
    let by_setting: Vec<&[RunMetrics]> = rows.chunks(seeds).collect();
    let mut results: Vec<SettingResult> = by_setting.iter().map(|rows| result(rows)).collect();
    for index in 0..results.len() {
        let equal = |other: &usize| same_events(by_setting[index], by_setting[*other]);
        results[index].same_as = (0..index).find(equal);
    }
    compare_with(baseline, &by_setting, &mut results);
    Comparison { results, baseline, resamples: resamples(seeds) }
}

fn result(rows: &[RunMetrics]) -> SettingResult {
    let count = |is: &dyn Fn(&RunMetrics) -> bool| rows.iter().filter(|it| is(it)).count();
    let ended = |outcome| count(&|it| it.outcome == outcome);
    let spread = |metric: Metric| {
        // A run that counts nothing does not say whether it would have counted: others do.
        let is_counted = rows.iter().any(|it| metric.value(it).is_some());
        let missing = if metric.is_reached() { NEVER } else { 0 };
        let value = |it: &RunMetrics| metric.value(it).unwrap_or(missing);
        let bound = |it| (value(it), metric.is_at_least(it));
        is_counted.then(|| (metric, Spread::of_bounds(rows.iter().map(bound).collect())))
    };
    SettingResult {
        runs: rows.len(),
        complete: ended(Outcome::Complete),
        lost: ended(Outcome::Lost),
        no_rollout: ended(Outcome::NoRollout),
        stalled: ended(Outcome::Stalled),
        unfinished: ended(Outcome::Unfinished),
        breached: count(&|it| !it.breached.is_zero()),
        alerted: count(&|it| it.alert),
        spreads: Metric::ALL.into_iter().filter_map(spread).collect(),
        worst_share: Spread::of(rows.iter().map(worst_share).collect()),
        same_as: None,
        differences: Vec::new(),
        variances: None,
    }
}

/// In millionths; zero where no pod belonged anywhere.
fn worst_share(row: &RunMetrics) -> u64 {
    (u64::from(row.worst) * 1_000_000).checked_div(row.wanted.into()).unwrap_or(0)
}

fn same_events(one: &[RunMetrics], other: &[RunMetrics]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.digest == other.digest)
}

fn compare_with(baseline: usize, by_setting: &[&[RunMetrics]], results: &mut [SettingResult]) {
    let Some(&base) = by_setting.get(baseline) else { return };
    let mut compared = Vec::new();
    let mut samples = Vec::new();
    for (index, rows) in by_setting.iter().enumerate().filter(|(index, _)| *index != baseline) {
        for metric in Metric::COMPARED {
            compared.push((index, metric));
            samples.push(paired(metric, rows, base));
        }
        results[index].variances = variances(rows, base);
    }
    let bounds = intervals(&samples);
    for (((index, metric), sample), (low, high)) in compared.into_iter().zip(samples).zip(bounds) {
        let difference =
            Difference { metric, median: median(sample), interval: Interval { low, high } };
        results[index].differences.push(difference);
    }
}

/// The difference of each pair of runs with the same seed.
fn paired(metric: Metric, rows: &[RunMetrics], base: &[RunMetrics]) -> Vec<i64> {
    // A rollout that was cut off takes longer than any that was not.
    let is_cut_off = |row: &RunMetrics| metric.is_reached() && metric.is_at_least(row);
    let value =
        |row: &RunMetrics| if is_cut_off(row) { NEVER } else { metric.value(row).unwrap_or(0) };
    let difference = |(row, base): (&RunMetrics, &RunMetrics)| match (value(row), value(base)) {
        (NEVER, NEVER) => 0,
        (NEVER, _) => i64::MAX,
        (_, NEVER) => i64::MIN,
        (row, base) => i64::try_from(i128::from(row) - i128::from(base)).unwrap_or(i64::MAX),
    };
    rows.iter().zip(base).map(difference).collect()
}

fn median(mut sample: Vec<i64>) -> i64 {
    sample.sort_unstable();
    sample.get(rank(sample.len(), 500)).copied().unwrap_or(0)
}

fn variances(rows: &[RunMetrics], base: &[RunMetrics]) -> Option<Variances> {
    let millis = |row: &RunMetrics| row.duration.map(|span| i128::from(span.as_micros() / 1000));
    let pairs: Vec<(i128, i128)> =
        rows.iter().zip(base).filter_map(|(row, base)| millis(row).zip(millis(base))).collect();
    let of = |value: &dyn Fn(&(i128, i128)) -> i128| {
        variance(&pairs.iter().map(value).collect::<Vec<_>>())
    };
    Some(Variances {
        pairs: pairs.len(),
        paired: of(&|(row, base)| row - base)?,
        unpaired: of(&|(row, _)| *row)? + of(&|(_, base)| *base)?,
    })
}

/// The sample variance, rounded down; none of fewer than two values.
fn variance(values: &[i128]) -> Option<u128> {
    let many = i128::try_from(values.len()).ok().filter(|many| *many > 1)?;
    let sum: i128 = values.iter().sum();
    let squares: i128 = values.iter().map(|value| value * value).sum();
    u128::try_from((many * squares - sum * sum) / (many * (many - 1))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_pulls_counts_as_none_if_others_have_some() {
        let of = |pulls: &[Option<u32>]| {
            let row = |&peak_pulls: &_| RunMetrics { peak_pulls, ..RunMetrics::default() };
            let rows: Vec<RunMetrics> = pulls.iter().map(row).collect();
            result(&rows).spread(Metric::PeakPulls)
        };
        assert_eq!(
            of(&[Some(3), None, Some(3)]),
            Some(Spread { p50: 3, p95: 3, ..Spread::default() })
        );
        assert_eq!(of(&[None, None]), None);
    }

    #[test]
    fn a_variance_is_exact() {
        assert_eq!(variance(&[2, 4, 4, 4, 5, 5, 7, 9]), Some(4));
        assert_eq!(variance(&[1, 1]), Some(0));
        assert_eq!(variance(&[1]), None);
        let large = 86_400_000_i128;
        assert_eq!(variance(&[large, -large]), Some(14_929_920_000_000_000));
    }
}
