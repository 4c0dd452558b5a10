//! The rows: a bar until a tool says that the rollout is done, bars of an alert.

use crate::inspect::over_time::{AwaitedRollout, Wait};
use crate::record::AlertSpan;
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::fitted;
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::chart::run::rows::PlacedBlock;
use crate::report::chart::run::waiters::groups::{Group, GroupRows};
use crate::report::readable::{count, span};
use crate::time::SimDuration;

/// The least and the greatest height of a bar, in pixels.
const BAR: (i32, i32) = (8, 24);
/// From a bar to what is written beside it, in pixels.
pub(super) const TO_WORDS: i32 = 8;

/// All rows of a group.
pub(super) fn shapes(group: &Group<'_>, placed: &PlacedBlock) -> Vec<Shape> {
    let time = &placed.time;
    match &group.rows {
        GroupRows::Rollout(rollout) => {
            let rows = placed.rows.iter().zip(&rollout.waits);
            let mut shapes: Vec<Shape> =
                rows.clone().flat_map(|(row, wait)| bar(rollout, wait, row, time)).collect();
            shapes.extend(truth(rollout, placed));
            shapes.extend(rows.map(|(row, wait)| {
                let end = end(rollout, wait);
                words(&wait_words(rollout, wait), (end, row), placed)
            }));
            shapes
        }
        GroupRows::Alerts(rules) => {
            let rows = placed.rows.iter().zip(rules);
            let of_row = |(row, (_, spans)): (&Area, &(_, Vec<&AlertSpan>))| {
                let bars = spans.iter().flat_map(|span| alert(span, row, time));
                let end = spans.iter().map(|it| it.until.unwrap_or(SimDuration::MAX)).max();
                let words = words(&alert_words(spans), (end.unwrap_or_default(), row), placed);
                bars.chain([words]).collect::<Vec<_>>()
            };
            rows.flat_map(of_row).collect()
        }
    }
}

/// What is written beside the rows of a group.
pub(super) fn all_words(group: &Group<'_>) -> Vec<String> {
    match &group.rows {
        GroupRows::Rollout(it) => it.waits.iter().map(|wait| wait_words(it, wait)).collect(),
        GroupRows::Alerts(rules) => rules.iter().map(|(_, spans)| alert_words(spans)).collect(),
    }
}

/// Until when a tool waits; one that refuses does not.
fn end(rollout: &AwaitedRollout, wait: &Wait) -> SimDuration {
    if wait.refuses { rollout.started } else { wait.done.unwrap_or(rollout.until) }
}

/// `1m20s`; `40s: 3 nodes missing`; `never`.
fn wait_words(rollout: &AwaitedRollout, wait: &Wait) -> String {
    match wait.done {
        None if wait.refuses => "an error: OnDelete".to_owned(),
        None => "never".to_owned(),
        Some(done) => {
            let took = span(done.saturating_sub(rollout.started));
            match wait.missing {
                0 => took,
                missing => format!("{took}: {} missing", count(missing.into(), "node")),
            }
        }
    }
}

/// `fires at 16m30s`; `does not fire`.
fn alert_words(spans: &[&AlertSpan]) -> String {
    let fired: Vec<SimDuration> = spans.iter().filter_map(|it| it.fired).collect();
    match fired[..] {
        [] => "does not fire".to_owned(),
        [at] => format!("fires at {}", span(at)),
        [at, ..] => format!("fires {} times, first at {}", fired.len(), span(at)),
    }
}

/// Words behind the end of a bar.
fn words(text: &str, (end, row): (SimDuration, &Area), placed: &PlacedBlock) -> Shape {
    let at = (placed.time.x(end) + TO_WORDS, middle(row) + 4);
    Shape::text(Ink::Small, at, Anchor::Start, fitted(text, Ink::Small, placed.right - at.0))
}

fn bar(rollout: &AwaitedRollout, wait: &Wait, row: &Area, time: &TimeScale) -> Vec<Shape> {
    let ink = if wait.done.is_some() { Ink::Awaits } else { Ink::Hollow };
    let end = end(rollout, wait);
    let Some(bar) = stretch(ink, (rollout.started, end), row, time) else { return Vec::new() };
    let is_early = wait.missing > 0 && wait.done.is_some_and(|it| it <= time.end);
    let edge = is_early.then(|| {
        let (x, (top, bottom)) = (time.x(end), bar_rows(row));
        Shape::line(Ink::BreachEdge, vec![(x, top - 3), (x, bottom + 3)])
    });
    [bar].into_iter().chain(edge).collect()
}

/// The moment at which the rollout was complete, through all rows.
fn truth(rollout: &AwaitedRollout, placed: &PlacedBlock) -> Option<Shape> {
    let time = &placed.time;
    let at = rollout.finished.filter(|at| (time.from..=time.end).contains(at))?;
    let (first, last) = placed.rows.first().zip(placed.rows.last())?;
    Some(Shape::line(Ink::Truth, vec![(time.x(at), first.top), (time.x(at), last.bottom)]))
}

/// Pending, then firing.
fn alert(alert: &AlertSpan, row: &Area, time: &TimeScale) -> Vec<Shape> {
    let until = alert.until.unwrap_or(SimDuration::MAX);
    let fired = alert.fired.unwrap_or(until);
    let pending = stretch(Ink::Pending, (alert.pending, fired), row, time);
    pending.into_iter().chain(stretch(Ink::Firing, (fired, until), row, time)).collect()
}

/// A bar from one time to another, if any of it is seen.
fn stretch(
    ink: Ink,
    (from, until): (SimDuration, SimDuration),
    row: &Area,
    time: &TimeScale,
) -> Option<Shape> {
    let is_seen = from < until && until >= time.from && from <= time.end;
    let (left, (top, bottom)) = (time.x(from), bar_rows(row));
    let right = time.x(until).max(left + 1).min(time.right);
    is_seen.then(|| Shape::rect(ink, (left, top), (right, bottom)))
}

/// The upper and the lower edge of a bar.
fn bar_rows(row: &Area) -> (i32, i32) {
    let half = (row.height() / 2).clamp(BAR.0, BAR.1) / 2;
    (middle(row) - half, middle(row) + half)
}

fn middle(row: &Area) -> i32 {
    i32::midpoint(row.top, row.bottom)
}
