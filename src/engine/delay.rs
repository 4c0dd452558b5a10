//! How long things take.
//!
//! What lives here: [`Delay`], a distribution of durations, and what can be wrong with one. A
//! delay draws nothing itself: it turns one [`Uniform`] number into one duration, by inverse
//! transform, so that a larger number never gives a shorter duration. Two runs that share their
//! numbers can therefore be compared even if their distributions differ.
//!
//! Logarithms and powers are `libm`'s and the result is rounded to a whole microsecond at once:
//! the same on every machine.

use crate::engine::normal;
use crate::engine::rng::Uniform;
use crate::time::SimDuration;

/// The longest duration that [`Delay::exponential`] and [`Delay::log_normal`] give: 30 days. The
/// tails of these distributions have no end, and beyond this a delay means «never» anyway.
pub const LONGEST_TAIL: SimDuration = SimDuration::from_secs(30 * 86_400);

/// The 0.99 quantile of the standard normal distribution.
pub(super) const NORMAL_P99: f64 = 2.326_347_874_040_841;

/// A distribution of durations. Every value of this type is valid: sampling cannot fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    shape: Shape,
    /// The probability that it never comes.
    never: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Constant(SimDuration),
    Uniform {
        min: SimDuration,
        max: SimDuration,
    },
    Exponential {
        mean: SimDuration,
    },
    LogNormal {
        median: SimDuration,
        sigma: f64,
    },
    /// Not empty; neither probabilities nor durations ever fall.
    Quantiles(Vec<Knot>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    probability: f64,
    duration: SimDuration,
}

/// Why some parameters are not a distribution of durations.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DelayError {
    /// A uniform distribution whose bounds are swapped.
    #[error("`min` `{min}` is longer than `max` `{max}`")]
    MinAboveMax {
        /// As given.
        min: SimDuration,
        /// As given.
        max: SimDuration,
    },
    /// A lognormal distribution has no zero.
    #[error("`median` of a lognormal delay is zero")]
    MedianIsZero,
    /// A lognormal distribution whose quantiles are swapped.
    #[error("`p99` `{p99}` is shorter than `median` `{median}`")]
    P99BelowMedian {
        /// As given.
        median: SimDuration,
        /// As given.
        p99: SimDuration,
    },
    /// A parameter of a distribution without upper end is beyond [`LONGEST_TAIL`].
    #[error("`{written}` is longer than `{LONGEST_TAIL}`")]
    TooLong {
        /// As given.
        written: SimDuration,
    },
    /// A table of quantiles or a histogram without a row.
    #[error("no quantiles are given")]
    NoQuantiles,
    /// Not a probability.
    #[error("`{probability}` is not a probability")]
    NotAProbability {
        /// As given; possibly not a number.
        probability: f64,
    },
    /// Quantiles must be given in order, each once.
    #[error("probability `{probability}` does not come after `{before}`")]
    ProbabilitiesNotIncreasing {
        /// The probability of the row before.
        before: f64,
        /// The offending one.
        probability: f64,
    },
    /// A higher quantile cannot be shorter.
    #[error("`{duration}` at probability `{probability}` is shorter than `{before}` before it")]
    QuantilesDecreasing {
        /// The duration of the row before.
        before: SimDuration,
        /// The offending one.
        duration: SimDuration,
        /// Its probability.
        probability: f64,
    },
    /// The bounds of a histogram must be given in order, each once.
    #[error("bucket bound `{bound}` does not come after `{before}`")]
    BoundsNotIncreasing {
        /// The bound of the bucket before.
        before: SimDuration,
        /// The offending one.
        bound: SimDuration,
    },
    /// The counts of a histogram are cumulative: each includes all buckets before.
    #[error("count `{count}` of bucket `{bound}` is less than `{before}` of the bucket before")]
    CountsDecreasing {
        /// The count of the bucket before.
        before: u64,
        /// The offending one.
        count: u64,
        /// The bound of its bucket.
        bound: SimDuration,
    },
    /// A histogram in which nothing was counted within any bound.
    #[error("the histogram has no observations below its highest bound")]
    NoObservations,
    /// The longest duration of a table is shorter than one in the table.
    #[error("`tail` `{tail}` is shorter than `{last}`, the last in the table")]
    TailTooShort {
        /// As given.
        tail: SimDuration,
        /// The duration of the last row.
        last: SimDuration,
    },
    /// A table that says already what the longest duration is.
    #[error("the table ends at 100%, and leaves nothing for `tail`")]
    NothingForTail,
}

