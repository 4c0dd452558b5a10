//! Delays taken from the pods of a snapshot: what a real cluster took.

use crate::api::{Pod, Snapshot};
use crate::engine::Delay;
use crate::input::FieldPath;
use crate::scenario::check::findings::Findings;
use crate::time::SimDuration;

/// Fewer pods than this say nothing about a distribution.
const FEWEST: usize = 5;
/// A table of percentiles is as exact as timestamps in whole seconds deserve.
const POINTS: usize = 100;

/// How long the phases of the pods of DaemonSets took, where enough of them tell.
#[derive(Debug, Default)]
pub(super) struct Fitted {
    /// From creation to being bound.
    pub(super) schedule: Option<Delay>,
    /// From being bound until all containers run, images included.
    pub(super) start: Option<Delay>,
    /// From then until the pod was Ready.
    pub(super) ready: Option<Delay>,
}

/// Fits delays to the pods of a snapshot that DaemonSets control.
pub(super) fn fit(findings: &mut Findings, snapshot: &Snapshot, path: &FieldPath) -> Fitted {
    let of_daemon_set =
        |pod: &&Pod| pod.metadata.controller_ref().is_some_and(|owner| owner.kind == "DaemonSet");
    let pods: Vec<&Pod> = snapshot.pods.iter().filter(of_daemon_set).collect();
    let mut samples = |what: &str, of: fn(&Pod) -> Option<SimDuration>| {
        let samples: Vec<SimDuration> = pods.iter().filter_map(|pod| of(pod)).collect();
        if samples.len() < FEWEST {
            let message = format!("only {} pods tell {what}", samples.len());
            let hint = format!("at least {FEWEST} must; the default stays");
            findings.warning("few-samples", path, message, hint);
            return None;
        }
        empirical(samples)
    };
    Fitted {
        schedule: samples("when they were scheduled", |pod| {
            Some(pod.scheduled_at()?.since(pod.metadata.creation_timestamp?))
        }),
        start: samples("when their containers started", |pod| {
            Some(pod.started_at()?.since(pod.scheduled_at()?))
        }),
        ready: samples("since when they are ready", |pod| {
            Some(pod.ready_since()?.since(pod.started_at()?))
        }),
    }
}

/// The distribution of the samples: their percentiles, straight lines between them.
fn empirical(mut samples: Vec<SimDuration>) -> Option<Delay> {
    samples.sort();
    let last = samples.len() - 1;
    let points = POINTS.min(last);
    #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
    let share = |point: usize| point as f64 / points as f64;
    let table: Vec<(f64, SimDuration)> =
        (0..=points).map(|point| (share(point), samples[point * last / points])).collect();
    Delay::quantiles(&table).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(samples: &[u64]) -> Vec<SimDuration> {
        samples.iter().map(|&s| SimDuration::from_secs(s)).collect()
    }

    #[test]
    fn a_fit_has_the_quantiles_of_its_samples() {
        let delay = empirical(seconds(&[4, 0, 1, 3, 2])).unwrap();
        for (probability, expected) in [(0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4)] {
            assert_eq!(delay.quantile(probability), SimDuration::from_secs(expected));
        }
        let many: Vec<u64> = (0..=10_000).collect();
        let delay = empirical(seconds(&many)).unwrap();
        assert_eq!(delay.quantile(0.5), SimDuration::from_secs(5_000));
    }
}
