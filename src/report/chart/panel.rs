//! One DaemonSet's part of the chart: its axis, its lines, its broken promises, its labels.

use crate::record::Point;
use crate::report::chart::labels::{spread, text_width};
use crate::report::chart::scale::{NodeScale, TimeScale};
use crate::report::chart::shape::{Anchor, Ink, Pixel, Shape};
use crate::report::chart::steps::{Broken, broken, deepest, step_line};
use crate::report::people::{count, number};

/// Between the highest count and the upper edge of the plot, in pixels.
const HEADROOM: i32 = 10;
/// From the plot's right edge to the sample of a line, and from there to its label, in pixels.
const TO_SAMPLE: i32 = 8;
const TO_LABEL: i32 = 34;
/// Between the baselines of two labels, in pixels.
const LABEL_GAP: i32 = 16;

/// One of the lines of a panel.
struct Curve {
    ink: Ink,
    count: fn(&Point) -> u32,
    /// Its name, around the count at its end.
    name: (&'static str, &'static str),
}

/// The lines of a panel, in the order in which they are named.
const CURVES: [Curve; 4] = [
    Curve { ink: Ink::Wanted, count: |it| it.truth.wanted, name: ("", " wanted") },
    Curve { ink: Ink::Serving, count: |it| it.truth.serving, name: ("", " serving") },
    Curve { ink: Ink::Status, count: |it| it.status.available, name: ("status says ", "") },
    Curve { ink: Ink::Floor, count: |it| it.floor, name: ("", " promised") },
];

/// The panel of one series, between two pixel rows.
pub(super) struct Panel<'a> {
    points: &'a [Point],
    time: TimeScale,
    nodes: NodeScale,
    top: i32,
}

impl<'a> Panel<'a> {
    pub(super) fn new(points: &'a [Point], time: TimeScale, (top, bottom): Pixel) -> Self {
        let counts = points.iter().flat_map(|point| CURVES.map(|curve| (curve.count)(point)));
        let least = counts.clone().min().unwrap_or(0);
        let most = counts.max().unwrap_or(0);
        let nodes = NodeScale::new((top + HEADROOM, bottom), least, most);
        Self { points, time, nodes, top }
    }

    /// The count at which the vertical axis starts, if that is not zero.
    pub(super) fn starts_at(&self) -> Option<u32> {
        (self.nodes.low > 0).then_some(self.nodes.low)
    }

    /// What lies below the marks: the grid and its numbers.
    pub(super) fn background(&self) -> Vec<Shape> {
        let (left, right, bottom) = (self.time.left, self.time.right, self.nodes.bottom);
        let mut shapes = Vec::new();
        for nodes in self.nodes.ticks() {
            let y = self.nodes.y(nodes);
            shapes.push(Shape::line(Ink::Grid, vec![(left, y), (right, y)]));
            let label = number(nodes.into());
            shapes.push(Shape::text(Ink::Small, (left - 8, y + 4), Anchor::End, label));
        }
        shapes.push(Shape::line(Ink::Axis, vec![(left, bottom), (right, bottom)]));
        if self.nodes.low > 0 {
            shapes.extend(axis_break(left, bottom));
        }
        shapes
    }

    /// What lies above the marks: areas, lines and their labels.
    pub(super) fn foreground(&self) -> Vec<Shape> {
        if self.points.is_empty() {
            let x = i32::midpoint(self.time.left, self.time.right);
            let at = (x, i32::midpoint(self.top, self.nodes.bottom));
            return vec![Shape::text(Ink::Text, at, Anchor::Middle, "no data")];
        }
        let broken = broken(self.points, &self.time, &self.nodes);
        let label = self.breach_label(&broken);
        let areas = broken.areas.into_iter().map(|area| Shape::area(Ink::Breach, area));
        let mut shapes: Vec<Shape> = areas.collect();
        shapes.extend(self.lines());
        let bottom = self.nodes.bottom + 3;
        let edge = |(from, to)| Shape::line(Ink::BreachEdge, vec![(from, bottom), (to, bottom)]);
        shapes.extend(broken.spans.into_iter().map(edge));
        shapes.extend(label);
        shapes.extend(self.end_labels());
        shapes
    }

    /// The lines, the lowest layer first. The status lies below the truth: where it agrees it may
    /// hide.
    fn lines(&self) -> impl Iterator<Item = Shape> {
        let [wanted, serving, status, floor] = CURVES;
        [wanted, floor, status, serving].into_iter().map(|curve| {
            let points = self.drawn(&curve);
            Shape::line(curve.ink, step_line(points, curve.count, &self.time, &self.nodes))
        })
    }

    /// The points of a curve; a floor begins where something is first promised.
    fn drawn(&self, curve: &Curve) -> &'a [Point] {
        if curve.ink != Ink::Floor {
            return self.points;
        }
        let promised = self.points.iter().position(|it| it.floor > 0);
        &self.points[promised.unwrap_or(self.points.len())..]
    }

    /// Says how deep the deepest breach is: below the area, or above it if there is no room.
    fn breach_label(&self, broken: &Broken) -> Option<Shape> {
        let (point, depth) = deepest(self.points)?;
        let label = format!("{} below the promise", count(depth.into(), "node"));
        let (x, low) = (self.time.x(point.at), self.nodes.y(point.truth.serving));
        let span = broken.spans.iter().find(|(from, to)| (*from..=*to).contains(&x));
        let half = text_width(&label, 12) / 2;
        let center = span.map_or(x, |&(from, to)| i32::midpoint(from, to));
        let center = center.max(self.time.left + half).min(self.time.right - half);
        let fits = low + 18 < self.nodes.bottom;
        let y = if fits { low + 16 } else { self.nodes.y(point.floor) - 8 };
        Some(Shape::text(Ink::Alarm, (center, y.max(self.top + 12)), Anchor::Middle, label))
    }

    /// Names each line where it ends, with a sample of it.
    fn end_labels(&self) -> Vec<Shape> {
        let Some(last) = self.points.last() else { return Vec::new() };
        let mut ends: Vec<(i32, Ink, String)> = CURVES
            .iter()
            .map(|Curve { ink, count, name: (before, after) }| {
                let nodes = count(last);
                (self.nodes.y(nodes), *ink, format!("{before}{}{after}", number(nodes.into())))
            })
            .collect();
        ends.sort_by_key(|end| end.0);
        let mut rows: Vec<i32> = ends.iter().map(|end| end.0).collect();
        spread(&mut rows, LABEL_GAP, (self.top + 6, self.nodes.bottom));
        let right = self.time.right;
        let labels = ends.into_iter().zip(rows).flat_map(|((_, ink, name), row)| {
            let sample = vec![(right + TO_SAMPLE, row), (right + TO_LABEL - 6, row)];
            let at = (right + TO_LABEL, row + 4);
            [Shape::line(ink, sample), Shape::text(Ink::Text, at, Anchor::Start, name)]
        });
        labels.collect()
    }
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
