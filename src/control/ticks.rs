//! Loops that run at equal intervals, without anyone counting the rounds.

use crate::time::{SimDuration, SimTime};

/// The instants at which a loop looks: `phase` after each multiple of `period`.
///
/// A round that finds nothing to do leaves no trace, so none is simulated; what depends on the
/// loop asks for the round that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    period: SimDuration,
    phase: SimDuration,
}

impl Ticks {
    /// A round every `period` (at least a microsecond), `phase` (modulo the period) after its
    /// multiples.
    pub fn new(period: SimDuration, phase: SimDuration) -> Self {
        let period = period.max(SimDuration::from_micros(1));
        Self { period, phase: SimDuration::from_micros(phase.as_micros() % period.as_micros()) }
    }

    /// A round every `period`, one of them at `at`.
    pub fn through(at: SimTime, period: SimDuration) -> Self {
        Self::new(period, at.since_zero())
    }

    /// The first round at `at` or later.
    pub fn at_or_after(&self, at: SimTime) -> SimTime {
        let (period, phase) = (self.period.as_micros(), self.phase.as_micros());
        let rounds = at.as_micros().saturating_sub(phase).div_ceil(period);
        SimTime::from_micros(rounds.saturating_mul(period).saturating_add(phase))
    }

    /// The last round at `at` or earlier; none before the first.
    pub fn at_or_before(&self, at: SimTime) -> Option<SimTime> {
        let (period, phase) = (self.period.as_micros(), self.phase.as_micros());
        let since = at.as_micros().checked_sub(phase)?;
        Some(SimTime::from_micros(at.as_micros() - since % period))
    }

    /// The first round later than `at`.
    pub fn after(&self, at: SimTime) -> SimTime {
        self.at_or_after(at + SimDuration::from_micros(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(period: u64, phase: u64, at: u64, at_or_after: u64, after: u64) {
        let (period, phase) = (SimDuration::from_micros(period), SimDuration::from_micros(phase));
        let (ticks, at) = (Ticks::new(period, phase), SimTime::from_micros(at));
        assert_eq!(ticks.at_or_after(at).as_micros(), at_or_after);
        assert_eq!(ticks.after(at).as_micros(), after);
    }

    #[test]
    fn rounds_are_a_phase_after_the_multiples_of_the_period() {
        check(20, 0, 0, 0, 20);
        check(20, 0, 1, 20, 20);
        check(20, 7, 0, 7, 7);
        check(20, 7, 7, 7, 27);
        check(20, 27, 8, 27, 27);
        check(0, 5, 3, 3, 4);
        check(20, 7, u64::MAX, u64::MAX, u64::MAX);
    }

    #[test]
    fn rounds_go_through_an_instant() {
        let ticks = Ticks::through(SimTime::from_secs(13), SimDuration::from_secs(10));
        assert_eq!(ticks.at_or_after(SimTime::from_secs(4)), SimTime::from_secs(13));
        assert_eq!(ticks.at_or_after(SimTime::ZERO), SimTime::from_secs(3));
        assert_eq!(ticks.at_or_before(SimTime::from_secs(13)), Some(SimTime::from_secs(13)));
        assert_eq!(ticks.at_or_before(SimTime::from_secs(12)), Some(SimTime::from_secs(3)));
        assert_eq!(ticks.at_or_before(SimTime::from_secs(2)), None);
    }
}
