//! What the scenario did: a thin line each, and as many labels as fit.

use std::collections::BTreeMap;

use crate::record::Mark;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, squeeze, stack, text_width};
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::readable::count;

/// Height of a row of labels, in pixels; rows; the widest label, in pixels.
const ROW: i32 = 17;
const ROWS: usize = 5;
const WIDEST: i32 = 220;
/// No label begins further left, in pixels.
const LEFTMOST: i32 = 8;
/// Between a line and its label, in pixels.
const BESIDE: i32 = 5;
/// With more marks than this, those that share a label share its line as well: a line each would
/// hide the plot.
const MOST_LINES: usize = 60;

/// How marks begin that say what was done to a DaemonSet: they are what a chart is about.
const TO_DAEMON_SETS: [&str; 7] =
    ["set image", "apply", "create", "rollout", "patch", "delete", "roll"];
/// How marks begin that would be among these, but are about a pod or a node.
const TO_OTHERS: [&str; 2] = ["delete pod", "delete node"];

/// The marks of all plots if they are alike: then they are drawn over all of them.
pub(super) fn common<'a>(mut all: impl Iterator<Item = &'a [Mark]>) -> &'a [Mark] {
    let first = all.next().unwrap_or_default();
    if all.all(|it| it == first) { first } else { &[] }
}

/// A line each for what the scenario did, where there is no room for labels.
pub(super) fn lines_at(marks: &[Mark], time: &TimeScale, (top, bottom): Pixel) -> Vec<Shape> {
    let shown = marks.iter().filter(|it| (time.from..=time.end).contains(&it.at));
    let mut columns: Vec<i32> = shown.map(|it| time.x(it.at)).collect();
    columns.dedup();
    columns.into_iter().map(|x| Shape::line(Ink::Mark, vec![(x, top), (x, bottom)])).collect()
}

/// The marks of a chart, each with a line, some with a label.
pub(super) struct Marks {
    placed: Vec<PlacedMark>,
    rows: i32,
    /// Marks whose label neither fits nor stands at an equal mark.
    unlabeled: usize,
}

/// A line at a pixel column, and its label with its row, counted from the bottom.
struct PlacedMark {
    x: i32,
    label: Option<(i32, Label)>,
}

/// Text that begins at a pixel column.
struct Label {
    start: i32,
    text: String,
}

/// A label that wants a place.
struct Wanted {
    x: i32,
    /// Where the text begins: right of the line, or so far left of it that it ends there.
    start: i32,
    text: String,
    /// How many marks it stands for.
    marks: usize,
    first: bool,
}

impl Marks {
    /// Labels stay within `width` pixels. If they do not all fit, equal labels become one, and
    /// what was done to DaemonSets gets its labels before what happened to nodes.
    pub(super) fn new(marks: &[Mark], time: &TimeScale, width: i32) -> Self {
        let is_shown = |mark: &&Mark| (time.from..=time.end).contains(&mark.at);
        let mut marks: Vec<&Mark> = marks.iter().filter(is_shown).collect();
        marks.sort_by_key(|mark| mark.at);
        let one = |mark: &&Mark| Wanted::new(mark, 1, time, width);
        let mut all: Vec<Wanted> = marks.iter().map(one).collect();
        all.sort_by_key(|it| it.start);
        if let Some(rows) = stack(&sizes(&all), ROWS) {
            let rows = rows.into_iter().map(Some).collect();
            return Self::place(&[], all, rows);
        }
        let mut some = together(&marks, time, width);
        some.sort_by_key(|it| it.start);
        let all = if all.len() > MOST_LINES { &[][..] } else { &all };
        if let Some(rows) = stack(&sizes(&some), ROWS) {
            let rows = rows.into_iter().map(Some).collect();
            return Self::place(all, some, rows);
        }
        some.sort_by_key(|it| !it.first);
        let rows = squeeze(&sizes(&some), ROWS);
        Self::place(all, some, rows)
    }

