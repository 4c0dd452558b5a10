//! One plot: something at a time, as steps or as columns.

use crate::inspect::over_time::{Level, SecondOfRequests};
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::node_axis;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::scale::{NodeScale, TimeScale};
use crate::report::chart::canvas::shape::{Pixel, Shape};
use crate::report::chart::run::limits::buckets::Buckets;
use crate::report::readable::number;

/// Between the highest value and the upper edge of the plot, in pixels.
const HEADROOM: i32 = 4;

/// Where a plot is drawn.
pub(super) struct Frame {
    pub(super) area: Area,
    pub(super) time: TimeScale,
    /// The most of all plots of its kind.
    pub(super) most: u32,
    /// Whether numbers stand at its left.
    pub(super) has_numbers: bool,
}

impl Frame {
    fn scale(&self) -> NodeScale {
        NodeScale::new(self.area.top + HEADROOM, self.area.bottom, 0, self.most)
    }

    /// The grid and the numbers.
    pub(super) fn background(&self) -> Vec<Shape> {
        let mut axis = node_axis(&self.scale(), &self.area, |it| number(it.into()));
        if !self.has_numbers {
            axis.retain(|it| it.ink != Ink::Small);
        }
        axis
    }

    /// Levels as an area of steps; of each pixel column the highest one.
    pub(super) fn levels(&self, ink: Ink, levels: &[Level]) -> Vec<Shape> {
        let scale = self.scale();
        let columns = self.columns(levels);
        let mut shapes = Vec::new();
        let mut x = self.time.left;
        for run in columns.chunk_by(|one, next| one == next) {
            let right = x + i32::try_from(run.len()).unwrap_or(0);
            if run[0] > 0 {
                let top = scale.y(run[0]).min(self.area.bottom - 1);
                shapes.push((x, right, top));
            }
            x = right;
        }
        let touching = |one: &(i32, i32, i32), next: &(i32, i32, i32)| one.1 == next.0;
        let outline = |run: &[(i32, i32, i32)]| Shape::area(ink, self.outline(run));
        shapes.chunk_by(touching).map(outline).collect()
    }

    /// Along the tops to the right, and back at the bottom.
    fn outline(&self, steps: &[(i32, i32, i32)]) -> Vec<Pixel> {
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Vec::new() };
        let tops = steps.iter().flat_map(|&(left, right, top)| [(left, top), (right, top)]);
        [(first.0, self.area.bottom)]
            .into_iter()
            .chain(tops)
            .chain([(last.1, self.area.bottom)])
            .collect()
    }

    /// The highest level in each pixel column.
    fn columns(&self, levels: &[Level]) -> Vec<u32> {
        let width = usize::try_from(self.time.right - self.time.left).unwrap_or(0).max(1);
        let mut columns = vec![0; width];
        let place = |at| usize::try_from(self.time.x(at) - self.time.left).unwrap_or(0);
        for (index, level) in levels.iter().enumerate() {
            let until = levels.get(index + 1).map_or(self.time.end, |next| next.at);
            if until <= self.time.from || level.at > self.time.end {
                continue;
            }
            let (from, to) = (place(level.at).min(width - 1), place(until).min(width));
            for column in &mut columns[from..to.max(from + 1)] {
                *column = level.number.max(*column);
            }
        }
        columns
    }

    /// Requests as columns of creations, deletions and others.
    pub(super) fn requests(&self, buckets: &Buckets) -> Vec<Shape> {
        let scale = self.scale();
        let mut shapes = Vec::new();
        for bucket in &buckets.busiest {
            let (left, right) = buckets.columns(bucket, &self.time);
            let mut below = 0;
            for (ink, many) in parts(bucket).into_iter().filter(|(_, many)| *many > 0) {
                let (bottom, top) = (scale.y(below), scale.y(below + many));
                shapes.push(Shape::rect(ink, (left, top), (right.min(self.area.right), bottom)));
                below += many;
            }
        }
        // Those of one ink are one path.
        shapes.sort_by_key(|shape| shape.ink);
        shapes
    }

    /// A level that should not be passed for long.
    pub(super) fn limit(&self, level: u32) -> Option<Shape> {
        let y = self.scale().y(level);
        let line = || Shape::line(Ink::Floor, vec![(self.area.left, y), (self.area.right, y)]);
        (level <= self.most).then(line)
    }
}

/// What requests ask for, from the bottom up.
pub(super) fn parts(second: &SecondOfRequests) -> [(Ink, u32); 3] {
    [(Ink::Creates, second.creates), (Ink::Deletes, second.deletes), (Ink::Others, second.others)]
}
