//! How many times as long things take.
//!
//! What lives here: [`Factor`], and [`Spread`], a lognormal distribution of factors around one.

use crate::engine::delay::{NORMAL_P99, from_f64, to_f64};
use crate::engine::normal;
use crate::engine::rng::Uniform;
use crate::time::SimDuration;

/// How many times as long something takes; from 0 up.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Factor(f64);

impl Factor {
    /// As long as ever.
    pub const ONE: Self = Self(1.0);

    /// This many times as long; none for what is negative or no number.
    pub fn new(factor: f64) -> Option<Self> {
        (factor.is_finite() && factor >= 0.0).then_some(Self(factor))
    }

    /// The number itself.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Both at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }

    /// So many times a duration, to the nearest microsecond. What never comes
    /// ([`SimDuration::MAX`]) does not come for any factor.
    #[must_use]
    pub fn times(self, duration: SimDuration) -> SimDuration {
        if self == Self::ONE || duration == SimDuration::MAX {
            return duration;
        }
        from_f64(to_f64(duration) * self.0)
    }

    /// A rate that is this many times slower, at least one.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate needs no more than 53 bits, and the cast back saturates"
    )]
    pub fn slows(self, rate: u64) -> u64 {
        if self == Self::ONE { rate } else { ((rate as f64 / self.0) as u64).max(1) }
    }
}

/// A lognormal distribution of factors: one in two is below one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    sigma: f64,
}

impl Spread {
    /// The largest [`Spread::of_sigma`].
    pub const MOST_SIGMA: f64 = 3.0;
    /// The largest [`Spread::of_p99`].
    pub const MOST_P99: f64 = 1_000.0;

    /// A spread by the standard deviation of the factor's logarithm, 0 to [`Spread::MOST_SIGMA`].
    pub fn of_sigma(sigma: f64) -> Option<Self> {
        (0.0..=Self::MOST_SIGMA).contains(&sigma).then_some(Self { sigma })
    }

    /// A spread by the factor that one in a hundred exceeds, 1 to [`Spread::MOST_P99`].
    pub fn of_p99(p99: f64) -> Option<Self> {
        let is_possible = (1.0..=Self::MOST_P99).contains(&p99);
        is_possible.then(|| Self { sigma: libm::log(p99) / NORMAL_P99 })
    }

    /// The factor that `uniform` stands for; a larger number never gives a smaller factor.
    pub fn factor(self, uniform: Uniform) -> Factor {
        Factor(libm::exp(self.sigma * normal::quantile(uniform.get())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;

    fn uniform(share: f64) -> Uniform {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
        let bits = (share * 18_446_744_073_709_551_616.0) as u64;
        Uniform::from_bits(bits)
    }

    fn check(spread: Option<Spread>, share: f64, expected: f64) {
        let factor = spread.unwrap().factor(uniform(share)).get();
        assert!((factor / expected - 1.0).abs() < 1e-9, "{factor} at {share}");
    }

    #[test]
    fn a_spread_has_the_quantiles_of_the_textbook() {
        check(Spread::of_p99(2.3), 0.5, 1.0);
        check(Spread::of_p99(2.3), 0.99, 2.3);
        check(Spread::of_p99(2.3), 0.01, 1.0 / 2.3);
        check(Spread::of_sigma(0.35), 0.99, 2.257_418_166_217_207);
        check(Spread::of_sigma(0.0), 0.99, 1.0);
        check(Spread::of_p99(1.0), 0.01, 1.0);
    }

    #[test]
    fn a_spread_has_limits() {
        for sigma in [-0.1, 3.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Spread::of_sigma(sigma), None, "{sigma}");
        }
        for p99 in [0.9, 1_001.0, f64::NAN] {
            assert_eq!(Spread::of_p99(p99), None, "{p99}");
        }
        for factor in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Factor::new(factor), None, "{factor}");
        }
    }

    #[test]
    fn factors_multiply_what_comes() {
        let twice = Factor::new(2.0).unwrap();
        let second = SimDuration::from_secs(1);
        assert_eq!(twice.times(second), SimDuration::from_secs(2));
        assert_eq!(twice.and(twice).times(second), SimDuration::from_secs(4));
        assert_eq!(twice.times(SimDuration::MAX), SimDuration::MAX);
        let odd = SimDuration::from_micros((1 << 60) + 1);
        assert_eq!(Factor::ONE.times(odd), odd);
        assert_eq!((twice.slows(1_000), Factor::ONE.slows(7), twice.slows(1)), (500, 7, 1));
    }

    /// Half of the seeds are slower than usual, and one in a hundred has the p99.
    #[test]
    fn seeds_have_their_share_of_factors() {
        let spread = Spread::of_p99(2.0).unwrap();
        let factors = (0..10_000).map(|seed| spread.factor(Streams::new(seed).uniform("x", 0, 0)));
        let factors: Vec<f64> = factors.map(Factor::get).collect();
        let above = |bound: f64| factors.iter().filter(|&&factor| factor > bound).count();
        assert!(above(1.0).abs_diff(5_000) < 150, "{}", above(1.0));
        assert!(above(2.0).abs_diff(100) < 30, "{}", above(2.0));
    }
}
