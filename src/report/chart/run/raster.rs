//! `raster.svg`: what each node has over time, a row per node.

use std::cmp::Reverse;

use crate::inspect::over_time::{DaemonSetTracks, NodeTrack, OnNode};
use crate::report::chart::canvas::axes::time_axis;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::chart::run::plots::{LaidOut, Plot, Plots};
use crate::report::chart::run::raster_cells::{areas, rows};
use crate::report::chart::run::raster_words::{describe_raster, row_note};
use crate::report::chart::run::shown::{Part, Shown};
use crate::report::chart::run::tracked::{TrackPane, Tracked, state_key, track_panes};
use crate::report::chart::run::window::Window;
use crate::report::readable::number;
use crate::time::SimDuration;

/// More nodes than this share rows.
const MOST_ROWS: usize = 500;
/// Rows are at most so high; from this height on each has the name of its node. In pixels.
const HIGHEST: i32 = 16;
const NAMED: i32 = 12;
/// The usual height of all rows, if there are enough of them, in pixels.
const USUAL: i32 = 360;
const USUAL_OF_SEVERAL: i32 = 160;
/// The room for names of nodes, in pixels.
const NAMES: i32 = 130;

/// What each node has over time, in the order in which nodes got the revision that is current at the
/// end; those that never got it come last. Only nodes whose name `is_meant` are shown. Where there are
/// more nodes than pixels, or more than 500, they share rows: a row has what most of its nodes have,
/// or the worst of what equally many have.
pub fn raster(
    runs: &[Tracked<'_>],
    part: &Part,
    is_meant: &dyn Fn(&str) -> bool,
    look: &Look,
) -> Chart {
    let mut panes = track_panes(runs, part);
    for pane in &mut panes {
        put_in_order(&mut pane.content, is_meant);
    }
    let most = panes.iter().map(|it| it.content.nodes.len()).max().unwrap_or(0);
    let shown: Vec<Shown<'_>> = runs.iter().map(|run| run.shown).collect();
    let has_names = runs.len() == 1 && usual_height(most, &panes) / as_rows(most) >= NAMED;
    let window = Window::of_tracks(&panes, part);
    let (laid_out, each) = lay_out((&shown, window), &panes, has_names, look);
    laid_out.draw(|plot| draw(plot, each, has_names), describe_raster(&panes))
}

/// The chart with everything in its place, and how many nodes share a row. A note tells of that, and
/// may leave less room for rows.
fn lay_out<'a>(
    (runs, window): (&[Shown<'_>], Window),
    panes: &'a [TrackPane<'a>],
    has_names: bool,
    look: &'a Look,
) -> (LaidOut<'a, DaemonSetTracks>, usize) {
    let most = panes.iter().map(|it| it.content.nodes.len()).max().unwrap_or(0);
    let numbers = text_width(&number(most as u64), Ink::Small) + 10;
    let nodes = || panes.iter().flat_map(|it| &it.content.nodes);
    let seen = |state: OnNode| nodes().any(|it| it.spans.iter().any(|span| span.state == state));
    let mut plots = Plots {
        kind: "raster",
        what: "what each node has",
        key: state_key(panes, seen),
        left: if has_names { NAMES } else { numbers },
        heights: [usual_height(most, panes); 3],
        window,
        notes: Vec::new(),
    };
    let mut each = 1;
    loop {
        let order = "nodes in the order in which they got the final revision".to_owned();
        plots.notes = [order].into_iter().chain(row_note(each)).collect();
        let laid_out = plots.lay_out(runs, panes, look);
        let rows = usize::try_from(laid_out.height()).unwrap_or(1).clamp(1, MOST_ROWS);
        let needed = most.div_ceil(rows).max(1);
        if needed <= each {
            return (laid_out, each);
        }
        each = needed;
    }
}

fn as_rows(nodes: usize) -> i32 {
    i32::try_from(nodes.max(1)).unwrap_or(i32::MAX)
}

/// Whole pixels a row, and not much more than usual in all.
fn usual_height(nodes: usize, panes: &[TrackPane<'_>]) -> i32 {
    let usual = if panes.len() > 1 { USUAL_OF_SEVERAL } else { USUAL };
    let rows = as_rows(nodes.min(MOST_ROWS));
    rows * (usual / rows).clamp(1, HIGHEST)
}

/// The nodes that are meant in the order of their update; of those that never got it, first those that
/// are the best at the end.
fn put_in_order(tracks: &mut DaemonSetTracks, is_meant: &dyn Fn(&str) -> bool) {
    tracks.nodes.retain(|it| is_meant(&it.node));
    tracks.nodes.sort_by_key(|it| {
        (it.updated.unwrap_or(SimDuration::MAX), it.state_at_end(), Reverse(it.spans.len()))
    });
}

fn draw(plot: &Plot<'_, DaemonSetTracks>, each: usize, has_names: bool) -> Vec<Shape> {
    let Plot { area, time, .. } = *plot;
    let nodes = &plot.pane.content.nodes;
    let rows = rows(nodes, each, &time);
    let many = as_rows(rows.len());
    let edge = |row: usize| area.top + i32::try_from(row).unwrap_or(0) * area.height() / many;
    let mut shapes = areas(&rows, edge);
    if has_names && area.height() / many >= NAMED && each == 1 {
        shapes.extend(names(nodes, area.left, edge));
    } else if plot.has_numbers {
        shapes.extend(numbers(nodes.len(), plot));
    }
    if plot.has_times {
        shapes.extend(time_axis(&time, area.bottom));
    }
    shapes
}

/// The name of each node at the left of its row.
fn names(nodes: &[NodeTrack], left: i32, edge: impl Fn(usize) -> i32) -> Vec<Shape> {
    let name = |(row, track): (usize, &NodeTrack)| {
        let middle = i32::midpoint(edge(row), edge(row + 1));
        let name = fitted(&track.node, Ink::Small, NAMES - 10);
        Shape::text(Ink::Small, (left - 8, middle + 4), Anchor::End, name)
    };
    nodes.iter().enumerate().map(name).collect()
}

/// How many nodes there are down to here, at the left of the rows.
fn numbers(many: usize, plot: &Plot<'_, DaemonSetTracks>) -> Vec<Shape> {
    let many = u32::try_from(many).unwrap_or(u32::MAX);
    let scale = NodeScale::new(plot.area.top, plot.area.bottom, 0, many);
    let label = |nodes: u32| {
        let y = plot.area.top + (plot.area.bottom - scale.y(nodes));
        let at = (plot.area.left - 8, y + 4);
        let tick = Shape::line(Ink::Axis, vec![(plot.area.left - 4, y), (plot.area.left, y)]);
        [tick, Shape::text(Ink::Small, at, Anchor::End, number(nodes.into()))]
    };
    scale.ticks().filter(|nodes| *nodes > 0).flat_map(label).collect()
}
