//! Amounts of resources: `100m`, `1.5Gi`, `2e3`.
//!
//! What lives here: [`Quantity`] and how it is written. It knows no resource names.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};

/// An exact amount, kept in billionths, with the format it prints in.
///
/// Finer parts are rounded away from zero and larger amounts than 2^63 - 1 are cut to that, as
/// apimachinery pkg/api/resource/quantity.go does. Two quantities are equal if their amounts are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    #[default]
    DecimalSi,
    BinarySi,
    DecimalExponent,
}

const NANOS: i128 = 1_000_000_000;
const MAX_NANOS: i128 = i64::MAX as i128 * NANOS;
/// Digits of a fraction that are kept; what lies beyond them only rounds up.
const FRACTION_DIGITS: usize = 9;

impl Quantity {
    pub const ZERO: Self = Self { nanos: 0, format: Format::DecimalSi };

    pub const fn from_units(units: i64) -> Self {
        Self { nanos: units as i128 * NANOS, format: Format::DecimalSi }
    }

    /// `millis` thousandths, as CPU is usually given.
    pub const fn from_millis(millis: i64) -> Self {
        Self { nanos: millis as i128 * (NANOS / 1_000), format: Format::DecimalSi }
    }

    /// Whole units, rounded away from zero: bytes of memory, pods.
    pub fn units(self) -> i64 {
        self.in_parts_of(NANOS)
    }

    /// Thousandths, rounded away from zero: millicores of CPU. Clamped to 64 bits.
    pub fn millis(self) -> i64 {
        self.in_parts_of(NANOS / 1_000)
    }

    /// Whether this is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// Whether this is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether this is a whole number of units.
    pub const fn is_whole(self) -> bool {
        self.nanos % NANOS == 0
    }

    fn in_parts_of(self, nanos: i128) -> i64 {
        let parts = div_away_from_zero(self.nanos, nanos);
        i64::try_from(parts).unwrap_or(if parts > 0 { i64::MAX } else { i64::MIN })
    }

    fn clamped(nanos: i128, format: Format) -> Self {
        Self { nanos: nanos.clamp(-MAX_NANOS, MAX_NANOS), format }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

impl Add for Quantity {
    type Output = Self;

    /// Keeps the format of the left side, unless that is zero; clamped like every quantity.
    fn add(self, other: Self) -> Self {
        let format = if self.is_zero() { other.format } else { self.format };
        Self::clamped(self.nanos + other.nanos, format)
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { nanos: -other.nanos, format: other.format }
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, Add::add)
    }
}

/// Why a text is not a quantity, in apimachinery's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)]
pub struct ParseQuantityError;

impl FromStr for Quantity {
    type Err = ParseQuantityError;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        parse(written).ok_or(ParseQuantityError)
    }
}

fn parse(written: &str) -> Option<Quantity> {
    let (negative, unsigned) = match written.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, written.strip_prefix('+').unwrap_or(written)),
    };
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = unsigned.find(|c| !is_number(c)).unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let (unit, format) = unit_of(suffix)?;
    let nanos = scale(whole, unit, false)? + scale(fraction, unit, true)?;
    Some(Quantity::clamped(if negative { -nanos } else { nanos }, format))
}

/// How many nanos one of a suffix is.
#[derive(Clone, Copy)]
enum Unit {
    Nanos(i128),
    /// Less than a nano: ten to the power of minus this.
    Below(u32),
    /// More than the largest quantity.
    Huge,
}

/// Decimal suffixes and the power of ten of their nanos.
const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

