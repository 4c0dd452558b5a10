//! Rows with a name each, in blocks one below the other, on one axis of times.

use crate::record::Mark;
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::time_axis_within;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::{Entry, key_row};
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::panes::heading as heading_above;
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::chart::canvas::sheet::EDGE;
use crate::report::chart::run::marks::{Marks, common, lines_at};
use crate::report::chart::run::shown::{Shown, sheet};
use crate::report::chart::run::window::Window;

/// Below the key, between two blocks, and from a name to its row, in pixels.
const BELOW_KEY: i32 = 8;
const APART: i32 = 10;
const TO_NAME: i32 = 10;
/// The height of a heading, in pixels.
const HEADING: i32 = 22;
/// A row needs this height for two lines at its left, in pixels.
const TWO_LINES: i32 = 30;
/// Names take at most this share of the width, in percent.
const WIDEST: i32 = 34;

/// A row's name, and what is written below it in small.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) below: String,
}

/// Rows that belong together.
pub(super) struct Block<'a> {
    /// None if there is nothing to tell it from.
    pub(super) heading: Option<String>,
    /// How it went, beside the heading if there is room.
    pub(super) outcome: &'a str,
    /// The run that it shows.
    pub(super) run: Shown<'a>,
    pub(super) names: Vec<Name>,
}

/// Blocks of rows that are to be drawn.
pub(super) struct Rows<'a> {
    /// The kind of chart, in one word.
    pub(super) kind: &'static str,
    /// What it shows, for the subtitle.
    pub(super) what: &'static str,
    pub(super) key: Vec<Entry>,
    pub(super) window: Window,
    pub(super) notes: Vec<String>,
    /// The usual and the least height of a row, in pixels.
    pub(super) heights: (i32, i32),
    /// The room for words at the right of rows, in pixels.
    pub(super) words: i32,
    pub(super) blocks: Vec<Block<'a>>,
}

/// A block that has its place.
pub(super) struct PlacedBlock {
    /// Which one it is.
    pub(super) place: usize,
    /// Its rows, without their names.
    pub(super) rows: Vec<Area>,
    pub(super) time: TimeScale,
    /// The pixel column at which words at the right of rows end.
    pub(super) right: i32,
}

