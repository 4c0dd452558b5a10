//! What a chart shows of a DaemonSet: its part of the timeline while it exists.

use crate::record::{Point, Series};
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::readable::span;
use crate::time::SimDuration;

/// A DaemonSet from the start of its series to its deletion.
pub(super) struct Life<'a> {
    /// What facts call it.
    pub(super) key: &'a str,
    /// Its name; what was deleted says when.
    pub(super) name: String,
    /// The points before the deletion.
    pub(super) points: &'a [Point],
    /// When it was deleted, if it was.
    pub(super) until: Option<SimDuration>,
}

/// The life of each DaemonSet, in the order of the timeline.
pub(super) fn lives(series: &[Series]) -> Vec<Life<'_>> {
    series.iter().map(Life::new).collect()
}

impl<'a> Life<'a> {
    fn new(series: &'a Series) -> Self {
        let Series { daemon_set, points, deleted } = series;
        let until = deleted.map(|deleted| format!(", until {}", span(deleted)));
        let name = format!("{daemon_set}{}", until.unwrap_or_default());
        let alive = |point: &Point| deleted.is_none_or(|deleted| point.at < deleted);
        let points = &points[..points.partition_point(alive)];
        Self { key: daemon_set, name, points, until: *deleted }
    }

    /// The points from one time to another, and the one that holds when that begins; none once it is
    /// deleted.
    pub(super) fn seen(&self, (from, to): (SimDuration, SimDuration)) -> &'a [Point] {
        if self.until.is_some_and(|until| until <= from) {
            return &[];
        }
        let first = self.points.partition_point(|it| it.at <= from).saturating_sub(1);
        let last = self.points.partition_point(|it| it.at <= to).max(first);
        &self.points[first..last]
    }

    /// The part of a scale in which it exists.
    pub(super) fn alive(&self, time: &TimeScale) -> TimeScale {
        self.until.map_or(*time, |until| time.until(until))
    }
}
