//! What is held: the least number of figures that are met, and the durations that are not.
//!
//! Floors rise when the program gets better, and durations leave the list. They hold for the
//! measurements that stand here; other ones are compared and shown.

use crate::comparison::{Comparison, Row};
use crate::experiments::Phase;
use crate::figure::Figure;
use crate::latencies::Latencies::{self, AsMeasured, Default};

/// An experiment, the least with latencies as measured, and the least with the default ones (none
/// where there is a proxy): what was met when these numbers were written.
const FLOORS: [(&str, usize, usize); 16] = [
    ("E1", 11, 11),
    ("E2", 19, 19),
    ("E2p5", 13, 0),
    ("E3-10", 19, 17),
    ("E3-100", 23, 23),
    ("E4", 11, 13),
    ("E5", 13, 7),
    ("E7a", 13, 13),
    ("E9", 2, 2),
    ("S1", 13, 13),
    ("S1-10", 10, 11),
    ("S1-100", 11, 11),
    ("S2", 13, 13),
    ("S2-10", 9, 10),
    ("S4-10-17s", 11, 11),
    ("S4q", 11, 12),
];

/// Durations that are known to be missed.
const MISSED_DURATIONS: [(&str, Latencies, Phase); 5] = [
    ("E2", AsMeasured, Phase::Create),
    ("E2", Default, Phase::Create),
    ("E3-10", AsMeasured, Phase::Update),
    ("E3-10", Default, Phase::Update),
    ("E5", Default, Phase::Update),
];

/// The experiments of which too few figures are met, in words.
pub(crate) fn below_floor(comparisons: &[Comparison]) -> Vec<String> {
    let below = |comparison: &Comparison| {
        let (name, latencies) = (comparison.experiment.name, comparison.latencies);
        let &(_, as_measured, default) = FLOORS.iter().find(|floor| floor.0 == name)?;
        let floor = match latencies {
            AsMeasured => as_measured,
            Default => default,
        };
        let met = comparison.met();
        (met < floor).then(|| format!("{name}, {}: {met} instead of {floor}", latencies.name()))
    };
    comparisons.iter().filter_map(below).collect()
}

/// The durations that are missed and not known to be, in words.
pub(crate) fn missed_durations(comparisons: &[Comparison]) -> Vec<String> {
    let missed = |(comparison, row): (&Comparison, &Row)| {
        let (name, latencies) = (comparison.experiment.name, comparison.latencies);
        let known = MISSED_DURATIONS.contains(&(name, latencies, row.phase));
        let missed = row.figure == Figure::Duration && !row.is_met() && !known;
        missed.then(|| format!("{name}, {}, {}", latencies.name(), row.phase))
    };
    let rows = comparisons.iter().flat_map(|it| it.rows.iter().map(move |row| (it, row)));
    rows.filter_map(missed).collect()
}
