//! How long ago something was, as kubectl writes it: `61m`, `2d3h`.

use crate::time::{SimDuration, SimTime};

/// The age at `now` of what has the timestamp `then`. Timestamps lose their fraction of a second in
/// the API server; `now` keeps its own. Less than two seconds in the future is `0s`: clocks differ.
///
/// Source: `pkg/printers/internalversion/printers.go › translateTimestampSince`,
/// `apimachinery/pkg/util/duration › HumanDuration`.
pub(in crate::report) fn age(now: SimTime, then: SimTime) -> String {
    let then = then.truncate_to_second();
    if then.since(now) >= SimDuration::from_secs(2) {
        return "<invalid>".to_owned();
    }
    human_duration(now.since(then))
}

/// A span as kubectl prints it. Exact enough to tell, short enough for a column.
///
/// Source: `apimachinery/pkg/util/duration › HumanDuration`.
pub fn human_duration(age: SimDuration) -> String {
    let seconds = age.as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let (days, years) = (hours / 24, hours / 24 / 365);
    if seconds < 120 {
        format!("{seconds}s")
    } else if minutes < 10 {
        two_units(minutes, "m", seconds % 60, "s")
    } else if hours < 3 {
        format!("{minutes}m")
    } else if hours < 8 {
        two_units(hours, "h", minutes % 60, "m")
    } else if hours < 48 {
        format!("{hours}h")
    } else if hours < 192 {
        two_units(days, "d", hours % 24, "h")
    } else if years < 2 {
        format!("{days}d")
    } else if years < 8 {
        two_units(years, "y", days % 365, "d")
    } else {
        format!("{years}y")
    }
}

fn two_units(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit}{small}{small_unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_change_their_units_where_kubectl_changes_them() {
        let check = |seconds, expected: &str| {
            assert_eq!(human_duration(SimDuration::from_secs(seconds)), expected, "{seconds}");
        };
        let (minute, hour, day, year) = (60, 3_600, 86_400, 365 * 86_400);
        check(0, "0s");
        check(119, "119s");
        check(120, "2m");
        check(121, "2m1s");
        check(10 * minute - 1, "9m59s");
        check(10 * minute, "10m");
        check(61 * minute + 59, "61m");
        check(3 * hour - 1, "179m");
        check(3 * hour, "3h");
        check(3 * hour + minute, "3h1m");
        check(8 * hour - 1, "7h59m");
        check(8 * hour, "8h");
        check(48 * hour - 1, "47h");
        check(48 * hour, "2d");
        check(51 * hour, "2d3h");
        check(8 * day - 1, "7d23h");
        check(8 * day, "8d");
        check(2 * year - 1, "729d");
        check(2 * year, "2y");
        check(2 * year + day, "2y1d");
        check(8 * year - 1, "7y364d");
        check(8 * year, "8y");
        assert_eq!(human_duration(SimDuration::from_micros(1_999_999)), "1s");
        assert_eq!(human_duration(SimDuration::MAX), "584942y");
    }

    #[test]
    fn every_boundary_has_two_sides() {
        let (minute, hour, day, year) = (60, 3_600, 86_400, 365 * 86_400);
        let boundaries = [
            (2 * minute, "119s", "2m"),
            (10 * minute, "9m59s", "10m"),
            (3 * hour, "179m", "3h"),
            (8 * hour, "7h59m", "8h"),
            (2 * day, "47h", "2d"),
            (8 * day, "7d23h", "8d"),
            (2 * year, "729d", "2y"),
            (8 * year, "7y364d", "8y"),
        ];
        let then = SimTime::from_micros(1_767_225_600_999_999);
        let at = |seconds: u64| SimTime::from_secs(1_767_225_600 + seconds);
        for (seconds, before, after) in boundaries {
            assert_eq!(age(at(seconds - 1), then), before);
            let just_before = SimTime::from_micros(at(seconds).as_micros() - 1);
            assert_eq!(age(just_before, then), before);
            assert_eq!(age(at(seconds), then), after);
        }
    }

    #[test]
    fn the_future_is_now_or_invalid() {
        let now = SimTime::from_micros(10_500_000);
        let check = |then, expected: &str| assert_eq!(age(now, SimTime::from_secs(then)), expected);
        check(10, "0s");
        check(11, "0s");
        check(12, "0s");
        check(13, "<invalid>");
        assert_eq!(age(SimTime::from_secs(10), SimTime::from_secs(12)), "<invalid>");
        assert_eq!(age(SimTime::from_secs(10), SimTime::from_micros(11_999_999)), "0s");
    }
}
