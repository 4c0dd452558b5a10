//! When a kubelet notices what its containers do.

use crate::control::ticks::Ticks;
use crate::time::SimDuration;

/// From one look at all containers to the next.
///
/// Source: `pkg/kubelet/kubelet.go › genericPlegRelistPeriod`.
const RELIST_PERIOD: SimDuration = SimDuration::from_secs(1);

/// The looks of a kubelet's pod life cycle event generator, `phase` after each whole second: what
/// a container did is noticed at the first of them that is not before it.
pub fn relists(phase: SimDuration) -> Ticks {
    Ticks::new(RELIST_PERIOD, phase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SimTime;

    fn check(phase: u64, happened: u64, noticed: u64) {
        let relists = relists(SimDuration::from_millis(phase));
        let at = |millis: u64| SimTime::from_micros(millis * 1_000);
        assert_eq!(relists.at_or_after(at(happened)), at(noticed));
    }

    #[test]
    fn a_change_is_noticed_within_a_second() {
        check(0, 1_500, 2_000);
        check(600, 1_500, 1_600);
        check(600, 1_600, 1_600);
        check(600, 1_601, 2_600);
    }
}
