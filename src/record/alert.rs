//! Whether `KubeDaemonSetRolloutStuck` would fire.
//!
//! Source: kubernetes-mixin `alerts/apps_alerts.libsonnet`. The rule holds while the status says
//! that current, updated or available differ from desired, or that something is misscheduled, and
//! while `updatedNumberScheduled` has not changed for 5 minutes; it fires once it has held for 15.
//! Scrapes and evaluations, each some 30 s apart, are left out: time is continuous here.

use crate::record::timeline::StatusCounts;
use crate::time::SimDuration;

/// The range of `changes(…[5m])`.
const UNCHANGED: SimDuration = SimDuration::from_secs(5 * 60);
/// The rule's `for`.
const HELD: SimDuration = SimDuration::from_secs(15 * 60);

/// The alert, as it watches the status of one DaemonSet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StuckAlert {
    updated: Option<u32>,
    differs_since: Option<SimDuration>,
    changed_at: Option<SimDuration>,
    fired: bool,
}

impl StuckAlert {
    /// From `at` on the status is another.
    pub(super) fn see(&mut self, at: SimDuration, status: &StatusCounts) {
        self.fired |= self.fires_at().is_some_and(|fires_at| fires_at <= at);
        if self.updated.replace(status.updated).is_some_and(|before| before != status.updated) {
            self.changed_at = Some(at);
        }
        if differs(status) {
            self.differs_since.get_or_insert(at);
        } else {
            self.differs_since = None;
        }
    }

    /// Whether it fired, in a run that ends at `end`. A run that is at rest stays as it is for
    /// ever, so what it waits for need not happen within it.
    pub(super) fn finish(self, end: SimDuration, at_rest: bool) -> bool {
        self.fired || self.fires_at().is_some_and(|fires_at| at_rest || fires_at <= end)
    }

    /// When it fires if nothing changes.
    fn fires_at(&self) -> Option<SimDuration> {
        let quiet_from = self.changed_at.map_or(SimDuration::ZERO, |at| at + UNCHANGED);
        self.differs_since.map(|since| since.max(quiet_from) + HELD)
    }
}

fn differs(status: &StatusCounts) -> bool {
    status.current != status.desired
        || status.misscheduled != 0
        || status.updated != status.desired
        || status.available != status.desired
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minutes, and how many of 6 nodes are updated from then on.
    fn check(steps: &[(u64, u32)], end: u64, at_rest: bool, expected: bool) {
        let minutes = |minutes: u64| SimDuration::from_secs(minutes * 60);
        let mut alert = StuckAlert::default();
        for &(at, updated) in steps {
            let status = StatusCounts {
                desired: 6,
                current: 6,
                updated,
                available: 6,
                ..Default::default()
            };
            alert.see(minutes(at), &status);
        }
        assert_eq!(alert.finish(minutes(end), at_rest), expected, "{steps:?}");
    }

    #[test]
    fn it_fires_after_twenty_minutes_without_progress() {
        check(&[(0, 6), (2, 0), (3, 6)], 60, false, false);
        check(&[(0, 6), (2, 0)], 21, false, false);
        check(&[(0, 6), (2, 0)], 22, false, true);
        check(&[(0, 6), (2, 0), (20, 1), (38, 2), (56, 6)], 99, false, false);
        check(&[(0, 6), (2, 0), (20, 1), (41, 2), (42, 6)], 99, false, true);
    }

    #[test]
    fn a_run_at_rest_waits_for_ever() {
        check(&[(0, 6), (2, 0)], 3, true, true);
        check(&[(0, 6), (2, 0), (3, 6)], 3, true, false);
        check(&[], 3, true, false);
    }
}
