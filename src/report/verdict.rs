//! The verdict: how a DaemonSet fared, in one or two sentences for people.
//!
//! Spans (`after 14m32s`) count from the start of the rollout, moments (`at 3m20s`) from the start
//! of the run, as in the chart and in `timeline.csv`. Exact figures are in `summary.json`.

use crate::record::{Alert, Blocker, Cause, DaemonSetSummary, Rollout, Summary};
use crate::report::kubectl::{name, several_namespaces};
use crate::report::readable::{count, number, part, span};
use crate::report::{cause, losses, waiters};
use crate::time::SimDuration;

/// The verdict on one DaemonSet of `run`: its last rollout, its end, or that it did not change.
pub fn verdict(daemon_set: &DaemonSetSummary, run: &Summary) -> String {
    let key = daemon_set.key();
    let shown = if several_namespaces(&run.daemon_sets) { &key } else { name(&key) };
    format!("{shown}: {}", clauses(daemon_set, run).join("; "))
}

/// The verdicts on all DaemonSets, in the order of the scenario.
pub fn verdicts(run: &Summary) -> Vec<String> {
    run.daemon_sets.iter().map(|it| verdict(it, run)).collect()
}

fn clauses(it: &DaemonSetSummary, run: &Summary) -> Vec<String> {
    let last = it.rollouts.last();
    let mut clauses = if it.deleted.is_some() {
        vec![deleted(it)]
    } else if it.status.desired == 0 && it.gaps.nodes == 0 {
        vec!["no node is eligible, so there is nothing to run".to_owned()]
    } else {
        match last {
            None => unchanged(it),
            Some(rollout) if rollout.creation => vec![creation(it, rollout, run)],
            Some(rollout) if it.on_delete => vec![on_delete(it), worst_moment(it, rollout)],
            Some(rollout) => replacement(it, rollout, run),
        }
    };
    if it.deleted.is_none() {
        clauses.extend(losses::clauses(it));
        clauses.extend(unschedulable(it));
        clauses.extend(aftermath(it, last));
    }
    clauses.extend(losses::cover_clauses(it, run));
    let waited = last.filter(|last| it.deleted.is_none() && !is_open(it, last, run));
    clauses.extend(waited.into_iter().flat_map(waiters::clauses));
    clauses.extend(it.alerts.iter().map(alert));
    clauses
}

/// Whether a rollout may still finish, so that nobody knows what those say who wait for it.
fn is_open(it: &DaemonSetSummary, rollout: &Rollout, run: &Summary) -> bool {
    rollout.finished.is_none() && !it.on_delete && !rollout.is_stuck(run)
}

/// The record counts deleted pods, but does not say whether they went with it or before. If none
/// did, those it had run on as orphans.
fn deleted(it: &DaemonSetSummary) -> String {
    let at_start = it.deleted == Some(SimDuration::ZERO) && it.created_at.is_zero();
    let deleted = if at_start { "being deleted when the run began" } else { "deleted" };
    match it.pods_deleted {
        0 => format!("{deleted}; none of its pods was deleted"),
        1 => format!("{deleted}; 1 of its pods was deleted, with it or before"),
        gone => format!("{deleted}; {} of its pods were deleted, with it or before", number(gone)),
    }
}

fn unchanged(it: &DaemonSetSummary) -> Vec<String> {
    let available = part(it.status.available.into(), it.status.desired.into(), "node");
    let mut clauses = vec![format!("no rollout; available on {available} at the end")];
    clauses.extend(slowest(it));
    clauses
}

fn creation(it: &DaemonSetSummary, rollout: &Rollout, run: &Summary) -> String {
    let running = part(it.status.available.into(), it.status.desired.into(), "node");
    let Some(at) = rollout.finished else {
        return format!("running on {running}, {}", unfinished(it, rollout, run));
    };
    let after = span(at.saturating_sub(rollout.started));
    if it.status.available < it.status.desired {
        return format!("rolled out to every node after {after}");
    }
    format!("rolled out to every node after {after}; available on {running} at the end")
}