fn unit_of(suffix: &str) -> Option<(Unit, Format)> {
    if let Some((_, exponent)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((power_of_ten(*exponent), Format::DecimalSi));
    }
    if let Some(index) = BINARY.iter().position(|name| *name == suffix) {
        let nanos = NANOS << (10 * (index + 1));
        return Some((Unit::Nanos(nanos), Format::BinarySi));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let valid = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let exponent = if valid { exponent.parse().ok()? } else { return None };
    Some((power_of_ten(exponent), Format::DecimalExponent))
}

fn power_of_ten(exponent: i32) -> Unit {
    match exponent.saturating_add(9) {
        below @ ..0 => Unit::Below(below.unsigned_abs()),
        nanos @ 0..=28 => Unit::Nanos(10_i128.pow(nanos.unsigned_abs())),
        _ => Unit::Huge,
    }
}

/// The nanos of `digits` (before the point, or after it) in `unit`, rounded up and capped.
fn scale(digits: &str, unit: Unit, after_point: bool) -> Option<i128> {
    let trimmed =
        if after_point { digits.trim_end_matches('0') } else { digits.trim_start_matches('0') };
    if trimmed.is_empty() {
        return Some(0);
    }
    let kept = if after_point { trimmed.len().min(FRACTION_DIGITS) } else { trimmed.len() };
    let sticky = i128::from(kept < trimmed.len());
    let Ok(number) = trimmed[..kept].parse::<i128>() else { return Some(MAX_NANOS) };
    let divisor = if after_point { 10_i128.pow(u32::try_from(kept).ok()?) } else { 1 };
    let nanos = match unit {
        Unit::Nanos(nanos) => number.checked_mul(nanos).map(|n| (n + sticky, divisor)),
        Unit::Below(power) => Some((number, below_nano(power, divisor))),
        Unit::Huge => None,
    };
    Some(nanos.map_or(MAX_NANOS, |(n, divisor)| div_away_from_zero(n, divisor).min(MAX_NANOS)))
}

fn below_nano(power: u32, divisor: i128) -> i128 {
    10_i128.checked_pow(power).and_then(|p| p.checked_mul(divisor)).unwrap_or(i128::MAX)
}

fn div_away_from_zero(number: i128, divisor: i128) -> i128 {
    let quotient = number / divisor;
    if number % divisor == 0 { quotient } else { quotient + number.signum() }
}

impl fmt::Display for Quantity {
    /// The canonical form, as Kubernetes prints it: `1500m`, `1k`, `1536Mi`.
    ///
    /// Mirrors apimachinery pkg/api/resource/quantity.go › `CanonicalizeBytes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let small = self.nanos.abs() < 1_024 * NANOS;
        match self.format {
            Format::BinarySi if !small => write_binary(f, div_away_from_zero(self.nanos, NANOS)),
            Format::BinarySi | Format::DecimalSi => {
                let (mantissa, power) = thousands(self.nanos);
                let suffix = DECIMAL.iter().find(|(_, exponent)| *exponent == power);
                write!(f, "{mantissa}{}", suffix.map_or("", |(name, _)| name))
            }
            Format::DecimalExponent => match thousands(self.nanos) {
                (mantissa, 0) => write!(f, "{mantissa}"),
                (mantissa, power) => write!(f, "{mantissa}e{power}"),
            },
        }
    }
}

/// `nanos` as a whole mantissa and the largest power of ten, in steps of three, that allows it.
fn thousands(nanos: i128) -> (i128, i32) {
    let (mut mantissa, mut power) = (nanos, -9);
    if mantissa == 0 {
        return (0, 0);
    }
    while mantissa % 1_000 == 0 && power < 18 {
        mantissa /= 1_000;
        power += 3;
    }
    (mantissa, power)
}

fn write_binary(f: &mut fmt::Formatter<'_>, units: i128) -> fmt::Result {
    let (mut mantissa, mut suffix) = (units, "");
    for name in BINARY {
        if mantissa % 1_024 != 0 {
            break;
        }
        mantissa /= 1_024;
        suffix = name;
    }
    write!(f, "{mantissa}{suffix}")
}

impl<'de> serde::Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor)
    }
}

/// Reads text, or a number as if it had been text.
struct QuantityVisitor;

impl Visitor<'_> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quantity such as `100m` or `1.5Gi`")
    }

    fn visit_str<E: Error>(self, written: &str) -> Result<Quantity, E> {
        written.parse().map_err(|why: ParseQuantityError| {
            E::custom(format!(
                "`{written}` is no quantity: {why}\nhint: write it like `100m` or `1.5Gi`"
            ))
        })
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Quantity, E> {
        Ok(Quantity::from_units(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<Quantity, E> {
        Ok(Quantity::ZERO)
    }
}

#[cfg(test)]
mod tests;
