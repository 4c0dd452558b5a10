//! `duration.svg` of several runs: how long rollouts took against their worst moment.

use crate::inspect::over_time::AwaitedRollout;
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::{log_time_axis, node_axis, numbers_width};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::sentences;
use crate::report::chart::canvas::points::{dot, place};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::run::shown::{Part, Shown, sheet};
use crate::report::chart::run::waiters::Awaited;
use crate::report::readable::{count, number, span};
use crate::time::SimDuration;

/// The usual and the least height of the plot, and the margin for runs that do not finish, in pixels.
const HEIGHT: i32 = 300;
const LEAST: i32 = 100;
const MARGIN: i32 = 96;
/// From the left of that margin to its points, in pixels.
const TO_POINT: i32 = 12;
/// From points to the edges of the plot, in pixels.
const INSIDE: i32 = 14;
/// A name takes at most this part of the width.
const WIDEST: i32 = 3;
const NEVER: &str = "not complete";
const ACROSS: &str =
    "across: the time of the rollout (logarithmic); up: the most nodes without a serving pod";

/// A run as a point.
struct Run<'a> {
    name: &'a str,
    /// How long the last rollout took; none if it was not complete.
    took: Option<SimDuration>,
    /// The most nodes without a serving pod from its start on.
    worst: u32,
}

/// A point per run: the time that the last rollout of a DaemonSet took, against the most nodes that
/// were without a serving pod meanwhile. Runs in which it was not complete stand at the right.
pub fn duration(runs: &[Awaited<'_>], part: &Part, look: &Look) -> Chart {
    let points: Vec<Run<'_>> = runs.iter().filter_map(|run| Run::of(run, part)).collect();
    let shown: Vec<Shown<'_>> = runs.iter().map(|run| run.shown).collect();
    let what = "how long the last rollout took, and its worst moment";
    // A note tells of points without a name, and leaves less room for names.
    let mut unnamed = 0;
    loop {
        let mut sheet = sheet(look, ("duration", what), &shown, &[]);
        sheet.note(ACROSS);
        sheet.notes(unnamed_note(unnamed));
        let area = sheet.area(HEIGHT, LEAST);
        let (shapes, without) = draw(&points, &area);
        if without <= unnamed {
            sheet.extend(shapes);
            return sheet.finish(area, describe(&points));
        }
        unnamed = without;
    }
}

fn unnamed_note(points: usize) -> Option<String> {
    let many = count(points as u64, "point");
    (points > 0).then(|| format!("{many} without a name: there is no room"))
}

/// The plot, and how many points have no name.
fn draw(points: &[Run<'_>], area: &Area) -> (Vec<Shape>, usize) {
    let most = points.iter().map(|it| it.worst).max().unwrap_or(0);
    let never = margin_width(points, area.width());
    let plot = area.inside(numbers_width(most), 0, never, 0);
    let nodes = NodeScale::new(plot.top + INSIDE, plot.bottom, 0, most.max(1));
    let time = scale(points, &plot);
    let mut shapes = if never > 0 { margin(area, &plot) } else { Vec::new() };
    shapes.extend(node_axis(&nodes, &plot, |it| number(it.into())));
    shapes.extend(log_time_axis(&time, (plot.top, plot.bottom)));
    let at = |run: &Run<'_>| {
        let x = run.took.map_or(plot.right + TO_POINT, |took| time.x(took));
        (x, nodes.y(run.worst))
    };
    let name = |run: &Run<'_>| fitted(run.name, Ink::Small, area.width() / WIDEST);
    let places: Vec<(Pixel, String)> = points.iter().map(|it| (at(it), name(it))).collect();
    let room = ((plot.left + 2, plot.top), (area.right, plot.bottom + 6));
    let labels = place(&places, &[], room);
    let unnamed = labels.iter().filter(|it| it.is_none()).count();
    for ((run, (at, name)), label) in points.iter().zip(&places).zip(labels) {
        shapes.push(dot(*at, run.took.is_some()));
        let text = |at| Shape::text(Ink::Small, at, Anchor::Start, name.as_str());
        shapes.extend(label.map(text));
    }
    (shapes, unnamed)
}

fn scale(points: &[Run<'_>], plot: &Area) -> LogScale {
    let took = || points.iter().filter_map(|it| it.took);
    let second = SimDuration::from_secs(1);
    let (least, most) = (took().min().unwrap_or(second), took().max().unwrap_or(second));
    // Round times on both sides of the points.
    let least = SimDuration::from_micros(least.as_micros() / 5 * 4);
    let most = most + SimDuration::from_micros(most.as_micros() / 4);
    LogScale::new(plot.left + INSIDE, plot.right - INSIDE, least, most)
}

/// The width of the margin for runs that are not complete, with room for their names.
fn margin_width(points: &[Run<'_>], width: i32) -> i32 {
    let names = points.iter().filter(|it| it.took.is_none()).map(|it| it.name);
    let widest = names.map(|it| text_width(it, Ink::Small)).max();
    widest.map_or(0, |widest| (TO_POINT + 16 + widest).max(MARGIN).min(width / 3))
}

/// Where runs stand that are not complete.
fn margin(area: &Area, plot: &Area) -> Vec<Shape> {
    let fill = Shape::rect(Ink::Margin, (plot.right, plot.top), (area.right, plot.bottom));
    let left = (area.right - text_width(NEVER, Ink::Small)).min(plot.right + 8);
    vec![fill, Shape::text(Ink::Small, (left, plot.bottom + 20), Anchor::Start, NEVER)]
}

fn describe(points: &[Run<'_>]) -> String {
    let of = |run: &Run<'_>| {
        let worst = count(run.worst.into(), "node");
        match run.took {
            Some(took) => {
                format!("{}: {}, at most {worst} without a serving pod.", run.name, span(took))
            }
            None => format!("{}: not complete, at most {worst} without a serving pod.", run.name),
        }
    };
    let about = "Points of runs: how long the last rollout took, against the most nodes without a serving pod.";
    let mut parts = sentences(points, "more run", of);
    if points.is_empty() {
        parts.push("Nothing was rolled out.".to_owned());
    }
    format!("{about} {}", parts.join(" "))
}

impl<'a> Run<'a> {
    /// None if nothing was rolled out.
    fn of(run: &Awaited<'a>, part: &Part) -> Option<Self> {
        let of_part = |it: &&AwaitedRollout| part.shows(&it.daemon_set);
        let first = run.rollouts.iter().find(of_part)?;
        let same = |it: &&AwaitedRollout| it.daemon_set == first.daemon_set;
        let rollout = run.rollouts.iter().rfind(same)?;
        let took = rollout.finished.map(|at| at.saturating_sub(rollout.started));
        Some(Self { name: run.shown.name, took, worst: rollout.worst_without })
    }
}
