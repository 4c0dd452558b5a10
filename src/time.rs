//! Instants and spans of simulated time.
//!
//! What lives here: [`SimTime`], [`SimDuration`] and the one way durations are written (`1m30s`).
//! It imports nothing of rollcast, so every other module may use it.
//!
//! Both are whole microseconds. Kubernetes serializes timestamps in whole seconds; where a rule
//! depends on that, the code truncates by name ([`SimTime::truncate_to_second`]).

use std::fmt;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

/// Microseconds in a second.
pub const MICROS_PER_SECOND: u64 = 1_000_000;

/// An instant of simulated time, in microseconds.
///
/// The world counts from the Unix epoch, as API timestamps do, so that an object may be older than
/// the run; a record counts from the start of the run and uses [`SimDuration`] for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(u64);

/// A span of simulated time, in microseconds. Never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(u64);

impl SimTime {
    /// The Unix epoch.
    pub const ZERO: Self = Self(0);
    /// Later than any event: 584,000 years.
    pub const MAX: Self = Self(u64::MAX);

    /// The instant `micros` microseconds after [`SimTime::ZERO`].
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The instant `seconds` after [`SimTime::ZERO`], clamped to [`SimTime::MAX`].
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since [`SimTime::ZERO`].
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Whole seconds since [`SimTime::ZERO`], rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / MICROS_PER_SECOND
    }

    /// The start of this second: what remains of an instant once it was written to the API
    /// server, whose `metav1.Time` keeps whole seconds.
    #[must_use]
    pub const fn truncate_to_second(self) -> Self {
        Self(self.0 - self.0 % MICROS_PER_SECOND)
    }

    /// The span from `earlier` to `self`; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }

    /// The span from [`SimTime::ZERO`] to `self`.
    #[must_use]
    pub const fn since_zero(self) -> SimDuration {
        SimDuration(self.0)
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;

    /// Clamped to [`SimTime::MAX`]: a delay too long to represent means «never in this run».
    fn add(self, span: SimDuration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.since_zero().fmt(f)
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    pub const MAX: Self = Self(u64::MAX);

    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// `millis` milliseconds, clamped to [`SimDuration::MAX`].
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// `seconds` seconds, clamped to [`SimDuration::MAX`].
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// The nearest microsecond to `seconds`; zero for negative or not-a-number, clamped above.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float-to-integer cast saturates, which is the wanted clamp"
    )]
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * 1e6 + 0.5) as u64)
    }

    /// Microseconds in this span.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Whole seconds in this span, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / MICROS_PER_SECOND
    }

    /// `factor` times this span, clamped to [`SimDuration::MAX`].
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// What is left of this span without `other`; zero if that is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// How long `amount` takes at so many per second, at least one: rounded down to a microsecond
    /// and clamped to [`SimDuration::MAX`].
    pub fn for_amount(amount: u64, per_second: u64) -> Self {
        let micros = u128::from(amount) * u128::from(MICROS_PER_SECOND);
        Self(u64::try_from(micros / u128::from(per_second.max(1))).unwrap_or(u64::MAX))
    }

    /// Whether this span is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for SimDuration {
    type Output = Self;

    /// Clamped to [`SimDuration::MAX`].
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for SimDuration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Units a duration may be written in, largest first, with their microseconds.
const UNITS: [(&str, u64); 6] = [
    ("d", 86_400 * MICROS_PER_SECOND),
    ("h", 3_600 * MICROS_PER_SECOND),
    ("m", 60 * MICROS_PER_SECOND),
    ("s", MICROS_PER_SECOND),
    ("ms", 1_000),
    ("us", 1),
];

impl fmt::Display for SimDuration {
    /// The shortest exact writing that [`SimDuration::from_str`] reads back: `1m30s`, `250ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (unit, micros) in UNITS {
            if rest >= micros {
                write!(f, "{}{unit}", rest / micros)?;
                rest %= micros;
            }
        }
        Ok(())
    }
}

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{written}` is not a duration")]
pub struct ParseDurationError {
    written: String,
}

impl FromStr for SimDuration {
    type Err = ParseDurationError;

    /// Reads `90s`, `1m30s`, `1.5h`, `250ms`, `0`: numbers with a unit of `d h m s ms us`, added
    /// up. Only `0` needs no unit.
    fn from_str(written: &str) -> Result<Self, Self::Err> {
        parse(written).map(Self).ok_or_else(|| ParseDurationError { written: written.to_owned() })
    }
}

fn parse(written: &str) -> Option<u64> {
    let mut rest = written.trim();
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (number, tail) = rest.split_at(rest.find(|c: char| c.is_ascii_alphabetic())?);
        let unit_end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(unit_end);
        let micros = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        total = total.checked_add(scale(number, micros)?)?;
        rest = next;
    }
    Some(total)
}

/// `number` (digits with at most one decimal point) times `micros`, exact to the microsecond.
fn scale(number: &str, micros: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction = &fraction[..fraction.len().min(9)];
    let parts: u64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let denominator = 10u64.pow(u32::try_from(fraction.len()).ok()?);
    let below_one = u128::from(parts) * u128::from(micros) / u128::from(denominator);
    whole.checked_mul(micros)?.checked_add(u64::try_from(below_one).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Option<u64>) {
        assert_eq!(written.parse::<SimDuration>().ok().map(SimDuration::as_micros), expected);
    }

    #[test]
    fn reads_durations_as_kubernetes_users_write_them() {
        check("90s", Some(90_000_000));
        check("1m30s", Some(90_000_000));
        check("1.5h", Some(5_400_000_000));
        check("250ms", Some(250_000));
        check("2d", Some(172_800_000_000));
        check("0", Some(0));
        check("", None);
        check("90", None);
        check("-5s", None);
        check("5 s", None);
        check("1.2.3s", None);
        check("5y", None);
        check("99999999999999999999s", None);
        check("18446744073709551615us", Some(u64::MAX));
        check("18446744073709551615us1us", None);
    }

    #[test]
    fn what_is_printed_reads_back() {
        for micros in [0, 1, 999, 1_000, 1_500_000, 90_000_000, 86_400_000_000, u64::MAX] {
            let span = SimDuration::from_micros(micros);
            assert_eq!(span.to_string().parse(), Ok(span));
        }
    }

    #[test]
    fn timestamps_lose_their_fraction_of_a_second() {
        let at = SimTime::from_micros(2_999_999);
        assert_eq!(at.truncate_to_second(), SimTime::from_secs(2));
        assert_eq!(SimTime::MAX + SimDuration::from_secs(1), SimTime::MAX);
    }
}
