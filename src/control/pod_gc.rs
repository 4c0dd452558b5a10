//! When pods of a deleted node are collected.

use crate::time::{MICROS_PER_SECOND, SimDuration, SimTime};

/// How often the collector looks.
///
/// Source: `pkg/controller/podgc/gc_controller.go › gcCheckPeriod`.
const CHECK_PERIOD: SimDuration = SimDuration::from_secs(20);
/// How long a node must be missing before its pods are orphans.
///
/// Source: `pkg/controller/podgc/gc_controller.go › quarantineTime`.
const QUARANTINE: SimDuration = SimDuration::from_secs(40);

/// When the pods bound to a node are collected that was deleted at `deleted_at`, if it does not
/// come back: the next loop notices, the quarantine passes, the next loop after that acts. That
/// is 40 to 80 seconds later.
pub fn collected_at(deleted_at: SimTime) -> SimTime {
    let noticed = next_loop(deleted_at);
    next_loop(noticed + QUARANTINE)
}

fn next_loop(at: SimTime) -> SimTime {
    let period = CHECK_PERIOD.as_secs() * MICROS_PER_SECOND;
    SimTime::from_micros(at.as_micros().div_ceil(period).saturating_mul(period))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(deleted: u64, collected: u64) {
        assert_eq!(collected_at(SimTime::from_secs(deleted)), SimTime::from_secs(collected));
    }

    #[test]
    fn forty_to_sixty_seconds_after_the_loop_that_notices() {
        check(20, 60);
        check(21, 80);
        check(39, 80);
        check(40, 80);
    }
}
