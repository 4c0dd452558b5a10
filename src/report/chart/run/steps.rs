//! A series as pixels: step lines, and the areas where a promise was broken.
//!
//! However many points a series has, a pixel column keeps only where the line enters it, its
//! lowest and highest place, and where the line leaves: more could not be seen.

use crate::record::Point;
use crate::report::chart::canvas::scale::{NodeScale, TimeScale};
use crate::report::chart::canvas::shape::Pixel;
use crate::time::SimDuration;

/// Broken promises that are thinner than this would be overlooked, in pixels.
const LEAST_DEPTH: i32 = 3;

/// The step line of one count of the points.
pub(super) fn step_line(
    points: &[Point],
    count: impl Fn(&Point) -> u32,
    time: &TimeScale,
    nodes: &NodeScale,
) -> Vec<Pixel> {
    let mut line = Line::default();
    for point in points {
        line.step((time.x(point.at), nodes.y(count(point))));
    }
    line.finish(time.right)
}

/// A step line that grows to the right.
#[derive(Default)]
struct Line {
    done: Vec<Pixel>,
    column: Option<Column>,
}

/// What a line does within one pixel column.
#[derive(Clone, Copy)]
struct Column {
    x: i32,
    enters: i32,
    highest: i32,
    lowest: i32,
    leaves: i32,
}

impl Line {
    fn step(&mut self, (x, y): Pixel) {
        match &mut self.column {
            Some(column) if column.x == x => {
                column.highest = column.highest.min(y);
                column.lowest = column.lowest.max(y);
                column.leaves = y;
            }
            previous => {
                let enters = previous.map_or(y, |column| column.leaves);
                let next = Column { x, enters, highest: y, lowest: y, leaves: y };
                if let Some(column) = previous.replace(next) {
                    self.close(column);
                }
            }
        }
    }

    fn close(&mut self, column: Column) {
        let Column { x, enters, highest, lowest, leaves } = column;
        self.push((x, enters));
        if highest < enters.min(leaves) {
            self.push((x, highest));
        }
        if lowest > enters.max(leaves) {
            self.push((x, lowest));
        }
        self.push((x, leaves));
    }

    fn finish(mut self, right: i32) -> Vec<Pixel> {
        if let Some(column) = self.column.take() {
            self.close(column);
            self.push((right.max(column.x), column.leaves));
        }
        self.done
    }

    /// Adds a corner; a place on the way between two others on the same height is none.
    fn push(&mut self, at: Pixel) {
        if self.done.last() == Some(&at) {
            return;
        }
        if let [.., before, last] = self.done[..]
            && before.1 == last.1
            && last.1 == at.1
        {
            self.done.pop();
        }
        self.done.push(at);
    }
}

/// Where fewer nodes had a serving pod than promised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Broken {
    /// Areas between the promised floor and the serving nodes.
    pub(super) areas: Vec<Vec<Pixel>>,
    /// The pixel columns that they cover, from and to.
    pub(super) spans: Vec<(i32, i32)>,
}

/// The areas in which `points` are below their floor.
pub(super) fn broken(points: &[Point], time: &TimeScale, nodes: &NodeScale) -> Broken {
    let width = usize::try_from(time.right - time.left + 1).unwrap_or(0);
    let mut columns: Vec<Option<(i32, i32)>> = vec![None; width];
    for (index, point) in points.iter().enumerate() {
        if point.truth.serving < point.floor {
            let until = points.get(index + 1).map_or(time.end, |next| next.at);
            let (from, to) = (time.x(point.at), time.x(until));
            let (floor, serving) = (nodes.y(point.floor), nodes.y(point.truth.serving));
            let range = from - time.left..=(to - 1).max(from) - time.left;
            cover(&mut columns, range, floor, serving);
        }
    }
    gather(&columns, time.left)
}

fn cover(
    columns: &mut [Option<(i32, i32)>],
    range: std::ops::RangeInclusive<i32>,
    floor: i32,
    serving: i32,
) {
    for column in range.filter_map(|it| usize::try_from(it).ok()) {
        if let Some(cell) = columns.get_mut(column) {
            let (top, bottom) = cell.unwrap_or((floor, serving));
            let top = top.min(floor);
            *cell = Some((top, bottom.max(serving).max(top + LEAST_DEPTH)));
        }
    }
}

