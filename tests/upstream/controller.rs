//! `pkg/controller/daemon/daemon_controller_test.go`: what manage does, and what the status counts.

use crate::script::{ROW, Row, check};

const BLUE: &str = "nodeSelector: {color: blue}";
const TOLERANT: &str =
    "tolerations: [{key: dedicated, operator: Equal, value: user1, effect: NoSchedule}]";
const PORT: &str = "containers: [{name: c, image: \"foo/bar\", \
    ports: [{containerPort: 666, hostPort: 666}]}]";
const LARGE: &str = "containers: [{name: c, image: \"foo/bar\", \
    resources: {requests: {cpu: 75m, memory: 100Ti}}}]";

/// Where pods are created.
pub(crate) const CREATIONS: &[Row] = &[
    Row {
        tests: "TestSimpleDaemonSetLaunchesPods",
        cluster: "5*",
        script: &["sync 5,0; sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestSimpleDaemonSetScheduleDaemonSetPodsLaunchesPods",
        cluster: "5*",
        script: &["sync 5,0; each 1"],
        ..ROW
    },
    Row {
        tests: "TestSimpleDaemonSetUpdatesStatusAfterLaunchingPods",
        cluster: "5*",
        script: &["status desired=5 current=0; sync 5,0; status current=5"],
        ..ROW
    },
    Row { tests: "TestNoNodesDoesNothing", script: &["sync 0,0"], ..ROW },
    Row { tests: "TestOneNodeDaemonLaunchesPod", cluster: "-", script: &["sync 1,0"], ..ROW },
    Row {
        tests: "TestInsufficientCapacityNodeDaemonDoesNotUnscheduleRunningPod",
        pod_spec: LARGE,
        cluster: "x",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestInsufficientCapacityNodeSufficientCapacityWithNodeLabelDaemonLaunchPod",
        pod_spec: BLUE,
        cluster: "x | color=blue",
        script: &["sync 1,0; status desired=1"],
        ..ROW
    },
    Row {
        tests: "TestNoPortConflictNodeDaemonLaunchesPod",
        pod_spec: PORT,
        cluster: "x",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestSelectorDaemonLaunchesPods TestSelectorDaemonSetLaunchesPods",
        pod_spec: BLUE,
        cluster: "4* | 3* color=blue",
        script: &["sync 3,0"],
        ..ROW
    },
    Row {
        tests: "TestNodeAffinityDaemonLaunchesPods",
        pod_spec: "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
            {nodeSelectorTerms: [{matchExpressions: \
            [{key: color, operator: In, values: [blue]}]}]}}}",
        cluster: "4* | 3* color=blue",
        script: &["sync 3,0"],
        ..ROW
    },
    Row {
        tests: "TestBadSelectorDaemonDoesNothing",
        pod_spec: "nodeSelector: {color: blue, speed: slow}",
        cluster: "4* | 3* color=blue",
        script: &["sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestNameDaemonSetLaunchesPods",
        pod_spec: "nodeName: node-0",
        cluster: "5*",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestBadNameDaemonSetDoesNothing",
        pod_spec: "nodeName: node-10",
        cluster: "5*",
        script: &["sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestNameAndSelectorDaemonSetLaunchesPods",
        pod_spec: "nodeName: node-6, nodeSelector: {color: blue}",
        cluster: "4* | 3* color=blue",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestInconsistentNameSelectorDaemonSetDoesNothing",
        pod_spec: "nodeName: node-0, nodeSelector: {color: blue}",
        cluster: "4* | 3* color=blue",
        script: &["sync 0,0"],
        ..ROW
    },
];

/// What is done about pods that exist.
pub(crate) const EXISTING: &[Row] = &[
    Row {
        tests: "TestPortConflictWithSameDaemonPodDoesNotDeletePod",
        pod_spec: PORT,
        cluster: "nu",
        script: &["sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestDealsWithExistingPods",
        cluster: "- | nu | 2nu | 5nu | 2x",
        script: &["sync 2,5; sync 0,0; each 1"],
        ..ROW
    },
    Row {
        tests: "TestSelectorDaemonDeletesUnselectedPods",
        pod_spec: BLUE,
        cluster: "2x | 3nu x | - | - | nu | 5* color=blue",
        script: &["sync 5,4; sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestSelectorDaemonDealsWithExistingPods",
        pod_spec: BLUE,
        cluster: "nu | 3nu 2x | 4nu | - | - | color=blue | color=blue 13nu | color=blue 4x \
            | color=blue | color=blue nu x",
        script: &["sync 3,20; sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestNumberReadyStatus",
        cluster: "2* nu",
        script: &["sync 0,0; status ready=0; ready any all; sync 0,0; status ready=2"],
        ..ROW
    },
    Row {
        tests: "TestDaemonSetRespectsTermination",
        cluster: "nut",
        script: &["sync 0,0; status current=1"],
        ..ROW
    },
    Row {
        tests: "TestDeleteUnscheduledPodForNotExistingNode",
        cluster: "na | gone na | gone np",
        script: &["sync 0,1; pods ready 2"],
        ..ROW
    },
    Row {
        tests: "TestGetNodesToDaemonPods",
        cluster: "nf nct | nat | nct | nft x | na",
        script: &["status desired=5 current=3; sync 2,1,1"],
        ..ROW
    },
];

/// How failed pods are replaced.
pub(crate) const FAILED: &[Row] = &[
    Row { tests: "TestDaemonKillFailedPods", cluster: "nu", script: &["sync 0,0"], ..ROW },
    Row { tests: "TestDaemonKillFailedPods", cluster: "-", script: &["sync 1,0"], ..ROW },
    Row { tests: "TestDaemonKillFailedPods", cluster: "nf", script: &["sync 0,1,1"], ..ROW },
    Row { tests: "TestDaemonKillFailedPods", cluster: "nf 3nu", script: &["sync 0,3,1"], ..ROW },
    Row {
        tests: "TestDaemonKillFailedPodsBackoff",
        cluster: "nf",
        script: &[
            "sync 0,1,1; put node-0 nf; sync 0,0,0",
            "wait 999999us; sync 0,0,0; wait 1us; sync 0,1,1",
            // The next delay is twice as long.
            "put node-0 nf; wait 1999999us; sync 0,0,0; wait 1us; sync 0,1,1",
        ],
        ..ROW
    },
];

/// How taints keep pods away.
pub(crate) const TAINTS: &[Row] = &[
    Row {
        tests: "TestNoScheduleTaintedDoesntEvicitRunningIntolerantPod",
        cluster: "dedicated=user1:NoSchedule nu",
        script: &["sync 0,0; status desired=0 misscheduled=1"],
        ..ROW
    },
    Row {
        tests: "TestNoExecuteTaintedDoesEvicitRunningIntolerantPod",
        cluster: "dedicated=user1:NoExecute nu",
        script: &["sync 0,1; sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestTaintedNodeDaemonDoesNotLaunchIntolerantPod",
        cluster: "dedicated=user1:NoSchedule",
        script: &["sync 0,0"],
        ..ROW
    },
    Row {
        tests: "TestTaintedNodeDaemonLaunchesToleratePod",
        pod_spec: TOLERANT,
        cluster: "dedicated=user1:NoSchedule",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestNodeDaemonLaunchesToleratePod",
        pod_spec: TOLERANT,
        cluster: "-",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestNotReadyNodeDaemonLaunchesPod",
        cluster: "node.kubernetes.io/not-ready:NoExecute",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestUnreachableNodeDaemonLaunchesPod",
        cluster: "node.kubernetes.io/unreachable:NoExecute",
        script: &["sync 1,0"],
        ..ROW
    },
    Row {
        tests: "TestTaintPressureNodeDaemonLaunchesPod",
        cluster: "node.kubernetes.io/disk-pressure:NoSchedule \
            node.kubernetes.io/memory-pressure:NoSchedule \
            node.kubernetes.io/pid-pressure:NoSchedule",
        script: &["sync 1,0"],
        ..ROW
    },
];

#[test]
fn pods_are_created_where_they_belong() {
    CREATIONS.iter().for_each(check);
}

#[test]
fn existing_pods_are_counted_and_pruned() {
    EXISTING.iter().for_each(check);
}

#[test]
fn failed_pods_are_replaced_with_backoff() {
    FAILED.iter().for_each(check);
}

#[test]
fn taints_keep_pods_away() {
    TAINTS.iter().for_each(check);
}
