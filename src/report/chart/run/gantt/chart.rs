//! The chart: a row per node, and the critical path through them.

use std::collections::BTreeMap;

use crate::inspect::over_time::{Chosen, Gantt, GanttPod, GanttRow};
use crate::inspect::phases::History;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::shape::Shape;
use crate::report::chart::run::gantt::bars::{Lanes, lanes, usual_height};
use crate::report::chart::run::gantt::path;
use crate::report::chart::run::gantt::phases::{Bar, KEY, Piece};
use crate::report::chart::run::gantt::words::describe;
use crate::report::chart::run::rows::{Block as RowsBlock, Name, Placed, Rows};
use crate::report::chart::run::shown::{Part, Shown};
use crate::report::chart::run::window::Window;
use crate::report::readable::count;
use crate::time::SimDuration;

/// The least height of a row, in pixels.
const LEAST: i32 = 18;
/// Of several runs or DaemonSets, so many nodes each.
const OF_MANY: usize = 4;
/// Of one DaemonSet in one run.
const MOST_NODES: usize = 40;
/// More blocks than this are counted and not drawn.
const MOST_BLOCKS: usize = 8;
/// About how wide all bars are, in pixels.
const PIXELS: u64 = 600;
/// Which nodes are shown where there is no room for all.
const FIRST: [Chosen; 8] = [
    Chosen::Asked,
    Chosen::Blocking,
    Chosen::Stuck,
    Chosen::Slowest,
    Chosen::Fastest,
    Chosen::Median,
    Chosen::Last,
    Chosen::OnPath,
];

/// A run of which the phases of some nodes are shown.
#[derive(Clone, Copy, Debug)]
pub struct Phased<'a> {
    pub shown: Shown<'a>,
    /// Of each DaemonSet that is rolled out, a few nodes in one of its rollouts.
    pub gantts: &'a [Gantt],
    /// Which revision was current when.
    pub history: &'a History,
}

/// A rollout that is shown.
pub(super) struct Block<'a> {
    pub(super) heading: String,
    pub(super) shown: Shown<'a>,
    pub(super) gantt: &'a Gantt,
    /// The nodes, and the bars of their pods.
    pub(super) rows: Vec<(&'a GanttRow, Vec<Bar>)>,
}

/// What a few nodes did in the last rollout, a row each: the phases of their old and their new pod,
/// how long they took, and the critical path below them. Of several runs a block each.
pub fn gantt(runs: &[Phased<'_>], part: &Part, look: &Look) -> Chart {
    let mut blocks = blocks(runs, part);
    let more = blocks.len().saturating_sub(MOST_BLOCKS);
    blocks.truncate(MOST_BLOCKS);
    let mut notes = Vec::new();
    if more > 0 {
        notes.push(format!("{} not drawn", count(more as u64, "more rollout")));
    }
    let left_out = blocks.iter().map(Block::left_out).sum::<usize>();
    if left_out > 0 && blocks.len() == 1 {
        notes.push(format!("{} not drawn", count(left_out as u64, "more node")));
    }
    let lanes = blocks.iter().map(Block::lanes).max().unwrap_or(1);
    let window = window(&blocks, part);
    let rows = Rows {
        kind: "gantt",
        what: "what nodes did in the rollout",
        key: key(&blocks, &window),
        window,
        notes,
        heights: (usual_height(lanes), LEAST),
        words: 0,
        blocks: blocks.iter().map(|it| it.names(blocks.len() > 1)).collect(),
    };
    let shown: Vec<Shown<'_>> = runs.iter().map(|it| it.shown).collect();
    let names: Vec<&str> = blocks.iter().map(|it| it.gantt.daemon_set.as_str()).collect();
    let draw = |placed: &Placed| blocks[placed.place].shapes(placed);
    rows.draw((&shown, &names), look, draw, describe(&blocks))
}

fn blocks<'a>(runs: &[Phased<'a>], part: &Part) -> Vec<Block<'a>> {
    let are_many = runs.len() > 1;
    let of_run = |run: &Phased<'a>| {
        let Phased { shown, gantts, history } = *run;
        let wanted: Vec<&Gantt> = gantts.iter().filter(|it| part.shows(&it.daemon_set)).collect();
        let is_one_of_many = are_many || wanted.len() > 1;
        let most = if are_many { 1 } else { usize::MAX };
        let block = move |gantt: &'a Gantt| {
            let heading = if are_many { shown.name } else { gantt.daemon_set.as_str() };
            let known = history.daemon_set(&gantt.daemon_set);
            let current = known.and_then(|it| it.revision(gantt.until).0);
            let is_new = |pod: &GanttPod| current.is_some_and(|it| it.hash == pod.revision);
            let rows = chosen(gantt, if is_one_of_many { OF_MANY } else { MOST_NODES });
            let bars = |row: &GanttRow| {
                let next = row.pods.iter().skip(1).map(Some).chain([None]);
                let bar = |(pod, next)| Bar::of(pod, next, is_new(pod));
                row.pods.iter().zip(next).map(bar).collect()
            };
            let rows = rows.into_iter().map(|row| (row, bars(row))).collect();
            Block { heading: heading.to_owned(), shown, gantt, rows }
        };
        wanted.into_iter().take(most).map(block).collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

