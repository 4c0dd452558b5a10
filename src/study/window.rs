//! The window: until when every run of a sweep is observed.
//!
//! Figures of runs that were observed for different times cannot be compared, so every setting is
//! observed with every seed until the same moment, and what goes on then is said to be a lower
//! bound. If the scenario ends at a given time (`until: 2h`), that is the moment. Otherwise a few
//! runs are tried beforehand: each setting with the seeds 1 to 3 (from 20,000 nodes on with seed 1),
//! until it is complete. The window leaves room for rollouts that take twice as long as the slowest of these, and then for
//! `minReadySeconds` and a soak time, in which it is seen whether the pods last.
//!
//! Why tries: the slowest of *all* runs is known only when all are done, and a part of a sweep on
//! another machine does not know it. What is tried depends on the settings alone, so every part,
//! every number of jobs, and every `--resume` that adds seeds finds the same window. An end of
//! its own for each run would need no tries, but a setting that stalls would be observed for a day
//! and one that breaks every node after a minute for a few minutes more: the latter would look
//! better. A window from estimates would cut off what estimates do not see: back-offs, waits, tails.

use std::sync::atomic::AtomicBool;

use crate::record::{Detail, Limit, Summary};
use crate::scenario::{Action, DaemonSetChange, Scenario, Until};
use crate::study::effort::Effort;
use crate::study::run_metrics::subject;
use crate::study::seeds::Seeds;
use crate::study::sweep::Sweep;
use crate::study::workers::each_run;
use crate::time::SimDuration;
use crate::world::{Options, RunLimits, simulate};

/// From this many nodes on one seed is tried: the more nodes, the less luck decides how long the
/// slowest takes.
const LARGE: u32 = 20_000;

/// With how many seeds, from 1 on, each setting is tried.
pub fn tried_seeds(sweep: &Sweep) -> usize {
    if sweep.settings.iter().any(|it| it.nodes >= LARGE) { 1 } else { 3 }
}

/// How long runs are observed after the rollout, unless somebody says otherwise.
pub const USUAL_SOAK: SimDuration = SimDuration::from_secs(600);

/// The time in which every run of a sweep is observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Since the start of a run.
    pub end: SimDuration,
    /// How long rollouts were to be observed after their end.
    pub soak: SimDuration,
    pub why: WindowEnd,
}

/// What decides when the window ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowEnd {
    /// The scenario ends at a given time.
    #[default]
    Until,
    /// The scenario's limit, as no rollout that was tried came to its end, or not early enough.
    Limit,
    /// No run that was tried has a rollout: the last event of the scenario.
    LastEvent,
    /// The slowest rollout that was tried.
    Slowest,
    /// The time that a rollout may take.
    Goal,
}

/// What a window is made for.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Time after the end of a rollout.
    pub soak: SimDuration,
    /// A rollout should be complete within this time.
    pub within: Option<SimDuration>,
}

/// A goal that no run lasts long enough to miss: it would count as missed without having been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoalBeyondEnd {
    /// By its index.
    pub setting: usize,
    /// When its rollout begins.
    pub started: SimDuration,
    /// When the runs end.
    pub end: SimDuration,
}

/// A run that was tried.
#[derive(Clone, Copy, Debug)]
struct Try {
    setting: usize,
    /// When the rollout began, if there was one.
    started: Option<SimDuration>,
    /// When all that is to be seen before the soak is over, with room for slower seeds; none if the
    /// rollout did not come to its end.
    done: Option<SimDuration>,
    /// The rollout still made progress when the run ended.
    moves: bool,
    min_ready: SimDuration,
}

