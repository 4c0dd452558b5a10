//! Which time a chart shows.

use crate::report::chart::run::shown::{Part, run_end};
use crate::report::chart::run::tracked::TrackPane;
use crate::report::readable::span;
use crate::time::SimDuration;

/// From when to when, since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: SimDuration,
    pub(super) to: SimDuration,
    changed: SimDuration,
    end: SimDuration,
}

impl Window {
    /// What is asked for; else until a little after the last change, if the run goes on for much
    /// longer, and else until its end, but never right until the last change: what it led to would
    /// not be seen.
    pub(super) fn new(part: &Part, changed: SimDuration, end: SimDuration) -> Self {
        let after = |part: u64| changed + SimDuration::from_micros(changed.as_micros() / part);
        let goes_on = !changed.is_zero() && end > after(3);
        let usual = if goes_on { after(12) } else { end.max(after(50)) };
        let from = part.from.unwrap_or_default();
        Self { from, to: part.to.unwrap_or(usual).max(from), changed, end }
    }

    /// What is asked for; else what charts of nodes show.
    pub(super) fn of_tracks(panes: &[TrackPane<'_>], part: &Part) -> Self {
        let spans = panes.iter().flat_map(|it| &it.tracks.nodes).filter_map(|it| it.spans.last());
        let marks = panes.iter().flat_map(TrackPane::marks).map(|it| it.at);
        let changed = spans.map(|it| it.from).chain(marks).max().unwrap_or_default();
        let end = panes.iter().map(|it| run_end(it.shown.timeline)).max().unwrap_or_default();
        Self::new(part, changed, end)
    }

    /// What is asked for; else from one time to another, with a little room on both sides.
    pub(super) fn around(part: &Part, (from, to): (SimDuration, SimDuration)) -> Self {
        let room = SimDuration::from_micros(to.saturating_sub(from).as_micros() / 50);
        let from = part.from.unwrap_or(from.saturating_sub(room));
        let to = part.to.unwrap_or(to + room).max(from);
        Self { from, to, changed: to, end: to }
    }

    /// The same without what comes long before `first`, unless that is asked for.
    pub(super) fn after(self, part: &Part, first: SimDuration) -> Self {
        let room = SimDuration::from_micros(self.to.saturating_sub(first).as_micros() / 20);
        Self { from: part.from.unwrap_or(first.saturating_sub(room)), ..self }
    }

    /// What the axis of times shows, for a note below it.
    pub(super) fn note(&self) -> String {
        if self.to >= self.end || self.to < self.changed {
            return "time since the start of the run".to_owned();
        }
        format!(
            "time since the start of the run; nothing changes between {} and its end at {}",
            span(self.changed),
            span(self.end)
        )
    }
}