impl DelayError {
    /// What to do about it, as the text of a `hint:` line.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::MinAboveMax { .. } => "swap `min` and `max`",
            Self::MedianIsZero => "write a constant delay of `0s` instead",
            Self::P99BelowMedian { .. } => {
                "99 of 100 delays are shorter than `p99`, 50 are shorter than `median`"
            }
            Self::TooLong { .. } => "write a constant, uniform or quantile delay instead",
            Self::NoQuantiles => "give at least one probability with its duration",
            Self::NotAProbability { .. } => "write a number from 0 to 1, such as `0.99` for p99",
            Self::ProbabilitiesNotIncreasing { .. } => "list each probability once, lowest first",
            Self::QuantilesDecreasing { .. } => "a higher quantile is never shorter",
            Self::BoundsNotIncreasing { .. } => "list each bound once, lowest first",
            Self::CountsDecreasing { .. } => {
                "counts are cumulative, as in Prometheus: each includes the buckets before it"
            }
            Self::NoObservations => "take a longer time range or another metric",
            Self::TailTooShort { .. } => "`tail` is the longest duration there is",
            Self::NothingForTail => "leave `tail` away",
        }
    }
}

impl Delay {
    /// No time at all.
    pub const ZERO: Self = Self::constant(SimDuration::ZERO);

    /// Always `duration`.
    pub const fn constant(duration: SimDuration) -> Self {
        Self::of(Shape::Constant(duration))
    }

    const fn of(shape: Shape) -> Self {
        Self { shape, never: 0.0 }
    }

    /// Every duration from `min` to `max` equally likely.
    pub fn uniform(min: SimDuration, max: SimDuration) -> Result<Self, DelayError> {
        if min > max {
            return Err(DelayError::MinAboveMax { min, max });
        }
        Ok(Self::of(Shape::Uniform { min, max }))
    }

    /// Waiting for something that happens at a constant rate, once per `mean`. No sample is
    /// longer than [`LONGEST_TAIL`].
    pub fn exponential(mean: SimDuration) -> Result<Self, DelayError> {
        check_tail(mean)?;
        Ok(Self::of(Shape::Exponential { mean }))
    }

    /// Usually about `median`, sometimes much longer: one in a hundred is longer than `p99`. No
    /// sample is longer than [`LONGEST_TAIL`].
    pub fn log_normal(median: SimDuration, p99: SimDuration) -> Result<Self, DelayError> {
        if median.is_zero() {
            return Err(DelayError::MedianIsZero);
        }
        if p99 < median {
            return Err(DelayError::P99BelowMedian { median, p99 });
        }
        check_tail(p99)?;
        if p99 == median {
            return Ok(Self::constant(median));
        }
        let sigma = libm::log(to_f64(p99) / to_f64(median)) / NORMAL_P99;
        Ok(Self::of(Shape::LogNormal { median, sigma }))
    }

    /// As measured: pairs of a probability and the duration that is not exceeded with it, lowest
    /// first. Straight lines in between; below the first and above the last nothing is known, so
    /// their durations are taken.
    pub fn quantiles(table: &[(f64, SimDuration)]) -> Result<Self, DelayError> {
        if table.is_empty() {
            return Err(DelayError::NoQuantiles);
        }
        for &(probability, _) in table {
            if !(0.0..=1.0).contains(&probability) {
                return Err(DelayError::NotAProbability { probability });
            }
        }
        for pair in table.windows(2) {
            check_quantiles(pair[0], pair[1])?;
        }
        let knot = |&(probability, duration): &_| Knot { probability, duration };
        Ok(Self::of(Shape::Quantiles(table.iter().map(knot).collect())))
    }

    /// As counted by a Prometheus histogram: pairs of an upper bound (`le`) and the cumulative
    /// count of observations up to it, lowest first; `+Inf` is [`SimDuration::MAX`].
    ///
    /// Straight lines within a bucket, the first of which begins at zero. Observations above the
    /// highest finite bound count as that bound, as in Prometheus' `histogram_quantile`.
    pub fn histogram(buckets: &[(SimDuration, u64)]) -> Result<Self, DelayError> {
        for pair in buckets.windows(2) {
            check_buckets(pair[0], pair[1])?;
        }
        let &(_, total) = buckets.last().ok_or(DelayError::NoQuantiles)?;
        let mut knots = vec![Knot { probability: 0.0, duration: SimDuration::ZERO }];
        for &(bound, count) in buckets.iter().filter(|(bound, _)| *bound < SimDuration::MAX) {
            if count == 0 {
                // What was observed is longer than this bound: the line begins here.
                knots[0].duration = bound;
            } else {
                knots.push(Knot { probability: ratio(count, total), duration: bound });
            }
        }
        if knots.len() == 1 {
            return Err(DelayError::NoObservations);
        }
        Ok(Self::of(Shape::Quantiles(knots)))
    }

    /// The same table, with a straight line from its last point to the longest duration there is.
    ///
    /// # Errors
    ///
    /// If this is no table, if it has a longest duration already, or if `tail` is shorter than its
    /// last one.
    pub fn with_tail(mut self, tail: SimDuration) -> Result<Self, DelayError> {
        let Shape::Quantiles(knots) = &mut self.shape else {
            return Err(DelayError::NothingForTail);
        };
        let last = knots.last().filter(|last| last.probability < 1.0);
        let last = last.ok_or(DelayError::NothingForTail)?.duration;
        if tail < last {
            return Err(DelayError::TailTooShort { tail, last });
        }
        knots.push(Knot { probability: 1.0, duration: tail });
        Ok(self)
    }

