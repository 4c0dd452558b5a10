//! The bars of a node's pods in its row, with how long their phases took.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::chart::run::gantt::phases::{Bar, Piece, is_strip};
use crate::report::readable::span;

/// The usual, the least and the greatest height of a bar, in pixels.
const BAR: i32 = 14;
const THIN: i32 = 6;
const THICK: i32 = 24;
/// The height of the durations above a bar, and of the path below all bars, in pixels.
const DURATIONS: i32 = 13;
const PATH: i32 = 8;
/// The height of a strip that says what waits for the control plane, in pixels.
const STRIP: i32 = 4;

/// Where bars lie in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    /// How many bars lie one below the other.
    many: i32,
    /// The row of the first one, and the height of each, in pixels.
    top: i32,
    bar: i32,
    has_durations: bool,
}

/// The height of a row that has room for so many bars one below the other, in pixels.
pub(super) fn usual_height(lanes: usize) -> i32 {
    let lanes = i32::try_from(lanes).unwrap_or(1).max(1);
    lanes * (DURATIONS + if lanes > 1 { BAR - 4 } else { BAR }) + PATH + 4
}

/// In which lane each bar lies: none overlaps another in its lane.
pub(super) fn lanes(bars: &[Bar]) -> Vec<usize> {
    let mut free_from = Vec::new();
    let lane = |bar: &Bar| {
        let Some((from, until)) = bar.ends() else { return 0 };
        let free = free_from.iter().position(|it| *it <= from).unwrap_or(free_from.len());
        if free == free_from.len() {
            free_from.push(until);
        } else {
            free_from[free] = until;
        }
        free
    };
    bars.iter().map(lane).collect()
}

impl Lanes {
    /// So many lanes in the middle of a row; durations are left out where they have no room.
    pub(super) fn new(row: &Area, many: usize) -> Self {
        let many = i32::try_from(many).unwrap_or(1).max(1);
        let each = (row.height() - PATH) / many;
        let has_durations = each >= DURATIONS + THIN;
        let above = if has_durations { DURATIONS } else { 2 };
        let usual = if many > 1 { BAR - 4 } else { BAR };
        let bar = (each - above).clamp(2, usual.max(each * 2 / 5).min(THICK));
        let height = many * (above + bar) + PATH;
        let top = row.top + (row.height() - height).max(0) / 2 + above;
        Self { many, top, bar, has_durations }
    }

    fn step(&self) -> i32 {
        self.bar + if self.has_durations { DURATIONS } else { 2 }
    }

    /// The pixel row of the path: below all bars.
    pub(super) fn path(&self) -> i32 {
        self.top + self.many * self.step() - (self.step() - self.bar) + 4
    }

    /// A bar in its lane.
    pub(super) fn shapes(&self, bar: &Bar, lane: usize, time: &TimeScale) -> Vec<Shape> {
        let top = self.top + i32::try_from(lane).unwrap_or(0) * self.step();
        let mut shapes = Vec::new();
        for piece in bar.standing.iter().filter(|it| is_seen(it, time)) {
            let (left, right) = columns(piece, time);
            shapes.push(Shape::rect(piece.ink, (left, top), (right, top + self.bar)));
        }
        let middle = top + self.bar / 2;
        for piece in bar.waits.iter().filter(|it| is_seen(it, time)) {
            let (left, right) = columns(piece, time);
            let half = STRIP.min(self.bar) / 2;
            shapes.push(Shape::rect(piece.ink, (left, middle - half), (right, middle + half)));
        }
        // Those of one ink are one path.
        shapes.sort_by_key(|shape| (is_strip(shape.ink), shape.ink));
        if self.has_durations {
            let told = bar.pieces().filter(|it| is_told(it.ink) && is_seen(it, time));
            shapes.extend(told.filter_map(|it| duration(it, time, top)));
        }
        shapes
    }
}

/// Whether it is said how long it took: what serves just goes on.
pub(super) fn is_told(ink: Ink) -> bool {
    !matches!(ink, Ink::OldServing | Ink::NewServing)
}

fn is_seen(piece: &Piece, time: &TimeScale) -> bool {
    piece.until > time.from && piece.from < time.end
}

/// From its left to its right; a column at least.
fn columns(piece: &Piece, time: &TimeScale) -> (i32, i32) {
    let left = time.x(piece.from);
    (left, time.x(piece.until).max(left + 1).min(time.right))
}

/// How long a phase took, above it, if it is wide enough.
fn duration(piece: &Piece, time: &TimeScale, top: i32) -> Option<Shape> {
    let text = span(piece.until.saturating_sub(piece.from));
    let (left, right) = columns(piece, time);
    let fits = text_width(&text, Ink::Small) + 4 <= right - left;
    let at = (i32::midpoint(left, right), top - 3);
    fits.then(|| Shape::text(Ink::Small, at, Anchor::Middle, text))
}
