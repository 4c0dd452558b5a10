//! From metrics to advice: the cheapest setting that reaches a goal, and what stops the others.
//!
//! Cheapest is: the fewest nodes unavailable at the worst moment (as a share of those wanted, the
//! median over the seeds), then the shortest duration, then the earlier setting. A setting counts as
//! one that reaches the goal if it is sure enough that it does so in most of all seeds, 95 of 100
//! unless otherwise said; see [`Certainty`]. A rollout after which nodes lose the pod again reaches
//! no goal.

use crate::api::{IntOrPercent, Share};
use crate::study::binomial::WHOLE;
use crate::study::comparison::{Comparison, SettingResult};
use crate::study::confidence::Verdict;
use crate::study::looks::{Judged, judge_by_looks, judge_once};
use crate::study::metric::Metric;
use crate::study::run_metrics::{Outcome, RunMetrics};
use crate::study::study_result::View;
use crate::study::sweep::Sweep;
use crate::time::SimDuration;

/// What a rollout should keep to; what is not given does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// `kubectl rollout status` returns within this time.
    pub within: Option<SimDuration>,
    /// At no moment are more nodes without a serving pod.
    pub worst: Option<IntOrPercent>,
}

impl Goal {
    fn is_too_long(self, row: &RunMetrics) -> bool {
        self.within.is_some_and(|limit| row.duration.is_some_and(|span| span > limit))
    }

    fn is_too_many(self, row: &RunMetrics) -> bool {
        self.worst.is_some_and(|worst| row.worst > worst.scaled_up(row.wanted))
    }
}

/// What stops a setting, and in how many runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No template changes.
    NoRollout { runs: usize },
    /// The rollout is stuck for good.
    Never { runs: usize },
    /// The rollout is not complete when the window ends.
    NotComplete { runs: usize },
    /// Nodes lose the pod again after the rollout was complete.
    LostAgain {
        runs: usize,
        /// The most nodes in any of them.
        most: u32,
    },
    /// It takes too long.
    TooLong {
        /// Runs, those that complete.
        runs: usize,
    },
    /// Too many nodes are without a serving pod.
    TooMany {
        runs: usize,
        /// The most nodes in any of them.
        most: u32,
    },
}

impl Obstacle {
    fn runs(self) -> usize {
        match self {
            Self::NoRollout { runs }
            | Self::Never { runs }
            | Self::NotComplete { runs }
            | Self::LostAgain { runs, .. }
            | Self::TooLong { runs }
            | Self::TooMany { runs, .. } => runs,
        }
    }
}

/// Whether a setting reaches the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgment {
    /// Runs that reach it.
    pub reached: usize,
    /// Whether these are enough.
    pub verdict: Verdict,
    /// With the confidence, at least this share of all seeds reaches it, in millionths.
    pub at_least: u32,
    /// With the confidence, at most this share of all seeds reaches it, in millionths.
    pub at_most: u32,
    /// What stops the others; empty if nothing does.
    pub obstacles: Vec<Obstacle>,
}

/// What a goal says of the settings, which are given by their indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Settings that reach it, the cheapest first.
    pub reach: Vec<usize>,
    /// Settings of which too few seeds were run, the cheapest first.
    pub undecided: Vec<usize>,
    pub judgments: Vec<Judgment>,
}

/// Judges the settings of a comparison by the rows that it was made of; none without a goal.
pub(super) fn advise(comparison: &Comparison, rows: &[RunMetrics], view: &View) -> Option<Advice> {
    if view.goal == Goal::default() {
        return None;
    }
    let seeds = rows.len() / comparison.results.len().max(1);
    let judgments: Vec<Judgment> =
        rows.chunks(seeds.max(1)).map(|rows| judge(rows, view)).collect();
    let sorted = |has: fn(Verdict) -> bool| {
        let settings = 0..judgments.len();
        let mut found: Vec<usize> = settings.filter(|&it| has(judgments[it].verdict)).collect();
        found.sort_by_key(|&it| cost(&comparison.results[it]));
        found
    };
    let reach = sorted(|verdict| verdict == Verdict::Yes);
    let undecided = sorted(|verdict| matches!(verdict, Verdict::TooFew { .. }));
    Some(Advice { reach, undecided, judgments })
}