/// `OnDelete` never finishes: the controller replaces only what somebody else deletes.
fn on_delete(it: &DaemonSetSummary) -> String {
    let (updated, desired) = (u64::from(it.status.updated), u64::from(it.status.desired));
    if it.status.all_updated() {
        return format!("{} the new revision (OnDelete)", runs(desired));
    }
    let rest = match desired - updated {
        1 => "the last one changes when its pod is deleted".to_owned(),
        rest => format!("the other {} change when their pods are deleted", number(rest)),
    };
    let verb = if updated == 1 { "runs" } else { "run" };
    format!("{} {verb} the new revision; OnDelete: {rest}", part(updated, desired, "node"))
}

fn runs(nodes: u64) -> String {
    match nodes {
        1 => "the only node runs".to_owned(),
        _ => format!("all {} run", count(nodes, "node")),
    }
}

fn replacement(it: &DaemonSetSummary, rollout: &Rollout, run: &Summary) -> Vec<String> {
    let outcome = match rollout.finished {
        Some(at) => format!("finished after {}", span(at.saturating_sub(rollout.started))),
        None => unfinished(it, rollout, run),
    };
    let superseded = it.rollouts.iter().filter(|it| it.superseded).count() as u64;
    let mut clauses = Vec::new();
    if it.rollouts.iter().filter(|it| !it.creation).count() > 1 && !rollout.trigger.is_empty() {
        clauses.push(format!("last rollout ({}) {outcome}", rollout.trigger));
    } else {
        clauses.push(outcome);
    }
    if superseded > 0 {
        let verb = if superseded == 1 { "was" } else { "were" };
        let earlier = count(superseded, "earlier rollout");
        clauses.push(format!("{earlier} {verb} superseded before finishing"));
    }
    clauses.push(worst(it, rollout));
    let meanwhile = if rollout.worst.without == 0 { " in the whole run" } else { "" };
    clauses.extend(slowest(it).map(|clause| clause + meanwhile));
    clauses
}

/// Why and since when a rollout has not finished: it is stuck, or the run ended too early.
fn unfinished(it: &DaemonSetSummary, rollout: &Rollout, run: &Summary) -> String {
    let (done, what) = progress(it);
    let of = format!("{}/{}{what}", number(done), number(it.status.desired.into()));
    if rollout.is_stuck(run) {
        let since = rollout.last_progress.max(rollout.started);
        let advice = cause::advice(&it.advice, &it.daemon_set);
        let advice = advice.map_or_else(String::new, |advice| format!("; {advice}"));
        return format!("stuck at {of} since {}{}{advice}", span(since), waiting(it, rollout));
    }
    let limit =
        run.limit_hit.map_or_else(String::new, |limit| format!(" ({} limit)", limit.name()));
    format!("still progressing at {of} when the run ended at {}{limit}", span(run.end))
}

/// What is counted: updated nodes, and once all are updated, available ones.
fn progress(it: &DaemonSetSummary) -> (u64, &'static str) {
    if it.status.all_updated() {
        (it.status.available.into(), " available, all updated,")
    } else {
        (it.status.updated.into(), "")
    }
}

/// What spends the budget; what it waits for where no budget is in the way: when nothing is left
/// to replace, with `maxSurge`, and in a creation.
pub(super) fn waiting(it: &DaemonSetSummary, rollout: &Rollout) -> String {
    let unexplained = it.holds.iter().filter(|it| it.nodes > 0 && it.causes.is_empty());
    let unexplained: Vec<String> =
        unexplained.map(|it| format!("{} {}", number(it.nodes.into()), it.reason)).collect();
    let spent: u64 = it.holds.iter().map(|hold| u64::from(hold.nodes)).sum();
    let unbounded = spent < u64::from(it.budget)
        || it.budget == 0
        || rollout.creation
        || it.status.all_updated();
    let link = if unbounded { "for" } else { "by" };
    let mut holds = cause::causes(&it.holds);
    if !unexplained.is_empty() {
        holds.push(unexplained.join(", "));
    }
    let holds = holds.join(&format!(", and {link} "));
    match holds.as_str() {
        "" => String::new(),
        holds if unbounded => format!(": waiting for {holds}"),
        holds => format!(": budget {} is spent by {holds}", number(it.budget.into())),
    }
}

