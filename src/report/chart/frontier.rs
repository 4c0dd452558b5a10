//! `duration.svg`: how long a rollout takes against its worst moment, a point per setting.

use std::collections::BTreeSet;

use crate::report::chart::log_scale::LogScale;
use crate::report::chart::paint::{Words, paint};
use crate::report::chart::scale::NodeScale;
use crate::report::chart::shape::{Anchor, Ink, Pixel, Shape};
use crate::report::chart::study_labels::{
    WIDTH, header, notes, place, seeds, short_names, time_axis, varied_fields,
};
use crate::report::readable::{count, number, span};
use crate::study::{Metric, NEVER, Range, Spread, Study};
use crate::time::SimDuration;

/// The sides of the plot, in pixels; right of it is the margin for what never completes.
const LEFT: i32 = 72;
const RIGHT: i32 = 690;
const TOP: i32 = 72;
const BOTTOM: i32 = 384;
const MARGIN: Pixel = (706, 784);

/// A setting in the plot.
struct Placed {
    at: Pixel,
    /// Ends of the whiskers: columns and rows.
    across: Pixel,
    down: Pixel,
    on_frontier: bool,
    /// Nodes of the cluster: each size has a frontier of its own.
    nodes: u32,
}

struct Plane {
    time: LogScale,
    nodes: NodeScale,
}

/// The settings of one size of cluster that no other beats, joined.
struct Frontier {
    nodes: u32,
    line: Vec<Pixel>,
}

/// Duration against the worst moment as an SVG document: a point per setting at the medians,
/// whiskers over the range of the seeds, the frontier behind them, and settings that stall in a
/// margin at the right, if any do. Clusters of different sizes have a frontier each.
pub fn frontier_svg(study: &Study) -> String {
    let title = format!("{}: duration against the worst moment", study.view.title);
    let percent = study.compares_shares();
    let plane = plane(study, percent);
    let placed: Vec<Placed> = (0..study.sweep.settings.len())
        .map(|setting| placed(study, setting, percent, &plane))
        .collect();
    let names = short_names(study);
    let sizes: BTreeSet<u32> = placed.iter().map(|it| it.nodes).collect();
    let frontiers: Vec<Frontier> =
        sizes.into_iter().filter_map(|nodes| frontier_of(&placed, nodes)).collect();
    let mut points: Vec<(Pixel, String)> = placed.iter().map(|it| it.at).zip(names).collect();
    if percent {
        points.extend(frontiers.iter().filter_map(size_label));
    }
    let labels = place(&points, (LEFT + 2, TOP), (WIDTH - 4, BOTTOM - 1));
    let unlabeled = labels.iter().take(placed.len()).filter(|label| label.is_none()).count();

    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, BOTTOM + 82))];
    shapes.extend(header(&title, &subtitle(study, percent)));
    if placed.iter().any(|it| it.across.1 >= MARGIN.0) {
        shapes.extend(margin());
    }
    shapes.extend(background(&plane, percent));
    let lines = frontiers.into_iter().map(|it| Shape::line(Ink::Frontier, it.line));
    shapes.extend(lines);
    shapes.extend(placed.iter().flat_map(whiskers));
    // Where two stand at one place, the one on the frontier is seen.
    shapes.extend(placed.iter().filter(|it| !it.on_frontier).map(dot));
    shapes.extend(placed.iter().filter(|it| it.on_frontier).map(dot));
    for ((_, name), label) in points.iter().zip(&labels) {
        let text = |at| Shape::text(Ink::Small, at, Anchor::Start, name.as_str());
        shapes.extend(label.map(text));
    }
    let mut below = vec!["time from the change until kubectl rollout status returns".to_owned()];
    below.extend(varied_fields(study).map(|it| format!("labels: {it}")));
    if unlabeled > 0 {
        below.push(format!("{} without a label", count(unlabeled as u64, "setting")));
    }
    shapes.extend(notes(&below, LEFT, BOTTOM));
    let description = describe(study, percent);
    let words = Words { title: &title, description: &description };
    paint((WIDTH, BOTTOM + 82), &words, &shapes)
}