/// The median share of nodes unavailable at the worst moment, then the median duration.
fn cost(it: &SettingResult) -> (u64, u64) {
    (it.worst_share.p50, it.spread(Metric::Duration).unwrap_or_default().p50)
}

fn judge(rows: &[RunMetrics], &View { goal, certainty, auto_seeds, .. }: &View) -> Judgment {
    let is_good = |row: &RunMetrics| {
        !goal.is_too_many(row) && !goal.is_too_long(row) && row.outcome == Outcome::Complete
    };
    let reached: Vec<bool> = rows.iter().map(is_good).collect();
    let judge = if auto_seeds { judge_by_looks } else { judge_once };
    let Judged { verdict, at_least, at_most } = judge(&reached, certainty);
    let many = reached.iter().filter(|it| **it).count();
    Judgment { reached: many, verdict, at_least, at_most, obstacles: obstacles(rows, goal) }
}

fn obstacles(rows: &[RunMetrics], goal: Goal) -> Vec<Obstacle> {
    let count = |is: &dyn Fn(&RunMetrics) -> bool| rows.iter().filter(|row| is(row)).count();
    let ended = |row: &RunMetrics| matches!(row.outcome, Outcome::Stalled | Outcome::Unfinished);
    let lost = rows.iter().filter(|row| row.outcome == Outcome::Lost).map(|row| row.lost_again);
    let over = rows.iter().filter(|row| goal.is_too_many(row)).map(|row| row.worst);
    let all = [
        Obstacle::NoRollout { runs: count(&|row| row.outcome == Outcome::NoRollout) },
        Obstacle::Never { runs: count(&|row| ended(row) && row.at_rest) },
        Obstacle::NotComplete { runs: count(&|row| ended(row) && !row.at_rest) },
        Obstacle::LostAgain { runs: lost.clone().count(), most: lost.max().unwrap_or(0) },
        Obstacle::TooLong { runs: count(&|row| goal.is_too_long(row)) },
        Obstacle::TooMany { runs: over.clone().count(), most: over.max().unwrap_or(0) },
    ];
    all.into_iter().filter(|obstacle| obstacle.runs() > 0).collect()
}

