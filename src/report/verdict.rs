//! The verdict: how a DaemonSet fared, in one or two sentences for people.
//!
//! Spans (`after 14m32s`) count from the start of the rollout, moments (`at 3m20s`) from the start
//! of the run, as in the chart and in `timeline.csv`. Exact figures are in `summary.json`.

use crate::record::{DaemonSetSummary, Rollout, Summary};
use crate::report::kubectl::{name, several_namespaces};
use crate::report::people::{count, number, part, span};
use crate::time::SimDuration;

/// Kubernetes' own limit for «no progress»: the default of a Deployment's
/// `progressDeadlineSeconds`. DaemonSets have none, so a verdict borrows it.
const PROGRESS_DEADLINE: SimDuration = SimDuration::from_secs(600);

/// The verdict on one DaemonSet of `run`: its last rollout, its end, or that it did not change.
pub fn verdict(daemon_set: &DaemonSetSummary, run: &Summary) -> String {
    let shown = if several_namespaces(&run.daemon_sets) {
        &daemon_set.daemon_set
    } else {
        name(&daemon_set.daemon_set)
    };
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
        clauses.extend(unschedulable(it));
        clauses.extend(aftermath(it, last));
    }
    clauses
}

/// The record counts deleted pods, but does not say whether they went with it or before. If none
/// did, those it had run on as orphans.
fn deleted(it: &DaemonSetSummary) -> String {
    match it.pods_deleted {
        0 => "deleted; none of its pods was deleted".to_owned(),
        1 => "deleted; 1 of its pods was deleted, with it or before".to_owned(),
        gone => format!("deleted; {} of its pods were deleted, with it or before", number(gone)),
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
    let after = span(between(rollout.started, at));
    if it.status.available < it.status.desired {
        return format!("rolled out to every node after {after}");
    }
    format!("rolled out to every node after {after}; available on {running} at the end")
}

/// `OnDelete` never finishes: the controller replaces only what somebody else deletes.
fn on_delete(it: &DaemonSetSummary) -> String {
    let (updated, desired) = (u64::from(it.status.updated), u64::from(it.status.desired));
    if updated >= desired {
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
        Some(at) => format!("finished after {}", span(between(rollout.started, at))),
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
    clauses.extend(slowest(it));
    clauses
}

/// Why and since when a rollout has not finished: it is stuck, or the run ended too early.
fn unfinished(it: &DaemonSetSummary, rollout: &Rollout, run: &Summary) -> String {
    let (done, what) = progress(it);
    let of = format!("{}/{}{what}", number(done), number(it.status.desired.into()));
    let since = rollout.last_progress.max(rollout.started);
    if run.at_rest || is_quiet(since, rollout.started, run.end) {
        return format!("stuck at {of} since {}{}", span(since), waiting(it, rollout));
    }
    let limit =
        run.limit_hit.map_or_else(String::new, |limit| format!(" ({} limit)", limit.name()));
    format!("still progressing at {of} when the run ended at {}{limit}", span(run.end))
}

/// What is counted: updated nodes, and once all are updated, available ones.
fn progress(it: &DaemonSetSummary) -> (u64, &'static str) {
    if it.status.updated < it.status.desired {
        (it.status.updated.into(), "")
    } else {
        (it.status.available.into(), " available, all updated,")
    }
}

/// Stuck is: no progress for ten minutes, or for the longer part of a shorter rollout.
fn is_quiet(since: SimDuration, started: SimDuration, end: SimDuration) -> bool {
    let quiet = between(since, end);
    quiet >= PROGRESS_DEADLINE || quiet.times(2) >= between(started, end)
}

/// What spends the budget; what it waits for where no budget is in the way: when nothing is left
/// to replace, with `maxSurge`, and in a creation.
fn waiting(it: &DaemonSetSummary, rollout: &Rollout) -> String {
    let holds: Vec<String> = (it.holds.iter().filter(|it| it.nodes > 0))
        .map(|it| format!("{} {}", number(it.nodes.into()), it.reason))
        .collect();
    let holds = holds.join(", ");
    let unbounded = it.budget == 0 || rollout.creation || it.status.updated >= it.status.desired;
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
        return "no node was without a serving pod".to_owned();
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

fn slowest(it: &DaemonSetSummary) -> Option<String> {
    let (node, gap) = it.slowest.as_ref().filter(|(_, gap)| !gap.is_zero())?;
    Some(format!("slowest node {node} was without for {}", span(*gap)))
}

/// Pods that the scheduler cannot place, in its own words.
fn unschedulable(it: &DaemonSetSummary) -> impl Iterator<Item = String> {
    let clause =
        |pods: u32, why: &str| format!("{} cannot be scheduled: {why}", count(pods.into(), "pod"));
    it.unschedulable.iter().map(move |(why, pods)| clause(*pods, why))
}

/// What is wrong at the end although the rollout finished, and pods where none belong.
fn aftermath(it: &DaemonSetSummary, last: Option<&Rollout>) -> Vec<String> {
    let mut clauses = Vec::new();
    let missing = it.status.desired.saturating_sub(it.status.available);
    if missing > 0 && last.is_some_and(|it| it.finished.is_some()) {
        let has = if missing == 1 { "has" } else { "have" };
        let missing = part(missing.into(), it.status.desired.into(), "node");
        clauses.push(format!("at the end {missing} {has} no available pod"));
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

fn between(start: SimDuration, end: SimDuration) -> SimDuration {
    SimDuration::from_micros(end.as_micros().saturating_sub(start.as_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Hold, Limit, StatusCounts, Worst};

    const fn secs(seconds: u64) -> SimDuration {
        SimDuration::from_secs(seconds)
    }

    fn rollout() -> Rollout {
        Rollout {
            generation: 2,
            trigger: "set image agent=v2".to_owned(),
            started: secs(60),
            finished: Some(secs(932)),
            worst: Worst { without: 10, wanted: 100, promised: 10, at: secs(200) },
            last_progress: secs(490),
            ..Rollout::default()
        }
    }

    fn creation() -> Rollout {
        let (started, finished) = (SimDuration::ZERO, Some(secs(14)));
        Rollout { generation: 1, creation: true, started, finished, ..Rollout::default() }
    }

    fn status([desired, updated, available]: [u32; 3]) -> StatusCounts {
        StatusCounts { desired, updated, available, ..Default::default() }
    }

    fn fared(counts: [u32; 3], rollouts: Vec<Rollout>) -> DaemonSetSummary {
        DaemonSetSummary {
            daemon_set: "monitoring/agent".to_owned(),
            status: status(counts),
            rollouts,
            budget: 10,
            ..DaemonSetSummary::default()
        }
    }

    fn check(daemon_set: DaemonSetSummary, expected: &str) {
        let run = Summary {
            daemon_sets: vec![daemon_set],
            end: secs(1_800),
            limit_hit: Some(Limit::Time),
            ..Summary::default()
        };
        assert_eq!(verdicts(&run), [format!("agent: {expected}")]);
    }

    #[test]
    fn a_rollout_that_finished() {
        let mut it = fared([100; 3], vec![creation(), rollout()]);
        it.slowest = Some(("worker-17".to_owned(), secs(48)));
        check(
            it,
            "finished after 14m32s; worst moment 10 of 100 nodes without a serving pod (promised \
             at most 10), at 3m20s; slowest node worker-17 was without for 48s",
        );
    }

    #[test]
    fn a_rollout_that_nobody_noticed() {
        let mut surge = rollout();
        surge.worst = Worst { wanted: 100, ..Worst::default() };
        surge.finished = Some(SimDuration::from_micros(60_250_000));
        check(
            fared([100; 3], vec![surge]),
            "finished after 250ms; no node was without a serving pod",
        );
    }

    #[test]
    fn a_rollout_that_is_stuck() {
        let mut it = fared([100, 57, 90], vec![Rollout { finished: None, ..rollout() }]);
        it.holds = vec![
            Hold { reason: "not ready", nodes: 7 },
            Hold { reason: "no pod yet", nodes: 0 },
            Hold { reason: "terminating", nodes: 3 },
        ];
        let worst = "worst moment 10 of 100 nodes without a serving pod (promised at most 10), at \
                     3m20s";
        check(
            it.clone(),
            &format!(
                "stuck at 57/100 since 8m10s: budget 10 is spent by 7 not ready, 3 terminating; \
                 {worst}"
            ),
        );
        it.status.updated = 100;
        check(
            it,
            &format!(
                "stuck at 90/100 available, all updated, since 8m10s: waiting for 7 not ready, \
                 3 terminating; {worst}"
            ),
        );
    }

    #[test]
    fn pods_that_cannot_be_scheduled_are_named_with_the_reason() {
        let mut it = fared([100, 57, 90], vec![Rollout { finished: None, ..rollout() }]);
        it.unschedulable =
            vec![("Insufficient cpu".to_owned(), 2), ("Too many pods".to_owned(), 1)];
        check(
            it,
            "stuck at 57/100 since 8m10s; worst moment 10 of 100 nodes without a serving pod \
             (promised at most 10), at 3m20s; 2 pods cannot be scheduled: Insufficient cpu; 1 pod \
             cannot be scheduled: Too many pods",
        );
    }

    #[test]
    fn a_rollout_that_the_end_of_the_run_cut_short() {
        let mut slow = rollout();
        (slow.finished, slow.last_progress) = (None, secs(1_700));
        slow.worst = Worst { without: 1, wanted: 5_000, promised: 1, at: secs(70) };
        check(
            fared([5_000, 1_234, 4_999], vec![slow]),
            "still progressing at 1,234/5,000 when the run ended at 30m (time limit); worst \
             moment 1 of 5,000 nodes without a serving pod (promised at most 1), at 1m10s",
        );
    }

    #[test]
    fn a_broken_promise_is_named() {
        let mut bad = rollout();
        (bad.worst.without, bad.breached) = (14, secs(125));
        check(
            fared([100; 3], vec![bad.clone()]),
            "finished after 14m32s; breach of the promise: at 3m20s 14 of 100 nodes without a \
             serving pod, 4 more than the 10 promised; broken for 2m5s in all",
        );
        bad.worst.without = 10;
        check(
            fared([100; 3], vec![bad]),
            "finished after 14m32s; worst moment 10 of 100 nodes without a serving pod (promised \
             at most 10), at 3m20s; breach of the promise at other moments, for 2m5s in all",
        );
    }

    #[test]
    fn the_last_of_several_rollouts_is_told() {
        let first = Rollout { finished: None, superseded: true, ..rollout() };
        let mut undo = rollout();
        undo.trigger = "rollout undo".to_owned();
        undo.worst.without = 0;
        check(
            fared([100; 3], vec![creation(), first, undo]),
            "last rollout (rollout undo) finished after 14m32s; 1 earlier rollout was superseded \
             before finishing; no node was without a serving pod",
        );
    }

    #[test]
    fn a_creation() {
        check(
            fared([5; 3], vec![creation()]),
            "rolled out to every node after 14s; available on 5 of 5 nodes at the end",
        );
        let mut one_lost = fared([5, 5, 4], vec![creation()]);
        one_lost.status.misscheduled = 1;
        check(
            one_lost,
            "rolled out to every node after 14s; at the end 1 of 5 nodes has no available pod; 1 node \
             runs a pod that does not belong there",
        );
        let stuck = Rollout { finished: None, last_progress: secs(30), ..creation() };
        let mut it = fared([5, 3, 3], vec![stuck]);
        it.status.misscheduled = 2;
        check(
            it,
            "running on 3 of 5 nodes, stuck at 3/5 since 30s; 2 nodes run a pod that does not \
             belong there",
        );
    }

    #[test]
    fn on_delete_waits_for_somebody_to_delete() {
        let last = || vec![Rollout { finished: None, worst: Worst::default(), ..rollout() }];
        let on_delete = |counts| DaemonSetSummary { on_delete: true, ..fared(counts, last()) };
        let mut dip = on_delete([100; 3]);
        let worst = Worst { without: 10, wanted: 100, promised: 0, at: secs(200) };
        (dip.rollouts[0].worst, dip.rollouts[0].breached) = (worst, secs(40));
        check(
            dip,
            "all 100 nodes run the new revision (OnDelete); worst moment 10 of 100 nodes without \
             a serving pod, at 3m20s",
        );
        let quiet = "no node was without a serving pod";
        check(
            on_delete([100, 12, 100]),
            &format!(
                "12 of 100 nodes run the new revision; OnDelete: the other 88 change when their \
                 pods are deleted; {quiet}"
            ),
        );
        check(
            on_delete([2, 1, 2]),
            &format!(
                "1 of 2 nodes runs the new revision; OnDelete: the last one changes when its pod \
                 is deleted; {quiet}"
            ),
        );
        check(on_delete([2; 3]), &format!("all 2 nodes run the new revision (OnDelete); {quiet}"));
        check(
            on_delete([1; 3]),
            &format!("the only node runs the new revision (OnDelete); {quiet}"),
        );
    }

    #[test]
    fn a_deleted_one_leaves_its_pods_or_not() {
        let check_deleted = |pods_deleted, expected: &str| {
            let (gone, deleted) = (fared([0; 3], vec![creation()]), Some(SimDuration::ZERO));
            check(DaemonSetSummary { deleted, pods_deleted, ..gone }, expected);
        };
        check_deleted(0, "deleted; none of its pods was deleted");
        check_deleted(1, "deleted; 1 of its pods was deleted, with it or before");
        check_deleted(5_000, "deleted; 5,000 of its pods were deleted, with it or before");
    }

    #[test]
    fn the_rest() {
        check(fared([0; 3], vec![creation()]), "no node is eligible, so there is nothing to run");
        check(fared([1; 3], Vec::new()), "no rollout; available on 1 of 1 node at the end");
    }

    #[test]
    fn namespaces_are_named_where_there_are_several() {
        let other = DaemonSetSummary { daemon_set: "other/agent".into(), ..fared([1; 3], vec![]) };
        let run = Summary {
            daemon_sets: vec![fared([1; 3], vec![]), other],
            end: SimDuration::MAX,
            ..Summary::default()
        };
        assert!(verdicts(&run)[0].starts_with("monitoring/agent: "));
    }
}
