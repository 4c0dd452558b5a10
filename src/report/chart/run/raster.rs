//! `raster.svg`: what each node has over time, a row per node.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::inspect::over_time::{DaemonSetTracks, NodeTrack, OnNode};
use crate::report::chart::canvas::axes::time_axis;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::scale::{NodeScale, TimeScale};
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::run::plots::{Plot, Plots};
use crate::report::chart::run::raster_words::describe_raster;
use crate::report::chart::run::shown::Part;
use crate::report::chart::run::tracked::{Tracked, ink_of, state_key, track_panes};
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
/// More pieces than this would make the file large: then what lasts for few pixels is left out.
const MOST_PIECES: usize = 9_000;

/// What each node has over time, in the order in which nodes got the revision that is current at the
/// end; those that never got it come last. Only nodes whose name `is_meant` are shown. More than 500 nodes share rows: a row has what most of its
/// nodes have, or the worst of what equally many have.
pub fn raster(
    runs: &[Tracked<'_>],
    part: &Part,
    is_meant: &dyn Fn(&str) -> bool,
    look: &Look,
) -> Chart {
    let panes = track_panes(runs, part);
    let orders: Vec<Vec<&NodeTrack>> =
        panes.iter().map(|it| in_order(&it.tracks, is_meant)).collect();
    let most = orders.iter().map(Vec::len).max().unwrap_or(0);
    let usual = if panes.len() > 1 { USUAL_OF_SEVERAL } else { USUAL };
    let height = usual_height(most, usual);
    let rows = i32::try_from(most.max(1)).unwrap_or(i32::MAX);
    let has_names = runs.len() == 1 && height / rows >= NAMED;
    let seen = |state: OnNode| {
        orders.iter().flatten().any(|it| it.spans.iter().any(|span| span.state == state))
    };
    let mut notes = vec!["nodes in the order in which they got the revision of the end".to_owned()];
    if most > MOST_ROWS {
        let each = number(most.div_ceil(MOST_ROWS) as u64);
        notes.push(format!("a row is {each} nodes and shows what most of them have"));
    }
    let plots = Plots {
        kind: "raster",
        what: "what each node has",
        key: state_key(seen),
        left: if has_names { NAMES } else { text_width(&number(most as u64), Ink::Small) + 10 },
        heights: [height, height, height],
        window: Window::of_tracks(&panes, part),
        notes,
    };
    let description = describe_raster(&panes);
    plots.draw((runs, &panes), look, |plot| draw(plot, &orders[plot.place], has_names), description)
}

/// Whole pixels a row, and not much more than `usual` pixels in all.
fn usual_height(nodes: usize, usual: i32) -> i32 {
    let rows = i32::try_from(nodes.clamp(1, MOST_ROWS)).unwrap_or(1);
    rows * (usual / rows).clamp(1, HIGHEST)
}

/// In the order of their update; of nodes that never got it, first those that are the best at the
/// end.
fn in_order<'a>(
    tracks: &'a DaemonSetTracks,
    is_meant: &dyn Fn(&str) -> bool,
) -> Vec<&'a NodeTrack> {
    let meant = tracks.nodes.iter().filter(|track| is_meant(&track.node));
    let mut nodes: Vec<&NodeTrack> = meant.collect();
    nodes.sort_by_key(|it| {
        (it.updated.unwrap_or(SimDuration::MAX), it.state_at_end(), Reverse(it.spans.len()))
    });
    nodes
}

fn draw(plot: &Plot<'_>, nodes: &[&NodeTrack], has_names: bool) -> Vec<Shape> {
    let Plot { area, time, .. } = *plot;
    let most_rows = usize::try_from(area.height()).unwrap_or(1).clamp(1, MOST_ROWS);
    let each = nodes.len().div_ceil(most_rows).max(1);
    let groups: Vec<&[&NodeTrack]> = nodes.chunks(each).collect();
    let rows = i32::try_from(groups.len().max(1)).unwrap_or(1);
    let edge = |row: usize| area.top + i32::try_from(row).unwrap_or(0) * area.height() / rows;
    let width = [1, 2, 4, 8].into_iter().map(|cell| cells(&groups, &time, cell));
    let cells =
        width.reduce(|finer, coarser| if pieces(&finer) > MOST_PIECES { coarser } else { finer });
    let mut shapes = areas(&cells.unwrap_or_default(), edge);
    if has_names && area.height() / rows >= NAMED && each == 1 {
        shapes.extend(names(nodes, area.left, edge));
    } else if plot.has_numbers {
        shapes.extend(numbers(nodes.len(), plot));
    }
    if plot.has_times {
        shapes.extend(time_axis(&time, area.bottom));
    }
    shapes
}

/// What a row has from one pixel column to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    from: i32,
    to: i32,
    state: OnNode,
}

