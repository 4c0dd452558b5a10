//! Several plots of one kind in a picture, of one size and on the same axes.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::shape::{Anchor, Shape};

/// The height of what is written above each plot, in pixels.
const HEADING: i32 = 20;
/// Between two plots side by side, and between two above each other, in pixels.
const GAP: (i32, i32) = (22, 12);
/// Between a heading and what stands at its right, in pixels.
const TO_MORE: i32 = 14;
/// The least width of a plot beside another, in pixels.
const NARROWEST: i32 = 220;

/// How many plots there are, and how they stand.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::chart) struct Panes {
    many: usize,
    columns: usize,
}

impl Panes {
    /// One below the other, over the whole width.
    pub(in crate::report::chart) fn stacked(many: usize) -> Self {
        Self { many: many.max(1), columns: 1 }
    }

    /// Side by side as far as the width allows, in rows of nearly equal length.
    pub(in crate::report::chart) fn side_by_side(many: usize, width: i32) -> Self {
        let many = many.max(1);
        let most = usize::try_from(width / NARROWEST).unwrap_or(1).clamp(1, 4);
        let rows = many.div_ceil(most);
        Self { many, columns: many.div_ceil(rows) }
    }

    /// In rows of so many, side by side.
    pub(in crate::report::chart) fn in_columns(many: usize, columns: usize) -> Self {
        Self { many: many.max(1), columns: columns.clamp(1, many.max(1)) }
    }

    pub(in crate::report::chart) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether each has a heading: not if there is one plot.
    pub(in crate::report::chart) fn has_headings(&self) -> bool {
        self.many > 1
    }

    /// The height of all if each plot has this one, in pixels.
    pub(in crate::report::chart) fn height(&self, one: i32) -> i32 {
        let rows = i32::try_from(self.many.div_ceil(self.columns)).unwrap_or(1);
        rows * (one + self.heading()) + (rows - 1) * GAP.1
    }

    /// The plots, without their headings.
    pub(in crate::report::chart) fn areas(&self, area: &Area) -> Vec<Area> {
        let cells = area.grid(self.many, self.columns, GAP);
        cells.iter().map(|cell| cell.inside(0, self.heading(), 0, 0)).collect()
    }

    /// Whether there is no plot below this one.
    pub(in crate::report::chart) fn is_lowest(&self, place: usize) -> bool {
        place + self.columns >= self.many
    }

    /// Whether there is no plot at the left of this one.
    pub(in crate::report::chart) fn is_leftmost(&self, place: usize) -> bool {
        place.is_multiple_of(self.columns)
    }

    fn heading(&self) -> i32 {
        if self.has_headings() { HEADING } else { 0 }
    }
}

/// The name of a plot above it, and what there is room for at its right.
pub(in crate::report::chart) fn heading(name: &str, more: &str, area: &Area) -> Vec<Shape> {
    let baseline = area.top - 6;
    let name = fitted(name, Ink::Text, area.width());
    let room = area.width() - text_width(&name, Ink::Text) - TO_MORE;
    let mut shapes = vec![Shape::text(Ink::Text, (area.left, baseline), Anchor::Start, name)];
    if !more.is_empty() && text_width(more, Ink::Small) <= room {
        shapes.push(Shape::text(Ink::Small, (area.right, baseline), Anchor::End, more));
    }
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_of_nearly_equal_length() {
        let columns = |many, width| Panes::side_by_side(many, width).columns();
        assert_eq!([1, 2, 3, 4, 5, 7].map(|many| columns(many, 700)), [1, 2, 3, 2, 3, 3]);
        assert_eq!([1, 2, 4, 8].map(|many| columns(many, 1_100)), [1, 2, 4, 4]);
        assert_eq!(columns(4, 200), 1);
    }

    #[test]
    fn only_the_lowest_have_nothing_below_them() {
        let panes = Panes::side_by_side(5, 700);
        let lowest: Vec<usize> = (0..5).filter(|&it| panes.is_lowest(it)).collect();
        assert_eq!(lowest, [2, 3, 4]);
        let leftmost: Vec<usize> = (0..5).filter(|&it| panes.is_leftmost(it)).collect();
        assert_eq!(leftmost, [0, 3]);
    }

    #[test]
    fn plots_have_one_size_and_do_not_overlap() {
        let area = Area { left: 10, top: 20, right: 710, bottom: 420 };
        let areas = Panes::side_by_side(5, 700).areas(&area);
        assert!(areas.iter().all(|it| it.width() == areas[0].width()));
        assert!(areas.windows(2).all(|it| it[0].right < it[1].left || it[0].bottom < it[1].top));
        assert!(areas.iter().all(|it| it.right <= 710 && it.bottom <= 420));
    }
}
