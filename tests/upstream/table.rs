//! Every test of upstream's three files, and why some have no counterpart here.

use std::collections::BTreeSet;

use crate::{controller, eligibility, handlers, surge, update};

/// `pkg/controller/daemon/daemon_controller_test.go`.
const CONTROLLER: &str = "
    TestDeleteFinalStateUnknown TestExpectationsOnRecreate TestSimpleDaemonSetLaunchesPods
    TestSimpleDaemonSetScheduleDaemonSetPodsLaunchesPods TestSimpleDaemonSetPodCreateErrors
    TestDaemonSetPodCreateExpectationsError TestSimpleDaemonSetUpdatesStatusAfterLaunchingPods
    TestSimpleDaemonSetUpdatesStatusError TestNoNodesDoesNothing TestOneNodeDaemonLaunchesPod
    TestNotReadyNodeDaemonDoesLaunchPod
    TestInsufficientCapacityNodeDaemonDoesNotUnscheduleRunningPod
    TestInsufficientCapacityNodeSufficientCapacityWithNodeLabelDaemonLaunchPod
    TestNetworkUnavailableNodeDaemonLaunchesPod TestDontDoAnythingIfBeingDeleted
    TestDontDoAnythingIfBeingDeletedRace TestPortConflictWithSameDaemonPodDoesNotDeletePod
    TestNoPortConflictNodeDaemonLaunchesPod TestPodIsNotDeletedByDaemonsetWithEmptyLabelSelector
    TestDealsWithExistingPods TestSelectorDaemonLaunchesPods
    TestSelectorDaemonDeletesUnselectedPods TestSelectorDaemonDealsWithExistingPods
    TestBadSelectorDaemonDoesNothing TestNameDaemonSetLaunchesPods
    TestBadNameDaemonSetDoesNothing TestNameAndSelectorDaemonSetLaunchesPods
    TestInconsistentNameSelectorDaemonSetDoesNothing TestSelectorDaemonSetLaunchesPods
    TestNodeAffinityDaemonLaunchesPods TestNumberReadyStatus TestObservedGeneration
    TestDaemonKillFailedPods TestDaemonKillFailedPodsBackoff
    TestNoScheduleTaintedDoesntEvicitRunningIntolerantPod
    TestNoExecuteTaintedDoesEvicitRunningIntolerantPod
    TestTaintedNodeDaemonDoesNotLaunchIntolerantPod TestTaintedNodeDaemonLaunchesToleratePod
    TestNotReadyNodeDaemonLaunchesPod TestUnreachableNodeDaemonLaunchesPod
    TestNodeDaemonLaunchesToleratePod TestDaemonSetRespectsTermination
    TestTaintPressureNodeDaemonLaunchesPod TestNodeShouldRunDaemonPod TestUpdateNode
    TestDeleteNoDaemonPod TestDeleteUnscheduledPodForNotExistingNode TestGetNodesToDaemonPods
    TestAddNode TestAddPod TestAddPodOrphan TestUpdatePod TestUpdatePodOrphanSameLabels
    TestUpdatePodOrphanWithNewLabels TestUpdatePodChangeControllerRef
    TestUpdatePodControllerRefRemoved TestDeletePod TestDeletePodOrphan
    TestSurgeDealsWithExistingPods TestSurgePreservesReadyOldPods
    TestSurgeCreatesNewPodWhenAtMaxSurgeAndOldPodDeleted TestSurgeDeletesUnreadyOldPods
    TestSurgePreservesOldReadyWithUnsatisfiedMinReady
    TestSurgeDeletesOldReadyWithUnsatisfiedMinReady TestStoreDaemonSetStatus
    TestShouldIgnoreNodeUpdate";

/// `pkg/controller/daemon/update_test.go`.
const UPDATE: &str = "
    TestDaemonSetUpdatesPods TestDaemonSetUpdatesPodsWithMaxSurge
    TestDaemonSetUpdatesPodsNotMatchTainstWithMaxSurge TestDaemonSetUpdatesWhenNewPodIsNotReady
    TestDaemonSetUpdatesSomeOldPodsNotReady TestDaemonSetUpdatesSaveOldHealthyPods
    TestDaemonSetUpdatesAllOldNotReadyPodsAndNewNotReadyPods
    TestDaemonSetUpdatesAllOldPodsNotReady TestDaemonSetUpdatesAllOldPodsNotReadyMaxSurge
    TestDaemonSetUpdatesNoTemplateChanged TestGetUnavailableNumbers TestControlledHistories";