    /// Labels in their rows with a line each, and lines for `all` marks.
    fn place(all: &[Wanted], labels: Vec<Wanted>, rows: Vec<Option<usize>>) -> Self {
        let used = rows.iter().flatten().max().map_or(0, |&row| row + 1);
        let left_out = labels.iter().zip(&rows).filter(|(_, row)| row.is_none());
        let unlabeled = left_out.map(|(label, _)| label.marks).sum();
        let line = |it: &Wanted| PlacedMark { x: it.x, label: None };
        let mut placed: Vec<PlacedMark> = all.iter().map(line).collect();
        placed.extend(labels.into_iter().zip(rows).map(|(it, row)| {
            let row = row.and_then(|row| i32::try_from(row).ok());
            let label = Label { start: it.start, text: it.text };
            PlacedMark { x: it.x, label: row.map(|row| (row, label)) }
        }));
        placed.sort_by_key(|it| (it.x, it.label.is_none()));
        Self { placed, rows: i32::try_from(used).unwrap_or(0), unlabeled }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    /// The height of all rows of labels, in pixels.
    pub(super) fn height(&self) -> i32 {
        self.rows * ROW
    }

    /// The lines down to `bottom`, then the labels, from `top` on.
    pub(super) fn shapes(&self, top: i32, bottom: i32) -> Vec<Shape> {
        let mut lines: Vec<Shape> = Vec::new();
        let mut labels = Vec::new();
        let mut last = None;
        for PlacedMark { x, label } in &self.placed {
            let row = label.as_ref().map_or(0, |(row, _)| row + 1);
            let upper = top + (self.rows - row) * ROW;
            if last != Some(*x) || label.is_some() {
                lines.push(Shape::line(Ink::Mark, vec![(*x, upper), (*x, bottom)]));
            }
            if let Some((_, Label { start, text })) = label {
                let at = (*start, upper + 10);
                labels.push(Shape::text(Ink::Small, at, Anchor::Start, text.as_str()));
            }
            last = Some(*x);
        }
        lines.extend(labels);
        lines
    }

    /// Says how many marks have no label.
    pub(super) fn note(&self) -> Option<String> {
        let more = self.unlabeled as u64;
        (more > 0).then(|| format!("{} without a label", count(more, "more mark")))
    }
}

impl Wanted {
    fn new(mark: &Mark, marks: usize, time: &TimeScale, width: i32) -> Self {
        let x = time.x(mark.at);
        let times = if marks > 1 { format!(" ×{marks}") } else { String::new() };
        let beside = (width - x).max(x - LEFTMOST) - BESIDE;
        let room = WIDEST.min(beside) - text_width(&times, Ink::Small);
        let text = fitted(&mark.label, Ink::Small, room) + &times;
        let wide = text_width(&text, Ink::Small);
        let start = if x + BESIDE + wide <= width { x + BESIDE } else { x - BESIDE - wide };
        Self { x, start, text, marks, first: is_to_daemon_set(&mark.label) }
    }
}

fn is_to_daemon_set(label: &str) -> bool {
    let begins = |with: &[&str]| with.iter().any(|it| label.starts_with(it));
    begins(&TO_DAEMON_SETS) && !begins(&TO_OTHERS)
}

/// One label for all marks of the same words, at the first of them.
fn together(marks: &[&Mark], time: &TimeScale, width: i32) -> Vec<Wanted> {
    let mut equal: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, mark) in marks.iter().enumerate() {
        equal.entry(&mark.label).or_insert((index, 0)).1 += 1;
    }
    let mut firsts: Vec<(usize, usize)> = equal.into_values().collect();
    firsts.sort_unstable();
    firsts.into_iter().map(|(index, many)| Wanted::new(marks[index], many, time, width)).collect()
}

/// The columns and widths of labels, with some space after each.
fn sizes(labels: &[Wanted]) -> Vec<(i32, i32)> {
    labels.iter().map(|it| (it.start, text_width(&it.text, Ink::Small) + 12)).collect()
}
