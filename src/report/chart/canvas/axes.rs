//! Axes with their ticks and numbers, and the grid behind a plot.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::scale::{NodeScale, TimeScale};
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::readable::number;
use crate::time::SimDuration;

/// From the numbers of an axis to the plot, in pixels.
const TO_NUMBERS: i32 = 8;
/// About how far apart times on an axis are, in pixels.
const TIMES_APART: i32 = 76;
/// So far may the label of a time reach beyond its plot, in pixels.
const OVERHANG: i32 = 14;
/// At least so far apart are spans of time on a logarithmic axis, in pixels.
const LOG_TIMES_APART: i32 = 46;

/// The axis of times below `bottom`; its labels keep off a plot at its right.
pub(in crate::report::chart) fn time_axis(time: &TimeScale, bottom: i32) -> Vec<Shape> {
    time_axis_within(time, bottom, time.right + OVERHANG)
}

/// The same where no label may reach beyond the column `right`.
pub(in crate::report::chart) fn time_axis_within(
    time: &TimeScale,
    bottom: i32,
    right: i32,
) -> Vec<Shape> {
    let tick = |(x, label): (i32, Option<String>)| {
        let line = Shape::line(Ink::Axis, vec![(x, bottom), (x, bottom + 6)]);
        let label = label.map(|it| Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, it));
        [line].into_iter().chain(label)
    };
    let line = Shape::line(Ink::Axis, vec![(time.left, bottom), (time.right, bottom)]);
    [line].into_iter().chain(ticks(time, right).into_iter().flat_map(tick)).collect()
}

/// The columns of the times on an axis, and what is written there where there is room for it.
fn ticks(time: &TimeScale, right: i32) -> Vec<(i32, Option<String>)> {
    let most = u64::try_from((time.right - time.left) / TIMES_APART).unwrap_or(1);
    let mut free_from = i32::MIN;
    let place = |at: SimDuration| {
        let (x, label) = (time.x(at), at.to_string());
        let half = text_width(&label, Ink::Small) / 2 + 4;
        let fits = x - half >= free_from && x + half <= right;
        if fits {
            free_from = x + half;
        }
        (x, fits.then_some(label))
    };
    time.ticks(most).into_iter().map(place).collect()
}

/// The axis of spans of time below `bottom`, with its line.
pub(in crate::report::chart) fn log_axis(scale: &LogScale, bottom: i32) -> Vec<Shape> {
    let tick = |at: SimDuration| {
        let x = scale.x(at);
        let line = Shape::line(Ink::Axis, vec![(x, bottom), (x, bottom + 6)]);
        [line, Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, at.to_string())]
    };
    let line = Shape::line(Ink::Axis, vec![(scale.left, bottom), (scale.right, bottom)]);
    [line].into_iter().chain(scale.ticks(LOG_TIMES_APART).into_iter().flat_map(tick)).collect()
}

/// The axis of spans of time below a plot, with its grid and without a line.
pub(in crate::report::chart) fn log_time_axis(
    time: &LogScale,
    (top, bottom): (i32, i32),
) -> Vec<Shape> {
    let tick = |at: SimDuration| {
        let x = time.x(at);
        let label = Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, at.to_string());
        [Shape::line(Ink::Grid, vec![(x, top), (x, bottom + 5)]), label]
    };
    time.ticks(LOG_TIMES_APART).into_iter().flat_map(tick).collect()
}

/// The grid behind a plot and the numbers at its left, with the line at its bottom.
pub(in crate::report::chart) fn node_axis(
    nodes: &NodeScale,
    area: &Area,
    word: impl Fn(u32) -> String,
) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for it in nodes.ticks() {
        let y = nodes.y(it);
        shapes.push(Shape::line(Ink::Grid, vec![(area.left, y), (area.right, y)]));
        let at = (area.left - TO_NUMBERS, y + 4);
        shapes.push(Shape::text(Ink::Small, at, Anchor::End, word(it)));
    }
    let bottom = nodes.bottom;
    shapes.push(Shape::line(Ink::Axis, vec![(area.left, bottom), (area.right, bottom)]));
    if nodes.low > 0 {
        shapes.extend(axis_break(area.left, bottom));
    }
    shapes
}

/// The room that the numbers of such an axis need at its left, in pixels.
pub(in crate::report::chart) fn numbers_width(most: u32) -> i32 {
    text_width(&number(most.into()), Ink::Small) + TO_NUMBERS + 2
}

/// The zigzag of an axis that does not start at zero.
fn axis_break(x: i32, bottom: i32) -> [Shape; 2] {
    let zigzag = vec![
        (x, bottom),
        (x, bottom - 4),
        (x - 4, bottom - 6),
        (x + 4, bottom - 10),
        (x, bottom - 12),
        (x, bottom - 16),
    ];
    let gap = ((x - 4, bottom - 14), (x + 4, bottom - 2));
    [Shape::rect(Ink::Ground, gap.0, gap.1), Shape::line(Ink::Axis, zigzag)]
}
