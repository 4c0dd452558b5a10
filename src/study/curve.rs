//! Availability over time, of one run in steps and of many runs as a median with its ribbon.

use std::collections::BTreeMap;

use crate::record::Point;
use crate::record::rank;
use crate::study::bins::{CURVE_BINS, GAP_BINS};
use crate::study::run_metrics::{GapCounts, ShareSteps};
use crate::time::SimDuration;

/// The share of wanted nodes without a serving pod, in thousandths, averaged over each bin of time
/// since `from`; bins that repeat the one before are left out.
pub(super) fn sampled(points: &[Point], from: SimDuration, end: SimDuration) -> ShareSteps {
    let first = points.partition_point(|point| point.at <= from).saturating_sub(1);
    let mut bins = Bins::default();
    let mut share = 0;
    for (index, point) in points.iter().enumerate().skip(first) {
        let next = points.get(index + 1).map_or(end, |next| next.at);
        let since = |at: SimDuration| at.as_micros().saturating_sub(from.as_micros());
        share = share_without(point);
        bins.hold(since(point.at), since(next), share);
    }
    bins.finish(share)
}

fn share_without(point: &Point) -> u64 {
    let wanted = u64::from(point.truth.wanted);
    let without = wanted.saturating_sub(point.truth.serving.into());
    (without * 1000 + wanted / 2).checked_div(wanted).unwrap_or(0)
}

/// Averages a step function over bins, from left to right.
#[derive(Default)]
struct Bins {
    steps: ShareSteps,
    bin: u16,
    /// Shares times microseconds within the bin so far, and these microseconds.
    weighted: u128,
    micros: u64,
}

impl Bins {
    /// The share holds between two times.
    fn hold(&mut self, mut from: u64, to: u64, share: u64) {
        while from < to {
            let upper = CURVE_BINS.upper(self.bin).as_micros();
            let until = to.min(upper);
            self.weighted += u128::from(share) * u128::from(until - from);
            self.micros += until - from;
            if until == upper {
                self.close();
            }
            from = until;
        }
    }

    fn close(&mut self) {
        if self.micros > 0 {
            let mean = (self.weighted + u128::from(self.micros) / 2) / u128::from(self.micros);
            self.push(u16::try_from(mean).unwrap_or(1000));
        }
        (self.weighted, self.micros) = (0, 0);
        self.bin += 1;
    }

    fn push(&mut self, share: u16) {
        if self.steps.last().is_none_or(|&(_, last)| last != share) {
            self.steps.push((self.bin, share));
        }
    }

    /// Closes the last bin; from the next one on the last share holds.
    fn finish(mut self, last: u64) -> ShareSteps {
        self.close();
        self.push(u16::try_from(last).unwrap_or(1000));
        self.steps
    }
}

/// Median and range of a share over seeds, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// One run in twenty has at most this.
    pub p5: u16,
    pub p50: u16,
    /// One run in twenty has at least about this.
    pub p95: u16,
}

/// The curves and gaps of all runs of a setting, added up: its size does not grow with the runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curves {
    /// By bin of time: how many runs have which share.
    bins: Vec<BTreeMap<u16, u32>>,
    /// The shares at which runs ended.
    last: BTreeMap<u16, u32>,
    /// By bin of time: how many nodes were without a pod for so long.
    gaps: BTreeMap<u16, u64>,
    /// Of these, nodes that were still without at the end.
    open_gaps: BTreeMap<u16, u64>,
}

/// What a node counts in the distribution of gaps, in units that can be shared.
const NODE: u128 = 1 << 40;

impl Curves {
    /// Adds a run; `open` are those of its gaps that are only lower bounds.
    pub fn add(&mut self, curve: &ShareSteps, gaps: &GapCounts, open: &GapCounts) {
        for (counts, added) in [(&mut self.gaps, gaps), (&mut self.open_gaps, open)] {
            for &(bin, nodes) in added {
                *counts.entry(bin).or_default() += u64::from(nodes);
            }
        }
        let Some(&(last_bin, last)) = curve.last() else { return };
        while self.bins.len() <= usize::from(last_bin) {
            self.bins.push(self.last.clone());
        }
        let mut steps = curve.iter().peekable();
        let mut share = 0;
        for (bin, counts) in (0_u16..).zip(&mut self.bins) {
            if let Some(&(_, next)) = steps.next_if(|&&(at, _)| at == bin) {
                share = next;
            }
            *counts.entry(share).or_default() += 1;
        }
        *self.last.entry(last).or_default() += 1;
    }

    /// By time since the change: median and range of the share of nodes without a serving pod.
    /// The last one holds for ever.
    pub fn bands(&self) -> impl Iterator<Item = (SimDuration, Band)> {
        let bins = (0_u16..).zip(&self.bins);
        bins.map(|(bin, counts)| (CURVE_BINS.lower(bin), band(counts)))
    }