/// The window of a sweep whose settings end as `ends` say, in their order. `load` makes the
/// scenario of a setting, by its index. `done` gets the setting and the events of each run that was
/// tried.
pub fn find_window(
    sweep: &Sweep,
    ends: &[Until],
    watch: Watch,
    jobs: usize,
    load: &(dyn Fn(usize) -> Scenario + Sync),
    done: impl FnMut(usize, u64),
) -> Result<Window, GoalBeyondEnd> {
    let last = ends.iter().map(|end| end.limit).min().unwrap_or_default();
    let is_given = ends.iter().any(|end| !end.rollout_complete);
    let tries = if is_given && watch.within.is_none() {
        Vec::new()
    } else {
        try_some(sweep, jobs, load, done)
    };
    if let Some(within) = watch.within {
        let is_beyond = |it: &&Try| it.started.is_some_and(|started| started + within > last);
        // The first one, whatever the order in which they were done.
        if let Some(it) = tries.iter().filter(is_beyond).min_by_key(|it| (it.setting, it.started)) {
            let started = it.started.unwrap_or_default();
            return Err(GoalBeyondEnd { setting: it.setting, started, end: last });
        }
    }
    let Watch { soak, .. } = watch;
    if is_given {
        return Ok(Window { end: last, soak, why: WindowEnd::Until });
    }
    Ok(decide(&tries, last, watch))
}

fn decide(tries: &[Try], last: SimDuration, Watch { soak, within }: Watch) -> Window {
    let ends = tries.iter().filter_map(|it| Some(it.done? + it.min_ready));
    let slowest = ends.max().filter(|_| !tries.iter().any(|it| it.moves));
    let goals = tries.iter().filter_map(|it| Some(it.started? + within? + it.min_ready));
    let goal = goals.max().unwrap_or_default();
    let (end, why) = match slowest {
        None => (last, WindowEnd::Limit),
        Some(slowest) if slowest < goal => (goal + soak, WindowEnd::Goal),
        Some(last) if tries.iter().all(|it| it.started.is_none()) => {
            (last + soak, WindowEnd::LastEvent)
        }
        Some(slowest) => (slowest + soak, WindowEnd::Slowest),
    };
    if end > last {
        return Window { end: last, soak, why: WindowEnd::Limit };
    }
    Window { end, soak, why }
}

/// Runs each setting with some seeds until it is complete, or as long as the scenario says.
fn try_some(
    sweep: &Sweep,
    jobs: usize,
    load: &(dyn Fn(usize) -> Scenario + Sync),
    mut done: impl FnMut(usize, u64),
) -> Vec<Try> {
    let sweep = &Sweep { seeds: Seeds::up_to(tried_seeds(sweep) as u64), ..sweep.clone() };
    let runs = Effort::of(sweep).slowest_first(sweep, (0..sweep.runs()).collect());
    let limits = RunLimits { max_events: sweep.max_events };
    let options = Options { detail: Detail::Summary, limits, ..Options::default() };
    let one = |setting: usize, scenario: &mut Scenario| {
        scenario.until.rollout_complete = true;
        let summary = simulate(scenario, &options, |_| ()).summary;
        (tried(setting, scenario, &summary, sweep.daemon_set.as_deref()), summary.events)
    };
    let mut tries = Vec::new();
    let place = |run| sweep.run(run);
    each_run(&place, &runs, jobs, &AtomicBool::new(false), load, &one, |_, (it, events)| {
        done(it.setting, events);
        tries.push(it);
    });
    tries
}

fn tried(setting: usize, scenario: &Scenario, summary: &Summary, name: Option<&str>) -> Try {
    let daemon_set = subject(summary, name).map(|index| &summary.daemon_sets[index]);
    let rollout = daemon_set.and_then(|it| it.rollouts.last());
    let ended_by_itself = summary.limit_hit.is_none();
    let run_over = if ended_by_itself { summary.end } else { last_event(scenario) };
    let with_room = |from: SimDuration, to: SimDuration| to + to.saturating_sub(from);
    let done = match rollout {
        None => Some(run_over),
        Some(it) => it.finished.map(|at| with_room(it.started, at).max(run_over)),
    };
    let moves = rollout.is_some_and(|it| {
        let cut_off = matches!(summary.limit_hit, Some(Limit::Events | Limit::PodsPerNode));
        it.finished.is_none() && !cut_off && !it.is_stuck(summary)
    });
    let started = rollout.map(|it| it.started);
    Try { setting, started, done, moves, min_ready: longest_min_ready(scenario) }
}