impl Rows<'_> {
    /// The chart: each block as `draw` says, all of it in the words of `description`.
    pub(super) fn draw(
        &self,
        (runs, daemon_sets): (&[Shown<'_>], &[&str]),
        look: &Look,
        draw: impl Fn(&PlacedBlock) -> Vec<Shape>,
        description: String,
    ) -> Chart {
        let mut sheet = sheet(look, (self.kind, self.what), runs, daemon_sets);
        sheet.note(&self.window.note());
        sheet.notes(&self.notes);
        let right = sheet.width() - EDGE;
        let left = EDGE + self.names_width(sheet.width());
        let (key, key_height) = key_row(&self.key, (EDGE, right), 0);
        let time = TimeScale::new((left, right - self.words), (self.window.from, self.window.to));
        let marks = Marks::new(self.common_marks(), &time, right);
        sheet.notes(marks.note());
        let above = key_height + BELOW_KEY + marks.height();
        let (usual, least) = self.heights;
        let area = sheet.area(above + self.height(usual), above + self.height(least));
        let row = self.row_height(area.height() - above);
        let bottom = area.top + above + self.height(row);
        let area = Area { bottom, ..area };
        sheet.extend(key.into_iter().map(|it| it.lowered(area.top)));
        let placed = self.place(row, area.top + above, &time);
        sheet.extend(placed.iter().flat_map(|it| self.lines(it, bottom)));
        sheet.extend(marks.shapes(area.top + key_height + BELOW_KEY, bottom));
        sheet.extend(placed.iter().flat_map(draw));
        sheet.extend(placed.iter().flat_map(|it| self.names(it)));
        sheet.extend(time_axis_within(&time, bottom, sheet.width()));
        sheet.finish(area, description)
    }

    /// The marks above all rows.
    fn common_marks(&self) -> &[Mark] {
        common(self.blocks.iter().map(Block::marks))
    }

    fn names_width(&self, width: i32) -> i32 {
        let names = self.blocks.iter().flat_map(|it| &it.names);
        let wide = |it: &Name| {
            text_width(&it.name, Ink::Text).max(text_width(&it.below, Ink::Small)) + TO_NAME
        };
        names.map(wide).max().unwrap_or(0).min(width * WIDEST / 100)
    }

    /// The height of all blocks with rows of one height, in pixels.
    fn height(&self, row: i32) -> i32 {
        let block = |it: &Block<'_>| it.heading_height() + it.rows() * row + APART;
        (self.blocks.iter().map(block).sum::<i32>() - APART).max(1)
    }

    /// How high rows are if all of them are to have this height.
    fn row_height(&self, height: i32) -> i32 {
        let rows = self.blocks.iter().map(Block::rows).sum::<i32>().max(1);
        let (_, least) = self.heights;
        ((height - self.height(0)) / rows).max(least)
    }

    fn place(&self, height: i32, top: i32, time: &TimeScale) -> Vec<PlacedBlock> {
        let mut top = top;
        let mut all = Vec::new();
        for (place, block) in self.blocks.iter().enumerate() {
            top += block.heading_height();
            let row = |_: &Name| {
                let area = Area { left: time.left, top, right: time.right, bottom: top + height };
                top = area.bottom;
                area
            };
            let rows = block.names.iter().map(row).collect();
            let right = time.right + self.words;
            all.push(PlacedBlock { place, rows, time: *time, right });
            top += APART;
        }
        all
    }

    /// Lines between rows, and at the times of marks that have no labels.
    fn lines(&self, placed: &PlacedBlock, bottom: i32) -> Vec<Shape> {
        let line = |row: &Area| {
            Shape::line(Ink::Grid, vec![(EDGE, row.bottom), (placed.right, row.bottom)])
        };
        let is_inside = |row: &&Area| row.bottom < bottom;
        let mut shapes: Vec<Shape> = placed.rows.iter().filter(is_inside).map(line).collect();
        let ends = placed.rows.first().zip(placed.rows.last());
        if let Some((first, last)) = ends.filter(|_| self.common_marks().is_empty()) {
            let marks = self.blocks[placed.place].marks();
            shapes.extend(lines_at(marks, &placed.time, (first.top, last.bottom)));
        }
        shapes
    }

    /// The heading of a block and the names of its rows.
    fn names(&self, placed: &PlacedBlock) -> Vec<Shape> {
        let block = &self.blocks[placed.place];
        let mut shapes = Vec::new();
        if let Some((heading, row)) = block.heading.as_ref().zip(placed.rows.first()) {
            shapes.extend(heading_above(
                heading,
                block.outcome,
                &Area { left: EDGE, right: placed.right, ..*row },
            ));
        }
        for (row, name) in placed.rows.iter().zip(&block.names) {
            shapes.extend(name.shapes(row));
        }
        shapes
    }
}

impl<'a> Block<'a> {
    fn marks(&self) -> &'a [Mark] {
        &self.run.timeline.marks
    }

    fn rows(&self) -> i32 {
        i32::try_from(self.names.len()).unwrap_or(i32::MAX / 1_000)
    }

    fn heading_height(&self) -> i32 {
        if self.heading.is_some() { HEADING } else { 0 }
    }
}

impl Name {
    fn shapes(&self, row: &Area) -> Vec<Shape> {
        let middle = i32::midpoint(row.top, row.bottom);
        let room = row.left - EDGE - TO_NAME;
        let is_two = !self.below.is_empty() && row.height() >= TWO_LINES;
        let text = |ink, y, text: &str| {
            Shape::text(ink, (EDGE, y), Anchor::Start, fitted(text, ink, room))
        };
        if is_two {
            vec![
                text(Ink::Text, middle - 2, &self.name),
                text(Ink::Small, middle + 12, &self.below),
            ]
        } else {
            vec![text(Ink::Text, middle + 4, &self.name)]
        }
    }
}
