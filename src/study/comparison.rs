//! What the rows of a sweep say about its settings, and about how they differ.

use crate::record::Waiter;
use crate::study::confidence::{Certainty, Ranks, fewest_for_median};
use crate::study::difference::{Difference, difference};
use crate::study::metric::Metric;
use crate::study::metric::NEVER;
use crate::study::quantile::Spread;
use crate::study::run_metrics::{Outcome, RunMetrics};
use crate::study::sweep::Sweep;
use crate::study::waiting::{Waiting, waiting};

/// All settings of a sweep, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// In the order of the sweep.
    pub results: Vec<SettingResult>,
    /// The setting whose decision the others are compared with, each in its circumstance; by its
    /// index.
    pub baseline: usize,
    /// How many differences are shown; the confidence is that all their intervals hold.
    pub differences: usize,
    /// The fewest seeds that have such intervals.
    pub fewest_seeds: u32,
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
    /// The same of [`Metric::Hit`].
    pub hit_share: Spread,
    /// What each tool that waits says, in the order of [`crate::record::Waiter::ALL`].
    pub waiting: [Waiting; Waiter::ALL.len()],
    /// An earlier setting that gave the same events with every seed, by its index.
    pub same_as: Option<usize>,
    /// Against what is decided in the baseline, in the same circumstance; empty for that itself, and
    /// with a bad image, which is not to be rolled out.
    pub differences: Vec<Difference>,
    /// Of the duration's difference; none for the baseline, and with too few complete runs.
    pub variances: Option<Variances>,
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
pub fn compare(
    sweep: &Sweep,
    rows: &[RunMetrics],
    baseline: usize,
    certainty: Certainty,
) -> Comparison {
    assert_eq!(rows.len(), sweep.runs(), "a sweep is compared when it is complete");
    let seeds = sweep.seeds.numbers().len();
    let by_setting: Vec<&[RunMetrics]> = rows.chunks(seeds).collect();
    let ranks = Ranks::of(seeds, certainty);
    let mut results: Vec<SettingResult> =
        by_setting.iter().map(|rows| result(rows, ranks, certainty)).collect();
    for index in 0..results.len() {
        let equal = |other: &usize| same_events(by_setting[index], by_setting[*other]);
        results[index].same_as = (0..index).find(equal);
    }
    let counterparts = sweep.counterparts(baseline);
    // Where nothing is decided, circumstances are what differs.
    let is_undecided = sweep.is_undecided();
    let base_of = |setting: usize| {
        let it = &sweep.settings[setting];
        let same = counterparts.get(it.circumstance.as_str()).copied();
        let base = if is_undecided { Some(baseline) } else { same };
        base.filter(|base| it.bad_image.is_none() && *base != setting)
    };
    let bases: Vec<Option<usize>> = (0..results.len()).map(base_of).collect();
    let differences = bases.iter().flatten().count() * Metric::COMPARED.len();
    let each = doubt_of_each(certainty, differences);
    compare_with(&bases, &by_setting, &mut results, each);
    Comparison { results, baseline, differences, fewest_seeds: fewest_for_median(each) }
}

/// The doubt is divided among all intervals of the table (Bonferroni).
fn doubt_of_each(certainty: Certainty, intervals: usize) -> f64 {
    certainty.doubt() / f64::from(u32::try_from(intervals.max(1)).unwrap_or(u32::MAX))
}

/// How the runs of one setting fared.
pub(super) fn result(rows: &[RunMetrics], ranks: Ranks, certainty: Certainty) -> SettingResult {
    let count = |is: &dyn Fn(&RunMetrics) -> bool| rows.iter().filter(|it| is(it)).count();
    let ended = |outcome| count(&|it| it.outcome == outcome);
    let spread = |metric: Metric| {
        // A run that counts nothing does not say whether it would have counted: others do.
        let is_counted = rows.iter().any(|it| metric.value(it).is_some());
        let missing = if metric.is_reached() { NEVER } else { 0 };
        let value = |it: &RunMetrics| metric.value(it).unwrap_or(missing);
        let bound = |it| (value(it), metric.is_at_least(it));
        is_counted.then(|| (metric, Spread::of_bounds(rows.iter().map(bound).collect(), ranks)))
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
        worst_share: Spread::of(rows.iter().map(|row| share(row, row.worst)).collect(), ranks),
        hit_share: Spread::of(rows.iter().map(|row| share(row, row.hit)).collect(), ranks),
        waiting: waiting(rows, certainty),
        same_as: None,
        differences: Vec::new(),
        variances: None,
    }
}

/// In millionths; zero where no pod belonged anywhere.
fn share(row: &RunMetrics, nodes: u32) -> u64 {
    (u64::from(nodes) * 1_000_000).checked_div(row.wanted.into()).unwrap_or(0)
}

fn same_events(one: &[RunMetrics], other: &[RunMetrics]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.digest == other.digest)
}

/// Compares settings with those that `bases` name, one per setting.
fn compare_with(
    bases: &[Option<usize>],
    by_setting: &[&[RunMetrics]],
    results: &mut [SettingResult],
    doubt: f64,
) {
    for ((base, rows), result) in bases.iter().zip(by_setting).zip(results) {
        let Some(base) = base.map(|base| by_setting[base]) else { continue };
        let found = Metric::COMPARED.map(|metric| difference(metric, rows, base, doubt));
        result.differences = found.to_vec();
        result.variances = variances(rows, base);
    }
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
            let spread =
                result(&rows, Ranks::default(), Certainty::default()).spread(Metric::PeakPulls);
            spread.map(|it| [it.min, it.p50, it.max])
        };
        assert_eq!(of(&[Some(3), None, Some(3)]), Some([0, 3, 3]));
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
