//! How far a sweep is: a bar on a terminal, and how long it will take if that is long.
//!
//! The wall clock is read here and nowhere else, and what it says goes to standard error alone.

#![expect(clippy::disallowed_types, reason = "people want to know how long they will wait")]

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::terminal::note;
use crate::report::readable::{count, number};
use crate::study::cores;

/// Nothing is said of sweeps that are over sooner than this.
const WORTH_SAYING: Duration = Duration::from_secs(10);

/// Nothing can be said of what takes longer before so much time has passed.
const ENOUGH_SEEN: Duration = Duration::from_secs(1);

/// Between two looks at what is left, for the bar.
const LOOKS: Duration = Duration::from_millis(200);

/// The progress of a sweep; its work is counted in any unit, such as events.
pub(super) struct SweepProgress {
    bar: Option<ProgressBar>,
    quiet: bool,
    jobs: usize,
    began: Instant,
    /// When the bar was last told how long the rest takes, since the beginning.
    looked: Option<Duration>,
    /// What was done since the beginning: runs, and their work.
    runs_done: usize,
    work_done: u64,
    /// Whether it was said how long the sweep takes, or that is not worth saying.
    said: bool,
}

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) runs: u64,
    /// Of these runs, in the unit of the work that is done.
    pub(super) work: u64,
}

impl SweepProgress {
    /// The progress of runs that are done so many at a time.
    pub(super) fn new(quiet: bool, jobs: usize) -> Self {
        let (bar, began, looked) = (None, Instant::now(), None);
        Self { bar, quiet, jobs, began, looked, runs_done: 0, work_done: 0, said: quiet }
    }

    /// So many runs begin, of which a bar tells on a terminal; `what` they are called.
    pub(super) fn begin(&mut self, runs: usize, what: &'static str) {
        let is_seen = !self.quiet && runs > 0 && io::stderr().is_terminal();
        self.bar = is_seen.then(|| bar(runs, what));
        self.looked = None;
    }

    /// One more run is done, which was so much work.
    pub(super) fn step(&mut self, work: u64) {
        self.runs_done += 1;
        self.work_done = self.work_done.saturating_add(work);
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// One of so many runs is done that all take about the same: a bar tells of them, and nothing
    /// else is said.
    pub(super) fn step_of(&mut self, runs: usize) {
        if self.runs_done == 0 {
            self.said = true;
            self.begin(runs, "runs");
        }
        self.step(1);
        let left = runs.saturating_sub(self.runs_done) as u64;
        self.look(|| Left { runs: left, work: left });
    }

    /// Says how long the rest takes, once, as soon as that can be told; a bar is told again and
    /// again. `left` is asked only if it is needed.
    pub(super) fn look(&mut self, left: impl FnOnce() -> Left) {
        if self.said && self.bar.is_none() {
            return;
        }
        let time = self.began.elapsed();
        let is_early = time < ENOUGH_SEEN || self.runs_done < self.jobs;
        let is_known = self.said && self.looked.is_some_and(|it| time < it + LOOKS);
        if is_early || is_known {
            return;
        }
        self.looked = Some(time);
        let left = left();
        let Some(rest) = (Pace { time, work: self.work_done }).time_for(left.work) else { return };
        if !self.said && rest >= WORTH_SAYING {
            self.say(&words(rest, self.jobs.min(cores()), left.runs));
        }
        self.said = true;
        if let Some(bar) = &self.bar {
            bar.set_message(format!(", {} left", about(rest)));
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            None => note(text),
            Some(bar) => bar.suspend(|| note(text)),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// How fast work is done.
#[derive(Clone, Copy, Debug)]
struct Pace {
    time: Duration,
    work: u64,
}

impl Pace {
    /// How long so much more work takes; none if nothing was done yet.
    fn time_for(self, work: u64) -> Option<Duration> {
        let micros = self.time.as_micros().saturating_mul(work.into());
        let micros = micros.checked_div(self.work.into())?;
        Some(Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX)))
    }
}

/// `about 12 min on 2 cores; 100,000 runs`.
fn words(time: Duration, cores: usize, runs: u64) -> String {
    let cores = count(cores as u64, "core");
    format!("{} on {cores}; {}\n", about(time), count(runs, "run"))
}

/// A time that is guessed, in one unit.
fn about(time: Duration) -> String {
    let seconds = time.as_secs();
    let in_units = |unit: u64| number((seconds + unit / 2) / unit);
    match seconds {
        0..100 => format!("about {} s", in_units(1)),
        100..6_000 => format!("about {} min", in_units(60)),
        6_000..172_800 => format!("about {} h", in_units(3_600)),
        _ => format!("about {} days", in_units(86_400)),
    }
}

fn bar(runs: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {prefix}{msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(runs as u64).with_style(style).with_prefix(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_guessed_in_one_unit() {
        let check = |seconds, expected: &str| {
            assert_eq!(about(Duration::from_secs(seconds)), expected);
        };
        check(12, "about 12 s");
        check(100, "about 2 min");
        check(700, "about 12 min");
        check(6_000, "about 2 h");
        check(172_800, "about 2 days");
        check(u64::MAX / 1_000_000, "about 213,503,982 days");
    }

    #[test]
    fn what_is_left_takes_its_share_of_the_time() {
        let pace = Pace { time: Duration::from_secs(2), work: 1_000 };
        assert_eq!(pace.time_for(300_000), Some(Duration::from_secs(600)));
        assert_eq!(pace.time_for(u64::MAX).map(|it| it.as_secs() > 1 << 40), Some(true));
        assert_eq!(Pace { work: 0, ..pace }.time_for(1), None);
    }

    #[test]
    fn an_estimate_names_the_time_the_cores_and_the_runs() {
        let said = words(Duration::from_secs(720), 2, 100_000);
        assert_eq!(said, "about 12 min on 2 cores; 100,000 runs\n");
        assert_eq!(words(Duration::from_secs(15), 1, 1), "about 15 s on 1 core; 1 run\n");
    }
}
