//! Which settings `duration.svg` has.

use crate::study::Study;

/// The settings of a study that are drawn, by their indices: nobody waits for a bad image to be
/// rolled out.
pub(super) struct Scatter<'a> {
    pub(super) study: &'a Study,
    pub(super) settings: Vec<usize>,
}

impl<'a> Scatter<'a> {
    pub(super) fn of(study: &'a Study) -> Self {
        let settings = study.sweep.settings.iter().enumerate();
        let good = settings.filter(|(_, it)| it.bad_image.is_none()).map(|(index, _)| index);
        Self { study, settings: good.collect() }
    }

    /// Whether not all settings compete with each other: each group has its frontier.
    pub(super) fn has_groups(&self) -> bool {
        let is_alike = |&it: &usize| self.study.sweep.is_alike(self.settings[0], it);
        !self.settings.iter().all(is_alike)
    }
}
