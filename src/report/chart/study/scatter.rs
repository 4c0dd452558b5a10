//! Which settings `duration.svg` has, and their figures.

use crate::study::{Metric, NEVER, Spread, Study};

/// The settings of a study that are drawn, by their indices: nobody waits for a bad image to be
/// rolled out.
pub(super) struct Scatter<'a> {
    pub(super) study: &'a Study,
    pub(super) settings: Vec<usize>,
    /// Whether worst moments are shares of nodes.
    pub(super) percent: bool,
}

impl<'a> Scatter<'a> {
    pub(super) fn of(study: &'a Study) -> Self {
        let settings = study.sweep.settings.iter().enumerate();
        let good = settings.filter(|(_, it)| it.bad_image.is_none()).map(|(index, _)| index);
        Self { study, settings: good.collect(), percent: study.compares_shares() }
    }

    /// Whether not all settings compete with each other: each group has its frontier.
    pub(super) fn has_groups(&self) -> bool {
        let is_alike = |&it: &usize| self.study.sweep.is_alike(self.settings[0], it);
        !self.settings.iter().all(is_alike)
    }

    /// The worst moment of a setting over the seeds: nodes, or thousandths.
    pub(super) fn worst(&self, setting: usize) -> Spread {
        let it = &self.study.comparison.results[setting];
        if !self.percent {
            return it.spread(Metric::Worst).unwrap_or_default();
        }
        let Spread { min, p5, p50, p95, max, range, at_least, .. } = it.worst_share;
        let [min, p5, p50, p95, max] = [min, p5, p50, p95, max].map(|it| it / 1_000);
        Spread { min, p5, p50, p95, max, range, at_least, ..Spread::default() }
    }

    /// What was cut off stands where the rollouts do that never complete, and so does a setting with
    /// which nodes mostly lose the pod again.
    pub(super) fn duration(&self, setting: usize) -> Spread {
        let result = &self.study.comparison.results[setting];
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
}