    /// The same, except that it never comes with this probability, 0 to 1.
    pub fn or_never(self, probability: f64) -> Result<Self, DelayError> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(DelayError::NotAProbability { probability });
        }
        Ok(Self { never: probability, ..self })
    }

    /// Whether it may never come.
    pub fn may_never_come(&self) -> bool {
        self.never > 0.0
    }

    /// Of a table that ends before 100%: the longest duration, and the share of samples that have it
    /// because the table ends there. Those of a table of one point all do.
    pub fn cut_off(&self) -> Option<(SimDuration, f64)> {
        let Shape::Quantiles(knots) = &self.shape else { return None };
        let last = knots.last()?;
        let share = if knots.len() == 1 { 1.0 } else { 1.0 - last.probability };
        (last.probability < 1.0).then_some((last.duration, share))
    }

    /// The duration, if it is always the same and no draw is needed.
    pub const fn as_constant(&self) -> Option<SimDuration> {
        match &self.shape {
            Shape::Constant(_) if self.never > 0.0 => None,
            Shape::Constant(duration) => Some(*duration),
            Shape::Uniform { .. }
            | Shape::Exponential { .. }
            | Shape::LogNormal { .. }
            | Shape::Quantiles(_) => None,
        }
    }

    /// The duration that `uniform` stands for; [`SimDuration::MAX`] for what never comes.
    pub fn sample(&self, uniform: Uniform) -> SimDuration {
        if self.never_comes(uniform) {
            return SimDuration::MAX;
        }
        self.quantile(uniform.get() / (1.0 - self.never))
    }

    /// Whether `uniform` stands for what never comes.
    pub fn never_comes(&self, uniform: Uniform) -> bool {
        uniform.get() > 1.0 - self.never
    }

    /// The duration that is not exceeded with `probability`, by what comes at all. Anything below
    /// zero and not-a-number count as zero, anything above one as one.
    pub fn quantile(&self, probability: f64) -> SimDuration {
        let p = if probability > 0.0 { probability.min(1.0) } else { 0.0 };
        match &self.shape {
            Shape::Constant(duration) => *duration,
            Shape::Uniform { min, max } => between(*min, *max, p),
            Shape::Exponential { mean } => tail(-to_f64(*mean) * libm::log1p(-p)),
            Shape::LogNormal { median, sigma } => {
                tail(to_f64(*median) * libm::exp(sigma * normal::quantile(p)))
            }
            Shape::Quantiles(knots) => interpolate(knots, p),
        }
    }
}

fn check_tail(written: SimDuration) -> Result<(), DelayError> {
    if written > LONGEST_TAIL { Err(DelayError::TooLong { written }) } else { Ok(()) }
}

fn check_quantiles(
    (before, shorter): (f64, SimDuration),
    (probability, duration): (f64, SimDuration),
) -> Result<(), DelayError> {
    if probability <= before {
        return Err(DelayError::ProbabilitiesNotIncreasing { before, probability });
    }
    if duration < shorter {
        return Err(DelayError::QuantilesDecreasing { before: shorter, duration, probability });
    }
    Ok(())
}

fn check_buckets(
    (before, fewer): (SimDuration, u64),
    (bound, count): (SimDuration, u64),
) -> Result<(), DelayError> {
    if bound <= before {
        return Err(DelayError::BoundsNotIncreasing { before, bound });
    }
    if count < fewer {
        return Err(DelayError::CountsDecreasing { before: fewer, count, bound });
    }
    Ok(())
}

/// The point at `share` of the way from `start` to `end`.
fn between(start: SimDuration, end: SimDuration, share: f64) -> SimDuration {
    let (from, to) = (to_f64(start), to_f64(end));
    from_f64(from + (to - from) * share).clamp(start, end)
}

/// The duration on the line through `knots`. Where several durations have one probability, no
/// delay lies between them, and `p` itself gets the shortest.
fn interpolate(knots: &[Knot], p: f64) -> SimDuration {
    let reached = knots.partition_point(|knot| knot.probability < p);
    match (reached.checked_sub(1).map(|below| knots[below]), knots.get(reached)) {
        (Some(below), Some(above)) => {
            let share = (p - below.probability) / (above.probability - below.probability);
            between(below.duration, above.duration, share)
        }
        (Some(end), None) => end.duration,
        (None, first) => first.map_or(SimDuration::ZERO, |knot| knot.duration),
    }
}

/// A duration of an unbounded distribution, in microseconds.
fn tail(micros: f64) -> SimDuration {
    from_f64(micros).min(LONGEST_TAIL)
}

#[expect(clippy::cast_precision_loss, reason = "exact below 285 years")]
pub(super) const fn to_f64(duration: SimDuration) -> f64 {
    duration.as_micros() as f64
}

/// The nearest microsecond.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and not-a-number becomes zero"
)]
pub(super) const fn from_f64(micros: f64) -> SimDuration {
    SimDuration::from_micros((micros + 0.5) as u64)
}

/// `count` of `total`, of which it is a part.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
const fn ratio(count: u64, total: u64) -> f64 {
    count as f64 / total as f64
}

#[cfg(test)]
mod tests;