fn subtitle(study: &Study, percent: bool) -> String {
    let others = if percent { "other setting of as many nodes" } else { "other setting" };
    format!(
        "median over {}, whiskers from {}; filled: no {others} is better in both",
        seeds(study),
        match Range::of(study.sweep.seeds.numbers().len()) {
            Range::MinMax => "min to max",
            Range::P5P95 => "p5 to p95",
        }
    )
}

/// The worst moment of a setting over the seeds: nodes, or thousandths.
fn worst(study: &Study, setting: usize, percent: bool) -> Spread {
    let it = &study.comparison.results[setting];
    if !percent {
        return it.spread(Metric::Worst).unwrap_or_default();
    }
    let Spread { min, p5, p50, p95, max, range, at_least, .. } = it.worst_share;
    let [min, p5, p50, p95, max] = [min, p5, p50, p95, max].map(|it| it / 1_000);
    Spread { min, p5, p50, p95, max, range, at_least, ..Spread::default() }
}

/// What was cut off stands where the rollouts do that never complete, and so does a setting with
/// which nodes mostly lose the pod again.
fn durations(study: &Study, setting: usize) -> Spread {
    let result = &study.comparison.results[setting];
    let it = result.spread(Metric::Duration).unwrap_or_default();
    let mostly_lost = result.lost * 2 > result.runs;
    let [min, p5, p50, p95, max] = it.at_least.map(|cut_off| cut_off || mostly_lost);
    let shown = |micros, is_cut_off| if is_cut_off { NEVER } else { micros };
    Spread {
        min: shown(it.min, min),
        p5: shown(it.p5, p5),
        p50: shown(it.p50, p50),
        p95: shown(it.p95, p95),
        max: shown(it.max, max),
        ..it
    }
}

fn plane(study: &Study, percent: bool) -> Plane {
    let settings = 0..study.sweep.settings.len();
    let spreads = settings.clone().map(|setting| durations(study, setting));
    let all = spreads.flat_map(|it| it.shown().map(|(micros, _)| micros));
    let all = all.filter(|it| *it != NEVER);
    let (least, most) = (all.clone().min().unwrap_or(1_000_000), all.max().unwrap_or(60_000_000));
    let (low, high) = (least / 5 * 4, most.saturating_add(most / 4));
    let micros = SimDuration::from_micros;
    let time = LogScale::new(LEFT, RIGHT, micros(low), micros(high));
    let worst =
        settings.map(|setting| worst(study, setting, percent).shown()[2].0).max().unwrap_or(1);
    let worst = u32::try_from(worst.saturating_add(worst / 12)).unwrap_or(u32::MAX);
    Plane { time, nodes: NodeScale::new(TOP, BOTTOM, 0, worst) }
}

fn placed(study: &Study, setting: usize, percent: bool, Plane { time, nodes }: &Plane) -> Placed {
    let (duration, worst) = (durations(study, setting), worst(study, setting, percent));
    let column = |micros: u64| match micros {
        NEVER => i32::midpoint(MARGIN.0, MARGIN.1),
        micros => time.x(SimDuration::from_micros(micros)),
    };
    let row = |value: u64| nodes.y(u32::try_from(value).unwrap_or(u32::MAX));
    let [(fastest, _), _, (slowest, _)] = duration.shown();
    let [(least, _), _, (most, _)] = worst.shown();
    Placed {
        at: (column(duration.p50), row(worst.p50)),
        across: (column(fastest), column(slowest)),
        down: (row(most), row(least)),
        on_frontier: study.frontier.contains(&setting),
        nodes: study.sweep.settings[setting].nodes,
    }
}

