//! From times and node counts to pixels, and where the ticks go. Integers only.

use crate::time::SimDuration;

/// Microseconds of a minute, an hour and a day.
const MINUTE: u64 = 60_000_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Steps between ticks that read well, in microseconds; below and above them 1, 2, 5, 10, …
const ROUND_STEPS: [u64; 17] = [
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    15_000_000,
    30_000_000,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
];

/// About how far apart counts on an axis are at least, in pixels.
const APART: i32 = 24;

/// Times since the start of the run, from left to right.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::chart) struct TimeScale {
    pub(in crate::report::chart) left: i32,
    pub(in crate::report::chart) right: i32,
    /// The time at the left edge.
    pub(in crate::report::chart) from: SimDuration,
    /// The time at the right edge; always later.
    pub(in crate::report::chart) end: SimDuration,
}

impl TimeScale {
    /// A scale from one time to another; up to a second later if that is no time at all.
    pub(in crate::report::chart) fn new(
        (left, right): (i32, i32),
        (from, end): (SimDuration, SimDuration),
    ) -> Self {
        let end = if end > from { end } else { from + SimDuration::from_secs(1) };
        Self { left, right, from, end }
    }

    /// The same times between other columns.
    pub(in crate::report::chart) fn between(&self, left: i32, right: i32) -> Self {
        Self { left, right, ..*self }
    }

    /// The part of the scale until a time.
    pub(in crate::report::chart) fn until(&self, at: SimDuration) -> Self {
        Self::new((self.left, self.x(at)), (self.from, at.min(self.end)))
    }

    /// The pixel column of a time; other times stay at the edges.
    pub(in crate::report::chart) fn x(&self, at: SimDuration) -> i32 {
        let at = at.clamp(self.from, self.end).saturating_sub(self.from);
        let shown = self.end.saturating_sub(self.from);
        self.left + scaled(at.as_micros(), shown.as_micros(), self.right - self.left)
    }

    /// At most `most` times and one more, where people expect them.
    pub(in crate::report::chart) fn ticks(&self, most: u64) -> Vec<SimDuration> {
        let (from, end) = (self.from.as_micros(), self.end.as_micros());
        let shown = end - from;
        let step = time_steps().find(|step| shown / step <= most.max(1)).unwrap_or(shown);
        let ticks = (from.div_ceil(step)..=end / step).map(|it| it * step);
        ticks.map(SimDuration::from_micros).collect()
    }
}

fn time_steps() -> impl Iterator<Item = u64> {
    let below = one_two_five().take_while(|&step| step < ROUND_STEPS[0]);
    let above = one_two_five().map_while(|days| days.checked_mul(DAY));
    below.chain(ROUND_STEPS).chain(above)
}

/// 1, 2, 5, 10, 20, 50 and so on, as far as they fit.
fn one_two_five() -> impl Iterator<Item = u64> {
    (0..=19)
        .map(|power| 10_u64.pow(power))
        .flat_map(|power| [1, 2, 5].into_iter().filter_map(move |digit| power.checked_mul(digit)))
}

/// Node counts, from the bottom up.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::chart) struct NodeScale {
    /// The pixel row of `low` and that of `high`.
    pub(in crate::report::chart) bottom: i32,
    top: i32,
    /// The count at the bottom: zero, unless everything happens in a narrow band above it.
    pub(in crate::report::chart) low: u32,
    high: u32,
    step: u32,
}

impl NodeScale {
    /// A scale for counts from `least` to `most` in the pixel rows from `top` to `bottom`.
    ///
    /// It starts at zero unless the counts span less than a third of it: a dip of 1 % would then
    /// be too flat to see.
    pub(in crate::report::chart) fn new(top: i32, bottom: i32, least: u32, most: u32) -> Self {
        let band = most.saturating_sub(least);
        let zoomed = band > 0 && u64::from(band) * 3 < u64::from(most) && most > 20;
        let lowest = if zoomed { least.saturating_sub((band / 8).max(1)) } else { 0 };
        let high = most.max(1);
        let steps = ((bottom - top) / APART).clamp(1, 5);
        let step = node_step(high - lowest, steps.unsigned_abs());
        Self { bottom, top, low: lowest - lowest % step, high, step }
    }

