//! When facts of a kind happened, in seconds since the start.

use rollcast::record::{Ready, Record, What};
use rollcast::time::SimDuration;

/// Seconds at which there are facts of a kind.
pub(crate) fn times(record: &Record, is: impl Fn(&What) -> bool) -> Vec<f64> {
    let hits = record.facts.iter().filter(|fact| is(&fact.what));
    hits.map(|fact| seconds(fact.at)).collect()
}

/// A span in seconds.
pub(crate) fn seconds(span: SimDuration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let micros = span.as_micros() as f64;
    micros / 1e6
}

/// Seconds at which the Ready condition of a node turned true, or not.
pub(crate) fn turned_ready(record: &Record, to: bool) -> Vec<f64> {
    times(
        record,
        |what| matches!(*what, What::NodeReady { status, .. } if (status == Ready::True) == to),
    )
}

/// Seconds at which a taint with this part was put on a node.
pub(crate) fn tainted(record: &Record, part: &str) -> Vec<f64> {
    let has = |taint| record.names.get(taint).contains(part);
    times(record, |what| matches!(*what, What::NodeTainted { taint, .. } if has(taint)))
}

/// Seconds at which a taint with this part was taken off a node.
pub(crate) fn untainted(record: &Record, part: &str) -> Vec<f64> {
    let has = |taint| record.names.get(taint).contains(part);
    times(record, |what| matches!(*what, What::NodeUntainted { taint, .. } if has(taint)))
}

/// Seconds at which a pod failed for this reason.
pub(crate) fn pods_failed(record: &Record, why: &str) -> Vec<f64> {
    times(record, |what| matches!(what, What::PodFailed { reason, .. } if reason == why))
}

pub(crate) fn is_readiness(what: &What) -> bool {
    matches!(what, What::NodeReady { .. })
}

pub(crate) fn is_drained(what: &What) -> bool {
    matches!(what, What::NodeDrained { .. })
}

pub(crate) fn is_deleted(what: &What) -> bool {
    matches!(what, What::NodeDeleted { .. })
}

pub(crate) fn is_failed(what: &What) -> bool {
    matches!(what, What::NodeFailed { .. })
}

#[track_caller]
pub(crate) fn check_times(found: &[f64], expected: &[(f64, f64)]) {
    let fits = |(at, (least, most)): (&f64, &(f64, f64))| least <= at && at <= most;
    let all = found.len() == expected.len() && found.iter().zip(expected).all(fits);
    assert!(all, "{found:?} instead of {expected:?}");
}

/// The gaps between successive times.
pub(crate) fn gaps(times: &[f64]) -> Vec<f64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}
