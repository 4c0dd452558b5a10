//! The critical path: a line below the bars that goes from node to node.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::over_time::Gantt;
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::Pixel;

/// The nodes that the path visits and that have no row.
pub(super) fn elsewhere(gantt: &Gantt, shown: &[&str]) -> usize {
    let nodes = gantt.path.iter().filter_map(|step| step.node.as_deref());
    let others: BTreeSet<&str> = nodes.filter(|node| !shown.contains(node)).collect();
    others.len()
}

/// The path as a line through the pixel rows of its nodes; nodes without a row of their own share
/// `other`. What no node does stays where the path is.
pub(super) fn line(
    gantt: &Gantt,
    rows: &BTreeMap<&str, i32>,
    other: i32,
    time: &TimeScale,
) -> Vec<Pixel> {
    let of = |node: &str| rows.get(node).copied().unwrap_or(other);
    let first = gantt.path.iter().find_map(|step| step.node.as_deref());
    let Some(mut y) = first.map(of) else { return Vec::new() };
    let mut line: Vec<Pixel> = Vec::new();
    for step in gantt.path.iter().filter(|it| it.until > time.from && it.from < time.end) {
        y = step.node.as_deref().map_or(y, of);
        for at in [step.from, step.until] {
            push(&mut line, (time.x(at), y));
        }
    }
    line
}

/// Adds a corner; a place on the way between two others is none.
fn push(line: &mut Vec<Pixel>, at: Pixel) {
    if line.last() == Some(&at) {
        return;
    }
    let is_between = |low: i32, it: i32, high: i32| it.clamp(low.min(high), low.max(high)) == it;
    if let [.., before, last] = line[..] {
        let is_level = before.1 == last.1 && last.1 == at.1;
        let is_upright = before.0 == last.0 && last.0 == at.0;
        if is_level || is_upright && is_between(before.1, last.1, at.1) {
            line.pop();
        }
    }
    line.push(at);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_only_corners() {
        let mut line = Vec::new();
        let places = [(0, 9), (4, 9), (4, 9), (7, 9), (7, 20), (7, 30), (7, 10), (9, 10)];
        for at in places {
            push(&mut line, at);
        }
        assert_eq!(line, [(0, 9), (7, 9), (7, 30), (7, 10), (9, 10)]);
    }
}
