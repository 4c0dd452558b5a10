//! When the pod garbage collector acts: on pods of deleted nodes, and on pods that nobody else
//! would finish.

use crate::control::ticks::Ticks;
use crate::time::{SimDuration, SimTime};

/// How often the collector looks.
///
/// Source: `pkg/controller/podgc/gc_controller.go › gcCheckPeriod`.
pub const CHECK_PERIOD: SimDuration = SimDuration::from_secs(20);
/// How long a node must be missing before its pods are orphans.
///
/// Source: `pkg/controller/podgc/gc_controller.go › quarantineTime`.
const QUARANTINE: SimDuration = SimDuration::from_secs(40);

/// The collector's loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodGc {
    loops: Ticks,
}

impl PodGc {
    /// A loop that looks `phase` after each multiple of 20 seconds.
    pub fn new(phase: SimDuration) -> Self {
        Self { loops: Ticks::new(CHECK_PERIOD, phase) }
    }

    /// When the pods bound to a node are collected that was deleted at `deleted_at`, if it does
    /// not come back: the next loop notices, the quarantine passes, the next loop after that acts.
    /// That is 40 to 60 seconds later. They are marked Failed and deleted without grace.
    ///
    /// Source: `pkg/controller/podgc/gc_controller.go › gcOrphaned, discoverDeletedNodes`.
    pub fn collected_at(&self, deleted_at: SimTime) -> SimTime {
        self.loops.at_or_after(self.loops.at_or_after(deleted_at) + QUARANTINE)
    }

    /// When a pod goes that [`is_swept`] from `since` on: the next loop, without grace.
    pub fn swept_at(&self, since: SimTime) -> SimTime {
        self.loops.at_or_after(since)
    }
}

/// Whether the collector deletes a terminating pod by itself, since no kubelet will: if it was
/// never bound, or is on a node that is not Ready and has the taint
/// `node.kubernetes.io/out-of-service`.
///
/// Source: `pkg/controller/podgc/gc_controller.go › gcUnscheduledTerminating, gcTerminating`.
pub const fn is_swept(is_bound: bool, node_is_ready: bool, node_is_out_of_service: bool) -> bool {
    !is_bound || (!node_is_ready && node_is_out_of_service)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phase: u64, deleted: u64, collected: u64) {
        let gc = PodGc::new(SimDuration::from_secs(phase));
        assert_eq!(gc.collected_at(SimTime::from_secs(deleted)), SimTime::from_secs(collected));
    }

    #[test]
    fn forty_seconds_after_the_loop_that_notices() {
        check(0, 20, 60);
        check(0, 21, 80);
        check(0, 39, 80);
        check(0, 40, 80);
        check(7, 27, 67);
        check(7, 28, 87);
    }

    #[test]
    fn what_no_kubelet_will_finish_is_swept() {
        assert!(is_swept(false, true, false));
        assert!(is_swept(true, false, true));
        assert!(!is_swept(true, true, true));
        assert!(!is_swept(true, false, false));
        let gc = PodGc::new(SimDuration::ZERO);
        assert_eq!(gc.swept_at(SimTime::from_secs(41)), SimTime::from_secs(60));
    }
}
