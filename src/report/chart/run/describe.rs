//! The chart in words, for those who do not see it. Made from the same data as the picture.

use crate::record::Point;
use crate::report::chart::run::life::Life;
use crate::report::chart::run::shown::Pane;
use crate::report::chart::run::state_words::marked;
use crate::report::chart::run::steps::{deepest, time_broken};
use crate::report::readable::{count, number, part, span};
use crate::time::SimDuration;

/// More DaemonSets or marks than this are counted and not listed.
const LISTED: usize = 12;

/// What the chart shows: how each DaemonSet started, its worst moment, broken promises, its end,
/// and what the scenario did.
pub(super) fn describe(panes: &[Pane<'_>], end: SimDuration) -> String {
    let mut sentences = vec![format!(
        "Step chart of the number of nodes with a serving pod over {} of simulated time.",
        span(end)
    )];
    sentences.extend(panes.iter().take(LISTED).map(|it| one(&it.heading, &it.life, end)));
    if panes.len() > LISTED {
        sentences.push(format!("And {} more.", count((panes.len() - LISTED) as u64, "plot")));
    }
    sentences.extend(panes.first().and_then(|it| marked(it.marks)));
    sentences.join(" ")
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