    /// How many nodes the distribution of gaps is of.
    pub fn gap_nodes(&self) -> u64 {
        self.gaps.values().sum()
    }

    /// The distribution of the time that nodes were without a serving pod: spans in ascending
    /// order, and how many nodes were without for less.
    ///
    /// A node that was still without at the end counts for none of them: those that were without
    /// for longer stand for it, each for an equal part (the estimator of Kaplan and Meier, as Efron
    /// puts it). If there is none, the distribution ends below the number of nodes.
    pub fn gap_counts(&self) -> Vec<(SimDuration, u64)> {
        let (mut left, mut each, mut below) = (u128::from(self.gap_nodes()), NODE, 0);
        let upper = |(&bin, &nodes): (&u16, &u64)| {
            let open = self.open_gaps.get(&bin).copied().unwrap_or(0).min(nodes);
            below += u128::from(nodes - open) * each;
            left -= u128::from(nodes);
            each += (u128::from(open) * each).checked_div(left).unwrap_or(0);
            (GAP_BINS.upper(bin), u64::try_from((below + NODE / 2) / NODE).unwrap_or(u64::MAX))
        };
        self.gaps.iter().map(upper).collect()
    }
}

fn band(counts: &BTreeMap<u16, u32>) -> Band {
    let many: usize = counts.values().map(|&runs| runs as usize).sum();
    let at = |per_mille| {
        let rank = rank(many, per_mille);
        let mut passed = 0;
        let reaches = |&(_, &runs): &(&u16, &u32)| {
            passed += runs as usize;
            passed > rank
        };
        counts.iter().find(reaches).map_or(0, |(&share, _)| share)
    };
    Band { p5: at(50), p50: at(500), p95: at(950) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{StatusCounts, TruthCounts};

    fn point(millis: u64, serving: u32) -> Point {
        Point {
            at: SimDuration::from_millis(millis),
            status: StatusCounts::default(),
            truth: TruthCounts { wanted: 10, serving, ..TruthCounts::default() },
            floor: 0,
            pods: 0,
            created: 0,
            deleted: 0,
        }
    }

    #[test]
    fn a_bin_holds_the_mean_of_its_time() {
        let points = [point(0, 10), point(60_000, 10), point(60_524, 5), point(62_000, 10)];
        let steps = sampled(&points, SimDuration::from_secs(60), SimDuration::from_secs(90));
        // Half of the first second is half available: 524.288 ms of 1048.576 ms.
        assert_eq!(steps[0], (0, 250));
        assert_eq!(steps[1], (1, 500));
        assert_eq!(*steps.last().unwrap(), (CURVE_BINS.bin(SimDuration::from_secs(2)) + 1, 0));
    }

    #[test]
    fn runs_that_ended_early_hold_their_last_share() {
        let mut curves = Curves::default();
        curves.add(&vec![(0, 100), (2, 0)], &vec![(3, 5)], &vec![]);
        curves.add(&vec![(0, 100), (4, 20)], &vec![(3, 1), (9, 4)], &vec![]);
        curves.add(&vec![(0, 300), (1, 0)], &vec![], &vec![]);
        let bands: Vec<Band> = curves.bands().map(|(_, band)| band).collect();
        let expected = [(100, 100, 300), (0, 100, 100), (0, 0, 100), (0, 0, 100), (0, 0, 20)];
        let expected: Vec<Band> =
            expected.iter().map(|&(p5, p50, p95)| Band { p5, p50, p95 }).collect();
        assert_eq!(bands, expected);
        let below: Vec<u64> = curves.gap_counts().into_iter().map(|(_, nodes)| nodes).collect();
        assert_eq!(below, [6, 10]);
    }

    #[test]
    fn a_gap_that_goes_on_counts_for_none_of_the_spans() {
        let check = |gaps: &[(u16, u32)], open: &[(u16, u32)], expected: &[u64]| {
            let mut curves = Curves::default();
            curves.add(&vec![], &gaps.to_vec(), &open.to_vec());
            let below: Vec<u64> = curves.gap_counts().into_iter().map(|(_, below)| below).collect();
            assert_eq!(below, expected, "{gaps:?} {open:?}");
        };
        // What ends the run cuts off the longest: the distribution ends below all nodes.
        check(&[(3, 60), (9, 40)], &[(9, 40)], &[60, 60]);
        // Half of the 80 that are left stand for the 20 that were cut off before.
        check(&[(3, 20), (5, 40), (9, 40)], &[(3, 20)], &[0, 50, 100]);
        check(&[(3, 20)], &[(3, 20)], &[0]);
    }
}
