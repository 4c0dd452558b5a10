//! What a chart shows of a DaemonSet: its part of the timeline while it exists.

use crate::record::{Point, Series};
use crate::report::readable::span;
use crate::time::SimDuration;

/// A DaemonSet from the start of its series to its deletion.
pub(super) struct Life<'a> {
    /// Its name; what was deleted or created anew under the same name says when.
    pub(super) name: String,
    /// The points before the deletion.
    pub(super) points: &'a [Point],
    /// When it was deleted, if it was.
    pub(super) until: Option<SimDuration>,
}

/// The life of each DaemonSet, in the order of the timeline.
pub(super) fn lives(series: &[Series]) -> Vec<Life<'_>> {
    let is_alone =
        |it: &Series| series.iter().filter(|o| o.daemon_set == it.daemon_set).count() < 2;
    series.iter().map(|it| Life::new(it, is_alone(it))).collect()
}

impl<'a> Life<'a> {
    fn new(series: &'a Series, is_alone: bool) -> Self {
        let Series { daemon_set, points, deleted } = series;
        let start = points.first().map(|point| point.at);
        let from = start.filter(|start| !is_alone && !start.is_zero());
        let from = from.map(|start| format!("from {}", span(start)));
        let until = deleted.map(|deleted| format!("until {}", span(deleted)));
        let name = [Some(daemon_set.clone()), from, until].into_iter().flatten();
        let name = name.collect::<Vec<String>>().join(", ");
        let alive = |point: &Point| deleted.is_none_or(|deleted| point.at < deleted);
        let points = &points[..points.partition_point(alive)];
        Self { name, points, until: *deleted }
    }
}
