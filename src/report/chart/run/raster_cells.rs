//! What rows of a raster have in each pixel column.

use std::collections::BTreeMap;

use crate::inspect::over_time::{NodeTrack, OnNode};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::{Pixel, Shape};
use crate::report::chart::run::tracked::ink_of;
use crate::time::SimDuration;

/// More pieces than this would make the file large.
const MOST_PIECES: usize = 9_000;
/// The widths of columns, in pixels: the first with which pieces are few enough, else the last.
const FINE_CELLS: [i32; 3] = [1, 2, 4];
const COARSE_CELL: i32 = 8;

/// What a row has from one pixel column to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Piece {
    from: i32,
    to: i32,
    state: OnNode,
}

/// The pieces of each row, which so many nodes share. Where pieces are many, they are so wide that
/// what lasts for few pixels is left out.
pub(super) fn rows(nodes: &[NodeTrack], each: usize, time: &TimeScale) -> Vec<Vec<Piece>> {
    let rows_of = |cell| -> Vec<Vec<Piece>> {
        nodes.chunks(each).map(|group| row(group, time, cell)).collect()
    };
    let pieces = |rows: &[Vec<Piece>]| rows.iter().map(Vec::len).sum::<usize>();
    let found = FINE_CELLS.into_iter().map(rows_of).find(|rows| pieces(rows) <= MOST_PIECES);
    found.unwrap_or_else(|| rows_of(COARSE_CELL))
}

fn row(group: &[NodeTrack], time: &TimeScale, cell: i32) -> Vec<Piece> {
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
            if until <= time.from || span.from > time.end {
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

/// What most nodes of a row have; of what equally many have the worst, but rather anything than that
/// no pod is wanted.
fn most_common(counts: &[u32; OnNode::ALL.len()]) -> OnNode {
    let all = OnNode::ALL.into_iter().zip(counts);
    let most = all.max_by_key(|(state, count)| (**count, state.is_wanted()));
    most.map_or(OnNode::NotWanted, |(state, _)| state)
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
pub(super) fn areas(rows: &[Vec<Piece>], edge: impl Fn(usize) -> i32) -> Vec<Shape> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equally_many_nodes_the_worst_are_seen() {
        let check = |states: &[OnNode], expected| {
            let mut counts = [0; OnNode::ALL.len()];
            for state in states {
                counts[*state as usize] += 1;
            }
            assert_eq!(most_common(&counts), expected);
        };
        check(&[OnNode::New, OnNode::Old, OnNode::New], OnNode::New);
        check(&[OnNode::New, OnNode::Failing], OnNode::Failing);
        check(&[OnNode::NotWanted, OnNode::Failing], OnNode::Failing);
        check(&[OnNode::NotWanted, OnNode::NotWanted, OnNode::Failing], OnNode::NotWanted);
    }
}
