//! What a few nodes did, in words.

use crate::inspect::over_time::{Chosen, Gantt, GanttRow};
use crate::report::chart::canvas::more::and_more;
use crate::report::chart::run::gantt::bars::is_told;
use crate::report::chart::run::gantt::chart::Rollout;
use crate::report::chart::run::gantt::phases::{Bar, name};
use crate::report::chart::run::words::in_words;
use crate::report::readable::{count, span};
use crate::time::SimDuration;

/// More phases of a pod than this are counted and not listed.
const LISTED: usize = 8;

/// What the nodes of each rollout spent their time on; there are so many rollouts in all.
pub(super) fn describe(rollouts: &[Rollout<'_>], all: usize) -> String {
    let about = "Bars of the phases that pods of a few nodes went through in a rollout.";
    let mut each: Vec<String> = Vec::new();
    for Rollout { pane, rows } in rollouts {
        each.push(of_rollout(&pane.heading, pane.content));
        each.extend(rows.iter().map(|(row, bars)| of_row(row, bars)));
    }
    each.extend(and_more(all - rollouts.len(), "more rollout"));
    in_words(about, each, rollouts.iter().map(|it| it.pane.marks()))
}

fn of_rollout(heading: &str, gantt: &Gantt) -> String {
    let Gantt { from, until, path, .. } = gantt;
    let started = format!("{heading}: the rollout started at {}", span(*from));
    let took = span(until.saturating_sub(*from));
    if path.is_empty() {
        return format!("{started} and was not complete {took} later.");
    }
    let mut nodes: Vec<&str> = path.iter().filter_map(|step| step.node.as_deref()).collect();
    nodes.dedup();
    let nodes = count(nodes.len() as u64, "node");
    format!("{started} and was complete {took} later; its critical path goes through {nodes}.")
}

/// `node-4 (slowest): terminating 12s, pulling the image 30s.`
fn of_row(row: &GanttRow, bars: &[Bar]) -> String {
    let mut pieces: Vec<_> = bars.iter().flat_map(Bar::pieces).collect();
    pieces.sort_by_key(|it| it.from);
    let told: Vec<String> = pieces
        .into_iter()
        .filter(|it| is_told(it.ink))
        .map(|it| (name(it.ink), it.until.saturating_sub(it.from)))
        .filter(|(_, time)| *time >= SimDuration::from_millis(100))
        .map(|(name, time)| format!("{name} {}", span(time)))
        .collect();
    let more = told.len().saturating_sub(LISTED);
    let more = if more > 0 {
        format!(", and {}", count(more as u64, "more phase"))
    } else {
        String::new()
    };
    let told = match &told[..] {
        [] => "nothing happened".to_owned(),
        told => told[..told.len().min(LISTED)].join(", ") + &more,
    };
    let why = if row.chosen == Chosen::Asked {
        String::new()
    } else {
        format!(" ({})", row.chosen.name())
    };
    format!("{}{why}: {told}.", row.node)
}
