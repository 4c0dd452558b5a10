//! `--seeds auto`: seeds are added until every verdict is clear.
//!
//! Whoever looks at a bound again and again, and stops when it says what he hopes for, is wrong more
//! often than the bound says. So the doubt is spent over the looks: the first one, at 100 seeds, may
//! be wrong with a half of it, the second, at 200, with a sixth, the k-th with one part in k (k + 1).
//! All parts add up to the whole, however many looks there are, so with the confidence *all* bounds
//! hold at once (Bonferroni; the bounds of each look are exact), and the tightest of them may be
//! used: what was clear once stays clear. That the doubt is spent over the looks is the idea of
//! «Discrete sequential boundaries for clinical trials» (Biometrika 70, 1983); sharper boundaries
//! exist, but they need to know how the looks hang together.

use std::str::FromStr;

use crate::study::confidence::{Certainty, Verdict, bounds};
use crate::study::seeds::Seeds;

/// Seeds at the first look; each look has twice the seeds of the one before.
const FIRST: u64 = 100;
/// At most this many seeds are run, unless otherwise said.
const USUAL_MOST: u64 = 1_600;
/// More are never run.
const MOST: u64 = 1_000_000;

/// Seeds are added until every verdict is clear, or until there are enough of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoSeeds {
    most: u64,
}

/// Why a text does not ask for that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not say up to how many seeds")]
pub struct AutoSeedsError(String);

impl AutoSeedsError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        format!("write `auto`, or `auto..{USUAL_MOST}` for at most so many, {FIRST} to {MOST}")
    }
}

impl AutoSeeds {
    /// Whether a text means this, well written or not.
    pub fn is_meant(written: &str) -> bool {
        written.trim_start().starts_with("auto")
    }

    /// The seeds of the first look.
    pub fn first() -> Seeds {
        Seeds::up_to(FIRST)
    }

    /// The number of seeds of the first look that has this many.
    pub fn look_of(seeds: u64) -> u64 {
        looks().find(|look| *look >= seeds).unwrap_or(seeds)
    }

    /// The seeds of the next look; none if that would be too many.
    pub fn next(self, seeds: &Seeds) -> Option<Seeds> {
        let there = seeds.numbers().len() as u64;
        let next = looks().find(|look| *look > there).filter(|look| *look <= self.most)?;
        Some(seeds.with(&Seeds::up_to(next)))
    }
}

impl FromStr for AutoSeeds {
    type Err = AutoSeedsError;

    /// Reads `auto` and `auto..400`.
    fn from_str(written: &str) -> Result<Self, AutoSeedsError> {
        let most = match written.trim().strip_prefix("auto") {
            Some("") => Some(USUAL_MOST),
            Some(rest) => rest.strip_prefix("..").and_then(|most| most.parse().ok()),
            None => None,
        };
        let most = most.filter(|most| (FIRST..=MOST).contains(most));
        most.map(|most| Self { most }).ok_or_else(|| AutoSeedsError(written.to_owned()))
    }
}

/// The numbers of seeds at which verdicts are looked at.
fn looks() -> impl Iterator<Item = u64> {
    std::iter::successors(Some(FIRST), |look| look.checked_mul(2))
}

/// A verdict, and bounds in millionths of the share of all seeds that reach the goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) at_least: u32,
    pub(super) at_most: u32,
}

/// Judges once, by all runs; `reached` says which of them reach the goal.
pub(super) fn judge_once(reached: &[bool], certainty: Certainty) -> Judged {
    let many = |runs: usize| u32::try_from(runs).unwrap_or(u32::MAX);
    let (hits, runs) = (many(reached.iter().filter(|it| **it).count()), many(reached.len()));
    let (at_least, at_most) = bounds(hits, runs, certainty);
    Judged { verdict: certainty.verdict(hits, runs), at_least, at_most }
}

/// Judges at each look, as if the runs had come in their order. The first clear verdict counts, and
/// the tightest bounds; runs behind the last look say nothing.
pub(super) fn judge_by_looks(reached: &[bool], certainty: Certainty) -> Judged {
    let many = looks().map_while(|look| usize::try_from(look).ok());
    let looks = many.take_while(|look| *look <= reached.len());
    let judged = looks.zip(1..).map(|(look, number): (usize, u32)| {
        let confidence = certainty.confidence.leaving_one_in(number * (number + 1));
        judge_once(&reached[..look], Certainty { confidence, ..certainty })
    });
    let tighter = |before: Judged, next: Judged| Judged {
        verdict: match before.verdict {
            Verdict::Yes | Verdict::No => before.verdict,
            Verdict::TooFew { .. } => next.verdict,
        },
        at_least: before.at_least.max(next.at_least),
        at_most: before.at_most.min(next.at_most),
    };
    judged.reduce(tighter).unwrap_or_else(|| judge_once(&[], certainty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_doubled_up_to_the_limit() {
        let check = |written: &str, expected: &[&str]| {
            let auto: AutoSeeds = written.parse().unwrap();
            let all = std::iter::successors(Some(AutoSeeds::first()), |it| auto.next(it));
            assert_eq!(all.map(|it| it.to_string()).collect::<Vec<_>>(), expected, "{written}");
        };
        check("auto", &["1..100", "1..200", "1..400", "1..800", "1..1600"]);
        check("auto..500", &["1..100", "1..200", "1..400"]);
        check("auto..100", &["1..100"]);
        for wrong in ["auto..99", "auto..", "auto400", "auto..1e9", "auto..1000001"] {
            assert!(wrong.parse::<AutoSeeds>().is_err(), "{wrong}");
            assert!(AutoSeeds::is_meant(wrong), "{wrong}");
        }
        assert!(!AutoSeeds::is_meant("1..100"));
    }

    fn reached(looks: &[(usize, usize)]) -> Judged {
        let runs = looks.iter().flat_map(|&(missed, runs)| (0..runs).map(move |it| it >= missed));
        judge_by_looks(&runs.collect::<Vec<bool>>(), Certainty::default())
    }

    #[test]
    fn what_was_clear_once_stays_clear() {
        assert_eq!(reached(&[(0, 100)]).verdict, Verdict::Yes);
        assert_eq!(reached(&[(0, 100), (60, 100)]).verdict, Verdict::Yes);
        assert_eq!(reached(&[(30, 100), (0, 100)]).verdict, Verdict::No);
        assert_eq!(reached(&[(0, 100)]).at_least, reached(&[(0, 100), (60, 100)]).at_least);
    }

    /// 99 of 100 are a *yes* for whoever looks once, and not at the first of many looks.
    #[test]
    fn each_look_costs_some_of_the_doubt() {
        let open = |judged: Judged| matches!(judged.verdict, Verdict::TooFew { .. });
        assert!(open(reached(&[(0, 99)])));
        assert!(open(reached(&[(1, 100)])));
        assert_eq!(
            judge_once(&[&[false][..], &[true; 99]].concat(), Certainty::default()).verdict,
            Verdict::Yes
        );
        assert_eq!(reached(&[(1, 100), (0, 100)]).verdict, Verdict::Yes);
        let once = judge_once(&[true; 100], Certainty::default());
        assert!(reached(&[(0, 100)]).at_least < once.at_least);
    }
}
