//! The chart: a row per node, and the critical path through them.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::over_time::{Chosen, Gantt, GanttPod, GanttRow};
use crate::inspect::phases::History;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::not_drawn;
use crate::report::chart::canvas::shape::Shape;
use crate::report::chart::run::gantt::bars::{Lanes, lanes, usual_height};
use crate::report::chart::run::gantt::path;
use crate::report::chart::run::gantt::phases::{Bar, KEY, Piece};
use crate::report::chart::run::gantt::words::describe;
use crate::report::chart::run::pane::{Pane, panes};
use crate::report::chart::run::rows::{Block, Name, PlacedBlock, Rows};
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
pub(super) struct Rollout<'a> {
    pub(super) pane: Pane<'a, &'a Gantt>,
    /// The nodes, and the bars of their pods.
    pub(super) rows: Vec<(&'a GanttRow, Vec<Bar>)>,
}

/// What a few nodes did in the last rollout, a row each: the phases of their old and their new pod,
/// how long they took, and the critical path below them. Of several runs a block each.
pub fn gantt(runs: &[Phased<'_>], part: &Part, look: &Look) -> Chart {
    let all = rollouts(runs, part);
    let rollouts = &all[..all.len().min(MOST_BLOCKS)];
    let more = not_drawn(all.len() - rollouts.len(), "more rollout");
    let left_out: BTreeSet<&str> = rollouts.iter().flat_map(Rollout::left_out).collect();
    let left_out = not_drawn(left_out.len(), "more node");
    let lanes = rollouts.iter().map(Rollout::lanes).max().unwrap_or(1);
    let window = window(rollouts, part);
    let rows = Rows {
        kind: "gantt",
        what: "what nodes did in the rollout",
        key: key(rollouts, &window),
        window,
        notes: more.into_iter().chain(left_out).collect(),
        heights: (usual_height(lanes), LEAST),
        words: 0,
        blocks: rollouts.iter().map(|it| it.block(rollouts.len() > 1)).collect(),
    };
    let shown: Vec<Shown<'_>> = runs.iter().map(|it| it.shown).collect();
    let names: Vec<&str> = rollouts.iter().map(|it| it.pane.daemon_set).collect();
    let draw = |placed: &PlacedBlock| rollouts[placed.place].shapes(placed);
    rows.draw((&shown, &names), look, draw, describe(rollouts, all.len()))
}

fn rollouts<'a>(runs: &[Phased<'a>], part: &Part) -> Vec<Rollout<'a>> {
    let of_run = |run: &Phased<'a>| {
        let each = |gantt: &'a Gantt| (gantt.daemon_set.as_str(), (gantt, run.history));
        (run.shown, run.gantts.iter().map(each).collect())
    };
    let panes = panes(runs.iter().map(of_run), part);
    let is_one = runs.len() == 1 && panes.len() == 1;
    let most = if is_one { MOST_NODES } else { OF_MANY };
    panes.into_iter().map(|pane| Rollout::of(pane, most)).collect()
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

fn window(rollouts: &[Rollout<'_>], part: &Part) -> Window {
    let gantts = || rollouts.iter().map(|it| it.pane.content);
    let from = gantts().map(|it| it.from).min().unwrap_or_default();
    let until = gantts().map(|it| it.until).max().unwrap_or(SimDuration::ZERO);
    Window::around(part, (from, until))
}

/// Samples of the phases that are seen, and of the path. A phase of less than a pixel is not.
fn key(rollouts: &[Rollout<'_>], window: &Window) -> Vec<Entry> {
    let shown = window.to.saturating_sub(window.from).as_micros();
    let is_wide = |it: &&Piece| {
        let (from, until) = (it.from.max(window.from), it.until.min(window.to));
        until.saturating_sub(from).as_micros() > shown / PIXELS
    };
    let pieces = || {
        let bars = rollouts.iter().flat_map(|it| &it.rows).flat_map(|(_, bars)| bars);
        bars.flat_map(Bar::pieces).filter(is_wide)
    };
    let is_seen = |ink: Ink| pieces().any(|it| it.ink == ink);
    let phases = KEY.into_iter().filter(|(ink, _)| is_seen(*ink));
    let mut key: Vec<Entry> = phases.map(|(ink, name)| Entry::area(ink, name)).collect();
    if rollouts.iter().any(|it| !it.pane.content.path.is_empty()) {
        key.push(Entry::line(Ink::Path, "critical path"));
    }
    key
}

impl<'a> Rollout<'a> {
    /// At most so many of its nodes.
    fn of(pane: Pane<'a, (&'a Gantt, &History)>, most: usize) -> Self {
        let (gantt, history) = pane.content;
        let known = history.daemon_set(&gantt.daemon_set);
        let current = known.and_then(|it| it.revision(gantt.until).0);
        let is_new = |pod: &GanttPod| current.is_some_and(|it| it.hash == pod.revision);
        let bars = |row: &GanttRow| {
            let next = row.pods.iter().skip(1).map(Some).chain([None]);
            let bar = |(pod, next)| Bar::of(pod, next, is_new(pod));
            row.pods.iter().zip(next).map(bar).collect()
        };
        let rows = chosen(gantt, most).into_iter().map(|row| (row, bars(row))).collect();
        Self { pane: pane.with(|(gantt, _)| gantt), rows }
    }

    /// The nodes that were asked for and have no row.
    fn left_out(&self) -> impl Iterator<Item = &'a str> {
        let is_drawn = |row: &GanttRow| self.rows.iter().any(|(drawn, _)| drawn.node == row.node);
        let asked = self.pane.content.rows.iter().filter(|row| row.chosen == Chosen::Asked);
        asked.filter(move |row| !is_drawn(row)).map(|row| row.node.as_str())
    }

    /// How many bars lie above each other at most.
    fn lanes(&self) -> usize {
        let of_row = |(_, bars): &(&GanttRow, Vec<Bar>)| lanes(bars).into_iter().max().unwrap_or(0);
        self.rows.iter().map(of_row).max().unwrap_or(0) + 1
    }

    fn elsewhere(&self) -> usize {
        let shown: Vec<&str> = self.rows.iter().map(|(row, _)| row.node.as_str()).collect();
        path::elsewhere(self.pane.content, &shown)
    }

    /// The names of its rows: nodes, and one more for where the path is elsewhere.
    fn block(&self, has_heading: bool) -> Block<'a> {
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
        let Pane { heading, outcome, run, .. } = &self.pane;
        let heading = has_heading.then(|| heading.clone());
        Block { heading, outcome, run: *run, names }
    }

    fn shapes(&self, placed: &PlacedBlock) -> Vec<Shape> {
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
        let line = path::line(self.pane.content, &paths, other, &placed.time);
        if line.len() > 1 {
            // Below the texts.
            shapes.insert(0, Shape::line(Ink::Path, line));
        }
        shapes
    }
}
