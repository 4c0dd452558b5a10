//! Intervals, bounds and verdicts are right as often as they say: the runs of one setting with many
//! seeds are the truth, and samples of them are what somebody would have seen.

use std::sync::atomic::AtomicBool;

use rollcast::api::IntOrPercent;
use rollcast::engine::Streams;
use rollcast::input::Source;
use rollcast::scenario::{NoFiles, Override, Scenario, read};
use rollcast::study::{
    Collected, Finding, Goal, Metric, Row, RunMetrics, Setting, Spread, Study, Sweep, Verdict,
    View, Window, cores, run_all,
};
use rollcast::time::SimDuration;

use crate::tool::FLEET;

/// All seeds there are, and how often somebody looks at some of them.
struct Truth {
    runs: Vec<RunMetrics>,
    trials: u64,
}

fn scenario(nodes: u32) -> Scenario {
    let path = "daemonSets[0].spec.updateStrategy.rollingUpdate.maxUnavailable";
    let sets = [format!("cluster.nodes={nodes}"), format!("{path}=25%")];
    let sets: Vec<Override> = sets.iter().map(|it| Override::parse(it).unwrap()).collect();
    read(Source::new("fleet.yaml", FLEET), &NoFiles, &sets).unwrap().scenario
}

fn sweep(settings: usize, seeds: usize) -> Sweep {
    let setting = |index: usize| Setting {
        name: index.to_string(),
        decision: index.to_string(),
        ..Setting::default()
    };
    Sweep {
        settings: (0..settings).map(setting).collect(),
        refused: Vec::new(),
        seeds: format!("1..{seeds}").parse().unwrap(),
        daemon_set: None,
        max_events: 1_000_000,
        window: Window { end: SimDuration::from_secs(3_600), ..Window::default() },
    }
}

impl Truth {
    fn of(nodes: u32, seeds: usize, trials: u64) -> Self {
        let sweep = sweep(1, seeds);
        let pending: Vec<usize> = (0..seeds).collect();
        let mut runs = vec![RunMetrics::default(); seeds];
        let load = |_| scenario(nodes);
        run_all(&sweep, &pending, cores(), &AtomicBool::new(false), &load, &|_| None, |row, _| {
            runs[row.run] = RunMetrics { curve: Vec::new(), gaps: Vec::new(), ..row.metrics };
        });
        Self { runs, trials }
    }

    /// The value that this share of all seeds does not exceed.
    fn duration(&self, per_mille: usize) -> u64 {
        let mut all: Vec<u64> =
            self.runs.iter().filter_map(|run| Metric::Duration.value(run)).collect();
        all.sort_unstable();
        all[(all.len() * per_mille).div_ceil(1000) - 1]
    }

    /// What somebody sees who runs equal settings, each with so many seeds of its own.
    fn look(&self, trial: u64, settings: usize, seeds: usize, goal: Goal) -> Study {
        self.look_so(trial, settings, seeds, View { goal, ..View::default() })
    }

    fn look_so(&self, trial: u64, settings: usize, seeds: usize, view: View) -> Study {
        let sweep = sweep(settings, seeds);
        let streams = Streams::new(seeds as u64);
        let mut collected = Collected::new(&sweep);
        for run in 0..sweep.runs() {
            let pick = streams.bits("look", trial, run as u64) % self.runs.len() as u64;
            let metrics = self.runs[usize::try_from(pick).unwrap()].clone();
            collected.add(Row { run, metrics });
        }
        collected.finish(sweep, view).unwrap()
    }

    /// In how many of 1,000 looks at one setting something holds.
    fn often(&self, seeds: usize, goal: Goal, holds: impl Fn(&Study) -> bool) -> u64 {
        let looks = (0..self.trials).map(|trial| self.look(trial, 1, seeds, goal));
        looks.filter(holds).count() as u64 * 1_000 / self.trials
    }

