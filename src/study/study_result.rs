//! The rows of a sweep as they come in, and the finished study.

use crate::study::comparison::{Comparison, compare};
use crate::study::confidence::Certainty;
use crate::study::cost::{Cost, Measure};
use crate::study::curve::Curves;
use crate::study::goal::{Advice, Goal, advise, costs, frontier};
use crate::study::run_metrics::{Outcome, RunMetrics};
use crate::study::sweep::{Decision, Row, Sweep};

/// Rows as they come in, in any order. Curves and gaps are added up per setting at once, so a run
/// costs no more memory than its metrics.
#[derive(Clone, Debug)]
pub struct Collected {
    rows: Vec<Option<RunMetrics>>,
    curves: Vec<Curves>,
    seeds: usize,
}

/// How a study is looked at: nothing of it changes a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    pub title: String,
    /// What the scenarios take for granted, in a few words each.
    pub assumed: Vec<String>,
    /// The setting that others are compared with, by its index.
    pub baseline: usize,
    /// What a setting should keep to.
    pub goal: Goal,
    /// What makes one of those cheap that do.
    pub cheapest: Measure,
    /// How sure a verdict must be, and of what share of seeds.
    pub certainty: Certainty,
    /// Whether seeds are added until every verdict is clear: verdicts are looked at several times.
    pub auto_seeds: bool,
}

/// A finished sweep, and what it says.
#[derive(Clone, Debug)]
pub struct Study {
    pub sweep: Sweep,
    /// How it is looked at.
    pub view: View,
    /// One per run, in their order; without curves and gaps.
    pub rows: Vec<RunMetrics>,
    /// One per setting.
    pub curves: Vec<Curves>,
    /// The settings side by side.
    pub comparison: Comparison,
    /// What is decided, each in all circumstances.
    pub decisions: Vec<Decision>,
    /// What each decision costs.
    pub costs: Vec<Cost>,
    /// The settings that are complete in most seeds that were run, and that no other of the same
    /// circumstance beats in the worst moment, the duration and the nodes that bad images hit, the
    /// fewest unavailable nodes first; by their indices.
    pub frontier: Vec<usize>,
    /// What the goal says of the settings; none if none was given.
    pub advice: Option<Advice>,
}

impl Study {
    /// Whether settings differ in more than what is decided: then only some of them compete.
    pub fn circumstances_differ(&self) -> bool {
        (1..self.sweep.settings.len()).any(|setting| !self.sweep.is_alike(0, setting))
    }

    /// The runs of a setting, by its index: one per seed, in their order.
    pub fn rows_of(&self, setting: usize) -> &[RunMetrics] {
        let seeds = self.sweep.seeds.numbers().len();
        &self.rows[setting * seeds..][..seeds]
    }

    /// The decision that a setting tries, by its index.
    pub fn decision_of(&self, setting: usize) -> Option<usize> {
        self.decisions.iter().position(|it| it.settings.contains(&setting))
    }

    /// Whether no run has a rollout.
    pub fn has_no_rollout(&self) -> bool {
        self.rows.iter().all(|row| row.outcome == Outcome::NoRollout)
    }

    /// Whether more seeds may make a verdict clear.
    pub fn is_undecided(&self) -> bool {
        self.advice.as_ref().is_some_and(Advice::is_open)
    }

    /// Whether pods belonged on so different numbers of nodes, by more than a quarter, that only
    /// shares of them can be compared.
    pub fn compares_shares(&self) -> bool {
        let wanted = self.rows.iter().map(|row| row.wanted);
        let (least, most) = (wanted.clone().min(), wanted.max());
        least.zip(most).is_some_and(|(least, most)| u64::from(most) > u64::from(least) * 5 / 4)
    }
}

impl Collected {
    pub fn new(sweep: &Sweep) -> Self {
        Self {
            rows: vec![None; sweep.runs()],
            curves: vec![Curves::default(); sweep.settings.len()],
            seeds: sweep.seeds.numbers().len(),
        }
    }

    /// The same rows for a sweep that has more seeds.
    #[must_use]
    pub fn with_seeds_of(self, before: &Sweep, sweep: &Sweep) -> Self {
        let mut rows = vec![None; sweep.runs()];
        for (run, row) in self.rows.into_iter().enumerate().filter(|(_, row)| row.is_some()) {
            let (setting, seed) = before.run(run);
            if let Some(slot) = sweep.run_of(setting, seed).and_then(|run| rows.get_mut(run)) {
                *slot = row;
            }
        }
        Self { rows, seeds: sweep.seeds.numbers().len(), ..self }
    }

    /// Adds the row of a run; one that is there already is left as it is, and one of another sweep
    /// is left out. Says whether it agrees with what was there.
    pub fn add(&mut self, row: Row) -> bool {
        let mut metrics = row.metrics;
        let curve = std::mem::take(&mut metrics.curve);
        let (gaps, open) =
            (std::mem::take(&mut metrics.gaps), std::mem::take(&mut metrics.open_gaps));
        match self.rows.get_mut(row.run) {
            None => true,
            Some(Some(before)) => *before == metrics,
            Some(slot @ None) => {
                self.curves[row.run / self.seeds].add(&curve, &gaps, &open);
                *slot = Some(metrics);
                true
            }
        }
    }

    /// Runs without a row, in their order.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(|(_, row)| row.is_none()).map(|(run, _)| run)
    }

    /// The study, once no run is missing.
    pub fn finish(self, sweep: Sweep, view: View) -> Option<Study> {
        let rows: Vec<RunMetrics> = self.rows.into_iter().collect::<Option<_>>()?;
        let comparison = compare(&sweep, &rows, view.baseline, view.certainty);
        let decisions = sweep.decisions();
        let costs = costs(&decisions, &sweep, &comparison);
        let share = view.certainty.share;
        let frontier = frontier(&decisions, &costs, &sweep, &comparison, share);
        let advice = advise(&decisions, &costs, &sweep, &comparison, &rows, &view);
        let curves = self.curves;
        Some(Study { sweep, view, rows, curves, comparison, decisions, costs, frontier, advice })
    }
}
