//! Runs spread over threads. A run depends on its setting and its seed alone, so neither the number
//! of threads nor their speed can show in a result; rows come in the order in which they are done.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::record::Detail;
use crate::scenario::Scenario;
use crate::study::run_metrics::{RunMetrics, metrics_of};
use crate::study::sweep::{Row, Sweep};
use crate::world::{Options, RunLimits, simulate};

/// Runs those of a sweep that are `pending` on `jobs` threads. `load` makes the scenario of a
/// setting, by its index; each thread calls it once per setting that it meets. `done` gets each row
/// on the calling thread. Once `stop` is set, runs that have begun are finished and no other is
/// begun.
pub fn run_all(
    sweep: &Sweep,
    pending: &[usize],
    jobs: usize,
    stop: &AtomicBool,
    load: &(dyn Fn(usize) -> Scenario + Sync),
    mut done: impl FnMut(Row),
) {
    let next = AtomicUsize::new(0);
    let (sender, rows) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, pending.len().max(1)) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || work(sweep, pending, next, stop, load, &sender));
        }
        drop(sender);
        for row in rows {
            done(row);
        }
    });
}

/// Threads that run at the same time on this machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn work(
    sweep: &Sweep,
    pending: &[usize],
    next: &AtomicUsize,
    stop: &AtomicBool,
    load: &(dyn Fn(usize) -> Scenario + Sync),
    rows: &mpsc::Sender<Row>,
) {
    let mut loaded: Option<(usize, Scenario)> = None;
    while !stop.load(Ordering::Relaxed) {
        let Some(&run) = pending.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
        let (setting, seed) = sweep.run(run);
        let (_, scenario) = match &mut loaded {
            Some(known) if known.0 == setting => known,
            other => other.insert((setting, load(setting))),
        };
        scenario.seed = seed;
        let metrics = one_run(sweep, scenario);
        if rows.send(Row { run, metrics }).is_err() {
            break;
        }
    }
}

fn one_run(sweep: &Sweep, scenario: &Scenario) -> RunMetrics {
    let options = Options {
        detail: Detail::Series,
        limits: RunLimits { max_events: sweep.max_events },
        ..Options::default()
    };
    let record = simulate(scenario, &options, |_| ());
    metrics_of(&record, sweep.daemon_set.as_deref())
}
