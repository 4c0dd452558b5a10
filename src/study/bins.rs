//! Spans of time sorted into bins that grow with the span, in integers.
//!
//! Settings differ a hundredfold in how long they take, so curves and gaps are kept on a scale of
//! powers of two, each octave cut into sixteen equal parts: a bin is at most 1/16 wider than its
//! lower bound.

use crate::time::SimDuration;

/// Bins in an octave, as a power of two.
const PARTS_LOG2: u32 = 4;
const PARTS: u64 = 1 << PARTS_LOG2;

/// For curves over time: the first bin ends after about a second.
pub const CURVE_BINS: LogBins = LogBins { first_log2: 20 };

/// For gaps of nodes: the first bin ends after 65 ms.
pub const GAP_BINS: LogBins = LogBins { first_log2: 16 };

/// A scale of bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogBins {
    /// The first bin ends at this power of two, in microseconds.
    first_log2: u32,
}

impl LogBins {
    /// The bin that a span belongs to.
    pub fn bin(self, span: SimDuration) -> u16 {
        let micros = span.as_micros();
        if micros >> self.first_log2 == 0 {
            return 0;
        }
        let octave = micros.ilog2();
        let part = (micros >> (octave - PARTS_LOG2)) & (PARTS - 1);
        let bin = u64::from(octave - self.first_log2) * PARTS + part + 1;
        u16::try_from(bin).unwrap_or(u16::MAX)
    }

    /// The shortest span of a bin.
    pub fn lower(self, bin: u16) -> SimDuration {
        let Some(above) = u64::from(bin).checked_sub(1) else { return SimDuration::ZERO };
        let octave = u32::try_from(above / PARTS).unwrap_or(u32::MAX) + self.first_log2;
        if octave > 63 {
            return SimDuration::MAX;
        }
        let micros = (PARTS + above % PARTS) << (octave - PARTS_LOG2);
        SimDuration::from_micros(micros)
    }

    /// The shortest span that is too long for a bin.
    pub fn upper(self, bin: u16) -> SimDuration {
        self.lower(bin.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_lies_within_its_bin() {
        for bins in [CURVE_BINS, GAP_BINS] {
            for octave in 0..64 {
                for micros in [1_u64 << octave, (1 << octave) - 1, (1 << octave) / 3 * 4] {
                    let span = SimDuration::from_micros(micros);
                    let bin = bins.bin(span);
                    let within = bins.lower(bin) <= span && span < bins.upper(bin);
                    assert!(within || bins.upper(bin) == SimDuration::MAX, "{micros} in {bin}");
                }
            }
        }
    }

    #[test]
    fn bins_follow_each_other_without_a_gap() {
        for bin in 0..600 {
            let upper = GAP_BINS.upper(bin);
            assert_eq!(GAP_BINS.bin(upper), bin + 1);
            assert_eq!(GAP_BINS.bin(SimDuration::from_micros(upper.as_micros() - 1)), bin);
        }
        assert_eq!(CURVE_BINS.upper(0), SimDuration::from_micros(1 << 20));
    }
}