    /// The pixel row of a count; counts off the scale stay at its edges.
    pub(in crate::report::chart) fn y(&self, nodes: u32) -> i32 {
        let above = nodes.clamp(self.low, self.high) - self.low;
        let span = self.high - self.low;
        self.bottom - scaled(above.into(), span.into(), self.bottom - self.top)
    }

    pub(in crate::report::chart) fn ticks(&self) -> impl Iterator<Item = u32> + use<> {
        let (low, high, step) = (self.low, self.high, self.step);
        (0..=(high - low) / step).map(move |it| low + it * step)
    }
}

fn node_step(span: u32, most: u32) -> u32 {
    let steps = one_two_five().filter_map(|step| u32::try_from(step).ok());
    steps.into_iter().find(|step| span / step <= most).unwrap_or(span.max(1))
}

/// `part / whole` of `pixels`, rounded to the nearest pixel.
fn scaled(part: u64, whole: u64, pixels: i32) -> i32 {
    let (whole, pixels) = (u128::from(whole.max(1)), u128::from(pixels.unsigned_abs()));
    let rounded = (u128::from(part) * pixels + whole / 2) / whole;
    i32::try_from(rounded).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_ticks_stand_at_round_times() {
        let check = |micros, expected: &str| {
            let scale =
                TimeScale::new((0, 600), (SimDuration::ZERO, SimDuration::from_micros(micros)));
            let ticks: Vec<String> = scale.ticks(6).iter().map(ToString::to_string).collect();
            assert_eq!(ticks.join(" "), expected);
        };
        check(0, "0s 200ms 400ms 600ms 800ms 1s");
        check(7_000, "0s 2ms 4ms 6ms");
        check(900_000, "0s 200ms 400ms 600ms 800ms");
        check(14_000_000, "0s 5s 10s");
        check(95_000_000, "0s 15s 30s 45s 1m 1m15s 1m30s");
        check(15 * MINUTE, "0s 5m 10m 15m");
        check(5 * HOUR, "0s 1h 2h 3h 4h 5h");
        check(30 * HOUR, "0s 6h 12h 18h 1d 1d6h");
        check(111 * HOUR, "0s 1d 2d 3d 4d");
        check(u64::MAX, "0s 50000000d 100000000d 150000000d 200000000d");
    }

    #[test]
    fn a_part_of_the_time_has_round_ticks() {
        let part = (SimDuration::from_secs(95), SimDuration::from_secs(185));
        let scale = TimeScale::new((0, 600), part);
        let ticks: Vec<String> = scale.ticks(3).iter().map(ToString::to_string).collect();
        assert_eq!(ticks.join(" "), "2m 2m30s 3m");
        assert_eq!(scale.x(SimDuration::from_secs(140)), 300);
        assert_eq!(scale.x(SimDuration::from_secs(5)), 0);
    }

    #[test]
    fn times_stay_in_the_plot() {
        let scale = TimeScale::new((50, 650), (SimDuration::ZERO, SimDuration::MAX));
        assert_eq!(scale.x(SimDuration::ZERO), 50);
        assert_eq!(scale.x(SimDuration::MAX), 650);
        let nothing = TimeScale::new((50, 650), (SimDuration::ZERO, SimDuration::ZERO));
        assert_eq!(nothing.x(SimDuration::from_secs(9)), 650);
    }

    #[test]
    fn node_ticks_start_at_zero_unless_the_band_is_narrow() {
        let check = |least, most, expected: &[u32]| {
            let scale = NodeScale::new(0, 200, least, most);
            assert_eq!(scale.ticks().collect::<Vec<_>>(), expected, "{least} to {most}");
            assert_eq!((scale.y(scale.low), scale.y(most.max(1))), (200, 0));
        };
        check(0, 0, &[0, 1]);
        check(4, 5, &[0, 1, 2, 3, 4, 5]);
        check(100, 100, &[0, 20, 40, 60, 80, 100]);
        check(40, 100, &[0, 20, 40, 60, 80, 100]);
        check(90, 100, &[88, 90, 92, 94, 96, 98, 100]);
        check(4_900, 5_000, &[4_880, 4_900, 4_920, 4_940, 4_960, 4_980, 5_000]);
        check(0, u32::MAX, &[0, 1_000_000_000, 2_000_000_000, 3_000_000_000, 4_000_000_000]);
    }
}
