//! Values and ranges as the tables of a comparison show them.

use crate::report::readable::{number, span};
use crate::study::{Metric, NEVER, Spread, Unit};
use crate::time::SimDuration;

/// Microseconds of a minute.
const MINUTE: u64 = 60_000_000;

/// A value of a metric: `4m16s`, `1,250`, `never`.
pub(super) fn value(unit: Unit, value: u64) -> String {
    match (unit, value) {
        (_, NEVER) => "never".to_owned(),
        (Unit::Time, micros) => span(SimDuration::from_micros(micros)),
        (Unit::NodeTime, micros) => tenths_of_minutes(micros),
        (Unit::Nodes | Unit::Count, many) => number(many),
    }
}

/// Minutes added up over nodes, with one decimal below ten.
fn tenths_of_minutes(micros: u64) -> String {
    if micros >= 10 * MINUTE {
        return number((micros + MINUTE / 2) / MINUTE);
    }
    let tenths = (micros * 10 + MINUTE / 2) / MINUTE;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The three values of a spread. A lower bound says so: `> 24h` of what was not reached until then,
/// `≥ 13` of what goes on.
fn bounds(metric: Metric, it: Spread) -> [String; 3] {
    let sign = if metric.is_reached() { '>' } else { '≥' };
    let one = |(number, at_least): (u64, bool)| {
        let shown = value(metric.unit(), number);
        if at_least { format!("{sign} {shown}") } else { shown }
    };
    let [low, middle, high] = it.at_least;
    [(it.p5, low), (it.p50, middle), (it.p95, high)].map(one)
}

/// The median of a metric.
pub(super) fn median(metric: Metric, it: Spread) -> String {
    let [_, median, _] = bounds(metric, it);
    median
}

/// A median with its range: `4m16s (4m2s - 5m)`, or the value alone if all are equal.
pub(super) fn spread(metric: Metric, it: Spread) -> String {
    let [low, median, high] = bounds(metric, it);
    if low == high { median } else { format!("{median} ({low} - {high})") }
}

/// A difference with its sign: `+1m3s`, `-4`, `0`. Where only one of the two is reached within the
/// window, there is no number.
pub(super) fn signed(unit: Unit, difference: i64) -> String {
    match difference {
        i64::MAX => "no end".to_owned(),
        i64::MIN => "baseline has no end".to_owned(),
        0 => "0".to_owned(),
        it => {
            let sign = if it < 0 { '-' } else { '+' };
            let shown = value(unit, it.unsigned_abs());
            // What rounds to nothing has no sign.
            let is_nothing = !shown.contains(|digit| ('1'..='9').contains(&digit));
            if is_nothing { shown } else { format!("{sign}{shown}") }
        }
    }
}

/// A share of runs: `0%`, `4%`; never 0 or 100 unless it is none or all of them.
pub(super) fn share(part: usize, whole: usize) -> String {
    if part == 0 || whole == 0 {
        return "0%".to_owned();
    }
    let percent = (part * 100 + whole / 2) / whole;
    let percent = if part < whole { percent.clamp(1, 99) } else { 100 };
    format!("{percent}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_units() {
        assert_eq!(value(Unit::Time, NEVER), "never");
        assert_eq!(value(Unit::Time, 256_900_000), "4m16s");
        assert_eq!(value(Unit::NodeTime, 90_000_000), "1.5");
        assert_eq!(value(Unit::NodeTime, 75_000_000_000), "1,250");
        assert_eq!(signed(Unit::Nodes, -4), "-4");
        assert_eq!(signed(Unit::Time, i64::MAX), "no end");
        assert_eq!(signed(Unit::NodeTime, -1_000_000), "0.0");
        assert_eq!(signed(Unit::NodeTime, -90_000_000), "-1.5");
        let bounds = |p5, p50, p95, at_least| Spread { p5, p50, p95, at_least };
        let none = [false; 3];
        assert_eq!(spread(Metric::Worst, bounds(1, 1, 1, none)), "1");
        assert_eq!(spread(Metric::Worst, bounds(1, 2, 3, none)), "2 (1 - 3)");
        let hours = |hours: u64| hours * 60 * MINUTE;
        let cut_off = bounds(hours(1), hours(24), NEVER, [false, true, false]);
        assert_eq!(spread(Metric::Duration, cut_off), "> 1d (1h - never)");
        let still_out = bounds(hours(1), hours(1), hours(1), [true; 3]);
        assert_eq!(spread(Metric::NodeTime, still_out), "≥ 60");
        assert_eq!(
            [share(0, 50), share(1, 1000), share(999, 1000), share(5, 5)],
            ["0%", "1%", "99%", "100%"]
        );
    }
}