    fn median_is_covered(&self) {
        let median = self.duration(500);
        for seeds in [6, 10, 20, 50] {
            let covered = self.often(seeds, Goal::default(), |study| {
                let (low, high) = duration(study).median.unwrap();
                (low..=high).contains(&median)
            });
            assert!(covered >= 950, "{covered} of 1,000 with {seeds} seeds");
        }
    }

    /// A goal that fewer than 95 of 100 seeds reach is hardly ever said to be reached; nor is one
    /// that more reach said to be missed.
    fn verdicts_are_right(&self) {
        let within = |per_mille| Goal {
            within: Some(SimDuration::from_micros(self.duration(per_mille))),
            worst: Some(IntOrPercent::Percent(100)),
            hit: None,
        };
        for seeds in [6, 10, 20, 50, 59, 93, 100, 200] {
            let says = |per_mille, wrong| {
                self.often(seeds, within(per_mille), |study| verdict(study) == wrong)
            };
            let (yes, no) = (says(945, Verdict::Yes), says(955, Verdict::No));
            assert!(yes <= 50 && no <= 50, "{yes} and {no} of 1,000 with {seeds} seeds");
        }
        // The first clear verdict counts, so this is what adding seeds until then comes to.
        let by_looks = |per_mille, wrong| {
            let view = || View { goal: within(per_mille), auto_seeds: true, ..View::default() };
            let looks = (0..self.trials).map(|trial| self.look_so(trial, 1, 800, view()));
            looks.filter(|study| verdict(study) == wrong).count() as u64 * 1_000 / self.trials
        };
        let (yes, no) = (by_looks(945, Verdict::Yes), by_looks(955, Verdict::No));
        assert!(yes <= 50 && no <= 50, "{yes} and {no} of 1,000 with `auto`");
        let (yes, no) = (by_looks(995, Verdict::Yes), by_looks(880, Verdict::No));
        assert!(yes >= 950 && no >= 950, "{yes} and {no} of 1,000 are decided");
        let found = self.often(100, within(999), |study| verdict(study) == Verdict::Yes);
        assert!(found >= 900, "a good setting is found in {found} of 1,000");
    }

    fn p99_is_bounded(&self) {
        let p99 = self.duration(990);
        for seeds in [6, 10, 20, 50, 298] {
            let bounded =
                self.often(seeds, Goal::default(), |study| duration(study).p99_at_most.is_some());
            assert_eq!(bounded, 0, "{seeds} seeds are too few");
        }
        for seeds in [299, 500] {
            let holds = self.often(seeds, Goal::default(), |study| {
                duration(study).p99_at_most.is_some_and(|most| most >= p99)
            });
            assert!(holds >= 950, "{holds} of 1,000 with {seeds} seeds");
        }
    }

    /// Of tables of equal settings, few show a difference anywhere.
    fn placebos_show_nothing(&self) {
        for (settings, seeds) in [(2, 6), (2, 10), (6, 20), (6, 50)] {
            let tables = (0..self.trials).filter(|&trial| {
                let study = self.look(trial, settings, seeds, Goal::default());
                let mut all = study.comparison.results.iter().flat_map(|it| &it.differences);
                all.any(|it| it.finding == Finding::Differs)
            });
            let wrong = tables.count() as u64 * 1_000 / self.trials;
            assert!(wrong <= 50, "{wrong} of 1,000 with {settings} settings, {seeds} seeds");
        }
    }

    fn check(&self) {
        self.median_is_covered();
        self.verdicts_are_right();
        self.p99_is_bounded();
        self.placebos_show_nothing();
    }
}

fn duration(study: &Study) -> Spread {
    study.comparison.results[0].spread(Metric::Duration).unwrap()
}

fn verdict(study: &Study) -> Verdict {
    study.advice.as_ref().unwrap().verdict(0).unwrap()
}

#[test]
fn what_is_said_of_all_seeds_holds() {
    Truth::of(6, 400, 300).check();
}

/// The same on a larger scale: `cargo test --test compare -- --ignored`, some minutes.
#[test]
#[ignore = "takes minutes; the test above is the same on a small scale"]
fn what_is_said_of_two_thousand_seeds_holds() {
    Truth::of(20, 2_000, 2_000).check();
}
