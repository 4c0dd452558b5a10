//! From metrics to advice: the cheapest decision that reaches a goal, and what stops the others.
//!
//! A decision reaches the goal if it does so in every circumstance that was tried. In each it must be
//! sure enough that it does so in most of all seeds, 95 of 100 unless otherwise said; see
//! [`Certainty`](crate::study::Certainty). (That all of several claims hold, each of them sure enough
//! alone, is as sure as one of them: an intersection-union test.) A rollout after which nodes lose the
//! pod again reaches no goal. Of a bad image nobody wants that it is rolled out: what counts with it
//! is how many nodes it hits, and how many are without a pod at once.

use crate::api::{IntOrPercent, Share};
use crate::study::binomial::WHOLE;
use crate::study::comparison::Comparison;
use crate::study::confidence::Verdict;
use crate::study::cost::{Cost, Measure};
use crate::study::looks::{Judged, judge_by_looks, judge_once};
use crate::study::run_metrics::{Outcome, RunMetrics};
use crate::study::study_result::{Study, View};
use crate::study::sweep::{Decision, Setting, Sweep};
use crate::time::SimDuration;

/// What a rollout should keep to; what is not given does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// `kubectl rollout status` returns within this time.
    pub within: Option<SimDuration>,
    /// At no moment are more nodes without a serving pod; a percentage is rounded down.
    pub worst: Option<IntOrPercent>,
    /// An update takes the service of at most this many nodes; a percentage is rounded down.
    pub hit: Option<IntOrPercent>,
}

impl Goal {
    fn is_too_long(self, row: &RunMetrics) -> bool {
        self.within.is_some_and(|limit| row.duration.is_some_and(|span| span > limit))
    }

    fn is_too_many(self, row: &RunMetrics) -> bool {
        self.worst.is_some_and(|worst| row.worst > worst.scaled_down(row.wanted))
    }

    fn hits_too_many(self, row: &RunMetrics) -> bool {
        self.hit.is_some_and(|hit| row.hit > hit.scaled_down(row.wanted))
    }

    /// Whether a rollout must be complete of whose image only the scenario knows whether it is bad.
    /// Whoever asks for nothing but that few nodes are hit does not want a bad one to get everywhere.
    fn wants_completion(self, row: &RunMetrics) -> bool {
        self.hit.is_none() || self.within.is_some() || row.hit == 0
    }

    /// Whether it says anything of a rollout whose image is bad.
    fn limits_bad_images(self) -> bool {
        self.worst.is_some() || self.hit.is_some()
    }

    fn is_reached(self, row: &RunMetrics, image: Image) -> bool {
        let keeps_limits = !self.is_too_many(row) && !self.hits_too_many(row);
        let is_done = || row.outcome == Outcome::Complete && !self.is_too_long(row);
        keeps_limits && (!image.is_to_be_rolled_out(self, row) || is_done())
    }
}

/// What is known of the image of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Image {
    /// Bad ones are tried, and it is one of them.
    Bad,
    /// Bad ones are tried, and it is not one of them.
    Good,
    /// As the scenario says.
    Unknown,
}

impl Image {
    fn is_to_be_rolled_out(self, goal: Goal, row: &RunMetrics) -> bool {
        match self {
            Self::Bad => false,
            Self::Good => true,
            Self::Unknown => goal.wants_completion(row),
        }
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
    /// The update takes the service of too many nodes.
    HitsTooMany {
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
            | Self::TooMany { runs, .. }
            | Self::HitsTooMany { runs, .. } => runs,
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

/// What a goal says of the decisions, which are given by their places in [`Sweep::decisions`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Decisions that reach it in every circumstance, the cheapest first.
    pub reach: Vec<usize>,
    /// Those of them that cost as much as the first, which is among them.
    pub as_cheap: usize,
    /// Decisions that may reach it, of which too few seeds were run, the cheapest first.
    pub undecided: Vec<usize>,
    /// What reaches it in each circumstance, with good and bad images alike; empty if there is only
    /// one, or if a decision reaches it in all of them, or may.
    pub each: Vec<BestOf>,
    /// One per setting; none where the goal says nothing of bad images, and the image is bad.
    pub judgments: Vec<Option<Judgment>>,
}

/// What reaches a goal in a circumstance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestOf {
    /// The circumstance, without what is wrong with the image.
    pub given: String,
    /// The cheapest decision that does, by its place.
    pub best: Option<usize>,
    /// Whether none is known to, and one may.
    pub is_open: bool,
}

impl Advice {
    /// Whether more seeds may tell what to do.
    pub(super) fn is_open(&self) -> bool {
        !self.undecided.is_empty() || self.each.iter().any(|it| it.is_open)
    }

