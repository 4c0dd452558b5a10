//! One DaemonSet's part of the chart: its axis, its lines, its broken promises, its labels.

use crate::record::Point;
use crate::report::chart::labels::spread;
use crate::report::chart::life::Life;
use crate::report::chart::scale::{NodeScale, TimeScale};
use crate::report::chart::shape::{Anchor, Ink, Pixel, Shape};
use crate::report::chart::steps::{broken, deepest, step_line};
use crate::report::readable::{count, number, span};

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
const CURVES: [Curve; 5] = [
    Curve { ink: Ink::Wanted, count: |it| it.truth.wanted, name: ("", " wanted") },
    Curve { ink: Ink::Serving, count: |it| it.truth.serving, name: ("", " serving") },
    Curve { ink: Ink::Status, count: |it| it.status.available, name: ("status says ", "") },
    Curve {
        ink: Ink::Updated,
        count: |it| it.truth.serving_updated,
        name: ("", " on new revision"),
    },
    Curve { ink: Ink::Floor, count: |it| it.floor, name: ("", " promised") },
];

impl Curve {
    /// Whether the line shows what no other line does: a floor where something is promised, the
    /// new revision where there is an old one.
    fn says(&self, points: &[Point]) -> bool {
        let old = |it: &Point| it.truth.serving_updated < it.truth.serving;
        (self.ink != Ink::Floor || points.iter().any(|it| it.floor > 0))
            && (self.ink != Ink::Updated || points.iter().any(old))
    }

    /// The points to draw; a floor begins where something is first promised.
    fn drawn<'a>(&self, points: &'a [Point]) -> &'a [Point] {
        if self.ink != Ink::Floor {
            return points;
        }
        let promised = points.iter().position(|it| it.floor > 0);
        &points[promised.unwrap_or(points.len())..]
    }
}

/// The panel of one series, between two pixel rows.
pub(super) struct Panel<'a> {
    points: &'a [Point],
    /// The lines that say something, the others left out.
    curves: Vec<Curve>,
    time: TimeScale,
    /// As far as the lines go.
    alive: TimeScale,
    nodes: NodeScale,
    top: i32,
}

impl<'a> Panel<'a> {
    pub(super) fn new(life: Option<&Life<'a>>, time: TimeScale, (top, bottom): Pixel) -> Self {
        let points = life.map_or(&[][..], |life| life.points);
        let until = life.and_then(|life| life.until);
        let alive = until.map_or(time, |until| time.until(until));
        let mut curves: Vec<Curve> = CURVES.into_iter().filter(|it| it.says(points)).collect();
        let banded = curves.iter().filter(|it| it.ink != Ink::Updated);
        let counts = banded.flat_map(|it| it.drawn(points).iter().map(it.count));
        let least = counts.clone().min().unwrap_or(0);
        let most = counts.max().unwrap_or(0);
        let nodes = NodeScale::new(top + HEADROOM, bottom, least, most);
        curves.retain(|it| it.ink != Ink::Updated || nodes.low == 0);
        Self { points, curves, time, alive, nodes, top }
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
        let broken = broken(self.points, &self.alive, &self.nodes);
        let areas = broken.areas.into_iter().map(|area| Shape::area(Ink::Breach, area));
        let mut shapes: Vec<Shape> = areas.collect();
        shapes.extend(self.lines());
        let bottom = self.nodes.bottom + 3;
        let edge = |(from, to)| Shape::line(Ink::BreachEdge, vec![(from, bottom), (to, bottom)]);
        shapes.extend(broken.spans.into_iter().map(edge));
        shapes.extend(self.end_labels());
        shapes
    }

    /// The lines, the lowest layer first. The status lies below the truth: where it agrees it may
    /// hide.
    fn lines(&self) -> impl Iterator<Item = Shape> {
        let layers = [Ink::Wanted, Ink::Floor, Ink::Updated, Ink::Status, Ink::Serving];
        let curve = |ink| self.curves.iter().find(|it| it.ink == ink);
        layers.into_iter().filter_map(curve).map(|curve| {
            let points = curve.drawn(self.points);
            Shape::line(curve.ink, step_line(points, curve.count, &self.alive, &self.nodes))
        })
    }

    /// Says how deep the deepest breach is and when, with a sample of the fill, to the left of
    /// this place: outside the plot, where it lies on no line, however short the breach is.
    pub(super) fn alarm(&self, (right, baseline): Pixel) -> Vec<Shape> {
        let Some((point, depth)) = deepest(self.points) else { return Vec::new() };
        let nodes = count(depth.into(), "node");
        let label = format!("{nodes} below the promise at {}", span(point.at));
        vec![
            Shape::rect(Ink::Breach, (right - 14, baseline - 9), (right, baseline + 1)),
            Shape::line(Ink::BreachEdge, vec![(right - 14, baseline + 2), (right, baseline + 2)]),
            Shape::text(Ink::Alarm, (right - 20, baseline), Anchor::End, label),
        ]
    }

    /// Names each line where it ends, with a sample of it.
    fn end_labels(&self) -> Vec<Shape> {
        let Some(last) = self.points.last() else { return Vec::new() };
        let mut ends: Vec<(i32, Ink, String)> = (self.curves.iter())
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
