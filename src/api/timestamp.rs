//! RFC 3339 timestamps, as the API server writes them.
//!
//! What lives here: reading one into a [`SimTime`] (microseconds since the Unix epoch) and writing
//! it back. Leap seconds do not exist, as in Go.

use crate::time::{MICROS_PER_SECOND, SimTime};

/// Reads `2026-07-22T10:15:00Z`, with an optional fraction (cut to microseconds) and zone offset.
///
/// None if it is no timestamp, or lies before 1970.
pub fn parse_rfc3339(written: &str) -> Option<SimTime> {
    let (date, rest) = written.split_once(['T', 't'])?;
    let clock = rest.get(..8)?;
    let (fraction, zone) = split_fraction(rest.get(8..)?)?;
    let seconds = days_of(date)? * 86_400 + seconds_of(clock)? - offset_of(zone)?;
    let micros = u64::try_from(seconds).ok()?.checked_mul(MICROS_PER_SECOND)?;
    Some(SimTime::from_micros(micros.checked_add(fraction)?))
}

/// The timestamp of `at`, in whole seconds and UTC, as `metav1.Time` is serialized.
pub fn format_rfc3339(at: SimTime) -> String {
    let (days, second) = (at.as_secs() / 86_400, at.as_secs() % 86_400);
    let (year, month, day) = civil_from_days(days);
    let (hour, minute) = (second / 3_600, second % 3_600 / 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", second % 60)
}

/// Days since the epoch of `YYYY-MM-DD`.
fn days_of(date: &str) -> Option<i64> {
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    valid.then(|| days_from_civil(year, month, day))
}

fn seconds_of(clock: &str) -> Option<i64> {
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return None };
    let (hour, minute, second) = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3_600 + minute * 60 + second)
}

/// Microseconds of a leading `.fraction`, and what follows it.
fn split_fraction(rest: &str) -> Option<(u64, &str)> {
    let Some(digits) = rest.strip_prefix('.') else { return Some((0, rest)) };
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    let (digits, zone) = digits.split_at(end);
    if digits.is_empty() {
        return None;
    }
    let micros: String = digits.chars().chain("000000".chars()).take(6).collect();
    Some((micros.parse().ok()?, zone))
}

/// Seconds that the zone `Z`, `+02:00` or `-05:30` is ahead of UTC.
fn offset_of(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hour, minute) = zone.get(1..)?.split_once(':')?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    (hour < 24 && minute < 60).then_some(sign * (hour * 3_600 + minute * 60))
}

/// `text` as a number of exactly `width` digits.
fn number(text: &str, width: usize) -> Option<i64> {
    let digits = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; negative before it.
///
/// Years are counted from March, so that a leap day is the last day of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + leap_days + day_of_year - DAYS_TO_EPOCH
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// The date that lies `days` after 1970-01-01.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let days = days + DAYS_TO_EPOCH.unsigned_abs();
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Option<u64>) {
        assert_eq!(parse_rfc3339(written).map(SimTime::as_micros), expected, "{written}");
    }

    #[test]
    fn timestamps_are_read() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("2000-02-29T12:00:01Z", Some(951_825_601_000_000));
        check("2026-07-22T10:15:00.25Z", Some(1_784_715_300_250_000));
        check("1970-01-01T02:00:00+02:00", Some(0));
        check("1970-01-01T00:00:00-00:30", Some(1_800_000_000));
        check("9999-12-31T23:59:59.999999999Z", Some(253_402_300_799_999_999));
    }

    #[test]
    fn other_texts_are_no_timestamps() {
        for written in [
            "",
            "2026-07-22",
            "2026-07-22T10:15:00",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
            "1969-12-31T23:59:59Z",
            "2026-01-01T0é:00:00Z",
            "2026-01-01T00:00:00+é0:00",
        ] {
            check(written, None);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for day in 0..60_000 {
            let at = SimTime::from_secs(day * 86_400 + 3_661);
            assert_eq!(parse_rfc3339(&format_rfc3339(at)), Some(at));
        }
    }
}
