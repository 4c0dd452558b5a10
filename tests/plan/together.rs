//! Runs that go on from snapshots, with more than a snapshot in them.

use rollcast::api::KubernetesVersion::V1_36;
use rollcast::record::{Record, What};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::{go_on, plan, told};

const TWO: &str = "ds agent maxUnavailable=1\nds other maxSurge=1\nnode 3*a
    rev agent-old 1 v1\nrev agent-new 2 v2\nrev other-old 1 v1\nrev other-new 2 v2
    pod agent-p a-1 new ready@5\npod agent-q a-2 old ready@5\npod agent-r a-3 old ready@5
    pod other-p a-1 old ready@5\npod other-q a-2 old ready@5";

/// Checks the last status: desired, current, ready, up-to-date, available.
#[track_caller]
fn check_end(record: &Record, daemon_set: usize, expected: [u32; 5]) {
    let status = record.summary.daemon_sets[daemon_set].status;
    let found = [status.desired, status.current, status.ready, status.updated, status.available];
    assert_eq!(found, expected, "{daemon_set}");
}

#[test]
fn two_daemon_sets_are_told_apart() {
    let told = |name| told(&plan(name, V1_36, TWO));
    let agent = "- agent-q\nrevision 2 agent-new\nstatus 3 3 3 1 3 0\nholds 1 waiting for their turn, \
                 the budget is spent";
    assert_eq!(told("agent"), agent);
    let other = "+ a-3\nrevision 2 other-new\nstatus 3 2 2 0 2 0\nholds 2 waiting until what this sync \
                 asked for is seen";
    assert_eq!(told("other"), other);
    let record = go_on(TWO, "", 0);
    check_end(&record, 0, [3; 5]);
    check_end(&record, 1, [3; 5]);
}

#[test]
fn nodes_daemon_sets_and_events_join_a_snapshot() {
    let third = DaemonSet { name: "third", namespace: "default", ..AGENT };
    let more = format!(
        "  nodePools: [{{name: worker, count: 2}}]
daemonSets: [{third}]
events:
  - {{at: 1m, join: {{pool: worker, count: 2}}}}
  - {{at: 2m, fail: [a-1, worker-1]}}
  - {{at: 3m, setImage: {{daemonSet: agent, image: \"agent:v3\"}}}}
  - {{at: 4m, recover: [a-1, worker-1]}}
  - {{at: 5m, taint: {{nodes: a-2, taint: \"x=y:NoExecute\"}}}}
  - {{at: 6m, deletePods: {{daemonSet: other, nodes: all}}}}
  - {{at: 10m, leave: a-3}}
  - {{at: 20m, delete: {{daemonSet: third, cascade: foreground}}}}"
    );
    let record = go_on(TWO, &more, 5);
    check_end(&record, 0, [5; 5]);
    check_end(&record, 1, [5; 5]);
}

/// A pod may be bound to a node that is gone, whose name a new node takes.
#[test]
fn a_node_may_come_back_under_the_name_of_one_that_is_gone() {
    let cluster = "ds agent\nnode a\nrev agent-new 1 v2\npod agent-p a new ready@5
        pod agent-q worker-1 new ready@5";
    let more = "  nodePools: [{name: worker, count: 0}]
events:
  - {at: 10s, join: {pool: worker, count: 1}}";
    // The kubelet of the new machine takes up the pod that is bound to it, and says so.
    check_end(&go_on(cluster, more, 0), 0, [2; 5]);
    let more = "  nodePools: [{name: worker, count: 1}]";
    check_end(&go_on(cluster, more, 0), 0, [2; 5]);
}

/// `pkg/kubelet/eviction/eviction_manager.go › synchronize`: whoever is under pressure may be
/// relieved.
#[test]
fn pressure_in_a_snapshot_can_go() {
    let cluster = "ds agent\nnode a DiskPressure=True node.kubernetes.io/disk-pressure=:NoSchedule
        rev agent-new 1 v2\npod agent-p a new ready@5";
    let more = "events: [{at: 1m, relieve: a}, {at: 10m, deletePods: {nodes: a}}]";
    check_end(&go_on(cluster, more, 0), 0, [1; 5]);
    let more = "events: [{at: 10m, deletePods: {nodes: a}}]";
    check_end(&go_on(cluster, more, 0), 0, [1, 1, 0, 1, 0]);
}

/// `pkg/controller/podgc/gc_controller.go › gcTerminating`.
#[test]
fn terminating_pods_of_a_node_that_was_given_up_go_from_a_snapshot_as_well() {
    let check = |taint: &str, expected: usize| {
        let cluster = format!(
            "ds agent\nnode a Ready=Unknown {taint}\nrev agent-new 1 v2
            pod agent-p a new terminating"
        );
        let facts = go_on(&cluster, "", 0).facts;
        let removed = facts.iter().filter(|it| matches!(it.what, What::PodRemoved { .. }));
        assert_eq!(removed.count(), expected, "{taint}");
    };
    check("", 0);
    check("node.kubernetes.io/out-of-service=x:NoExecute", 1);
}

/// `pkg/controller/nodelifecycle/node_lifecycle_controller.go › nodeConditionToTaintKeyStatusMap`.
#[test]
fn a_node_without_a_network_keeps_its_taint() {
    let cluster = "ds agent\nnode a NetworkUnavailable=True \
                   node.kubernetes.io/network-unavailable=:NoSchedule\nrev agent-new 1 v2";
    for lifecycle in ["on", "off"] {
        let more = format!(
            "controlPlane: {{nodeLifecycle: {lifecycle}}}\nevents: [{{at: 1m, cordon: a}}]"
        );
        let facts = go_on(cluster, &more, 0).facts;
        assert!(!facts.iter().any(|it| matches!(it.what, What::NodeUntainted { .. })));
    }
}

/// Times at the beginning of time, and names that no API server would take.
#[test]
fn nothing_in_a_snapshot_makes_a_run_panic() {
    let long = "é".repeat(80);
    let cluster = format!("ds {long}\nnode a\nrev {long}-new 1 v2");
    go_on(&cluster, "", 0);
}
