//! The table in the terminal: how many figures are met, and each that is not.

use crate::comparison::{Comparison, Row};

/// All experiments.
pub(crate) fn report(comparisons: &[Comparison]) -> String {
    let all: String = comparisons.iter().map(of_experiment).collect();
    let rows = || comparisons.iter().flat_map(|comparison| &comparison.rows);
    let met = rows().filter(|row| row.is_met()).count();
    format!("{all}{met} of {} figures are met\n", rows().count())
}

fn of_experiment(comparison: &Comparison) -> String {
    let Comparison { experiment, latencies, rows, .. } = comparison;
    let (met, all) = (comparison.met(), rows.len());
    let head = format!("{:<10} {:<22} {met:>2}/{all}\n", experiment.name, latencies.name());
    let misses = rows.iter().filter(|row| !row.is_met()).map(miss);
    misses.fold(head, |table, miss| table + &miss)
}

fn miss(row: &Row) -> String {
    let name = format!("{} {} {}", row.phase, row.daemon_set, row.figure.name());
    let (real, simulated) = (row.show_real(), row.show_simulated());
    format!("    {name:<44} real {real:<16} simulated {simulated}\n")
}
