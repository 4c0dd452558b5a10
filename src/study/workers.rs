//! Runs spread over threads. A run depends on its setting and its seed alone, so neither the number
//! of threads nor their speed can show in a result; rows come in the order in which they are done.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::record::{DaemonSetSummary, Detail};
use crate::scenario::{Scenario, Until};
use crate::study::run_metrics::{Outcome, RunMetrics, metrics_of, subject};
use crate::study::sweep::{Row, Sweep};
use crate::world::{Options, RunLimits, simulate};

/// Says in words what holds up the rollout of a DaemonSet, if it is known.
pub type WhyStuck = dyn Fn(&DaemonSetSummary) -> Option<String> + Sync;

/// Runs those of a sweep that are `pending` on `jobs` threads. `load` makes the scenario of a
/// setting, by its index; each thread calls it once per setting that it meets. Runs are begun in the
/// order of `pending`. `done` gets each row, and the events of its run, on the calling thread. Once
/// `stop` is set, runs that have begun are finished and no other is begun.
pub fn run_all(
    sweep: &Sweep,
    pending: &[usize],
    jobs: usize,
    stop: &AtomicBool,
    load: &(dyn Fn(usize) -> Scenario + Sync),
    why_stuck: &WhyStuck,
    mut done: impl FnMut(Row, u64),
) {
    let one = |_, scenario: &mut Scenario| one_run(sweep, scenario, why_stuck);
    let place = |run| sweep.run(run);
    each_run(&place, pending, jobs, stop, load, &one, |run, (metrics, events)| {
        done(Row { run, metrics }, events);
    });
}

/// The same with what `one` makes of a setting, by its index, and its scenario with the seed; `place`
/// says the setting and the seed of a run.
pub(super) fn each_run<T: Send>(
    place: &(dyn Fn(usize) -> (usize, u64) + Sync),
    pending: &[usize],
    jobs: usize,
    stop: &AtomicBool,
    load: &(dyn Fn(usize) -> Scenario + Sync),
    one: &(dyn Fn(usize, &mut Scenario) -> T + Sync),
    mut done: impl FnMut(usize, T),
) {
    let work = Work { place, pending, stop, load, one };
    let next = AtomicUsize::new(0);
    let (sender, rows) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, pending.len().max(1)) {
            let (sender, next) = (sender.clone(), &next);
            let work = &work;
            scope.spawn(move || work.until_done(next, &sender));
        }
        drop(sender);
        for (run, made) in rows {
            done(run, made);
        }
    });
}

/// Threads that run at the same time on this machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What threads do, each with the next run that none has begun.
struct Work<'a, T> {
    place: &'a (dyn Fn(usize) -> (usize, u64) + Sync),
    pending: &'a [usize],
    stop: &'a AtomicBool,
    load: &'a (dyn Fn(usize) -> Scenario + Sync),
    one: &'a (dyn Fn(usize, &mut Scenario) -> T + Sync),
}

impl<T> Work<'_, T> {
    fn until_done(&self, next: &AtomicUsize, made: &mpsc::Sender<(usize, T)>) {
        let mut loaded: Option<(usize, Scenario)> = None;
        while !self.stop.load(Ordering::Relaxed) {
            let Some(&run) = self.pending.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let (setting, seed) = (self.place)(run);
            let (_, scenario) = match &mut loaded {
                Some(known) if known.0 == setting => known,
                other => other.insert((setting, (self.load)(setting))),
            };
            scenario.seed = seed;
            if made.send((run, (self.one)(setting, scenario))).is_err() {
                break;
            }
        }
    }
}

/// A run, observed until the window ends, and its events.
fn one_run(sweep: &Sweep, scenario: &mut Scenario, why_stuck: &WhyStuck) -> (RunMetrics, u64) {
    scenario.until = Until { limit: sweep.window.end, rollout_complete: false };
    let options = Options {
        detail: Detail::Series,
        limits: RunLimits { max_events: sweep.max_events },
        ..Options::default()
    };
    let record = simulate(scenario, &options, |_| ());
    let name = sweep.daemon_set.as_deref();
    let mut metrics = metrics_of(&record, name);
    if matches!(metrics.outcome, Outcome::Stalled | Outcome::Unfinished) {
        let subject = subject(&record.summary, name).map(|it| &record.summary.daemon_sets[it]);
        metrics.stuck_on = subject.and_then(why_stuck);
    }
    (metrics, record.summary.events)
}
