//! The figures of a setting that charts show.

use crate::study::{Metric, NEVER, Spread, Study};

/// The worst moment of a setting over the seeds: nodes, or thousandths of them where sizes differ.
pub(super) fn worst(study: &Study, setting: usize) -> Spread {
    let it = &study.comparison.results[setting];
    if !study.compares_shares() {
        return it.spread(Metric::Worst).unwrap_or_default();
    }
    let Spread { min, p5, p50, p95, max, range, at_least, .. } = it.worst_share;
    let [min, p5, p50, p95, max] = [min, p5, p50, p95, max].map(|it| it / 1_000);
    Spread { min, p5, p50, p95, max, range, at_least, ..Spread::default() }
}

/// The duration of a rollout over the seeds, in microseconds. What was cut off stands where the
/// rollouts do that never complete, and so does a setting with which nodes mostly lose the pod again.
pub(super) fn duration(study: &Study, setting: usize) -> Spread {
    let result = &study.comparison.results[setting];
    let it = result.spread(Metric::Duration).unwrap_or_default();
    let mostly_lost = result.lost * 2 > result.runs;
    let [min, p5, p50, p95, max] = it.at_least.map(|cut_off| cut_off || mostly_lost);
    let shown = |micros, is_cut_off| if is_cut_off { NEVER } else { micros };
    Spread {
        min: shown(it.min, min),
        p5: shown(it.p5, p5),
        p50: shown(it.p50, p50),
        p95: shown(it.p95, p95),
        max: shown(it.max, max),
        ..it
    }
}
