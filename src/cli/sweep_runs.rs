//! The runs of a sweep: those that are tried first, and all others, the slowest first.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::effort_args::EffortArgs;
use crate::cli::exit::Failure;
use crate::cli::jobs::jobs_that_fit;
use crate::cli::sweep::{Prepared, beyond_end};
use crate::cli::sweep_progress::{Left, SweepProgress};
use crate::report::compare::why_stuck;
use crate::study::{Effort, PER_ROW, Row, find_window, run_all, tried_seeds};

/// What is known while runs are made.
pub(super) struct Runs {
    /// How many at a time.
    jobs: usize,
    effort: Effort,
    progress: SweepProgress,
}

impl Runs {
    /// Finds out how many runs can be made at a time, and by trying some until when each run is
    /// observed; the sweep has its window then.
    pub(super) fn begin(
        prepared: &mut Prepared,
        args: &EffortArgs,
        quiet: bool,
    ) -> Result<Self, Failure> {
        let sweep = &prepared.header.sweep;
        let rows = (sweep.runs() as u64).saturating_mul(PER_ROW);
        let need = prepared.need.on_threads().and_once(rows);
        let most = sweep.runs().max(sweep.settings.len() * tried_seeds(sweep));
        let asked = args.asked_jobs().min(most);
        let jobs = jobs_that_fit(need, asked, &args.memory, quiet)?;
        let effort = Effort::of(&prepared.header.sweep);
        let mut runs = Self { jobs, effort, progress: SweepProgress::new(quiet, jobs) };
        runs.find_window(prepared)?;
        Ok(runs)
    }

    fn find_window(&mut self, prepared: &mut Prepared) -> Result<(), Failure> {
        let sweep = &prepared.header.sweep;
        let load = |setting| prepared.scenario(setting);
        let Self { jobs, effort, progress } = self;
        let mut tries = 0;
        let done = |setting, events| {
            if tries == 0 {
                progress.begin(sweep.settings.len() * tried_seeds(sweep), "tries");
            }
            tries += 1;
            effort.add(setting, events);
            progress.step(events);
        };
        let found = find_window(sweep, &prepared.ends, prepared.watch, *jobs, &load, done);
        progress.finish();
        let window = found.map_err(|it| beyond_end(&sweep.settings, prepared.watch, it))?;
        prepared.header.sweep.window = window;
        Ok(())
    }

    /// Makes the runs that are `pending`. `done` gets each row, and says whether to go on; once it
    /// does not, or `stop` is set, runs that have begun are finished and no other is begun.
    pub(super) fn make(
        &mut self,
        prepared: &Prepared,
        pending: Vec<usize>,
        stop: &AtomicBool,
        mut done: impl FnMut(Row) -> bool,
    ) {
        let sweep = &prepared.header.sweep;
        let mut left = LeftOf::new(sweep.settings.len());
        for &run in &pending {
            left.add(sweep.run(run).0);
        }
        let pending = self.effort.slowest_first(sweep, pending);
        let load = |setting| prepared.scenario(setting);
        let Self { jobs, effort, progress } = self;
        progress.begin(pending.len(), "runs");
        progress.look(|| left.work(effort));
        run_all(sweep, &pending, *jobs, stop, &load, &why_stuck, |row, events| {
            let (setting, _) = sweep.run(row.run);
            if !done(row) {
                stop.store(true, Ordering::Relaxed);
            }
            effort.add(setting, events);
            left.take(setting);
            progress.step(events);
            progress.look(|| left.work(effort));
        });
        progress.finish();
    }
}

/// How many runs of each setting are left.
struct LeftOf(Vec<u64>);

impl LeftOf {
    fn new(settings: usize) -> Self {
        Self(vec![0; settings])
    }

    fn add(&mut self, setting: usize) {
        self.0[setting] += 1;
    }

    fn take(&mut self, setting: usize) {
        self.0[setting] = self.0[setting].saturating_sub(1);
    }

    fn work(&self, effort: &Effort) -> Left {
        let runs = self.0.iter().sum::<u64>();
        let each = self.0.iter().zip(effort.of_a_run());
        let work = each.fold(0u64, |sum, (runs, one)| sum.saturating_add(runs.saturating_mul(one)));
        Left { runs, work }
    }
}