/// `pkg/controller/daemon/util/daemonset_util_test.go`.
const UTIL: &str = "
    TestIsPodUpdated TestCreatePodTemplate TestReplaceDaemonSetPodNodeNameNodeAffinity
    TestGetTargetNodeName";

/// Tests without a counterpart, and why.
const NOT_COVERED: &[(&str, &str)] = &[
    ("TestDeleteFinalStateUnknown", "no watch event is ever lost, so there are no tombstones"),
    ("TestSimpleDaemonSetPodCreateErrors", "the API server refuses no creation"),
    ("TestDaemonSetPodCreateExpectationsError", "the API server refuses no creation"),
    ("TestSimpleDaemonSetUpdatesStatusError", "the API server refuses no status"),
    ("TestStoreDaemonSetStatus", "the API server refuses no status"),
    ("TestNotReadyNodeDaemonDoesLaunchPod", "a node has no conditions, only what taints say"),
    (
        "TestNetworkUnavailableNodeDaemonLaunchesPod",
        "a node has no conditions, only what taints say",
    ),
    ("TestDontDoAnythingIfBeingDeletedRace", "adoption asks no second time whether it may"),
    (
        "TestPodIsNotDeletedByDaemonsetWithEmptyLabelSelector",
        "an empty selector is refused when a manifest is read",
    ),
    ("TestAddPodOrphan", "no pod comes into being without an owner"),
    ("TestUpdatePodOrphanWithNewLabels", "labels of a pod never change"),
    ("TestUpdatePodChangeControllerRef", "no pod passes straight from one owner to another"),
    ("TestCreatePodTemplate", "a pod's labels are its revision and its generation, not text"),
    ("TestReplaceDaemonSetPodNodeNameNodeAffinity", "a pod knows its node by number"),
];

/// Tests that are covered in part, and what is missing.
const COVERED_IN_PART: &[(&str, &str)] = &[
    ("TestUpdateNode", "no event changes a node but for its labels and taints"),
    ("TestShouldIgnoreNodeUpdate", "no event changes a node but for its labels and taints"),
    ("TestAddNode", "the node queue shows only in what it makes the controller do"),
    ("TestUpdatePodOrphanSameLabels", "of orphans only those that terminate stay orphans"),
    ("TestGetNodesToDaemonPods", "who owns a pod is for the caller of the planner to say"),
    ("TestGetTargetNodeName", "a pod that is bound knows its node by number"),
    ("TestIsPodUpdated", "every pod has both labels"),
];

fn names(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split_whitespace()
}

fn covered() -> BTreeSet<&'static str> {
    let rows = [
        controller::CREATIONS,
        controller::EXISTING,
        controller::FAILED,
        controller::TAINTS,
        surge::ROWS,
        update::ROWS,
    ];
    let rows = rows.into_iter().flatten().map(|row| row.tests);
    let cases = handlers::CASES.iter().map(|case| case.tests);
    let functions = handlers::FUNCTIONS.iter().map(|(test, _)| *test);
    let others = [eligibility::TESTS, update::NUMBERS_TEST];
    rows.chain(cases).chain(functions).chain(others).flat_map(names).collect()
}

#[test]
fn every_test_of_upstream_is_covered_or_there_is_a_reason() {
    let all: BTreeSet<_> = [CONTROLLER, UPDATE, UTIL].into_iter().flat_map(names).collect();
    let covered = covered();
    let left_out: BTreeSet<_> = NOT_COVERED.iter().map(|(test, _)| *test).collect();
    let both: Vec<_> = covered.intersection(&left_out).collect();
    assert!(both.is_empty(), "covered after all: {both:?}");
    for (test, _) in COVERED_IN_PART {
        assert!(covered.contains(test), "not covered at all: {test}");
    }
    let either: BTreeSet<_> = covered.union(&left_out).copied().collect();
    let unknown: Vec<_> = either.difference(&all).collect();
    assert!(unknown.is_empty(), "no test of upstream: {unknown:?}");
    let forgotten: Vec<_> = all.difference(&either).collect();
    assert!(forgotten.is_empty(), "neither covered nor left out: {forgotten:?}");
}
