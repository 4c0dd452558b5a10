//! What the verdicts sound like.

use super::*;
use crate::record::{AlertRule, Hold, Limit, StatusCounts, Worst};
use crate::time::SimDuration;

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
    check_ended_by(Limit::Time, daemon_set, expected);
}

fn check_ended_by(limit: Limit, daemon_set: DaemonSetSummary, expected: &str) {
    let run = Summary {
        daemon_sets: vec![daemon_set],
        end: secs(1_800),
        limit_hit: Some(limit),
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
    let quiet = "finished after 250ms; no node stopped serving during the rollout";
    let mut it = fared([100; 3], vec![surge]);
    check(it.clone(), quiet);
    it.slowest = Some(("worker-17".to_owned(), secs(46)));
    check(it, &format!("{quiet}; slowest node worker-17 was without for 46s in the whole run"));
}

#[test]
fn a_rollout_that_is_stuck() {
    let mut it = fared([100, 57, 90], vec![Rollout { finished: None, ..rollout() }]);
    it.holds =
        vec![Hold::new("not ready", 7), Hold::new("no pod yet", 0), Hold::new("terminating", 3)];
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
fn an_alert_that_fires_is_named() {
    let quiet = Rollout { finished: None, worst: Worst::default(), ..rollout() };
    let stuck = fared([100, 57, 100], vec![quiet]);
    let alert = |times, resolved: Option<u64>| Alert {
        rule: AlertRule::RolloutStuck,
        fired: secs(1_690),
        resolved: resolved.map(secs),
        times,
    };
    let check_alert = |alert, expected: &str| {
        check(
            DaemonSetSummary { alerts: vec![alert], ..stuck.clone() },
            &format!(
                "stuck at 57/100 since 8m10s; no node stopped serving during the rollout; the \
                 alert KubeDaemonSetRolloutStuck fires {expected}"
            ),
        );
    };
    check_alert(alert(1, None), "at 28m10s");
    check_alert(alert(1, Some(1_750)), "at 28m10s and resolves at 29m10s");
    check_alert(alert(3, None), "3 times, first at 28m10s");
    check_alert(alert(3, Some(1_750)), "3 times, first at 28m10s, and resolves at 29m10s");
    let alerts = vec![alert(1, Some(1_750))];
    check(
        DaemonSetSummary { alerts, deleted: Some(secs(1_750)), ..fared([0; 3], vec![]) },
        "deleted; none of its pods was deleted; the alert KubeDaemonSetRolloutStuck fires at \
         28m10s and resolves at 29m10s",
    );
}

#[test]
fn pods_that_cannot_be_scheduled_are_named_with_the_reason() {
    let mut it = fared([100, 57, 90], vec![Rollout { finished: None, ..rollout() }]);
    it.unschedulable = vec![("Insufficient cpu".to_owned(), 2), ("Too many pods".to_owned(), 1)];
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
fn a_run_that_was_cut_off_is_not_called_stuck() {
    let quiet = Rollout { finished: None, worst: Worst::default(), ..rollout() };
    let check = |limit, shown: &str| {
        check_ended_by(
            limit,
            fared([100, 57, 100], vec![quiet.clone()]),
            &format!(
                "still progressing at 57/100 when the run ended at 30m ({shown} limit); no \
                 node stopped serving during the rollout"
            ),
        );
    };
    check(Limit::Events, "events");
    check(Limit::PodsPerNode, "pods-per-node");
}

/// What has had no time yet is not stuck.
#[test]
fn a_run_of_seconds_tells_nothing_of_the_next_minute() {
    let check = |end: u64, outcome: &str| {
        let (started, last_progress) = (secs(10), SimDuration::ZERO);
        let begun = Rollout {
            finished: None,
            worst: Worst::default(),
            started,
            last_progress,
            ..rollout()
        };
        let daemon_sets = vec![fared([3, 0, 3], vec![begun])];
        let limit_hit = Some(Limit::Time);
        let run = Summary { daemon_sets, end: secs(end), limit_hit, ..Summary::default() };
        let quiet = "no node stopped serving during the rollout";
        assert_eq!(verdicts(&run), [format!("agent: {outcome}; {quiet}")]);
    };
    check(11, "still progressing at 0/3 when the run ended at 11s (time limit)");
    check(69, "still progressing at 0/3 when the run ended at 1m9s (time limit)");
    check(70, "stuck at 0/3 since 10s");
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
         before finishing; no node stopped serving during the rollout",
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
    let quiet = "no node stopped serving during the rollout";
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
    check(on_delete([1; 3]), &format!("the only node runs the new revision (OnDelete); {quiet}"));
}

#[test]
fn a_deleted_one_leaves_its_pods_or_not() {
    let check_deleted = |at, pods_deleted, expected: &str| {
        let (gone, deleted) = (fared([0; 3], vec![creation()]), Some(secs(at)));
        check(DaemonSetSummary { deleted, pods_deleted, ..gone }, expected);
    };
    check_deleted(60, 0, "deleted; none of its pods was deleted");
    check_deleted(60, 1, "deleted; 1 of its pods was deleted, with it or before");
    check_deleted(60, 5_000, "deleted; 5,000 of its pods were deleted, with it or before");
    check_deleted(0, 0, "being deleted when the run began; none of its pods was deleted");
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