/// Neighboring columns joined.
fn gather(columns: &[Option<(i32, i32)>], left: i32) -> Broken {
    let mut broken = Broken::default();
    let mut x = left;
    for run in columns.chunk_by(|one, next| one.is_some() == next.is_some()) {
        let to = x + i32::try_from(run.len()).unwrap_or(0);
        let depths: Vec<(i32, i32)> = run.iter().flatten().copied().collect();
        if !depths.is_empty() {
            broken.areas.push(outline(x, &depths));
            broken.spans.push((x, to));
        }
        x = to;
    }
    broken
}

/// Along the tops to the right and along the bottoms back.
fn outline(left: i32, depths: &[(i32, i32)]) -> Vec<Pixel> {
    let (mut tops, mut bottoms) = (Line::default(), Line::default());
    let mut right = left;
    for &(top, bottom) in depths {
        tops.step((right, top));
        bottoms.step((right, bottom));
        right += 1;
    }
    let mut outline = tops.finish(right);
    outline.extend(bottoms.finish(right).into_iter().rev());
    outline
}

/// The point furthest below its floor, and by how many nodes; the first of equals.
pub(super) fn deepest(points: &[Point]) -> Option<(&Point, u32)> {
    let depth = |point: &Point| point.floor.saturating_sub(point.truth.serving);
    let deepest = points.iter().rev().max_by_key(|&point| depth(point))?;
    (depth(deepest) > 0).then(|| (deepest, depth(deepest)))
}

/// How long the points were below their floor in all, until `end`.
pub(super) fn time_broken(points: &[Point], end: SimDuration) -> SimDuration {
    let mut broken = 0_u64;
    for (index, point) in points.iter().enumerate() {
        if point.truth.serving < point.floor {
            let until = points.get(index + 1).map_or(end, |next| next.at).as_micros();
            broken = broken.saturating_add(until.saturating_sub(point.at.as_micros()));
        }
    }
    SimDuration::from_micros(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{StatusCounts, TruthCounts};

    fn point(second: u64, serving: u32, floor: u32) -> Point {
        Point {
            at: SimDuration::from_secs(second),
            status: StatusCounts::default(),
            truth: TruthCounts { wanted: 10, serving, ..TruthCounts::default() },
            floor,
            pods: 10,
            created: 0,
            deleted: 0,
        }
    }

    /// One second is 10 pixels, one node is 10 pixels; ten nodes are at the top, row 0.
    fn scales() -> (TimeScale, NodeScale) {
        let time = TimeScale::new((0, 100), (SimDuration::ZERO, SimDuration::from_secs(10)));
        (time, NodeScale::new(0, 100, 0, 10))
    }

    fn check_line(points: &[Point], expected: &[Pixel]) {
        let (time, nodes) = scales();
        assert_eq!(step_line(points, |it| it.truth.serving, &time, &nodes), expected);
    }

    #[test]
    fn a_line_steps_and_runs_to_the_right_edge() {
        check_line(&[], &[]);
        check_line(&[point(0, 10, 0)], &[(0, 0), (100, 0)]);
        check_line(
            &[point(0, 10, 0), point(2, 10, 0), point(5, 8, 0)],
            &[(0, 0), (50, 0), (50, 20), (100, 20)],
        );
    }

    #[test]
    fn a_column_keeps_its_extremes() {
        let mut points = vec![point(0, 10, 0)];
        for (milli, serving) in [(5_000, 7), (5_010, 1), (5_020, 9), (5_030, 6)] {
            points.push(Point { at: SimDuration::from_millis(milli), ..point(0, serving, 0) });
        }
        check_line(&points, &[(0, 0), (50, 0), (50, 90), (50, 40), (100, 40)]);
    }

    #[test]
    fn a_broken_promise_covers_the_space_below_the_floor() {
        let (time, nodes) = scales();
        let points = [point(0, 10, 8), point(2, 6, 8), point(4, 8, 8)];
        let broken = broken(&points, &time, &nodes);
        assert_eq!(broken.spans, [(20, 40)]);
        assert_eq!(broken.areas, [[(20, 20), (40, 20), (40, 40), (20, 40)]]);
        assert_eq!(time_broken(&points, time.end), SimDuration::from_secs(2));
        assert_eq!(deepest(&points), Some((&points[1], 2)));
    }
}
