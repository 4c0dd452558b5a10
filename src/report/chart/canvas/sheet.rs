//! The sheet that a picture is drawn on: its title above, its notes below, and what is left between
//! them.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, wrapped};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::paint::{Words, paint};
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::readable::span;

/// From the edge of the picture to its texts, in pixels.
pub(in crate::report::chart) const EDGE: i32 = 16;
/// From the top to the baselines of the title and of the first line below it, in pixels.
const TITLE: i32 = 26;
const SUBTITLE: i32 = 44;
/// From one line of small text to the next, in pixels.
const LINE: i32 = 16;
/// Between the header and what is drawn, in pixels.
const BELOW_HEADER: i32 = 14;
/// Between what is drawn and the notes, for the numbers of an axis, in pixels.
const AXIS: i32 = 26;

/// A picture that is being drawn.
pub(in crate::report::chart) struct Sheet<'a> {
    look: &'a Look,
    name: String,
    title: String,
    shapes: Vec<Shape>,
    notes: Vec<String>,
    /// The row below the header, in pixels.
    top: i32,
}

impl<'a> Sheet<'a> {
    /// A sheet with its header. `name` and `kind` tell it from other pictures on one page.
    pub(in crate::report::chart) fn new(
        look: &'a Look,
        (name, kind): (&str, &str),
        title: &str,
        subtitle: &str,
    ) -> Self {
        let title = look.title.clone().unwrap_or_else(|| title.to_owned());
        let wide = look.width() - 2 * EDGE;
        let mut shapes = vec![Shape::text(
            Ink::Title,
            (EDGE, TITLE),
            Anchor::Start,
            fitted(&title, Ink::Title, wide),
        )];
        let lines = wrapped(subtitle, Ink::Small, wide);
        let mut row = SUBTITLE;
        for line in &lines {
            shapes.push(Shape::text(Ink::Small, (EDGE, row), Anchor::Start, line.as_str()));
            row += LINE;
        }
        let name = format!("{name}-{kind}");
        Self { look, name, title, shapes, notes: Vec::new(), top: row - LINE + BELOW_HEADER }
    }

    pub(in crate::report::chart) fn width(&self) -> i32 {
        self.look.width()
    }

    /// Adds a line between the header and what is drawn; gives its baseline.
    pub(in crate::report::chart) fn header_line(&mut self) -> i32 {
        self.top += LINE + 2;
        self.top - BELOW_HEADER
    }

    /// Adds a sentence below what is drawn.
    pub(in crate::report::chart) fn note(&mut self, note: &str) {
        self.notes.extend(wrapped(note, Ink::Small, self.width() - 2 * EDGE));
    }

    /// The same for some sentences, or none.
    pub(in crate::report::chart) fn notes(
        &mut self,
        notes: impl IntoIterator<Item = impl AsRef<str>>,
    ) {
        for note in notes {
            self.note(note.as_ref());
        }
    }

    /// What is left between the header and the notes, and the numbers of an axis. It has the `usual`
    /// height if the picture has none, and never less than the `least` that what is drawn needs: then
    /// the picture is higher than was asked for.
    pub(in crate::report::chart) fn area(&self, usual: i32, least: i32) -> Area {
        let height = match self.look.height() {
            Some(height) => height - self.top - self.below(),
            None => usual,
        };
        let bottom = self.top + height.max(least);
        Area { left: EDGE, top: self.top, right: self.width() - EDGE, bottom }
    }

    pub(in crate::report::chart) fn extend(&mut self, shapes: impl IntoIterator<Item = Shape>) {
        self.shapes.extend(shapes);
    }

    /// The picture, of which `area` is the part that was drawn on.
    pub(in crate::report::chart) fn finish(mut self, area: Area, description: String) -> Chart {
        let description = match self.look.shown {
            Some((from, to)) => format!(
                "The picture shows {} to {}; what follows is of the whole run. {description}",
                span(from),
                span(to)
            ),
            None => description,
        };
        let mut row = area.bottom + AXIS + 14;
        for note in &self.notes {
            self.shapes.push(Shape::text(Ink::Small, (EDGE, row), Anchor::Start, note.as_str()));
            row += LINE;
        }
        let height = area.bottom + self.below();
        let height = self.look.height().map_or(height, |given| given.max(height));
        let size = (self.width(), height);
        self.shapes.insert(0, Shape::rect(Ink::Ground, (0, 0), size));
        let words = Words { name: &self.name, title: &self.title, description: &description };
        let svg = paint(size, &words, &self.shapes, self.look);
        Chart { title: self.title, svg, alt: description }
    }

    /// The height of what lies below the drawn part.
    fn below(&self) -> i32 {
        let notes = i32::try_from(self.notes.len()).unwrap_or(0);
        AXIS + 4 + LINE * notes + 6
    }
}
