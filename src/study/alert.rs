//! Whether `KubeDaemonSetRolloutStuck` would fire.
//!
//! Source: kubernetes-mixin `alerts/apps_alerts.libsonnet`. The rule holds while the status says
//! that current, updated or available differ from desired, or that something is misscheduled, and
//! while `updatedNumberScheduled` has not changed for 5 minutes; it fires once it has held for 15.
//! Scrapes and evaluations, each some 30 s apart, are left out: time is continuous here.

use crate::record::{Point, StatusCounts};
use crate::time::SimDuration;

/// The range of `changes(…[5m])`.
const UNCHANGED: SimDuration = SimDuration::from_secs(5 * 60);
/// The rule's `for`.
const HELD: SimDuration = SimDuration::from_secs(15 * 60);

/// Whether the alert fires in a run with these points, which ends at `end`. A run that is at rest
/// stays as it is for ever, so what it waits for need not happen within it.
pub(super) fn fires(points: &[Point], end: SimDuration, at_rest: bool) -> bool {
    let mut differs_since: Option<SimDuration> = None;
    let mut changed_at: Option<SimDuration> = None;
    for (index, point) in points.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| points.get(before));
        if before.is_some_and(|before| before.status.updated != point.status.updated) {
            changed_at = Some(point.at);
        }
        if !differs(&point.status) {
            differs_since = None;
            continue;
        }
        let differs_from = *differs_since.get_or_insert(point.at);
        let quiet_from = changed_at.map_or(SimDuration::ZERO, |at| at + UNCHANGED);
        let fires_at = differs_from.max(quiet_from) + HELD;
        let next = points.get(index + 1).map(|next| next.at);
        if next.map_or(at_rest || fires_at <= end, |next| fires_at <= next) {
            return true;
        }
    }
    false
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
    use crate::record::TruthCounts;

    /// A point with so many of 6 nodes updated.
    fn point(minutes: u64, updated: u32) -> Point {
        let status =
            StatusCounts { desired: 6, current: 6, updated, available: 6, ..Default::default() };
        Point {
            at: SimDuration::from_secs(minutes * 60),
            status,
            truth: TruthCounts::default(),
            floor: 0,
            pods: 0,
            created: 0,
            deleted: 0,
        }
    }

    fn check(steps: &[(u64, u32)], end: u64, at_rest: bool, expected: bool) {
        let points: Vec<Point> = steps.iter().map(|&(at, updated)| point(at, updated)).collect();
        assert_eq!(fires(&points, SimDuration::from_secs(end * 60), at_rest), expected);
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
