//! What belongs together: a rollout with those who wait for it, and the alerts on a DaemonSet.

use crate::inspect::over_time::AwaitedRollout;
use crate::record::{AlertRule, AlertSpan};
use crate::report::chart::run::rows::{Block, Name};
use crate::report::chart::run::shown::{Part, Shown};
use crate::report::chart::run::waiters::chart::Awaited;
use crate::report::readable::span;
use crate::time::SimDuration;

/// Rows under one heading.
pub(super) struct Group<'a> {
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
    let are_many = runs.len() > 1;
    let mut groups = Vec::new();
    for run in runs {
        let mut names: Vec<&str> = run.rollouts.iter().map(|it| it.daemon_set.as_str()).collect();
        names.extend(run.alerts.iter().map(|it| it.daemon_set.as_str()));
        let mut all: Vec<&str> = Vec::new();
        for name in names.into_iter().filter(|it| part.shows(it)) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all.truncate(if are_many { 1 } else { usize::MAX });
        for daemon_set in &all {
            let before = match (are_many, all.len()) {
                (true, _) => format!("{}: ", run.shown.name),
                (false, 0 | 1) => String::new(),
                (false, _) => format!("{daemon_set}: "),
            };
            groups.extend(of_daemon_set(run, daemon_set, &before));
        }
    }
    groups
}

fn of_daemon_set<'a>(run: &Awaited<'a>, daemon_set: &str, before: &str) -> Vec<Group<'a>> {
    let shown = run.shown;
    let rollouts = run.rollouts.iter().filter(|it| it.daemon_set == daemon_set);
    let mut groups: Vec<Group<'a>> = rollouts
        .map(|rollout| Group {
            heading: format!("{before}{}", of_rollout(rollout)),
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

/// `set image agent main=2.0, at 1m: not complete`.
fn of_rollout(rollout: &AwaitedRollout) -> String {
    let end = if rollout.finished.is_some() { "" } else { ": not complete" };
    format!("{}, at {}{end}", rollout.trigger, span(rollout.started))
}

impl<'a> Group<'a> {
    /// The rows with their names.
    pub(super) fn block(&self) -> Block<'a> {
        let name = |name: &str| Name { name: name.to_owned(), below: String::new() };
        let names = match &self.rows {
            GroupRows::Rollout(rollout) => rollout.waits.iter().map(|it| name(&it.tool)).collect(),
            GroupRows::Alerts(rules) => rules.iter().map(|(rule, _)| name(rule.name())).collect(),
        };
        Block { heading: Some(self.heading.clone()), outcome: "", run: self.shown, names }
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
