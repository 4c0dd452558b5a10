//! One plot of availability: its axis, its lines, its broken promises, its labels.

use crate::record::Point;
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::node_axis;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::canvas::labels::{fitted, spread, text_width};
use crate::report::chart::canvas::scale::{NodeScale, TimeScale};
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::chart::run::steps::{broken, deepest, step_line};
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
    /// Its name in a key.
    key: &'static str,
}

/// The lines of a panel, in the order in which they are named.
const CURVES: [Curve; 5] = [
    Curve {
        ink: Ink::Wanted,
        count: |it| it.truth.wanted,
        name: ("", " wanted"),
        key: "nodes wanted",
    },
    Curve {
        ink: Ink::Serving,
        count: |it| it.truth.serving,
        name: ("", " serving"),
        key: "serving",
    },
    Curve {
        ink: Ink::Status,
        count: |it| it.status.available,
        name: ("status says ", ""),
        key: "as the status says",
    },
    Curve {
        ink: Ink::Updated,
        count: |it| it.truth.serving_updated,
        name: ("", " on new revision"),
        key: "on the new revision",
    },
    Curve { ink: Ink::Floor, count: |it| it.floor, name: ("", " promised"), key: "promised" },
];

impl Curve {
    /// Its name where it ends.
    fn label(&self, last: &Point) -> String {
        let (before, after) = self.name;
        format!("{before}{}{after}", number((self.count)(last).into()))
    }

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

/// The room that the names of lines need at the right of a plot, in pixels.
pub(super) fn names_width(points: &[Point]) -> i32 {
    let Some(last) = points.last() else { return 0 };
    let named = CURVES.iter().map(|it| TO_LABEL + text_width(&it.label(last), Ink::Text));
    named.max().unwrap_or(0)
}

/// The range of counts that an axis of nodes shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) least: u32,
    pub(super) most: u32,
}

impl Counts {
    /// Of all lines of a plot but the new revision, which begins at zero.
    pub(super) fn of(points: &[Point]) -> Self {
        let curves = CURVES.iter().filter(|it| it.ink != Ink::Updated && it.says(points));
        let counts = curves.flat_map(|it| it.drawn(points).iter().map(it.count));
        let (least, most) =
            counts.fold((u32::MAX, 0), |(least, most), it| (least.min(it), most.max(it)));
        Self { least: least.min(most), most }
    }

    /// With those of another plot.
    pub(super) fn and(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

/// The plot of one series.
pub(super) struct Panel<'a> {
    points: &'a [Point],
    /// The lines that say something, the others left out.
    curves: Vec<Curve>,
    time: TimeScale,
    /// As far as the lines go.
    alive: TimeScale,
    nodes: NodeScale,
    area: Area,
}

impl<'a> Panel<'a> {
    /// The points within the time that is shown, the first of them at its start or before; that time,
    /// and the part of it in which the DaemonSet exists.
    pub(super) fn new(
        points: &'a [Point],
        (time, alive): (TimeScale, TimeScale),
        area: Area,
        counts: Counts,
    ) -> Self {
        let mut curves: Vec<Curve> = CURVES.into_iter().filter(|it| it.says(points)).collect();
        let nodes = NodeScale::new(area.top + HEADROOM, area.bottom, counts.least, counts.most);
        curves.retain(|it| it.ink != Ink::Updated || nodes.low == 0);
        Self { points, curves, time, alive, nodes, area }
    }

    /// Whether the vertical axis does not start at zero.
    pub(super) fn has_break(&self) -> bool {
        self.nodes.low > 0
    }

    /// What lies below the marks: the grid and, if they are asked for, its numbers.
    pub(super) fn background(&self, has_numbers: bool) -> Vec<Shape> {
        let mut shapes = node_axis(&self.nodes, &self.area, |it| number(it.into()));
        if !has_numbers {
            shapes.retain(|it| it.ink != Ink::Small);
        }
        shapes
    }

    /// What lies above the marks: areas and lines.
    pub(super) fn foreground(&self) -> Vec<Shape> {
        if self.points.is_empty() {
            let x = i32::midpoint(self.time.left, self.time.right);
            let at = (x, i32::midpoint(self.area.top, self.area.bottom));
            return vec![Shape::text(Ink::Text, at, Anchor::Middle, "no data")];
        }
        let broken = broken(self.points, &self.alive, &self.nodes);
        let areas = broken.areas.into_iter().map(|area| Shape::area(Ink::Breach, area));
        let mut shapes: Vec<Shape> = areas.collect();
        shapes.extend(self.lines());
        let bottom = self.nodes.bottom + 3;
        let edge = |(from, to)| Shape::line(Ink::BreachEdge, vec![(from, bottom), (to, bottom)]);
        shapes.extend(broken.spans.into_iter().map(edge));
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

    /// The lines by their inks, for a key, in the order in which they are named.
    pub(super) fn keyed(&self) -> impl Iterator<Item = (Ink, Entry)> {
        self.curves.iter().map(|it| (it.ink, Entry::line(it.ink, it.key)))
    }

    pub(super) fn time(&self) -> &TimeScale {
        &self.time
    }

    pub(super) fn area(&self) -> &Area {
        &self.area
    }

    /// Says how deep the deepest breach is and when, with a sample of the fill, in a line that ends at
    /// the right of the plot, or of the names of its lines, and is at most `room` wide: outside the
    /// plot, where it lies on no line, however short the breach is. Its baseline is at 0.
    pub(super) fn alarm(&self, right: i32, room: i32) -> Vec<Shape> {
        let Some((point, depth)) = deepest(self.points) else { return Vec::new() };
        let nodes = count(depth.into(), "node");
        let label = format!("{nodes} below the promise at {}", span(point.at));
        let label = if text_width(&label, Ink::Alarm) + 20 > room {
            format!("{} below", number(depth.into()))
        } else {
            label
        };
        if text_width(&label, Ink::Alarm) + 20 > room {
            return Vec::new();
        }
        vec![
            Shape::rect(Ink::Breach, (right - 14, -9), (right, 1)),
            Shape::line(Ink::BreachEdge, vec![(right - 14, 2), (right, 2)]),
            Shape::text(Ink::Alarm, (right - 20, 0), Anchor::End, label),
        ]
    }

    /// Names each line where it ends, with a sample of it; `until` this column.
    pub(super) fn end_labels(&self, until: i32) -> Vec<Shape> {
        let Some(last) = self.points.last() else { return Vec::new() };
        let end = |it: &Curve| (self.nodes.y((it.count)(last)), it.ink, it.label(last));
        let mut ends: Vec<(i32, Ink, String)> = self.curves.iter().map(end).collect();
        ends.sort_by_key(|end| end.0);
        let mut rows: Vec<i32> = ends.iter().map(|end| end.0).collect();
        spread(&mut rows, LABEL_GAP, (self.area.top + 6, self.nodes.bottom));
        let right = self.time.right;
        let labels = ends.into_iter().zip(rows).flat_map(|((_, ink, name), row)| {
            let sample = vec![(right + TO_SAMPLE, row), (right + TO_LABEL - 6, row)];
            let at = (right + TO_LABEL, row + 4);
            let name = fitted(&name, Ink::Text, until - at.0);
            [Shape::line(ink, sample), Shape::text(Ink::Text, at, Anchor::Start, name)]
        });
        labels.collect()
    }
}
