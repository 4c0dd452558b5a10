//! Confidence intervals for medians, by drawing from what was seen again and again.
//!
//! Percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter
//! 13). The same resamples serve all settings and metrics: pairs stay pairs. Its random numbers
//! have names as all others do, under a seed of their own, so an interval is as reproducible as a
//! run.
//!
//! Of few values no interval says enough: it lies between two of them at best, and outside of all
//! is the median with probability 2 / 2^n. That is less than 5 % from 6 values on.

use crate::engine::Streams;
use crate::record::rank;

/// The seed of all resamples; it has nothing to do with the seeds of runs.
const SEED: u64 = 0;
/// Resamples for up to [`FULL`] runs of a setting; fewer above, at least [`LEAST`].
const MOST: usize = 2_000;
const FULL: usize = 1_000;
const LEAST: usize = 200;
/// Values that an interval needs to hold the median with 95 % confidence.
pub const FEWEST_SEEDS: usize = 6;
/// Of fewer, nothing is known.
const ANYTHING: (i64, i64) = (i64::MIN, i64::MAX);
/// Samples that are drawn from at the same time; their medians are kept meanwhile.
const TOGETHER: usize = 64;

/// How often `many` values are drawn anew.
pub(super) fn resamples(many: usize) -> usize {
    (MOST * FULL / many.max(FULL)).max(LEAST)
}

/// For each of `samples`, which are equally long, the bounds between which the medians of 95 of
/// 100 resamples lie; all there is for fewer than [`FEWEST_SEEDS`] values.
pub(super) fn intervals(samples: &[Vec<i64>]) -> Vec<(i64, i64)> {
    samples.chunks(TOGETHER).flat_map(intervals_of).collect()
}

fn intervals_of(samples: &[Vec<i64>]) -> Vec<(i64, i64)> {
    let many = samples.first().map_or(0, Vec::len);
    if many < FEWEST_SEEDS {
        return vec![ANYTHING; samples.len()];
    }
    let mut medians: Vec<Vec<i64>> = vec![Vec::new(); samples.len()];
    let streams = Streams::new(SEED);
    for resample in 0..resamples(many) {
        let picks = picks(&streams, resample as u64, many);
        for (sample, medians) in samples.iter().zip(&mut medians) {
            let mut drawn: Vec<i64> = picks.iter().map(|&pick| sample[pick]).collect();
            medians.push(*drawn.select_nth_unstable(rank(many, 500)).1);
        }
    }
    medians.into_iter().map(bounds).collect()
}

/// So many indices below `many`; a draw of 64 bits gives two of them.
fn picks(streams: &Streams, resample: u64, many: usize) -> Vec<usize> {
    let scaled = |bits: u64| ((bits & 0xffff_ffff) * many as u64) >> 32;
    let pair = |ordinal| {
        let bits = streams.bits("bootstrap", resample, ordinal);
        [scaled(bits), scaled(bits >> 32)]
    };
    let picks = (0..many.div_ceil(2) as u64).flat_map(pair).take(many);
    picks.map(|pick| usize::try_from(pick).unwrap_or(0)).collect()
}

fn bounds(mut medians: Vec<i64>) -> (i64, i64) {
    medians.sort_unstable();
    (medians[rank(medians.len(), 25)], medians[rank(medians.len(), 975)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_median_and_repeat() {
        let sample: Vec<i64> = (0..50).map(|it| it * 7 % 50).collect();
        let constant = vec![3; 50];
        let found = intervals(&[sample.clone(), constant]);
        assert_eq!(found, intervals(&[sample, vec![3; 50]]));
        assert_eq!(found[1], (3, 3));
        let (low, high) = found[0];
        // The middle of 0 to 49 in 95 of 100 cases: ranks 25 ± 1.96·√50/2.
        assert!((15..=19).contains(&low) && (29..=34).contains(&high), "{low} to {high}");
    }

    #[test]
    fn few_values_give_no_interval() {
        assert_eq!(intervals(&[Vec::new()]), [ANYTHING]);
        assert_eq!(intervals(&[vec![3; 5], vec![4; 5]]), [ANYTHING; 2]);
        assert_eq!(intervals(&[vec![3; 6]]), [(3, 3)]);
    }

    #[test]
    fn many_samples_are_drawn_from_as_a_few_are() {
        let sample = |index: i64| (0..10).map(|it| it * index).collect::<Vec<_>>();
        let samples: Vec<Vec<i64>> = (0..130).map(sample).collect();
        let found = intervals(&samples);
        assert_eq!(found.len(), 130);
        assert_eq!(found.last(), intervals(&samples[samples.len() - 1..]).last());
    }

    #[test]
    fn an_interval_covers_the_truth_about_as_often_as_it_says() {
        let streams = Streams::new(7);
        let covered = (0..200_u64).filter(|&trial| {
            let draw = |index| i64::from((streams.bits("trial", trial, index) >> 40) as u32);
            let (low, high) = intervals(&[(0..21).map(draw).collect()])[0];
            (low..=high).contains(&(1 << 23))
        });
        let covered = covered.count();
        assert!((180..=198).contains(&covered), "{covered} of 200");
    }

    #[test]
    fn large_sweeps_draw_less_often() {
        assert_eq!([1, 1_000, 2_000, 1_000_000].map(resamples), [2_000, 2_000, 1_000, 200]);
    }
}
