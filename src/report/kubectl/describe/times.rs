//! Timestamps as `kubectl describe` writes them, in UTC.

use serde_json::Value;

use crate::api::{format_rfc3339, parse_rfc3339};
use crate::time::SimTime;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Mon, 02 Jan 2006 15:04:05 +0000`; what is no timestamp is Go's zero time.
pub(super) fn long_time(written: &Value) -> String {
    written
        .as_str()
        .and_then(parse_rfc3339)
        .map_or_else(|| "Mon, 01 Jan 0001 00:00:00 +0000".to_owned(), long_time_of)
}

fn long_time_of(at: SimTime) -> String {
    // `2006-01-02T15:04:05Z`, of which the epoch was a Thursday.
    let written = format_rfc3339(at);
    let (year, month, day) = (&written[..4], &written[5..7], &written[8..10]);
    let weekday = DAYS[usize::try_from(at.as_secs() / 86_400 % 7).unwrap_or(0)];
    let month: usize = month.parse().unwrap_or(1);
    let month = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
    format!("{weekday}, {day} {month} {year} {} +0000", &written[11..19])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_right() {
        let check = |written: &str, expected: &str| {
            assert_eq!(long_time(&Value::from(written)), expected);
        };
        check("1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000");
        check("2006-01-02T15:04:05Z", "Mon, 02 Jan 2006 15:04:05 +0000");
        check("2024-02-29T23:59:59.9Z", "Thu, 29 Feb 2024 23:59:59 +0000");
        check("2026-12-31T00:00:00Z", "Thu, 31 Dec 2026 00:00:00 +0000");
        check("soon", "Mon, 01 Jan 0001 00:00:00 +0000");
    }
}
