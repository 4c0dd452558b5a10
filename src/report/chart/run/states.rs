//! `states.svg`: what nodes have over time, as layers that add up to all nodes.

use crate::inspect::over_time::{DaemonSetTracks, NodeCounts, OnNode};
use crate::record::Point;
use crate::report::chart::canvas::axes::{node_axis, numbers_width, time_axis};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Pixel, Shape};
use crate::report::chart::run::columns::{Nodes, columns, wanted};
use crate::report::chart::run::plots::{Plot, Plots};
use crate::report::chart::run::shown::{Part, Shown};
use crate::report::chart::run::state_words::describe_states;
use crate::report::chart::run::steps::step_line;
use crate::report::chart::run::tracked::{Tracked, ink_of, life_of, state_key, track_panes};
use crate::report::chart::run::window::Window;
use crate::report::readable::number;

/// From the bottom up: nodes that serve, then those that do not.
const LAYERS: [OnNode; 7] = [
    OnNode::New,
    OnNode::OldBesideNew,
    OnNode::Old,
    OnNode::Starting,
    OnNode::Failing,
    OnNode::Terminating,
    OnNode::Nothing,
];
/// Nodes that do not serve are at least so high: a few of thousands would not be seen.
const LEAST: i32 = 2;
/// Between all nodes and the upper edge of the plot, in pixels.
const HEADROOM: i32 = 4;

/// The rows between the layers of a pixel column, from the bottom up.
type Edges = [i32; LAYERS.len() + 1];

/// How many nodes have what over time: the new revision serving, the old one, a pod that starts, fails
/// or terminates, or none. The layers add up to the nodes on which a pod belongs.
pub fn states(runs: &[Tracked<'_>], part: &Part, look: &Look) -> Chart {
    let panes = track_panes(runs, part);
    let counts: Vec<Vec<NodeCounts>> = panes.iter().map(|it| it.content.counts()).collect();
    let window = Window::of_tracks(&panes, part);
    let seen = |state: OnNode| counts.iter().flatten().any(|it| it.of(state) > 0);
    let mut key = state_key(&panes, seen);
    let times = (window.from, window.to);
    if panes.iter().filter_map(life_of).any(|it| !promised(it.seen(times)).is_empty()) {
        key.push(Entry::line(Ink::Floor, "promised"));
    }
    let most = counts.iter().flatten().map(|it| it.sum(OnNode::is_wanted)).max().unwrap_or(0);
    let plots = Plots {
        kind: "states",
        what: "nodes by what they have",
        key,
        left: numbers_width(most),
        heights: [260, 140, 150],
        window,
        notes: Vec::new(),
    };
    let shown: Vec<Shown<'_>> = runs.iter().map(|run| run.shown).collect();
    let description = describe_states(&panes, &counts);
    let laid_out = plots.lay_out(&shown, &panes, look);
    laid_out.draw(|plot| draw(plot, &counts[plot.place], most), description)
}

/// The points from the first on at which something is promised: `OnDelete` promises nothing.
fn promised(points: &[Point]) -> &[Point] {
    let first = points.iter().position(|point| point.floor > 0);
    &points[first.unwrap_or(points.len())..]
}

fn draw(plot: &Plot<'_, DaemonSetTracks>, counts: &[NodeCounts], most: u32) -> Vec<Shape> {
    let Plot { area, time, .. } = *plot;
    let nodes = NodeScale::new(area.top + HEADROOM, area.bottom, 0, most);
    let axis = node_axis(&nodes, &area, |it| number(it.into()));
    let (grid, mut shapes): (Vec<Shape>, Vec<Shape>) =
        axis.into_iter().partition(|it| it.ink == Ink::Grid);
    if !plot.has_numbers {
        shapes.retain(|it| it.ink != Ink::Small);
    }
    let columns = columns(counts, &time);
    let edges: Vec<Edges> = columns.iter().map(|it| edges(it, &nodes)).collect();
    for (layer, state) in LAYERS.into_iter().enumerate() {
        let Some(ink) = ink_of(state) else { continue };
        let outlines = outlines(&edges, layer, time.left);
        shapes.extend(outlines.into_iter().map(|outline| Shape::area(ink, outline)));
    }
    shapes.extend(grid);
    shapes.extend(floor(plot, &nodes));
    if plot.has_times {
        shapes.extend(time_axis(&time, area.bottom));
    }
    shapes
}

/// The rows between the layers of a column, from the bottom up. Nodes that do not serve are as high as
/// they need to be to be seen, at the cost of those below.
fn edges(nodes: &Nodes, scale: &NodeScale) -> Edges {
    let mut edges: Edges = [scale.y(wanted(nodes)); LAYERS.len() + 1];
    let mut below = wanted(nodes);
    for (layer, state) in LAYERS.into_iter().enumerate().rev() {
        let many = nodes[state as usize];
        below -= many;
        let least = if state.is_gap() && many > 0 { LEAST } else { 0 };
        edges[layer] = scale.y(below).max(edges[layer + 1] + least).min(scale.bottom);
    }
    edges
}

/// The outlines of a layer: where it has a height, stretches of columns one after the other.
fn outlines(edges: &[Edges], layer: usize, left: i32) -> Vec<Vec<Pixel>> {
    let mut outlines = Vec::new();
    let mut start = 0;
    while start < edges.len() {
        let has_height = |column: &Edges| column[layer + 1] < column[layer];
        let many = edges[start..].iter().take_while(|it| has_height(it)).count();
        if many > 0 {
            let stretch = &edges[start..start + many];
            let first = left + i32::try_from(start).unwrap_or(0);
            let mut outline = steps(stretch.iter().map(|it| it[layer + 1]), first);
            outline.extend(steps(stretch.iter().map(|it| it[layer]), first).into_iter().rev());
            outlines.push(outline);
        }
        start += many.max(1);
    }
    outlines
}

/// A step line over columns of one pixel, from their left to their right.
fn steps(rows: impl Iterator<Item = i32>, first: i32) -> Vec<Pixel> {
    let mut line: Vec<Pixel> = Vec::new();
    let mut x = first;
    for y in rows {
        if line.last().is_none_or(|last| last.1 != y) {
            line.extend(line.last().map(|&(_, before)| (x, before)));
            line.push((x, y));
        }
        x += 1;
    }
    line.extend(line.last().map(|&(_, y)| (x, y)));
    line
}

/// The promised floor.
fn floor(plot: &Plot<'_, DaemonSetTracks>, nodes: &NodeScale) -> Option<Shape> {
    let life = life_of(plot.pane)?;
    let points = promised(life.seen((plot.time.from, plot.time.end)));
    let steps = step_line(points, |point| point.floor, &life.alive(&plot.time), nodes);
    (!steps.is_empty()).then(|| Shape::line(Ink::Floor, steps))
}