    /// The verdict of a setting, by its index.
    pub fn verdict(&self, setting: usize) -> Option<Verdict> {
        self.judgments[setting].as_ref().map(|judgment| judgment.verdict)
    }
}

/// What decisions cost, one per decision.
pub(super) fn costs(decisions: &[Decision], sweep: &Sweep, comparison: &Comparison) -> Vec<Cost> {
    let of_setting = |&setting: &usize| {
        let is_bad = sweep.settings[setting].bad_image.is_some();
        Cost::of(&comparison.results[setting], is_bad)
    };
    let of_decision =
        |it: &Decision| it.settings.iter().map(of_setting).reduce(Cost::most).unwrap_or_default();
    decisions.iter().map(of_decision).collect()
}

/// Judges the settings of a comparison by the rows that it was made of; none without a goal.
pub(super) fn advise(
    decisions: &[Decision],
    costs: &[Cost],
    sweep: &Sweep,
    comparison: &Comparison,
    rows: &[RunMetrics],
    view: &View,
) -> Option<Advice> {
    if view.goal == Goal::default() {
        return None;
    }
    let seeds = sweep.seeds.numbers().len();
    let judged = sweep.settings.iter().zip(rows.chunks(seeds.max(1)));
    let judgments: Vec<Option<Judgment>> =
        judged.map(|(it, rows)| judge(image_of(it, sweep), rows, view.goal, view)).collect();
    let everywhere = sweep.circumstances().len();
    let together: Vec<Together> =
        decisions.iter().map(|it| Together::of(&it.settings, &judgments, everywhere)).collect();
    let sorted = |wanted: Together| {
        let mut found: Vec<usize> =
            (0..decisions.len()).filter(|&decision| together[decision] == wanted).collect();
        found.sort_by_key(|&decision| costs[decision].by(view.cheapest));
        found
    };
    let (reach, undecided) = (sorted(Together::Reach), sorted(Together::Open));
    let is_as_cheap = |&&it: &&usize| costs[it].is_like(costs[reach[0]], view.cheapest);
    let as_cheap = reach.iter().take_while(is_as_cheap).count();
    let given = sweep.given();
    let is_split = reach.is_empty() && undecided.is_empty() && given.len() > 1;
    let best = |given| best_of(given, decisions, sweep, comparison, &judgments, view.cheapest);
    let each = given.into_iter().filter(|_| is_split).map(best).collect();
    Some(Advice { reach, as_cheap, undecided, each, judgments })
}

/// Whether several settings reach the goal together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Together {
    /// All of them do.
    Reach,
    /// All of them may.
    Open,
    /// One of them does not, or cannot be tried.
    Fail,
}

impl Together {
    /// What becomes of settings, of which there should be this many.
    fn of(settings: &[usize], judgments: &[Option<Judgment>], many: usize) -> Self {
        let judged = || settings.iter().filter_map(|&it| judgments[it].as_ref());
        let all = |is: fn(Verdict) -> bool| judged().all(|it| is(it.verdict));
        if settings.len() < many || !all(|it| it != Verdict::No) {
            Self::Fail
        } else if all(|it| it == Verdict::Yes) {
            Self::Reach
        } else {
            Self::Open
        }
    }
}

