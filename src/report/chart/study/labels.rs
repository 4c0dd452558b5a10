//! What the charts of a study share: the header, the axis of times, the key, the notes.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::readable::count;
use crate::study::{Range, Study};
use crate::time::SimDuration;

/// The width of the picture, in pixels.
pub(super) const WIDTH: i32 = 800;
/// Settings that a chart with a line each can show: more inks could not be told apart.
pub(super) const MOST_LINES: usize = 8;
/// The height of a name in a key, in pixels.
pub(super) const KEY_ROW: i32 = 18;

pub(super) fn header(title: &str, subtitle: &str) -> Vec<Shape> {
    vec![
        Shape::text(Ink::Title, (16, 26), Anchor::Start, fitted(title, Ink::Title, WIDTH - 32)),
        Shape::text(Ink::Small, (16, 44), Anchor::Start, fitted(subtitle, Ink::Small, WIDTH - 32)),
    ]
}

/// The axis of times below a plot, with its grid.
pub(super) fn time_axis(time: &LogScale, (top, bottom): Pixel) -> Vec<Shape> {
    let label = |(x, at): (i32, SimDuration)| {
        Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, at.to_string())
    };
    let lines = time_grid(time, (top, bottom)).into_iter();
    lines.zip(ticks(time).map(label)).flat_map(|(line, label)| [line, label]).collect()
}

/// The grid of that axis alone.
pub(super) fn time_grid(time: &LogScale, (top, bottom): Pixel) -> Vec<Shape> {
    let line = |(x, _)| Shape::line(Ink::Grid, vec![(x, top), (x, bottom + 5)]);
    ticks(time).map(line).collect()
}

/// Round times, far enough apart for their labels.
fn ticks(time: &LogScale) -> impl Iterator<Item = (i32, SimDuration)> {
    time.ticks(46).into_iter().map(|at| (time.x(at), at))
}

/// Notes below the axis, a row each.
pub(super) fn notes(notes: &[String], left: i32, bottom: i32) -> Vec<Shape> {
    let rows = (0..).map(|row| bottom + 40 + row * 16);
    let note = |(note, y): (&String, i32)| {
        Shape::text(Ink::Small, (left, y), Anchor::Start, note.as_str())
    };
    notes.iter().zip(rows).map(note).collect()
}

/// Thousandths as a percentage.
pub(super) fn percent(share: u32) -> String {
    match share % 10 {
        0 => format!("{}%", share / 10),
        tenth => format!("{}.{tenth}%", share / 10),
    }
}

/// A disk, or a ring.
pub(super) fn dot((x, y): Pixel, is_filled: bool) -> Shape {
    let corners = [(5, 2), (2, 5), (-2, 5), (-5, 2), (-5, -2), (-2, -5), (2, -5), (5, -2)];
    let corners = corners.iter().map(|(right, down)| (x + right, y + down)).collect();
    Shape::area(if is_filled { Ink::Dot } else { Ink::Hollow }, corners)
}

/// What whiskers show, for a subtitle.
pub(super) fn whiskers(study: &Study) -> String {
    let range = match Range::of(study.sweep.seeds.numbers().len()) {
        Range::MinMax => "min to max",
        Range::P5P95 => "p5 to p95",
    };
    format!("median over {}, whiskers from {range}", seeds(study))
}

/// How the seeds are shown, for a subtitle.
pub(super) fn seeds(study: &Study) -> String {
    count(study.sweep.seeds.numbers().len() as u64, "seed")
}

/// How wide a name beside the sample of its line may be, in pixels.
fn key_width(left: i32) -> i32 {
    WIDTH - left - 44
}

/// A name for the key at `left`, cut so that what follows it is seen.
pub(super) fn key_name(name: &str, rest: &str, left: i32) -> String {
    fitted(name, Ink::Small, key_width(left) - text_width(rest, Ink::Small)) + rest
}

/// Names beside samples of their lines, one below the other; a name without an ink shares the line
/// of the name above it.
pub(super) fn key(names: &[(Option<Ink>, String)], (left, top): Pixel) -> Vec<Shape> {
    let rows = (0..).map(|row| top + 8 + row * KEY_ROW);
    let entry = |((ink, name), y): (&(Option<Ink>, String), i32)| {
        let label = fitted(name, Ink::Small, key_width(left));
        let sample = ink.map(|ink| Shape::line(ink, vec![(left, y), (left + 32, y)]));
        let text = Shape::text(Ink::Small, (left + 40, y + 4), Anchor::Start, label);
        sample.into_iter().chain([text])
    };
    names.iter().zip(rows).flat_map(entry).collect()
}

/// Places labels beside points so that no label lies on another or on a point, the first points
/// first; where there is no room, there is no label.
pub(super) fn place(points: &[(Pixel, String)], min: Pixel, max: Pixel) -> Vec<Option<Pixel>> {
    let mut taken: Vec<(Pixel, Pixel)> =
        points.iter().map(|&((x, y), _)| ((x - 6, y - 6), (x + 6, y + 6))).collect();
    let free = |taken: &[(Pixel, Pixel)], (low, high): (Pixel, Pixel)| {
        let apart = |&((left, top), (right, bottom)): &(Pixel, Pixel)| {
            high.0 <= left || right <= low.0 || high.1 <= top || bottom <= low.1
        };
        low.0 >= min.0
            && high.0 <= max.0
            && low.1 >= min.1
            && high.1 <= max.1
            && taken.iter().all(apart)
    };
    let mut placed = Vec::new();
    for ((x, y), text) in points {
        let width = text_width(text, Ink::Small);
        let starts = [
            (x + 8, y - 8),
            (x + 8, y + 17),
            (x + 10, y + 4),
            (x - 10 - width, y + 4),
            (x - 8 - width, y - 8),
            (x - 8 - width, y + 17),
        ];
        let area =
            |&(left, baseline): &Pixel| ((left, baseline - 10), (left + width, baseline + 3));
        let found = starts.into_iter().find(|start| free(&taken, area(start)));
        taken.extend(found.iter().map(area));
        placed.push(found);
    }
    placed
}
