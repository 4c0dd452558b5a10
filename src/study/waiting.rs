//! What the tools that wait for a rollout say of it, over many runs: one that says so early, one that
//! never does, and how long to wait for each.

use crate::record::{Rollout, Waiter};
use crate::study::binomial::WHOLE;
use crate::study::confidence::{Certainty, P99, Ranks, bounds};
use crate::study::metric::NEVER;
use crate::study::quantile::Spread;
use crate::study::run_metrics::{Outcome, RunMetrics};
use crate::time::SimDuration;

/// That a tool says that the last rollout of a run is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// From the change until it says so.
    pub after: SimDuration,
    /// Nodes on which no pod of the new revision serves at that moment, although one belongs there.
    pub missing: u32,
    /// Nodes on which a pod belongs at that moment.
    pub wanted: u32,
}

/// The answer of each tool in one run, in the order of [`Waiter::ALL`]; none of one that did not say
/// that the rollout is done before the run ended.
pub type ToolAnswers = [Option<Answer>; Waiter::ALL.len()];

/// What a tool says of the last rollout, over the runs of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub waiter: Waiter,
    /// Runs with a rollout; the other numbers are of these.
    pub runs: usize,
    /// Runs in which it says that the rollout is done.
    pub done: usize,
    /// Runs in which it never does: nothing was left to happen, or the rollout stalled. A run that
    /// was merely cut off does not tell, so it is neither here nor in `done`.
    pub never: usize,
    /// Runs in which it does not wait, but ends with an error at once: kubectl with `OnDelete`.
    pub refused: usize,
    /// Runs in which it says so too early: nodes were without a serving pod of the new revision.
    pub early: usize,
    /// The most such nodes, and on how many a pod belonged then; zero if there never were any.
    pub most_missing: (u32, u32),
    /// From the change until it says so, over the runs in which it waits; [`NEVER`] where it never
    /// does. The time that a run was observed, as a lower bound, where the run was cut off.
    pub after: Spread,
    /// How long to wait for it; none if it waits in no run.
    pub timeout: Option<Timeout>,
}

/// How long to wait for a tool, so that it says that it is done in 99 of 100 runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// In at least 99 of 100 it takes at most so long.
    AtMost(SimDuration),
    /// No timeout is long enough: it never says so in more than 1 of 100, for certain.
    NoneIsEnough,
    /// It is beyond what was seen.
    Unknown {
        /// The longest that it took, or that a run was observed without its word.
        longest: SimDuration,
        /// Whether runs were cut off: more seeds do not help then.
        cut_off: bool,
    },
}

/// What each tool says, in the order of [`Waiter::ALL`], over the runs of one setting.
pub fn waiting(rows: &[RunMetrics], certainty: Certainty) -> [Waiting; Waiter::ALL.len()] {
    Waiter::ALL.map(|waiter| of_tool(waiter, rows, certainty))
}

/// The answers about a rollout, counted from its start.
pub(super) fn answers_of(rollout: &Rollout) -> ToolAnswers {
    Waiter::ALL.map(|waiter| {
        let done = rollout.answers.of(waiter)?;
        let after = done.at.saturating_sub(rollout.started);
        Some(Answer { after, missing: done.missing, wanted: done.wanted })
    })
}

/// What came of waiting in one run.
enum Wait {
    Done(Answer),
    Never,
    /// The run was cut off after this time.
    CutOff(SimDuration),
    Refused,
}

fn of_tool(waiter: Waiter, rows: &[RunMetrics], certainty: Certainty) -> Waiting {
    let waits: Vec<Wait> = rows.iter().filter_map(|row| wait(waiter, row)).collect();
    let count = |is: &dyn Fn(&Wait) -> bool| waits.iter().filter(|it| is(it)).count();
    let is_early = |it: &Answer| it.missing > 0;
    let answers =
        waits.iter().filter_map(|it| if let Wait::Done(it) = it { Some(it) } else { None });
    let worst = answers.filter(|it| is_early(it)).max_by_key(|it| (it.missing, it.wanted));
    let values: Vec<(u64, bool)> = waits
        .iter()
        .filter_map(|it| match it {
            Wait::Done(answer) => Some((answer.after.as_micros(), false)),
            Wait::Never => Some((NEVER, false)),
            Wait::CutOff(observed) => Some((observed.as_micros(), true)),
            Wait::Refused => None,
        })
        .collect();
    let (tried, never) = (values.len(), count(&|it| matches!(it, Wait::Never)));
    let longest = values.iter().map(|it| it.0).filter(|it| *it != NEVER).max().unwrap_or_default();
    let unknown = Timeout::Unknown {
        longest: SimDuration::from_micros(longest),
        cut_off: values.iter().any(|it| it.1),
    };
    let after = Spread::of_bounds(values, Ranks::of(tried, certainty));
    Waiting {
        waiter,
        runs: waits.len(),
        done: count(&|it| matches!(it, Wait::Done(_))),
        never,
        refused: waits.len() - tried,
        early: count(&|it| matches!(it, Wait::Done(answer) if is_early(answer))),
        most_missing: worst.map_or((0, 0), |it| (it.missing, it.wanted)),
        after,
        timeout: (tried > 0).then(|| timeout(after, [never, tried], certainty).unwrap_or(unknown)),
    }
}

