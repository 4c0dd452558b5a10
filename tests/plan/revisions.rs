//! Odd histories.

use crate::check;

/// `pkg/controller/daemon/update.go › constructHistory`.
#[test]
fn a_template_without_a_revision_gets_one() {
    check(
        "ds collisions=1\nnode a\nrev agent-old 7 v1\npod p a old ready@5",
        "- p
        revision 8 *
        status 1 1 1 0 1 0",
    );
}

/// `pkg/controller/daemon/update.go › dedupCurHistories`. The cache learns of the new labels only
/// after the sync, so that it still takes the pods for old.
#[test]
fn of_equal_revisions_the_highest_stays_and_pods_are_relabeled() {
    check(
        "ds generation=-\nnode a\nnode b\nrev agent-one 1 v2\nrev agent-two 2 v2\nrev agent-old 1 v1
        pod p a hash=one ready@5\npod q b hash=old ready@5",
        "- p
        drops agent-one
        revision 2 agent-two
        status 2 2 2 0 2 0
        holds 1 waiting for their turn, the budget is spent",
    );
}

/// `pkg/controller/daemon/update.go › controlledHistories`: adopted, whoever made them.
#[test]
fn revisions_without_an_owner_are_adopted_and_those_of_others_are_not() {
    check(
        "ds\nnode a\nrev agent-new 3 v2 orphan\npod p a new ready@5",
        "revision 3 agent-new\nstatus 1 1 1 1 1 0",
    );
    check(
        "ds\nnode a\nrev agent-new 3 v2 foreign\npod p a new ready@5",
        "revision 1 *\nstatus 1 1 1 1 1 0",
    );
}

/// `pkg/controller/daemon/update.go › constructHistory`: the name takes the label's place.
#[test]
fn a_revision_without_the_label_has_its_name_as_hash() {
    check(
        "ds generation=-\nnode a\nnode b\nrev agent-new 3 v2 hash=-\npod p a hash=new ready@5
        pod q b hash=agent-new ready@5",
        "- p\nrevision 3 agent-new\nstatus 2 2 2 1 2 0",
    );
}

/// A rollback: the old revision becomes the highest.
#[test]
fn the_revision_of_the_template_becomes_the_highest() {
    check(
        "ds generation=-\nnode a\nrev agent-new 1 v2\nrev agent-old 4 v1\npod p a new ready@5",
        "revision 5 agent-new\nstatus 1 1 1 1 1 0",
    );
}

/// `pkg/controller/daemon/update.go › cleanupHistory`: revisions of pods stay, whatever the limit.
#[test]
fn old_revisions_beyond_the_limit_go_unless_a_pod_has_them() {
    check(
        "ds limit=1 OnDelete\nnode a\nrev agent-a 1 v0\nrev agent-b 2 v3\nrev agent-c 3 v4
        rev agent-new 4 v2\npod p a hash=a ready@5",
        "drops agent-b agent-c
        revision 4 agent-new
        status 1 1 1 0 1 0
        holds 1 old, until somebody deletes the pod",
    );
}

/// Numbers at the end of what an integer holds do no harm.
#[test]
fn numbers_may_be_as_large_as_they_get() {
    check(
        "ds minReady=2147483647\nnode a\nrev agent-old 9223372036854775807 v1\npod p a old ready@5",
        "- p
        revision 9223372036854775807 *
        status 1 1 1 0 0 0
        holds 1 old and not available",
    );
}