/// At most so many of the nodes, in their order.
fn chosen(gantt: &Gantt, most: usize) -> Vec<&GanttRow> {
    let place = |row: &GanttRow| FIRST.iter().position(|it| *it == row.chosen);
    let mut rows: Vec<(usize, &GanttRow)> = gantt.rows.iter().enumerate().collect();
    if rows.len() > most {
        rows.sort_by_key(|(index, row)| (place(row), *index));
        rows.truncate(most);
        rows.sort_by_key(|(index, _)| *index);
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn window(blocks: &[Block<'_>], part: &Part) -> Window {
    let from = blocks.iter().map(|it| it.gantt.from).min().unwrap_or_default();
    let until = blocks.iter().map(|it| it.gantt.until).max().unwrap_or(SimDuration::ZERO);
    Window::around(part, (from, until))
}

/// Samples of the phases that are seen, and of the path. A phase of less than a pixel is not.
fn key(blocks: &[Block<'_>], window: &Window) -> Vec<Entry> {
    let shown = window.to.saturating_sub(window.from).as_micros();
    let is_wide = |it: &&Piece| {
        let (from, until) = (it.from.max(window.from), it.until.min(window.to));
        until.saturating_sub(from).as_micros() > shown / PIXELS
    };
    let pieces = || {
        let bars = blocks.iter().flat_map(|it| &it.rows).flat_map(|(_, bars)| bars);
        bars.flat_map(Bar::pieces).filter(is_wide)
    };
    let is_seen = |ink: Ink| pieces().any(|it| it.ink == ink);
    let phases = KEY.into_iter().filter(|(ink, _)| is_seen(*ink));
    let mut key: Vec<Entry> = phases.map(|(ink, name)| Entry::area(ink, name)).collect();
    if blocks.iter().any(|it| !it.gantt.path.is_empty()) {
        key.push(Entry::line(Ink::Path, "critical path"));
    }
    key
}

impl<'a> Block<'a> {
    /// How many of the nodes have no row.
    fn left_out(&self) -> usize {
        self.gantt.rows.len() - self.rows.len()
    }

    /// How many bars lie above each other at most.
    fn lanes(&self) -> usize {
        let of_row = |(_, bars): &(&GanttRow, Vec<Bar>)| lanes(bars).into_iter().max().unwrap_or(0);
        self.rows.iter().map(of_row).max().unwrap_or(0) + 1
    }

    fn elsewhere(&self) -> usize {
        let shown: Vec<&str> = self.rows.iter().map(|(row, _)| row.node.as_str()).collect();
        path::elsewhere(self.gantt, &shown)
    }

    /// The names of its rows: nodes, and one more for where the path is elsewhere.
    fn names(&self, has_heading: bool) -> RowsBlock<'a> {
        let name = |row: &GanttRow| Name {
            name: row.node.clone(),
            below: if row.chosen == Chosen::Asked { "" } else { row.chosen.name() }.to_owned(),
        };
        let mut names: Vec<Name> = self.rows.iter().map(|(row, _)| name(row)).collect();
        let others = self.elsewhere();
        if others > 0 {
            let below = Chosen::OnPath.name().to_owned();
            names.push(Name { name: count(others as u64, "other node"), below });
        }
        let heading = has_heading.then(|| self.heading.clone());
        let is_of_run = self.heading == self.shown.name;
        let outcome = if is_of_run { self.shown.outcome } else { "" };
        RowsBlock { heading, outcome, run: self.shown, names }
    }

    fn shapes(&self, placed: &Placed) -> Vec<Shape> {
        let many = self.lanes();
        let mut shapes = Vec::new();
        let mut paths = BTreeMap::new();
        for ((row, bars), area) in self.rows.iter().zip(&placed.rows) {
            let lanes_of_row = Lanes::new(area, many);
            for (bar, lane) in bars.iter().zip(lanes(bars)) {
                shapes.extend(lanes_of_row.shapes(bar, lane, &placed.time));
            }
            paths.insert(row.node.as_str(), lanes_of_row.path());
        }
        let last = placed.rows.last();
        let other = last.map_or(0, |it| i32::midpoint(it.top, it.bottom));
        let line = path::line(self.gantt, &paths, other, &placed.time);
        if line.len() > 1 {
            // Below the texts.
            shapes.insert(0, Shape::line(Ink::Path, line));
        }
        shapes
    }
}
