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
    ("E1", 13, 13),
    ("E2", 24, 23),
    // Behind a proxy too few statuses are written, as in E2, where the band still covers it.
    ("E2p5", 12, 0),
    ("E3-10", 27, 27),
    ("E3-100", 27, 27),
    ("E4", 13, 13),
    ("E5", 13, 13),
    ("E7a", 13, 13),
    ("E9", 4, 4),
    ("S1", 13, 13),
    ("S1-10", 18, 19),
    ("S1-100", 19, 19),
    ("S2", 14, 14),
    ("S2-10", 18, 20),
    ("S4-10-17s", 18, 18),
    ("S4q", 12, 12),
];

/// Durations that are known to be missed: none.
const MISSED_DURATIONS: [(&str, Latencies, Phase); 0] = [];

/// The experiments of which fewer figures are met than their floor says, in words.
pub(crate) fn below(comparisons: &[Comparison]) -> Vec<String> {
    let below = comparisons.iter().filter_map(|it| Some((it, floor(it)?)));
    let below = below.filter(|(comparison, floor)| comparison.met() < *floor);
    below.map(|(comparison, floor)| beside(comparison, floor)).collect()
}

/// The floors that are too low by now, in words.
pub(crate) fn to_raise(comparisons: &[Comparison]) -> Vec<String> {
    let above = comparisons.iter().filter_map(|it| Some((it, floor(it)?)));
    let above = above.filter(|(comparison, floor)| comparison.met() > *floor);
    above.map(|(comparison, floor)| beside(comparison, floor)).collect()
}

fn beside(comparison: &Comparison, floor: usize) -> String {
    let (name, latencies) = (comparison.experiment.name, comparison.latencies.name());
    format!("{name}, {latencies}: {} are met, the floor is {floor}\n", comparison.met())
}

fn floor(comparison: &Comparison) -> Option<usize> {
    let floors = FLOORS.iter().find(|floors| floors.0 == comparison.experiment.name);
    floors.map(|&(_, as_measured, default)| match comparison.latencies {
        AsMeasured => as_measured,
        Default => default,
    })
}

/// The durations that are missed and not known to be, in words.
pub(crate) fn missed_durations(comparisons: &[Comparison]) -> Vec<String> {
    let missed = |row: &Row, known: bool| !row.is_met() && !known;
    durations(comparisons, missed)
}

/// The durations that are known to be missed, and are met by now.
pub(crate) fn met_durations(comparisons: &[Comparison]) -> Vec<String> {
    let met = |row: &Row, known: bool| row.is_met() && known;
    durations(comparisons, met)
}

/// The durations for which `applies`; it is told whether they are known to be missed.
fn durations(comparisons: &[Comparison], applies: impl Fn(&Row, bool) -> bool) -> Vec<String> {
    let rows = comparisons.iter().flat_map(|it| it.rows.iter().map(move |row| (it, row)));
    let durations = rows.filter(|(_, row)| row.figure == Figure::Duration);
    let applying = durations.filter(|(comparison, row)| {
        let key = (comparison.experiment.name, comparison.latencies, row.phase);
        applies(row, MISSED_DURATIONS.contains(&key))
    });
    let words = |(comparison, row): (&Comparison, &Row)| {
        let (name, latencies) = (comparison.experiment.name, comparison.latencies.name());
        format!("{name}, {latencies}, {}\n", row.phase)
    };
    applying.map(words).collect()
}