fn background(Plane { time, nodes }: &Plane, percent: bool) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for value in nodes.ticks() {
        let y = nodes.y(value);
        shapes.push(Shape::line(Ink::Grid, vec![(LEFT, y), (RIGHT, y)]));
        let label = if percent { per_mille(value) } else { number(value.into()) };
        shapes.push(Shape::text(Ink::Small, (LEFT - 8, y + 4), Anchor::End, label));
    }
    shapes.extend(time_axis(time, (TOP, BOTTOM)));
    shapes.push(Shape::line(Ink::Axis, vec![(LEFT, BOTTOM), (RIGHT, BOTTOM)]));
    let what = if percent { "share of nodes" } else { "nodes" };
    let what = format!("{what} unavailable at the worst moment");
    shapes.push(Shape::text(Ink::Small, (LEFT - 56, TOP - 10), Anchor::Start, what));
    shapes
}

/// Where settings stand that do not complete.
fn margin() -> [Shape; 2] {
    let middle = i32::midpoint(MARGIN.0, MARGIN.1);
    [
        Shape::rect(Ink::Margin, (MARGIN.0, TOP), (MARGIN.1, BOTTOM)),
        Shape::text(Ink::Small, (middle, BOTTOM + 20), Anchor::Middle, "incomplete"),
    ]
}

/// `12.5%`.
fn per_mille(value: u32) -> String {
    match value % 10 {
        0 => format!("{}%", value / 10),
        tenth => format!("{}.{tenth}%", value / 10),
    }
}

/// Steps down from the slowest setting to the quickest: all below and left of it nothing reaches.
fn frontier_of(placed: &[Placed], nodes: u32) -> Option<Frontier> {
    let on = placed.iter().filter(|it| it.on_frontier && it.nodes == nodes);
    let mut corners: Vec<Pixel> = on.map(|it| it.at).collect();
    corners.sort_unstable();
    let mut line: Vec<Pixel> = Vec::new();
    for at in corners {
        line.extend(line.last().map(|&(_, y)| (at.0, y)));
        line.push(at);
    }
    (line.len() > 1).then_some(Frontier { nodes, line })
}

/// The size whose frontier a line is, at its last corner.
fn size_label(frontier: &Frontier) -> Option<(Pixel, String)> {
    let (_, before) = frontier.line.split_last()?;
    Some((*before.last()?, count(frontier.nodes.into(), "node")))
}

fn whiskers(it: &Placed) -> Vec<Shape> {
    let (x, y) = it.at;
    let mut lines = Vec::new();
    if it.across.0 != it.across.1 {
        lines.push(vec![(it.across.0, y), (it.across.1, y)]);
        lines.extend([it.across.0, it.across.1].map(|x| vec![(x, y - 3), (x, y + 3)]));
    }
    if it.down.0 != it.down.1 {
        lines.push(vec![(x, it.down.0), (x, it.down.1)]);
        lines.extend([it.down.0, it.down.1].map(|y| vec![(x - 3, y), (x + 3, y)]));
    }
    lines.into_iter().map(|line| Shape::line(Ink::Whisker, line)).collect()
}

/// A disk on the frontier, a ring off it.
fn dot(it: &Placed) -> Shape {
    let (x, y) = it.at;
    let corners = [(5, 2), (2, 5), (-2, 5), (-5, 2), (-5, -2), (-2, -5), (2, -5), (5, -2)];
    let corners = corners.iter().map(|(right, down)| (x + right, y + down)).collect();
    Shape::area(if it.on_frontier { Ink::Dot } else { Ink::Hollow }, corners)
}

fn describe(study: &Study, percent: bool) -> String {
    let mut sentences = vec![format!(
        "Scatter chart of {}: duration on a logarithmic axis, worst moment upwards.",
        count(study.sweep.settings.len() as u64, "setting")
    )];
    for (index, setting) in study.sweep.settings.iter().enumerate().take(24) {
        let duration = match durations(study, index).p50 {
            NEVER => "does not complete".to_owned(),
            micros => span(SimDuration::from_micros(micros)),
        };
        let worst = worst(study, index, percent).p50;
        let worst = if percent {
            format!("{} of nodes", per_mille(u32::try_from(worst).unwrap_or(0)))
        } else {
            count(worst, "node")
        };
        let on = if study.frontier.contains(&index) { ", on the frontier" } else { "" };
        sentences.push(format!("{}: {duration}, {worst} unavailable{on}.", setting.name));
    }
    sentences.join(" ")
}
