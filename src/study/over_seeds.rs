//! One scenario with many seeds: what becomes of each DaemonSet in each run.

use std::sync::atomic::AtomicBool;

use crate::record::{Detail, Record};
use crate::scenario::Scenario;
use crate::study::confidence::Ranks;
use crate::study::expectations::evaluate;
use crate::study::quantile::Spread;
use crate::study::run_metrics::{Outcome, metrics_of, subject};
use crate::study::seeds::Seeds;
use crate::study::workers::{WhyStuck, each_run};
use crate::time::SimDuration;
use crate::world::{Options, RunLimits, simulate};

/// What became of the DaemonSets of a scenario with each of some seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverSeeds {
    pub seeds: Seeds,
    /// In the order of the scenario.
    pub daemon_sets: Vec<OfDaemonSet>,
    /// Seeds with which something is not as the scenario expects, and the first such thing.
    pub broken: Vec<(u64, String)>,
}

/// What became of one DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfDaemonSet {
    /// `namespace/name`.
    pub daemon_set: String,
    /// One per seed, in their order.
    pub runs: Vec<SeedRun>,
}

/// What became of a DaemonSet with one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedRun {
    pub seed: u64,
    /// How the last rollout ended.
    pub outcome: Outcome,
    /// Whether only who deletes pods updates them.
    pub on_delete: bool,
    /// From the change until `kubectl rollout status` returns; none if it does not.
    pub duration: Option<SimDuration>,
    /// Most nodes without a serving pod at any moment of an update.
    pub worst: u32,
    /// Nodes on which a pod belonged at that moment.
    pub wanted: u32,
    /// Whether the DaemonSet is deleted at the end.
    pub deleted: bool,
    /// What holds up a rollout that is not done, in words.
    pub why: Option<String>,
}

/// What is kept of one run.
struct Kept {
    daemon_sets: Vec<(String, SeedRun)>,
    broken: Option<String>,
}

/// Runs a scenario with each of the seeds on `jobs` threads, but for the first: `first` is the record
/// of that run. `done` is called after each run.
pub fn over_seeds(
    scenario: &Scenario,
    seeds: &Seeds,
    first: &Record,
    jobs: usize,
    max_events: u64,
    why_stuck: &WhyStuck,
    mut done: impl FnMut(),
) -> OverSeeds {
    let options =
        Options { detail: Detail::Series, limits: RunLimits { max_events }, ..Options::default() };
    let one = |_, scenario: &mut Scenario| {
        let record = simulate(scenario, &options, |_| ());
        kept(scenario, &record, scenario.seed, why_stuck)
    };
    let mut all: Vec<(usize, Kept)> = Vec::new();
    if let Some(seed) = seeds.numbers().first() {
        all.push((0, kept(scenario, first, *seed, why_stuck)));
    }
    let pending: Vec<usize> = (1..seeds.numbers().len()).collect();
    let load = |_| scenario.clone();
    let stop = AtomicBool::new(false);
    let place = |run: usize| (0, seeds.numbers()[run]);
    each_run(&place, &pending, jobs, &stop, &load, &one, |run, kept| {
        all.push((run, kept));
        done();
    });
    all.sort_by_key(|(run, _)| *run);
    joined(seeds, all.into_iter().map(|(_, kept)| kept))
}

/// The figures of one run.
fn kept(scenario: &Scenario, record: &Record, seed: u64, why_stuck: &WhyStuck) -> Kept {
    let mut daemon_sets: Vec<(String, SeedRun)> = Vec::new();
    for it in &record.summary.daemon_sets {
        if daemon_sets.iter().any(|(name, _)| *name == it.daemon_set) {
            continue;
        }
        let metrics = metrics_of(record, Some(&it.daemon_set));
        let is_open = matches!(metrics.outcome, Outcome::Stalled | Outcome::Unfinished);
        let looked_at = subject(&record.summary, Some(&it.daemon_set));
        let looked_at = looked_at.map(|it| &record.summary.daemon_sets[it]);
        let run = SeedRun {
            seed,
            outcome: metrics.outcome,
            on_delete: metrics.on_delete,
            duration: metrics.duration,
            worst: metrics.worst,
            wanted: metrics.wanted,
            deleted: looked_at.is_some_and(|it| it.deleted.is_some()),
            why: looked_at.filter(|_| is_open).and_then(why_stuck),
        };
        daemon_sets.push((it.daemon_set.clone(), run));
    }
    let broken = evaluate(&scenario.expectations, &record.summary).into_iter().next();
    Kept { daemon_sets, broken: broken.map(|it| format!("{}: {}", it.expectation, it.message)) }
}

fn joined(seeds: &Seeds, all: impl Iterator<Item = Kept>) -> OverSeeds {
    let mut over = OverSeeds { seeds: seeds.clone(), daemon_sets: Vec::new(), broken: Vec::new() };
    for (kept, &seed) in all.zip(seeds.numbers()) {
        over.broken.extend(kept.broken.map(|message| (seed, message)));
        for (daemon_set, run) in kept.daemon_sets {
            match over.daemon_sets.iter_mut().find(|it| it.daemon_set == daemon_set) {
                Some(known) => known.runs.push(run),
                None => over.daemon_sets.push(OfDaemonSet { daemon_set, runs: vec![run] }),
            }
        }
    }
    over
}

impl OfDaemonSet {
    /// The runs that ended in this way.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &SeedRun> {
        self.runs.iter().filter(move |run| run.outcome == outcome)
    }

    /// The times of rollouts that are complete at the end of the run, in microseconds.
    pub fn durations(&self) -> Spread {
        let done = self.with(Outcome::Complete).filter_map(|run| run.duration);
        Spread::of(done.map(SimDuration::as_micros).collect(), Ranks::default())
    }

    /// The nodes without a serving pod at the worst moment of each run.
    pub fn worst(&self) -> Spread {
        let worst = self.runs.iter().map(|run| run.worst.into());
        Spread::of(worst.collect(), Ranks::default())
    }
}