/// How long to wait, if that is known. Of the runs in which a tool waits, in `never` it never says
/// that it is done.
fn timeout(after: Spread, [never, runs]: [usize; 2], certainty: Certainty) -> Option<Timeout> {
    let [never, runs] = [never, runs].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
    match after.p99_at_most.filter(|most| *most != NEVER) {
        Some(most) => Some(Timeout::AtMost(SimDuration::from_micros(most))),
        None => (bounds(never, runs, certainty).0 > WHOLE - P99).then_some(Timeout::NoneIsEnough),
    }
}

/// None if there is no rollout.
fn wait(waiter: Waiter, row: &RunMetrics) -> Option<Wait> {
    if row.outcome == Outcome::NoRollout {
        return None;
    }
    Some(match row.answers[waiter as usize] {
        Some(answer) => Wait::Done(answer),
        None if row.refused && waiter == Waiter::Kubectl => Wait::Refused,
        None if row.at_rest || row.outcome == Outcome::Stalled => Wait::Never,
        None => Wait::CutOff(row.observed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run in which all tools say the same.
    fn said(after: Option<(u64, u32)>, outcome: Outcome) -> RunMetrics {
        let answer = after.map(|(seconds, missing)| Answer {
            after: SimDuration::from_secs(seconds),
            missing,
            wanted: 10,
        });
        let observed = SimDuration::from_secs(900);
        RunMetrics { outcome, observed, answers: [answer; 4], ..RunMetrics::default() }
    }

    fn of(waiter: Waiter, rows: &[RunMetrics]) -> Waiting {
        let all = waiting(rows, Certainty::default());
        *all.iter().find(|it| it.waiter == waiter).unwrap()
    }

    #[test]
    fn each_run_counts_once() {
        let rows = [
            said(Some((60, 0)), Outcome::Complete),
            said(Some((30, 3)), Outcome::Complete),
            said(Some((20, 2)), Outcome::Stalled),
            said(None, Outcome::Stalled),
            RunMetrics { at_rest: true, ..said(None, Outcome::Complete) },
            said(None, Outcome::Unfinished),
            said(None, Outcome::NoRollout),
        ];
        let it = of(Waiter::Helm3, &rows);
        assert_eq!((it.runs, it.done, it.never, it.early), (6, 3, 2, 2));
        assert_eq!((it.refused, it.most_missing), (0, (3, 10)));
        let seconds = |value: u64| value / 1_000_000;
        assert_eq!((seconds(it.after.min), seconds(it.after.p50)), (20, 60));
        assert_eq!((it.after.max, it.after.p99_at_most), (NEVER, None));
    }

    #[test]
    fn a_run_that_was_cut_off_gives_a_lower_bound() {
        let mut rows = vec![said(Some((60, 0)), Outcome::Complete); 299];
        assert_eq!(of(Waiter::Kubectl, &rows).after.p99_at_most, Some(60_000_000));
        rows[7] = said(None, Outcome::Unfinished);
        let it = of(Waiter::Kubectl, &rows);
        assert_eq!((it.done, it.never, it.after.p99_at_most), (298, 0, None));
        assert_eq!((it.after.max, it.after.at_least[4]), (900_000_000, true));
        let longest = SimDuration::from_secs(900);
        assert_eq!(it.timeout, Some(Timeout::Unknown { longest, cut_off: true }));
        rows[7] = said(None, Outcome::Stalled);
        assert_eq!(of(Waiter::Kubectl, &rows).after.p99_at_most, Some(NEVER));
    }

    /// With few seeds p99 has no bound; but if it never comes in many of them, that is known. One in
    /// 299 may be one in a thousand.
    #[test]
    fn no_timeout_is_long_enough_for_what_never_comes() {
        let check = |done: usize, never: usize, expected| {
            let mut rows = vec![said(Some((60, 0)), Outcome::Complete); done];
            rows.extend(vec![said(None, Outcome::Stalled); never]);
            assert_eq!(of(Waiter::Kubectl, &rows).timeout, Some(expected), "{done} and {never}");
        };
        let minute = SimDuration::from_secs(60);
        let unknown = Timeout::Unknown { longest: minute, cut_off: false };
        check(299, 0, Timeout::AtMost(minute));
        check(298, 0, unknown);
        check(99, 1, unknown);
        check(88, 12, Timeout::NoneIsEnough);
        check(298, 1, unknown);
        check(294, 5, unknown);
        check(291, 8, Timeout::NoneIsEnough);
        check(2_000, 1, Timeout::AtMost(minute));
        check(0, 1, Timeout::NoneIsEnough);
    }

    /// With `OnDelete` kubectl does not wait, and the others do or say at once that it is done.
    #[test]
    fn kubectl_refuses_to_wait_for_on_delete() {
        let rows = [RunMetrics { refused: true, ..said(None, Outcome::Stalled) }];
        let kubectl = of(Waiter::Kubectl, &rows);
        assert_eq!((kubectl.refused, kubectl.never, kubectl.timeout), (1, 0, None));
        assert_eq!(of(Waiter::Helm4AndFlux, &rows).never, 1);
    }
}