fn pieces(rows: &[Vec<Piece>]) -> usize {
    rows.iter().map(Vec::len).sum()
}

/// The pieces of each row; none is narrower than `cell` pixels.
fn cells(groups: &[&[&NodeTrack]], time: &TimeScale, cell: i32) -> Vec<Vec<Piece>> {
    groups.iter().map(|group| row(group, time, cell)).collect()
}

fn row(group: &[&NodeTrack], time: &TimeScale, cell: i32) -> Vec<Piece> {
    let width = usize::try_from((time.right - time.left) / cell).unwrap_or(0).max(1);
    let mut columns = vec![[0_u32; OnNode::ALL.len()]; width];
    for track in group {
        let mut of_track: Vec<Option<OnNode>> = vec![None; width];
        let column =
            |at| usize::try_from((time.x(at) - time.left) / cell).unwrap_or(0).min(width - 1);
        for (place, span) in track.spans.iter().enumerate() {
            // Nothing changes after the end of the run.
            let is_last = place + 1 == track.spans.len();
            let until = if is_last { SimDuration::MAX } else { span.until };
            if until < time.from || span.from > time.end {
                continue;
            }
            let (from, to) = (column(span.from), column(until));
            for state in &mut of_track[from..=to] {
                *state = Some(state.map_or(span.state, |known| worse(known, span.state)));
            }
        }
        for (column, state) in columns.iter_mut().zip(of_track) {
            column[state.unwrap_or(OnNode::NotWanted) as usize] += 1;
        }
    }
    let states = columns.iter().map(most_common);
    joined(states, time, cell)
}

/// What is seen of two things within a pixel: whatever is not as it should be.
fn worse(one: OnNode, other: OnNode) -> OnNode {
    match (one.is_gap(), other.is_gap()) {
        (true, false) => one,
        (false, true) => other,
        _ if one.is_gap() => one.max(other),
        _ => other,
    }
}

/// What most nodes of a row have; the worst of what equally many have.
fn most_common(counts: &[u32; OnNode::ALL.len()]) -> OnNode {
    let all = OnNode::ALL.into_iter().zip(counts);
    all.max_by_key(|(_, count)| **count).map_or(OnNode::NotWanted, |(state, _)| state)
}

fn joined(states: impl Iterator<Item = OnNode>, time: &TimeScale, cell: i32) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (state, from) in states.zip((time.left..).step_by(usize::try_from(cell).unwrap_or(1))) {
        match pieces.last_mut() {
            Some(last) if last.state == state => last.to = from + cell,
            Some(_) | None => pieces.push(Piece { from, to: from + cell, state }),
        }
    }
    if let Some(last) = pieces.last_mut() {
        last.to = time.right;
    }
    pieces
}

/// Rectangles, one over several rows where these have the same.
fn areas(rows: &[Vec<Piece>], edge: impl Fn(usize) -> i32) -> Vec<Shape> {
    let mut by_ink: BTreeMap<Ink, Vec<(Pixel, Pixel)>> = BTreeMap::new();
    let mut open: BTreeMap<Piece, usize> = BTreeMap::new();
    let mut close = |piece: Piece, from: usize, to: usize| {
        if let Some(ink) = ink_of(piece.state) {
            let corners = ((piece.from, edge(from)), (piece.to, edge(to)));
            by_ink.entry(ink).or_default().push(corners);
        }
    };
    for (row, pieces) in rows.iter().enumerate() {
        let ended: Vec<Piece> =
            open.keys().filter(|it| pieces.binary_search(it).is_err()).copied().collect();
        for piece in ended {
            if let Some(from) = open.remove(&piece) {
                close(piece, from, row);
            }
        }
        for piece in pieces {
            open.entry(*piece).or_insert(row);
        }
    }
    for (piece, from) in open {
        close(piece, from, rows.len());
    }
    let all = by_ink.into_iter().flat_map(|(ink, all)| all.into_iter().map(move |it| (ink, it)));
    all.map(|(ink, (corner, other))| Shape::rect(ink, corner, other)).collect()
}

/// The name of each node at the left of its row.
fn names(nodes: &[&NodeTrack], left: i32, edge: impl Fn(usize) -> i32) -> Vec<Shape> {
    let name = |(row, track): (usize, &&NodeTrack)| {
        let middle = i32::midpoint(edge(row), edge(row + 1));
        let name = fitted(&track.node, Ink::Small, NAMES - 10);
        Shape::text(Ink::Small, (left - 8, middle + 4), Anchor::End, name)
    };
    nodes.iter().enumerate().map(name).collect()
}

/// How many nodes there are down to here, at the left of the rows.
fn numbers(many: usize, plot: &Plot<'_>) -> Vec<Shape> {
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