/// The decision that reaches the goal in a circumstance, with good and bad images alike, and costs
/// least there.
fn best_of(
    given: &str,
    decisions: &[Decision],
    sweep: &Sweep,
    comparison: &Comparison,
    judgments: &[Option<Judgment>],
    cheapest: Measure,
) -> BestOf {
    let is_here = |setting: &usize| sweep.settings[*setting].given == given;
    let here = |it: &Decision| Decision {
        name: it.name.clone(),
        settings: it.settings.iter().copied().filter(is_here).collect(),
    };
    let decisions: Vec<Decision> = decisions.iter().map(here).collect();
    // Good and bad images are circumstances of their own.
    let many = decisions.iter().map(|it| it.settings.len()).max().unwrap_or(0);
    let costs = costs(&decisions, sweep, comparison);
    let together = decisions.iter().map(|it| Together::of(&it.settings, judgments, many));
    let places = || (0..).zip(together.clone());
    let reach = places().filter(|(_, it)| *it == Together::Reach).map(|(place, _)| place);
    let best = reach.min_by_key(|&it: &usize| costs[it].by(cheapest));
    let is_open = best.is_none() && places().any(|(_, it)| it == Together::Open);
    BestOf { given: given.to_owned(), best, is_open }
}

/// Whether a setting reaches a part of the goal of a study.
pub fn judge_part(study: &Study, setting: usize, part: Goal) -> Option<Judgment> {
    let image = image_of(&study.sweep.settings[setting], &study.sweep);
    judge(image, study.rows_of(setting), part, &study.view)
}

fn image_of(setting: &Setting, sweep: &Sweep) -> Image {
    let tries_bad_images = || sweep.settings.iter().any(|it| it.bad_image.is_some());
    match setting.bad_image {
        Some(_) => Image::Bad,
        None if tries_bad_images() => Image::Good,
        None => Image::Unknown,
    }
}

fn judge(image: Image, rows: &[RunMetrics], goal: Goal, view: &View) -> Option<Judgment> {
    let &View { certainty, auto_seeds, .. } = view;
    if image == Image::Bad && !goal.limits_bad_images() {
        return None;
    }
    let reached: Vec<bool> = rows.iter().map(|row| goal.is_reached(row, image)).collect();
    let judge = if auto_seeds { judge_by_looks } else { judge_once };
    let Judged { verdict, at_least, at_most } = judge(&reached, certainty);
    let obstacles = obstacles(rows, goal, image);
    let reached = reached.iter().filter(|it| **it).count();
    Some(Judgment { reached, verdict, at_least, at_most, obstacles })
}

fn obstacles(rows: &[RunMetrics], goal: Goal, image: Image) -> Vec<Obstacle> {
    let wanted = rows.iter().filter(|row| image.is_to_be_rolled_out(goal, row));
    let count = |is: &dyn Fn(&RunMetrics) -> bool| wanted.clone().filter(|row| is(row)).count();
    let ended = |row: &RunMetrics| matches!(row.outcome, Outcome::Stalled | Outcome::Unfinished);
    let lost = wanted.clone().filter(|row| row.outcome == Outcome::Lost).map(|row| row.lost_again);
    let over = rows.iter().filter(|row| goal.is_too_many(row)).map(|row| row.worst);
    let hit = rows.iter().filter(|row| goal.hits_too_many(row)).map(|row| row.hit);
    let all = [
        Obstacle::NoRollout { runs: count(&|row| row.outcome == Outcome::NoRollout) },
        Obstacle::Never { runs: count(&|row| ended(row) && row.at_rest) },
        Obstacle::NotComplete { runs: count(&|row| ended(row) && !row.at_rest) },
        Obstacle::LostAgain { runs: lost.clone().count(), most: lost.max().unwrap_or(0) },
        Obstacle::TooLong { runs: count(&|row| goal.is_too_long(row)) },
        Obstacle::TooMany { runs: over.clone().count(), most: over.max().unwrap_or(0) },
        Obstacle::HitsTooMany { runs: hit.clone().count(), most: hit.max().unwrap_or(0) },
    ];
    all.into_iter().filter(|obstacle| obstacle.runs() > 0).collect()
}

