//! The chart: a block of rows per rollout, and one for the alerts on its DaemonSet.

use crate::inspect::over_time::{AwaitedRollout, DaemonSetAlerts};
use crate::record::AlertSpan;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::not_drawn;
use crate::report::chart::run::rows::{PlacedBlock, Rows};
use crate::report::chart::run::shown::{Part, Shown, run_end};
use crate::report::chart::run::waiters::groups::{Group, GroupRows, groups};
use crate::report::chart::run::waiters::lines::{TO_WORDS, all_words, shapes};
use crate::report::chart::run::waiters::words::describe;
use crate::report::chart::run::window::Window;
use crate::time::SimDuration;

/// The usual and the least height of a row, in pixels.
const ROW: (i32, i32) = (24, 16);
/// Words at the right of rows take at most this part of the width.
const WORDS: i32 = 3;
/// More blocks than this are counted and not drawn.
const MOST_BLOCKS: usize = 12;

/// A run with those who wait for its rollouts.
#[derive(Clone, Copy, Debug)]
pub struct Awaited<'a> {
    pub shown: Shown<'a>,
    pub rollouts: &'a [AwaitedRollout],
    pub alerts: &'a [DaemonSetAlerts],
}

/// For each rollout, until when tools wait for it, with a line where it truly was complete; and when
/// alerts on the DaemonSet were pending and fired. Alerts may fire after the end of a run that is at
/// rest.
pub fn waiters(runs: &[Awaited<'_>], part: &Part, look: &Look) -> Chart {
    let all = groups(runs, part);
    let groups = &all[..all.len().min(MOST_BLOCKS)];
    let words = groups.iter().flat_map(all_words).map(|it| text_width(&it, Ink::Small)).max();
    let rows = Rows {
        kind: "waiters",
        what: "when tools say that the rollout is done",
        key: key(groups),
        window: window(runs, groups, part),
        notes: notes(groups, &all),
        heights: ROW,
        words: words.map_or(0, |it| (it + TO_WORDS).min(look.width() / WORDS)),
        blocks: groups.iter().map(Group::block).collect(),
    };
    let shown: Vec<Shown<'_>> = runs.iter().map(|it| it.shown).collect();
    let mut names: Vec<&str> = groups.iter().map(|it| it.daemon_set).collect();
    names.dedup();
    let draw = |placed: &PlacedBlock| shapes(&groups[placed.place], placed);
    rows.draw((&shown, &names), look, draw, describe(groups, all.len()))
}

/// From shortly before the first rollout until something last happened, or the end of the run.
fn window(runs: &[Awaited<'_>], groups: &[Group<'_>], part: &Part) -> Window {
    let instants = || groups.iter().flat_map(Group::instants);
    let first = instants().min().unwrap_or_default();
    let changed = instants().max().unwrap_or_default();
    let end = runs.iter().map(|it| run_end(it.shown.timeline)).max().unwrap_or_default();
    // Where an alert goes on, that is to be seen.
    let tenth = SimDuration::from_micros(changed.as_micros() / 10);
    Window::new(part, changed, end.max(changed + tenth)).after(part, first)
}

fn notes(groups: &[Group<'_>], all: &[Group<'_>]) -> Vec<String> {
    let mut notes = Vec::new();
    if !all.iter().any(|it| matches!(it.rows, GroupRows::Alerts(_))) {
        notes.push("no alert was pending".to_owned());
    }
    let is_never = |it: &Group<'_>| match &it.rows {
        GroupRows::Rollout(rollout) => {
            rollout.waits.iter().any(|wait| wait.done.is_none() && !wait.refuses)
        }
        GroupRows::Alerts(_) => false,
    };
    if groups.iter().any(is_never) {
        notes.push("never: until the next rollout, or the end of the run".to_owned());
    }
    notes.extend(not_drawn(all.len() - groups.len(), "more block"));
    notes
}

/// Samples of what is seen.
fn key(groups: &[Group<'_>]) -> Vec<Entry> {
    let mut rollouts: Vec<&AwaitedRollout> = Vec::new();
    let mut spans: Vec<&AlertSpan> = Vec::new();
    for group in groups {
        match &group.rows {
            GroupRows::Rollout(rollout) => rollouts.push(rollout),
            GroupRows::Alerts(rules) => {
                spans.extend(rules.iter().flat_map(|(_, spans)| spans.iter().copied()));
            }
        }
    }
    let waits = || rollouts.iter().flat_map(|it| &it.waits);
    let entries = [
        (waits().any(|it| it.done.is_some()), Entry::area(Ink::Awaits, "until it says done")),
        (
            waits().any(|it| it.done.is_none() && !it.refuses),
            Entry::area(Ink::Hollow, "never says done"),
        ),
        (waits().any(|it| it.missing > 0), Entry::line(Ink::BreachEdge, "too early")),
        (
            rollouts.iter().any(|it| it.finished.is_some()),
            Entry::line(Ink::Truth, "truly complete"),
        ),
        (!spans.is_empty(), Entry::area(Ink::Pending, "alert pending")),
        (spans.iter().any(|it| it.fired.is_some()), Entry::area(Ink::Firing, "alert fires")),
    ];
    entries.into_iter().filter(|(is_seen, _)| *is_seen).map(|(_, entry)| entry).collect()
}
