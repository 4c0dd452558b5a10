//! What belongs together: a rollout with those who wait for it, and the alerts on a DaemonSet.

use crate::inspect::over_time::AwaitedRollout;
use crate::record::{AlertRule, AlertSpan};
use crate::report::chart::run::pane::{Pane, panes};
use crate::report::chart::run::rows::{Block, Name};
use crate::report::chart::run::shown::{Part, Shown};
use crate::report::chart::run::waiters::chart::Awaited;
use crate::report::readable::span;
use crate::time::SimDuration;

/// Rows under one heading.
pub(super) struct Group<'a> {
    /// `set image agent main=2.0, at 1m`.
    pub(super) heading: String,
    pub(super) shown: Shown<'a>,
    pub(super) daemon_set: &'a str,
    pub(super) rows: GroupRows<'a>,
}

/// What the rows are.
pub(super) enum GroupRows<'a> {
    Rollout(&'a AwaitedRollout),
    /// The spans of each alert that was pending at least.
    Alerts(Vec<(AlertRule, Vec<&'a AlertSpan>)>),
}

/// Of one run all rollouts, of several runs those of one DaemonSet each, with the alerts below them.
pub(super) fn groups<'a>(runs: &[Awaited<'a>], part: &Part) -> Vec<Group<'a>> {
    let of_run = |run: &Awaited<'a>| {
        let names = daemon_sets(run).into_iter().map(|it| (it, *run));
        (run.shown, names.collect())
    };
    let panes = panes(runs.iter().map(of_run), part);
    let is_one = runs.len() == 1 && panes.len() == 1;
    let before =
        |it: &Pane<'_, _>| if is_one { String::new() } else { format!("{}: ", it.heading) };
    panes.iter().flat_map(|it| of_daemon_set(&it.content, it.daemon_set, &before(it))).collect()
}

/// The DaemonSets of which anything is told, each once.
fn daemon_sets<'a>(run: &Awaited<'a>) -> Vec<&'a str> {
    let rollouts = run.rollouts.iter().map(|it| it.daemon_set.as_str());
    let mut names: Vec<&str> = Vec::new();
    for name in rollouts.chain(run.alerts.iter().map(|it| it.daemon_set.as_str())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn of_daemon_set<'a>(run: &Awaited<'a>, daemon_set: &str, before: &str) -> Vec<Group<'a>> {
    let shown = run.shown;
    let rollouts = run.rollouts.iter().filter(|it| it.daemon_set == daemon_set);
    let mut groups: Vec<Group<'a>> = rollouts
        .map(|rollout| Group {
            heading: format!("{before}{}, at {}", rollout.trigger, span(rollout.started)),
            shown,
            daemon_set: &rollout.daemon_set,
            rows: GroupRows::Rollout(rollout),
        })
        .collect();
    let alerts = run.alerts.iter().filter(|it| it.daemon_set == daemon_set);
    groups.extend(alerts.filter(|it| !it.spans.is_empty()).map(|alerts| {
        let of_rule = |rule: AlertRule| {
            (rule, alerts.spans.iter().filter(|span| span.rule == rule).collect::<Vec<_>>())
        };
        let rules = AlertRule::ALL.into_iter().map(of_rule);
        Group {
            heading: format!("{before}alerts"),
            shown,
            daemon_set: &alerts.daemon_set,
            rows: GroupRows::Alerts(rules.filter(|(_, spans)| !spans.is_empty()).collect()),
        }
    }));
    groups
}

impl<'a> Group<'a> {
    /// The rows with their names.
    pub(super) fn block(&self) -> Block<'a> {
        let name = |name: &str| Name { name: name.to_owned(), below: String::new() };
        let names = match &self.rows {
            GroupRows::Rollout(rollout) => rollout.waits.iter().map(|it| name(&it.tool)).collect(),
            GroupRows::Alerts(rules) => rules.iter().map(|(rule, _)| name(rule.name())).collect(),
        };
        let is_open = matches!(self.rows, GroupRows::Rollout(it) if it.finished.is_none());
        let end = if is_open { ": not complete" } else { "" };
        Block {
            heading: Some(format!("{}{end}", self.heading)),
            outcome: "",
            run: self.shown,
            names,
        }
    }

    /// Every instant at which something happens in it.
    pub(super) fn instants(&self) -> Vec<SimDuration> {
        match &self.rows {
            GroupRows::Rollout(it) => {
                let done = it.waits.iter().filter_map(|wait| wait.done);
                done.chain([it.started]).chain(it.finished).collect()
            }
            GroupRows::Alerts(rules) => {
                let spans = rules.iter().flat_map(|(_, spans)| spans);
                let of = |it: &&AlertSpan| [Some(it.pending), it.fired, it.until];
                spans.flat_map(of).flatten().collect()
            }
        }
    }
}
