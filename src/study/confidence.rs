//! What can be said of all seeds after some of them, and how sure it is.
//!
//! Bounds of a share are those of Clopper and Pearson (The use of confidence or fiducial limits
//! illustrated in the case of the binomial, Biometrika 26, 1934), one-sided. Bounds of a median and
//! of p99 are two of the values themselves, chosen by their ranks: the sign test's interval, and
//! the upper tolerance bound (Conover, Practical Nonparametric Statistics, chapter 3). They assume
//! nothing of how values are distributed, so they hold where some are «never», and they are never
//! less sure than they say.

use crate::api::Share;
use crate::study::binomial::{WHOLE, at_least, at_most};

/// The share of rollouts that a timeout is meant for, in millionths.
pub(super) const P99: u32 = 990_000;
/// Tails that differ by less than this, relatively, are equal.
const TIE: f64 = 1e-9;
/// What is planned goes no further than so many times the seeds that there are.
const FARTHEST: u32 = 10;
/// Up to so many seeds, the number that tells is looked for one by one.
const EXACT: u32 = 1_000;

/// What a verdict demands: this share of all seeds must reach the goal, with this confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certainty {
    /// How sure verdicts, bounds and intervals are.
    pub confidence: Share,
    /// The share of seeds that must reach the goal.
    pub share: Share,
}

impl Default for Certainty {
    fn default() -> Self {
        Self { confidence: Share::USUAL, share: Share::USUAL }
    }
}

/// Whether a setting reaches the goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The lower bound of the share of seeds that reach it is high enough.
    Yes,
    /// The upper bound is too low.
    No,
    /// The share that is asked for lies between the bounds.
    TooFew {
        /// About how many more seeds tell, if they come out as those so far.
        more: u32,
    },
}

impl Certainty {
    /// What `reached` of `runs` say.
    pub fn verdict(self, reached: u32, runs: u32) -> Verdict {
        match self.answer(reached, runs) {
            Some(true) => Verdict::Yes,
            Some(false) => Verdict::No,
            None => Verdict::TooFew { more: self.more(reached, runs) },
        }
    }

    /// The fewest seeds that can give a *yes*: all of them reach the goal.
    pub fn fewest_seeds(self) -> u32 {
        fewest_clean(self.share.millionths(), self.doubt())
    }

    /// The fewest seeds that bound p99.
    pub fn fewest_for_p99(self) -> u32 {
        fewest_clean(P99, self.doubt())
    }

    /// The probability that is left for a wrong claim.
    pub(super) fn doubt(self) -> f64 {
        f64::from(WHOLE - self.confidence.millionths()) / f64::from(WHOLE)
    }

    fn answer(self, reached: u32, runs: u32) -> Option<bool> {
        let (share, doubt) = (self.share.millionths(), self.doubt());
        if is_within(at_least(reached, runs, share), doubt) {
            Some(true)
        } else if is_within(at_most(reached, runs, share), doubt) {
            Some(false)
        } else {
            None
        }
    }

    /// Looks for the number of seeds that would tell, in steps of 2 %; small numbers one by one.
    /// A share near the one that is asked for would need very many; after ten times the seeds it is
    /// better known.
    fn more(self, reached: u32, runs: u32) -> u32 {
        let missed = u64::from(runs - reached);
        let share = u64::from(self.share.millionths());
        let hopes = u64::from(reached) * u64::from(WHOLE) >= share * u64::from(runs);
        let tells = |total: u32| {
            let expected = missed * u64::from(total);
            let runs = u64::from(runs.max(1));
            let missed = if hopes { expected.div_ceil(runs) } else { expected / runs };
            self.answer(total - u32::try_from(missed).unwrap_or(total).min(total), total).is_some()
        };
        let most = runs.saturating_mul(FARTHEST).max(self.fewest_seeds());
        let mut before = runs;
        while before < most {
            let next = (before + (before / 50).max(1)).min(most);
            if tells(next) {
                let first =
                    if next <= EXACT { (before + 1..=next).find(|&it| tells(it)) } else { None };
                return first.unwrap_or(next) - runs;
            }
            before = next;
        }
        most.saturating_sub(runs).max(1)
    }
}

/// The one-sided bounds of a share, in millionths: with the confidence it is at least the first;
/// with the confidence it is at most the second.
pub(super) fn bounds(hits: u32, runs: u32, certainty: Certainty) -> (u32, u32) {
    let doubt = certainty.doubt();
    (lower_bound(hits, runs, doubt), WHOLE - lower_bound(runs - hits, runs, doubt))
}

/// The largest share, in millionths, with which so many hits would be surprising.
fn lower_bound(hits: u32, runs: u32, doubt: f64) -> u32 {
    let surprises = |share| is_within(at_least(hits, runs, share), doubt);
    last(WHOLE, surprises)
}

/// Where in ascending values what can be said of their source is found; indices from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranks {
    /// The median lies between these two, both included; none of too few values.
    pub(super) median: Option<(usize, usize)>,
    /// At least 99 of 100 are at most this; none of too few values.
    pub(super) p99: Option<usize>,
}

impl Ranks {
    /// The ranks in so many values.
    pub(super) fn of(values: usize, certainty: Certainty) -> Self {
        let doubt = certainty.doubt();
        let many = u32::try_from(values).unwrap_or(u32::MAX);
        let too_low = last(many, |below| !is_within(at_least(below, many, P99), doubt));
        Self {
            median: median_ranks(values, doubt),
            p99: usize::try_from(too_low).ok().filter(|index| *index < values),
        }
    }
}

/// The indices of two of so many ascending values between which the median lies, but with the
/// probability `doubt`: each side is cut off as long as both together stay within it.
pub(super) fn median_ranks(values: usize, doubt: f64) -> Option<(usize, usize)> {
    let many = u32::try_from(values).unwrap_or(u32::MAX);
    let cut_off =
        |rank: u32| rank == 0 || is_within(2.0 * at_most(rank - 1, many, WHOLE / 2), doubt);
    let rank = usize::try_from(last(many / 2, cut_off)).ok().filter(|rank| *rank > 0)?;
    Some((rank - 1, values - rank))
}

/// The fewest values that have [`median_ranks`].
pub(super) fn fewest_for_median(doubt: f64) -> u32 {
    fewest_clean(WHOLE / 2, doubt / 2.0)
}

/// The fewest runs that all succeed with no more than the probability `doubt`, if each succeeds
/// with `share` millionths.
fn fewest_clean(share: u32, doubt: f64) -> u32 {
    let each = f64::from(share) / f64::from(WHOLE);
    let (mut runs, mut all) = (0, 1.0);
    while !is_within(all, doubt) {
        all *= each;
        runs += 1;
    }
    runs
}

/// The last number up to `most` that `holds`, which is true from 0 up to it, and false above.
fn last(most: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = high - (high - low) / 2;
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

fn is_within(probability: f64, doubt: f64) -> bool {
    probability <= doubt * (1.0 + TIE)
}

#[cfg(test)]
mod tests;