/// Settings that are complete in `share` of the seeds that were run, and that no other of the same
/// circumstance and as many nodes beats in the worst moment, the duration and the nodes that a bad
/// image hits, the fewest unavailable nodes first. Bad images have none.
pub(super) fn frontier(
    decisions: &[Decision],
    costs: &[Cost],
    sweep: &Sweep,
    comparison: &Comparison,
    share: Share,
) -> Vec<usize> {
    let results = &comparison.results;
    let counts = |&it: &usize| {
        let (complete, runs) = (results[it].complete as u64, results[it].runs as u64);
        let is_complete = complete * u64::from(WHOLE) >= runs * u64::from(share.millionths());
        is_complete && runs > 0 && sweep.settings[it].bad_image.is_none()
    };
    let candidates: Vec<usize> = (0..results.len()).filter(counts).collect();
    let mut of_settings: Vec<Cost> = results.iter().map(|it| Cost::of(it, false)).collect();
    // A decision costs what its worst image hits, wherever it is tried.
    for (decision, cost) in decisions.iter().zip(costs) {
        for &setting in &decision.settings {
            of_settings[setting].hit = cost.hit;
        }
    }
    let beats = |a: usize, b: usize| {
        let (one, other) = (of_settings[a], of_settings[b]);
        one.beats(other) && (!other.beats(one) || a < b)
    };
    let beaten_by =
        |other: usize, it: usize| other != it && sweep.is_alike(other, it) && beats(other, it);
    let best = |&it: &usize| !candidates.iter().any(|&other| beaten_by(other, it));
    let mut frontier: Vec<usize> = candidates.iter().copied().filter(best).collect();
    frontier.sort_by_key(|&it| of_settings[it].by(Measure::Worst));
    frontier
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::seeds::Seeds;
    use crate::study::study_result::Collected;
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
            decision: index.to_string(),
            nodes: 100,
            ..Setting::default()
        };
        let sweep = sweep((0..settings.len()).map(setting).collect());
        collected(sweep, goal, |run| {
            let (seconds, worst) = settings[run / 100];
            row(run, seconds.filter(|_| run != 99), worst)
        })
    }

    fn sweep(settings: Vec<Setting>) -> Sweep {
        let end = SimDuration::from_secs(7_200);
        Sweep {
            settings,
            refused: Vec::new(),
            seeds: "1..100".parse::<Seeds>().unwrap(),
            daemon_set: None,
            max_events: 1,
            window: Window { end, soak: SimDuration::ZERO, why: WindowEnd::Until },
        }
    }

    fn collected(sweep: Sweep, goal: Goal, row: impl Fn(usize) -> Row) -> Study {
        let mut collected = Collected::new(&sweep);
        (0..sweep.runs()).for_each(|run| {
            collected.add(row(run));
        });
        collected.finish(sweep, View { goal, ..View::default() }).unwrap()
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
            hit: None,
        };
        let check = |seconds, expected: &[usize]| {
            assert_eq!(study(&SETTINGS, within(seconds)).advice.unwrap().reach, expected);
        };
        check(600, &[0, 1, 3, 2]);
        check(100, &[1, 3, 2]);
        check(99, &[3]);
        check(49, &[]);
    }

    /// Both are in time in the first circumstance, and none in the second, where what costs least in
    /// the first costs most.
    #[test]
    fn what_costs_least_in_a_circumstance_is_named_there() {
        let of = [("x", "a", 9, 5), ("y", "a", 9, 10), ("x", "b", 99, 90), ("y", "b", 99, 20)];
        let setting = |(decision, given, ..): &(&str, &str, u64, u32)| Setting {
            name: format!("{decision}, {given}"),
            decision: (*decision).to_owned(),
            circumstance: (*given).to_owned(),
            given: (*given).to_owned(),
            ..Setting::default()
        };
        let sweep = sweep(of.iter().map(setting).collect());
        let rows = |run: usize| row(run, Some(of[run / 100].2), of[run / 100].3);
        let goal = Goal { within: Some(SimDuration::from_secs(10)), ..Goal::default() };
        let advice = collected(sweep, goal, rows).advice.unwrap();
        let each: Vec<_> = advice.each.iter().map(|it| (it.given.as_str(), it.best)).collect();
        assert_eq!(each, [("a", Some(0)), ("b", None)]);
        assert!(advice.reach.is_empty() && !advice.is_open());
    }

    #[test]
    fn what_stops_a_setting_is_counted() {
        let goal = Goal {
            within: Some(SimDuration::from_secs(60)),
            worst: Some(IntOrPercent::Int(4)),
            hit: None,
        };
        let judgments = study(&SETTINGS, goal).advice.unwrap().judgments;
        let obstacles: Vec<_> = judgments.into_iter().map(|it| it.unwrap().obstacles).collect();
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