/// Settings that are complete in `share` of the seeds that were run, and that no other of as many
/// nodes beats in both the worst moment and the duration, the fewest unavailable
/// nodes first: nobody chooses the size of a cluster by its rollouts.
pub(super) fn frontier(sweep: &Sweep, comparison: &Comparison, share: Share) -> Vec<usize> {
    let results = &comparison.results;
    let counts = |&it: &usize| {
        let (complete, runs) = (results[it].complete as u64, results[it].runs as u64);
        complete * u64::from(WHOLE) >= runs * u64::from(share.millionths()) && runs > 0
    };
    let candidates: Vec<usize> = (0..results.len()).filter(counts).collect();
    let costs: Vec<(u64, u64)> = results.iter().map(cost).collect();
    let beats = |a: usize, b: usize| {
        let ((worst_a, time_a), (worst_b, time_b)) = (costs[a], costs[b]);
        let equal = costs[a] == costs[b];
        worst_a <= worst_b && time_a <= time_b && (!equal || a < b)
    };
    let nodes = |it: usize| sweep.settings[it].nodes;
    let beaten_by =
        |other: usize, it: usize| other != it && nodes(other) == nodes(it) && beats(other, it);
    let best = |&it: &usize| !candidates.iter().any(|&other| beaten_by(other, it));
    let mut frontier: Vec<usize> = candidates.iter().copied().filter(best).collect();
    frontier.sort_by_key(|&it| costs[it]);
    frontier
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::seeds::Seeds;
    use crate::study::study_result::{Collected, Study, View};
    use crate::study::sweep::{Row, Setting};
    use crate::study::window::{Window, WindowEnd};

    fn row(run: usize, seconds: Option<u64>, worst: u32) -> Row {
        let duration = seconds.map(SimDuration::from_secs);
        let metrics = RunMetrics {
            outcome: if duration.is_some() { Outcome::Complete } else { Outcome::Stalled },
            duration,
            all_serving: duration,
            worst,
            wanted: 100,
            worst_reported: worst,
            digest: run as u64,
            ..RunMetrics::default()
        };
        Row { run, metrics }
    }

    /// A study of settings that give the same with each of 100 seeds; of the first, the last seed
    /// stalls.
    fn study(settings: &[(Option<u64>, u32)], goal: Goal) -> Study {
        let setting = |index: usize| Setting {
            name: index.to_string(),
            scenario: String::new(),
            values: Vec::new(),
            hash: 0,
            nodes: 100,
        };
        let sweep = Sweep {
            settings: (0..settings.len()).map(setting).collect(),
            refused: Vec::new(),
            seeds: "1..100".parse::<Seeds>().unwrap(),
            daemon_set: None,
            max_events: 1,
            window: Window {
                end: SimDuration::from_secs(7_200),
                soak: SimDuration::ZERO,
                why: WindowEnd::Until,
            },
        };
        let mut collected = Collected::new(&sweep);
        for run in 0..sweep.runs() {
            let (seconds, worst) = settings[run / 100];
            collected.add(row(run, seconds.filter(|_| run != 99), worst));
        }
        let view = View { goal, ..View::default() };
        collected.finish(sweep, view).unwrap()
    }

    const SETTINGS: [(Option<u64>, u32); 5] =
        [(Some(600), 1), (Some(100), 5), (Some(100), 10), (Some(50), 10), (None, 0)];

    #[test]
    fn without_a_goal_the_frontier_is_named() {
        let check = |settings: &[_], expected: &[usize]| {
            let study = study(settings, Goal::default());
            assert_eq!((study.frontier.as_slice(), study.advice), (expected, None));
        };
        check(&SETTINGS, &[0, 1, 3]);
        check(&[(Some(9), 1), (Some(9), 1)], &[0]);
    }

    #[test]
    fn the_cheapest_setting_that_reaches_the_goal_comes_first() {
        let within = |seconds| Goal {
            within: Some(SimDuration::from_secs(seconds)),
            worst: Some(IntOrPercent::Percent(10)),
        };
        let check = |seconds, expected: &[usize]| {
            assert_eq!(study(&SETTINGS, within(seconds)).advice.unwrap().reach, expected);
        };
        check(600, &[0, 1, 3, 2]);
        check(100, &[1, 3, 2]);
        check(99, &[3]);
        check(49, &[]);
    }

    #[test]
    fn what_stops_a_setting_is_counted() {
        let goal =
            Goal { within: Some(SimDuration::from_secs(60)), worst: Some(IntOrPercent::Int(4)) };
        let judgments = study(&SETTINGS, goal).advice.unwrap().judgments;
        let obstacles: Vec<_> = judgments.into_iter().map(|it| it.obstacles).collect();
        let (too_long, never) =
            (Obstacle::TooLong { runs: 100 }, Obstacle::NotComplete { runs: 100 });
        let too_many = |most| Obstacle::TooMany { runs: 100, most };
        assert_eq!(
            obstacles,
            [
                vec![Obstacle::NotComplete { runs: 1 }, Obstacle::TooLong { runs: 99 }],
                vec![too_long, too_many(5)],
                vec![too_long, too_many(10)],
                vec![too_many(10)],
                vec![never],
            ]
        );
    }
}
