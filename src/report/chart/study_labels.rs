//! What the charts of a study share: the names of settings in short, the header, the notes.

use crate::report::chart::labels::{fitted, text_width};
use crate::report::chart::log_scale::LogScale;
use crate::report::chart::shape::{Anchor, Ink, Pixel, Shape};
use crate::report::readable::count;
use crate::study::{Setting, Study};

/// The width of the picture, in pixels.
pub(super) const WIDTH: i32 = 800;
/// Settings that a chart with a line each can show: more inks could not be told apart.
pub(super) const MOST_LINES: usize = 8;

/// The settings' names as labels: the values alone of those that are named after the fields that
/// the first one is named after; variants keep their names.
pub(super) fn short_names(study: &Study) -> Vec<String> {
    let settings = &study.sweep.settings;
    let fields = |it: &Setting| it.values.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let first = settings.first().map(fields).unwrap_or_default();
    let joined = |parts: Vec<String>| parts.join(", ");
    let short = |it: &Setting| {
        let full = it.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if fields(it) != first || it.name != joined(full) {
            return it.name.clone();
        }
        joined(it.values.iter().map(|(_, value)| value.clone()).collect())
    };
    settings.iter().map(short).collect()
}

/// What the short names are values of; none if they are names in full.
pub(super) fn varied_fields(study: &Study) -> Option<String> {
    let first = study.sweep.settings.first()?;
    let names = short_names(study);
    let fields: Vec<&str> = first.values.iter().map(|(name, _)| name.as_str()).collect();
    (names[0] != first.name && !fields.is_empty()).then(|| fields.join(", "))
}

pub(super) fn header(title: &str, subtitle: &str) -> Vec<Shape> {
    vec![
        Shape::text(Ink::Title, (16, 26), Anchor::Start, fitted(title, 16, WIDTH - 32)),
        Shape::text(Ink::Small, (16, 44), Anchor::Start, fitted(subtitle, 11, WIDTH - 32)),
    ]
}

/// The axis of times below a plot, with its grid.
pub(super) fn time_axis(time: &LogScale, (top, bottom): Pixel) -> Vec<Shape> {
    let tick = |at: crate::time::SimDuration| {
        let x = time.x(at);
        let label = Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, at.to_string());
        [Shape::line(Ink::Grid, vec![(x, top), (x, bottom + 5)]), label]
    };
    time.ticks(46).into_iter().flat_map(tick).collect()
}

/// Notes below the axis, a row each.
pub(super) fn notes(notes: &[String], left: i32, bottom: i32) -> Vec<Shape> {
    let rows = (0..).map(|row| bottom + 40 + row * 16);
    let note = |(note, y): (&String, i32)| {
        Shape::text(Ink::Small, (left, y), Anchor::Start, note.as_str())
    };
    notes.iter().zip(rows).map(note).collect()
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
    fitted(name, 11, key_width(left) - text_width(rest, 11)) + rest
}

/// Names beside samples of their lines, one below the other; a name without an ink shares the line
/// of the name above it.
pub(super) fn key(names: &[(Option<Ink>, String)], (left, top): Pixel) -> Vec<Shape> {
    let rows = (0..).map(|row| top + 8 + row * 18);
    let entry = |((ink, name), y): (&(Option<Ink>, String), i32)| {
        let label = fitted(name, 11, key_width(left));
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
        let width = text_width(text, 11);
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