/// When the last event happens that waits for nothing.
fn last_event(scenario: &Scenario) -> SimDuration {
    let events = scenario.events.iter().filter(|it| it.wait.is_none());
    events.map(|it| it.repeats.map_or(it.at, |it| it.until)).max().unwrap_or_default()
}

/// The longest `minReadySeconds` that any DaemonSet of the scenario ever has.
fn longest_min_ready(scenario: &Scenario) -> SimDuration {
    let snapshot = scenario.snapshot.iter().flat_map(|it| &it.daemon_sets);
    let at_start = scenario.daemon_sets.iter().chain(snapshot.map(|it| &it.daemon_set));
    let of_event = |action: &Action| {
        if let Action::Apply(applied) = action {
            return Some(applied.spec.min_ready_seconds);
        }
        let Action::DaemonSet { change, .. } = action else { return None };
        let DaemonSetChange::Patch { min_ready_seconds, .. } = change else { return None };
        *min_ready_seconds
    };
    let later = scenario.events.iter().filter_map(|it| of_event(&it.action));
    let all = at_start.map(|it| it.spec.min_ready_seconds).chain(later);
    SimDuration::from_secs(all.max().unwrap_or(0).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sweep::Setting;

    const fn secs(seconds: u64) -> SimDuration {
        SimDuration::from_secs(seconds)
    }

    fn took(seconds: Option<u64>) -> Try {
        let done = seconds.map(|it| secs(60 + 2 * it));
        Try { setting: 0, started: Some(secs(60)), done, moves: false, min_ready: secs(5) }
    }

    fn check(tries: &[Try], within: Option<u64>, expected: (u64, WindowEnd)) {
        let watch = Watch { soak: secs(600), within: within.map(secs) };
        let Window { end, why, .. } = decide(tries, secs(7_200), watch);
        assert_eq!((end, why), (secs(expected.0), expected.1), "{tries:?}, {within:?}");
    }

    #[test]
    fn large_settings_are_tried_with_one_seed() {
        let check = |nodes: &[u32], expected| {
            let settings = nodes.iter().map(|&nodes| Setting { nodes, ..Setting::default() });
            let sweep = Sweep {
                settings: settings.collect(),
                refused: Vec::new(),
                seeds: Seeds::up_to(9),
                daemon_set: None,
                max_events: 1,
                window: Window::default(),
            };
            assert_eq!(tried_seeds(&sweep), expected, "{nodes:?}");
        };
        check(&[19_999, 5], 3);
        check(&[5, 20_000], 1);
    }

    #[test]
    fn the_slowest_rollout_that_was_tried_decides_unless_the_goal_is_later() {
        let tries = [took(Some(100)), took(Some(30)), took(None)];
        check(&tries, None, (60 + 200 + 5 + 600, WindowEnd::Slowest));
        check(&tries, Some(100), (60 + 200 + 5 + 600, WindowEnd::Slowest));
        check(&tries, Some(300), (60 + 300 + 5 + 600, WindowEnd::Goal));
    }

    #[test]
    fn the_limit_decides_where_nothing_ends_before_it() {
        check(&[took(None)], Some(300), (7_200, WindowEnd::Limit));
        check(&[took(Some(3_300))], None, (7_200, WindowEnd::Limit));
        check(
            &[took(Some(30)), Try { moves: true, ..took(None) }],
            None,
            (7_200, WindowEnd::Limit),
        );
        check(&[], None, (7_200, WindowEnd::Limit));
    }

    #[test]
    fn without_a_rollout_the_last_event_decides() {
        check(&[Try { started: None, ..took(Some(20)) }], Some(300), (705, WindowEnd::LastEvent));
    }
}
