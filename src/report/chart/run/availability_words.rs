//! The chart in words, for those who do not see it. Made from the same data as the picture.

use crate::record::Point;
use crate::report::chart::canvas::more::sentences;
use crate::report::chart::run::life::Life;
use crate::report::chart::run::pane::Pane;
use crate::report::chart::run::steps::{deepest, time_broken};
use crate::report::chart::run::words::in_words;
use crate::report::readable::{count, number, part, span};
use crate::time::SimDuration;

/// What the chart shows: how each DaemonSet started, its worst moment, broken promises, its end,
/// and what the scenario did.
pub(super) fn describe(panes: &[Pane<'_, Life<'_>>], end: SimDuration) -> String {
    let time = span(end);
    let about = format!(
        "Step chart of the number of nodes with a serving pod over {time} of simulated time."
    );
    let each = sentences(panes, "more plot", |it| one(&it.heading, &it.content, end));
    in_words(&about, each, panes.iter().map(Pane::marks))
}

fn one(name: &str, Life { points, until, .. }: &Life<'_>, end: SimDuration) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return format!("{name}: no data.");
    };
    let mut parts = vec![format!("{name}: at the start {}", served(first))];
    let lowest = points.iter().min_by_key(|it| it.truth.serving).unwrap_or(first);
    if lowest.truth.serving < first.truth.serving.min(last.truth.serving) {
        parts.push(format!("at the lowest {} after {}", served(lowest), span(lowest.at)));
    }
    parts.push(format!("at the end {}", served(last)));
    if points.iter().any(|it| it.truth.serving_updated < it.truth.serving) {
        let updated = number(last.truth.serving_updated.into());
        parts.push(format!("{updated} of these on the new revision"));
    }
    parts.extend(promise(points, until.unwrap_or(end)));
    format!("{}.", parts.join(", "))
}

fn served(point: &Point) -> String {
    part(point.truth.serving.into(), point.truth.wanted.into(), "node")
}

/// Whether a floor was kept, if one was ever promised: `OnDelete` promises none.
fn promise(points: &[Point], end: SimDuration) -> Option<String> {
    points.iter().find(|it| it.floor > 0)?;
    let Some((point, depth)) = deepest(points) else {
        return Some("never below the promised floor".to_owned());
    };
    Some(format!(
        "below the promised floor for {} in all, most by {} after {} (promised {})",
        span(time_broken(points, end)),
        count(depth.into(), "node"),
        span(point.at),
        number(point.floor.into()),
    ))
}
