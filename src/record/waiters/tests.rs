//! Each tool's rule, at its edges.

use super::*;
use crate::record::timeline::{StatusCounts, TruthCounts};
use crate::time::SimDuration;

/// Desired, current, updated, ready and available pods of a DaemonSet that the controller has seen.
const fn seen([desired, current, updated, ready, available]: [u32; 5]) -> Seen {
    let status = StatusCounts {
        desired,
        current,
        updated,
        ready,
        available,
        misscheduled: 0,
        unavailable: desired.saturating_sub(available),
    };
    Seen { generation: 2, observed_generation: 2, on_delete: false, max_unavailable: 1, status }
}

/// Checks who says that it is done: kubectl, Helm 3, Helm 4 and Flux, Argo CD.
#[track_caller]
fn check(seen: &Seen, expected: [bool; 4]) {
    assert_eq!(Waiter::ALL.map(|waiter| waiter.is_done(seen)), expected, "{seen:?}");
}

#[test]
fn all_agree_on_a_rollout_that_is_done_and_on_one_that_has_begun() {
    check(&seen([6; 5]), [true; 4]);
    check(&seen([6, 6, 5, 6, 6]), [false; 4]);
    check(&Seen { observed_generation: 1, ..seen([6; 5]) }, [false; 4]);
    check(&Seen { observed_generation: 1, on_delete: true, ..seen([6; 5]) }, [false; 4]);
    check(&seen([0; 5]), [true; 4]);
}

/// Helm 3 lets as many pods be not ready as the update may take away.
#[test]
fn helm_3_does_not_wait_for_the_last_pods() {
    let last = seen([6, 6, 6, 5, 5]);
    check(&last, [false, true, false, false]);
    check(&Seen { max_unavailable: 0, ..last }, [false; 4]);
    check(&seen([6, 6, 6, 4, 4]), [false; 4]);
    check(&Seen { max_unavailable: 9, ..seen([6, 6, 6, 0, 0]) }, [false, true, false, false]);
}

/// Ready for less than `minReadySeconds`: Helm 3 looks at Ready, the others at Available.
#[test]
fn helm_3_does_not_wait_for_min_ready_seconds() {
    let fresh = seen([6, 6, 6, 6, 3]);
    check(&Seen { max_unavailable: 0, ..fresh }, [false, true, false, false]);
}

/// Nodes that have two pods, or that left meanwhile: more are updated than desired.
#[test]
fn more_pods_than_desired_are_enough_but_not_for_helm_3() {
    check(&seen([5, 6, 6, 6, 6]), [true, false, true, true]);
}

/// kstatus asks for every number; kubectl and Argo CD for two of them.
#[test]
fn kstatus_asks_for_every_number() {
    check(&seen([6, 5, 6, 6, 6]), [true, true, false, true]);
    check(&seen([6, 6, 6, 5, 6]), [true, true, false, true]);
}

#[test]
fn on_delete_divides_them() {
    let untouched = Seen { on_delete: true, ..seen([6, 6, 0, 6, 6]) };
    check(&untouched, [false, true, false, true]);
    check(&Seen { on_delete: true, ..seen([6; 5]) }, [false, true, true, true]);
}

#[test]
fn each_answers_once() {
    let mut answers = Answers::default();
    let at = SimDuration::from_secs;
    let truth =
        |serving_updated| TruthCounts { wanted: 6, serving_updated, ..TruthCounts::default() };
    answers.see(at(1), &seen([6, 6, 6, 5, 5]), &truth(5));
    answers.see(at(2), &seen([6; 5]), &truth(6));
    answers.see(at(3), &seen([6; 5]), &truth(2));
    let done = |seconds, missing| Some(Done { at: at(seconds), missing, wanted: 6 });
    assert_eq!(answers.of(Waiter::Helm3), done(1, 1));
    assert_eq!(answers.of(Waiter::Kubectl), done(2, 0));
    assert!(answers.agree());
    let mut on_delete = Answers::default();
    let untouched = Seen { on_delete: true, ..seen([6, 6, 0, 6, 6]) };
    on_delete.see(at(1), &untouched, &truth(0));
    assert!(!on_delete.agree() && on_delete.of(Waiter::Kubectl).is_none());
}
