//! Spans of time on a logarithmic axis. Integers only: the logarithm is worked out bit by bit, so
//! that a pixel is the same on every machine.

use crate::time::SimDuration;

/// Times that read well on an axis, in seconds.
const ROUND: [u64; 28] = [
    1,
    2,
    5,
    10,
    20,
    30,
    60,
    120,
    300,
    600,
    1_200,
    1_800,
    3_600,
    7_200,
    14_400,
    21_600,
    43_200,
    86_400,
    172_800,
    345_600,
    604_800,
    1_209_600,
    2_592_000,
    7_776_000,
    31_536_000,
    63_072_000,
    157_680_000,
    315_360_000,
];
/// Below a second, in microseconds.
const ROUND_BELOW: [u64; 7] = [1_000, 5_000, 10_000, 50_000, 100_000, 200_000, 500_000];
/// Bits behind the point of a logarithm.
const FRACTION: u32 = 16;

/// Spans from `low` to `high`, from left to right.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::chart) struct LogScale {
    pub(in crate::report::chart) left: i32,
    pub(in crate::report::chart) right: i32,
    low: u64,
    high: u64,
}

impl LogScale {
    /// A scale that has both spans in it; at least a factor of two wide.
    pub(in crate::report::chart) fn new(
        left: i32,
        right: i32,
        low: SimDuration,
        high: SimDuration,
    ) -> Self {
        let low = low.as_micros().max(1);
        let high = high.as_micros().max(low.saturating_mul(2)).max(2);
        Self { left, right, low, high }
    }

    /// The same spans between other columns.
    pub(in crate::report::chart) fn between(&self, left: i32, right: i32) -> Self {
        Self { left, right, ..*self }
    }

    /// The pixel column of a span; those off the scale stay at its edges.
    pub(in crate::report::chart) fn x(&self, span: SimDuration) -> i32 {
        let micros = span.as_micros().clamp(self.low, self.high);
        let start = log2(self.low);
        let (part, whole) = (log2(micros) - start, (log2(self.high) - start).max(1));
        let pixels = u64::from((self.right - self.left).unsigned_abs());
        self.left + i32::try_from((part * pixels + whole / 2) / whole).unwrap_or(0)
    }

    /// Round times within the scale, at least so many pixels apart.
    pub(in crate::report::chart) fn ticks(&self, apart: i32) -> Vec<SimDuration> {
        let above = ROUND.iter().map(|seconds| seconds.saturating_mul(1_000_000));
        let all = ROUND_BELOW.into_iter().chain(above);
        let mut ticks: Vec<SimDuration> = Vec::new();
        for micros in all.filter(|it| (self.low..=self.high).contains(it)) {
            let tick = SimDuration::from_micros(micros);
            if ticks.last().is_none_or(|last| self.x(tick) - self.x(*last) >= apart) {
                ticks.push(tick);
            }
        }
        ticks
    }
}

/// The binary logarithm with [`FRACTION`] bits behind the point, rounded down; of zero it is zero.
fn log2(value: u64) -> u64 {
    if value == 0 {
        return 0;
    }
    let whole = value.ilog2();
    // The value between one and two, with 31 bits behind the point.
    let mut mantissa = (value << (63 - whole)) >> 32;
    let mut log = u64::from(whole);
    for _ in 0..FRACTION {
        mantissa = (mantissa * mantissa) >> 31;
        let bit = mantissa >> 32;
        log = log << 1 | bit;
        mantissa >>= bit;
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_exact_to_their_last_bit() {
        for (value, expected) in [(1, 0.0), (2, 1.0), (3, 1.584_962), (1_000_000, 19.931_568)] {
            let found = f64::from(u32::try_from(log2(value)).unwrap()) / 65_536.0;
            assert!((found - expected).abs() < 4e-5, "{value}: {found}");
        }
        assert!(log2(u64::MAX) < 64 << FRACTION);
    }

    #[test]
    fn spans_stay_in_the_plot_and_ticks_are_round() {
        let seconds = SimDuration::from_secs;
        let scale = LogScale::new(100, 700, seconds(10), seconds(1_000));
        assert_eq!(
            [1, 10, 100, 1_000, 5_000].map(|it| scale.x(seconds(it))),
            [100, 100, 400, 700, 700]
        );
        let ticks: Vec<String> = scale.ticks(60).iter().map(ToString::to_string).collect();
        assert_eq!(ticks.join(" "), "10s 20s 1m 2m 5m 10m");
        let nothing = LogScale::new(0, 10, SimDuration::ZERO, SimDuration::ZERO);
        assert_eq!(nothing.x(SimDuration::MAX), 10);
        let all = LogScale::new(0, 600, SimDuration::ZERO, SimDuration::MAX);
        assert!(!all.ticks(50).is_empty());
    }
}
