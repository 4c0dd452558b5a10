//! A key: names beside samples, where lines and areas have no room for their names.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};

/// From a sample to its name, and from a name to the next sample, in pixels.
const TO_NAME: i32 = 6;
const APART: i32 = 18;
/// The size of samples, in pixels.
const LINE: i32 = 26;
const BOX: i32 = 14;
/// From one row to the next, in pixels.
pub(in crate::report::chart) const KEY_ROW: i32 = 18;

/// What is named, and by which sample it is known.
#[derive(Clone, Debug)]
pub(in crate::report::chart) struct Entry {
    ink: Ink,
    is_line: bool,
    name: String,
}

impl Entry {
    pub(in crate::report::chart) fn line(ink: Ink, name: impl Into<String>) -> Self {
        Self { ink, is_line: true, name: name.into() }
    }

    pub(in crate::report::chart) fn area(ink: Ink, name: impl Into<String>) -> Self {
        Self { ink, is_line: false, name: name.into() }
    }

    fn sample_width(&self) -> i32 {
        if self.is_line { LINE } else { BOX }
    }

    fn shapes(&self, (x, middle): Pixel, room: i32) -> [Shape; 2] {
        let sample = self.sample(x, middle);
        let at = (x + self.sample_width() + TO_NAME, middle + 4);
        let name = fitted(&self.name, Ink::Small, room - self.sample_width() - TO_NAME);
        [sample, Shape::text(Ink::Small, at, Anchor::Start, name)]
    }

    fn sample(&self, x: i32, middle: i32) -> Shape {
        if self.is_line {
            Shape::line(self.ink, vec![(x, middle), (x + LINE, middle)])
        } else {
            Shape::rect(self.ink, (x, middle - 5), (x + BOX, middle + 5))
        }
    }
}

/// Entries side by side between two columns, the middle of their first row at `middle`; on as many
/// rows as they need. Gives the height of all rows as well.
pub(in crate::report::chart) fn key_row(
    entries: &[Entry],
    (left, right): (i32, i32),
    middle: i32,
) -> (Vec<Shape>, i32) {
    let (mut x, mut y) = (left, middle);
    let mut shapes = Vec::new();
    for entry in entries {
        let width = entry.sample_width() + TO_NAME + text_width(&entry.name, Ink::Small);
        if x > left && x + width > right {
            (x, y) = (left, y + KEY_ROW);
        }
        shapes.extend(entry.shapes((x, y), right - x));
        x += width + APART;
    }
    (shapes, if entries.is_empty() { 0 } else { y - middle + KEY_ROW })
}

/// Entries one below the other, the middle of the first at `middle`.
pub(in crate::report::chart) fn key_column(
    entries: &[Entry],
    (left, right): (i32, i32),
    middle: i32,
) -> Vec<Shape> {
    let rows = (0..).map(|row| middle + row * KEY_ROW);
    entries.iter().zip(rows).flat_map(|(entry, y)| entry.shapes((left, y), right - left)).collect()
}
