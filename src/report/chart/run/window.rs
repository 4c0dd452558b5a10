//! Which time a chart shows.

use crate::report::chart::run::pane::Pane;
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
        let from = part.from.unwrap_or_default();
        let goes_on = !changed.is_zero() && end > after(3) && after(12) > from;
        let usual = if goes_on { after(12) } else { end.max(after(50)) };
        Self { from, to: part.to.unwrap_or(usual).max(from), changed, end }
    }

    /// What is asked for; else what charts of nodes show.
    pub(super) fn of_tracks(panes: &[TrackPane<'_>], part: &Part) -> Self {
        let spans = panes.iter().flat_map(|it| &it.content.nodes).filter_map(|it| it.spans.last());
        let marks = panes.iter().flat_map(Pane::marks).map(|it| it.at);
        let changed = spans.map(|it| it.from).chain(marks).max().unwrap_or_default();
        let end = panes.iter().map(|it| run_end(it.run.timeline)).max().unwrap_or_default();
        Self::new(part, changed, end)
    }

    /// What is asked for; else from one time to another, with a little room on both sides.
    pub(super) fn around(part: &Part, (from, to): (SimDuration, SimDuration)) -> Self {
        let room = SimDuration::from_micros(to.saturating_sub(from).as_micros() / 50);
        let to = part.to.unwrap_or(to + room);
        let from = start(part, from.saturating_sub(room), to);
        let to = to.max(from);
        Self { from, to, changed: to, end: to }
    }

    /// The same without what comes long before `first`, unless that is asked for.
    pub(super) fn after(self, part: &Part, first: SimDuration) -> Self {
        let room = SimDuration::from_micros(self.to.saturating_sub(first).as_micros() / 20);
        Self { from: start(part, first.saturating_sub(room), self.to), ..self }
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

/// What is asked for; else what is usual, or the start of the run if all that is shown comes before
/// that.
fn start(part: &Part, usual: SimDuration, to: SimDuration) -> SimDuration {
    part.from.unwrap_or(if usual < to { usual } else { SimDuration::ZERO })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600;

    fn part(from: Option<u64>, to: Option<u64>) -> Part {
        let [from, to] = [from, to].map(|it| it.map(SimDuration::from_secs));
        Part { from, to, ..Part::default() }
    }

    fn check(window: Window, from: u64, to: u64) {
        assert_eq!((window.from.as_secs(), window.to.as_secs()), (from, to));
    }

    #[test]
    fn a_long_rest_is_shown_only_if_it_is_asked_for() {
        let seconds = SimDuration::from_secs;
        let new = |from, to| Window::new(&part(from, to), seconds(120), seconds(HOUR));
        check(new(None, None), 0, 130);
        check(new(Some(60), None), 60, 130);
        check(new(Some(600), None), 600, HOUR);
        check(new(Some(600), Some(700)), 600, 700);
        check(new(Some(2 * HOUR), None), 2 * HOUR, 2 * HOUR);
    }

    #[test]
    fn what_ends_before_the_first_change_begins_with_the_run() {
        let seconds = SimDuration::from_secs;
        let around = |from, to| Window::around(&part(from, to), (seconds(100), seconds(200)));
        check(around(None, None), 98, 202);
        check(around(None, Some(150)), 98, 150);
        check(around(None, Some(30)), 0, 30);
        check(around(Some(10), Some(30)), 10, 30);
        let after = |from, to| {
            let part = part(from, to);
            Window::new(&part, seconds(1_100), seconds(1_100)).after(&part, seconds(100))
        };
        check(after(None, Some(300)), 90, 300);
        check(after(None, Some(30)), 0, 30);
        check(after(Some(10), Some(30)), 10, 30);
    }
}
