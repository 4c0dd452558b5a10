//! Values and ranges as the tables of a comparison show them.

use crate::report::readable::{number, span};
use crate::study::{Metric, NEVER, Range, Spread, Unit};
use crate::time::SimDuration;

/// Microseconds of a minute.
const MINUTE: u64 = 60_000_000;

/// A value of a metric: `4m16s`, `1,250`, `never`.
pub(in crate::report) fn value(unit: Unit, value: u64) -> String {
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

/// What the brackets of a table show, over so many seeds.
pub(in crate::report) fn range(seeds: usize) -> &'static str {
    match Range::of(seeds) {
        Range::MinMax => "min - max",
        Range::P5P95 => "p5 - p95",
    }
}

/// A share that a setting has at least, in tenths of a percent, rounded down: `74.1%`, `97%`.
pub(super) fn at_least(millionths: u32) -> String {
    tenths_of_percent(millionths / 1_000)
}

/// A share that a setting has at most, rounded up.
pub(super) fn at_most(millionths: u32) -> String {
    tenths_of_percent(millionths.div_ceil(1_000))
}

fn tenths_of_percent(tenths: u32) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole}%"),
        (whole, tenth) => format!("{whole}.{tenth}%"),
    }
}

/// The least, median and most of a spread as a table shows them. A lower bound says so: `> 24h` of
/// what was not reached until then, `≥ 13` of what goes on.
fn bounds(metric: Metric, it: Spread) -> [String; 3] {
    let sign = if metric.is_reached() { '>' } else { '≥' };
    it.shown().map(|(number, at_least)| {
        let shown = value(metric.unit(), number);
        if at_least { format!("{sign} {shown}") } else { shown }
    })
}

/// The median of a metric.
pub(in crate::report) fn median(metric: Metric, it: Spread) -> String {
    let [_, median, _] = bounds(metric, it);
    median
}

/// A median with its range: `4m16s (4m2s - 5m)`, or the value alone if all are equal.
pub(in crate::report) fn spread(metric: Metric, it: Spread) -> String {
    let [low, median, high] = bounds(metric, it);
    if low == high { median } else { format!("{median} ({low} - {high})") }
}

/// A difference with its sign: `+1m3s`, `-4`, `0`. Where only one of the two is reached within the
/// window, there is no number.
pub(in crate::report) fn signed(unit: Unit, difference: i64) -> String {
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

/// `50 of 50 seeds`.
pub(in crate::report) fn of_seeds(part: usize, whole: usize) -> String {
    format!("{} of {} seeds", number(part as u64), number(whole as u64))
}

/// A share of runs: `0%`, `4%`; never 0 or 100 unless it is none or all of them.
pub(in crate::report) fn share(part: usize, whole: usize) -> String {
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
        let few = Spread { min: 1, p5: 2, p50: 2, p95: 2, max: 3, ..Spread::default() };
        assert_eq!(spread(Metric::Worst, few), "2 (1 - 3)");
        assert_eq!(spread(Metric::Worst, Spread { range: Range::P5P95, ..few }), "2");
        assert_eq!(
            [at_least(741_134), at_least(970_487), at_most(258_866)],
            ["74.1%", "97%", "25.9%"]
        );
        let hours = |hours: u64| hours * 60 * MINUTE;
        let at_least = [false, false, true, false, false];
        let cut_off =
            Spread { min: hours(1), p50: hours(24), max: NEVER, at_least, ..Spread::default() };
        assert_eq!(spread(Metric::Duration, cut_off), "> 1d (1h - never)");
        let (min, p50, max) = (hours(1), hours(1), hours(1));
        let still_out = Spread { min, p50, max, at_least: [true; 5], ..Spread::default() };
        assert_eq!(spread(Metric::NodeTime, still_out), "≥ 60");
        assert_eq!(
            [share(0, 50), share(1, 1000), share(999, 1000), share(5, 5)],
            ["0%", "1%", "99%", "100%"]
        );
    }
}
