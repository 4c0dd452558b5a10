//! Values and ranges as the tables of a comparison show them.

use crate::report::readable::{number, span};
use crate::study::{NEVER, Range, Spread, Unit};
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

/// A median with its range: `4m16s (4m2s-5m)`, or the value alone if all are equal.
pub(super) fn spread(unit: Unit, it: Spread) -> String {
    let median = value(unit, it.p50);
    let (low, high) = it.shown();
    let (low, high) = (value(unit, low), value(unit, high));
    if low == high { median } else { format!("{median} ({low} - {high})") }
}

/// What the brackets of a table show, over so many seeds.
pub(super) fn range(seeds: usize) -> &'static str {
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

/// A difference with its sign: `+1m3s`, `-4`, `0`.
pub(super) fn signed(unit: Unit, difference: i64) -> String {
    match difference {
        i64::MAX => "never".to_owned(),
        i64::MIN => "baseline never".to_owned(),
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
        assert_eq!(signed(Unit::Time, i64::MAX), "never");
        assert_eq!(signed(Unit::NodeTime, -1_000_000), "0.0");
        assert_eq!(signed(Unit::NodeTime, -90_000_000), "-1.5");
        let few = Spread { min: 1, p5: 2, p50: 2, p95: 2, max: 3, ..Spread::default() };
        assert_eq!(spread(Unit::Nodes, few), "2 (1 - 3)");
        assert_eq!(spread(Unit::Nodes, Spread { range: Range::P5P95, ..few }), "2");
        assert_eq!(
            [at_least(741_134), at_least(970_487), at_most(258_866)],
            ["74.1%", "97%", "25.9%"]
        );
        assert_eq!(
            [share(0, 50), share(1, 1000), share(999, 1000), share(5, 5)],
            ["0%", "1%", "99%", "100%"]
        );
    }
}