/// The worst moment, and whether the promise of the update strategy was kept.
fn worst(it: &DaemonSetSummary, rollout: &Rollout) -> String {
    let worst = rollout.worst;
    let promised = number(worst.promised.into());
    let broken = span(rollout.breached);
    if worst.without > worst.promised {
        let without = part(worst.without.into(), worst.wanted.into(), "node");
        let more = number((worst.without - worst.promised).into());
        format!(
            "breach of the promise: at {} {without} without a serving pod, {more} more than the \
             {promised} promised; broken for {broken} in all",
            span(worst.at),
        )
    } else if !rollout.breached.is_zero() {
        let moment = worst_moment(it, rollout);
        format!("{moment}; breach of the promise at other moments, for {broken} in all")
    } else {
        worst_moment(it, rollout)
    }
}

/// The worst moment; `OnDelete` promises nothing.
fn worst_moment(it: &DaemonSetSummary, rollout: &Rollout) -> String {
    let worst = rollout.worst;
    if worst.without == 0 {
        return "no node stopped serving during the rollout".to_owned();
    }
    let promised = if it.on_delete {
        String::new()
    } else {
        format!(" (promised at most {})", number(worst.promised.into()))
    };
    format!(
        "worst moment {} without a serving pod{promised}, at {}",
        part(worst.without.into(), worst.wanted.into(), "node"),
        span(worst.at),
    )
}

/// The node that was without for the longest time in the whole run, whatever the reason.
fn slowest(it: &DaemonSetSummary) -> Option<String> {
    let (node, gap) = it.slowest.as_ref().filter(|(_, gap)| !gap.is_zero())?;
    let off = losses::off_time(it, node).filter(|off| off > gap);
    let wanted = if off.is_some() { " while a pod belonged there" } else { "" };
    Some(format!("slowest node {node} was without for {}{wanted}", span(*gap)))
}

/// Pods that the scheduler cannot place, in its own words.
fn unschedulable(it: &DaemonSetSummary) -> impl Iterator<Item = String> {
    let clause =
        |pods: u32, why: &str| format!("{} cannot be scheduled: {why}", count(pods.into(), "pod"));
    let causes = || it.holds.iter().flat_map(|hold| &hold.causes);
    let is_named = move |why: &str| {
        let named = |it: &Blocker| matches!(&it.cause, Cause::Unschedulable { message, .. } if message == why);
        causes().any(named)
    };
    let unnamed = it.unschedulable.iter().filter(move |(why, _)| !is_named(why));
    unnamed.map(move |(why, pods)| clause(*pods, why))
}

/// What is wrong at the end although the rollout finished, and pods where none belong.
fn aftermath(it: &DaemonSetSummary, last: Option<&Rollout>) -> Vec<String> {
    let mut clauses = Vec::new();
    let missing = it.status.desired.saturating_sub(it.status.available);
    if missing > 0 && last.is_some_and(|it| it.finished.is_some()) {
        let has = if missing == 1 { "has" } else { "have" };
        let missing = part(missing.into(), it.status.desired.into(), "node");
        let why = cause::causes(&it.holds).join(", and ");
        let why = if why.is_empty() { why } else { format!(" ({why})") };
        clauses.push(format!("at the end {missing} {has} no available pod{why}"));
    }
    match it.status.misscheduled {
        0 => {}
        1 => clauses.push("1 node runs a pod that does not belong there".to_owned()),
        many => {
            let nodes = count(many.into(), "node");
            clauses.push(format!("{nodes} run a pod that does not belong there"));
        }
    }
    clauses
}

/// When an alert fires; and until when, if it does not go on.
fn alert(it: &Alert) -> String {
    let Alert { rule, fired, resolved, times } = *it;
    let fires = format!("the alert {} fires", rule.name());
    let first = span(fired);
    match (times, resolved.map(span)) {
        (1, None) => format!("{fires} at {first}"),
        (1, Some(last)) => format!("{fires} at {first} and resolves at {last}"),
        (_, None) => format!("{fires} {times} times, first at {first}"),
        (_, Some(last)) => {
            format!("{fires} {times} times, first at {first}, and resolves at {last}")
        }
    }
}

#[cfg(test)]
mod tests;
