//! Real runs beside simulated ones.

use std::collections::BTreeMap;

use crate::experiments::{Experiment, Phase};
use crate::figure::{Figure, Figures, Range};
use crate::latencies::Latencies;
use crate::measured::Run;
use crate::simulated::{SEEDS, simulated};

/// An experiment, its real runs, and what rollcast makes of it with some latencies.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) experiment: Experiment,
    pub(crate) latencies: Latencies,
    /// How many real runs there are; of the phase that has the most.
    pub(crate) runs: usize,
    pub(crate) rows: Vec<Row>,
}

/// One figure of one phase.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) phase: Phase,
    /// Whose figure it is; empty if it belongs to all DaemonSets.
    pub(crate) daemon_set: String,
    pub(crate) figure: Figure,
    pub(crate) real: Range,
    /// None if the simulation has no such figure in one of its runs: no pod was created.
    pub(crate) simulated: Option<Range>,
}

impl Row {
    pub(crate) fn is_met(&self) -> bool {
        let band = self.figure.band();
        self.simulated.is_some_and(|simulated| simulated.meets(self.real, band))
    }

    pub(crate) fn show_real(&self) -> String {
        self.real.show(self.figure.decimals())
    }

    pub(crate) fn show_simulated(&self) -> String {
        let show = |range: Range| range.show(self.figure.decimals());
        self.simulated.map_or("none".to_owned(), show)
    }
}

impl Comparison {
    pub(crate) fn met(&self) -> usize {
        self.rows.iter().filter(|row| row.is_met()).count()
    }

    /// The row of the first DaemonSet, or of all together.
    pub(crate) fn row(&self, phase: Phase, figure: Figure) -> Option<&Row> {
        self.rows.iter().find(|row| row.phase == phase && row.figure == figure)
    }
}

/// All experiments of these runs, in the order of their table, with each of the latencies that
/// apply to them.
pub(crate) fn compare(runs: &[Run]) -> Vec<Comparison> {
    let mut by_experiment: BTreeMap<usize, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        by_experiment.entry(run.experiment.order()).or_default().push(run);
    }
    let jobs: Vec<_> = by_experiment
        .into_values()
        .flat_map(|runs| Latencies::ALL.map(|latencies| (latencies, runs.clone())))
        .filter(|(latencies, runs)| latencies.apply_to(&runs[0].experiment))
        .collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .iter()
            .map(|(latencies, runs)| scope.spawn(|| compare_one(*latencies, runs)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn compare_one(latencies: Latencies, runs: &[&Run]) -> Comparison {
    let experiment = runs[0].experiment;
    let simulated = simulated(&experiment, latencies, SEEDS);
    let mut rows = Vec::new();
    let mut most = 0;
    for (phase, simulated) in &simulated {
        let real: Vec<&Figures> =
            runs.iter().filter(|run| run.phase == *phase).map(|run| &run.figures).collect();
        most = most.max(real.len());
        rows.extend(rows_of(*phase, &real, &simulated.iter().collect::<Vec<_>>()));
    }
    Comparison { experiment, latencies, runs: most, rows }
}

/// A row for each figure that a real run has.
fn rows_of(phase: Phase, real: &[&Figures], simulated: &[&Figures]) -> Vec<Row> {
    let mut keys: Vec<&(String, Figure)> = real.iter().flat_map(|run| run.keys()).collect();
    keys.sort();
    keys.dedup();
    let row = |key: &(String, Figure)| {
        let of = |runs: &[&Figures]| Range::of(runs.iter().filter_map(|run| run.get(key).copied()));
        let everywhere = simulated.iter().all(|run| run.contains_key(key));
        Row {
            phase,
            daemon_set: key.0.clone(),
            figure: key.1,
            real: of(real).unwrap(),
            simulated: of(simulated).filter(|_| everywhere),
        }
    };
    keys.into_iter().map(row).collect()
}
