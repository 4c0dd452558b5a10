//! Rules of the DaemonSet controller that surprise, each by the smallest scenario that shows it.
//!
//! Each test names the upstream function whose rule it is. Expectations are lines such as
//! `20s desired=3 misscheduled=0`: what status and nodes are once everything of that instant has
//! happened.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at a few kinds of facts only"
)]

#[path = "semantics/causes.rs"]
mod causes;
#[path = "semantics/chance.rs"]
mod chance;
#[path = "shared/daemon_set.rs"]
mod daemon_set;
#[path = "semantics/informers.rs"]
mod informers;
#[path = "semantics/kubelet.rs"]
mod kubelet;
#[path = "semantics/measured.rs"]
mod measured;
#[path = "semantics/min_ready.rs"]
mod min_ready;
#[path = "semantics/nodes.rs"]
mod nodes;
#[path = "semantics/order.rs"]
mod order;
#[path = "semantics/outages.rs"]
mod outages;
#[path = "semantics/progress.rs"]
mod progress;
#[path = "semantics/refusals.rs"]
mod refusals;
#[path = "shared/runs.rs"]
mod runs;
#[path = "shared/scenario.rs"]
mod scenario;
#[path = "semantics/scheduler.rs"]
mod scheduler;
#[path = "semantics/scripts.rs"]
mod scripts;
#[path = "semantics/syncs.rs"]
mod syncs;
#[path = "semantics/templates.rs"]
mod templates;
#[path = "semantics/times.rs"]
mod times;
#[path = "semantics/waiters.rs"]
mod waiters;

use rollcast::record::{Record, What};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};

const AT_ONCE: &str = "schedule: 0s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 0s";

/// Checks lines of expectations, and returns the record for more.
fn check(setting: &Setting<'_>, events: &str, expected: &[&str]) -> Record {
    let record = setting.run(events);
    check_points(&record, 0, expected, events);
    record
}

/// An event that creates or changes a DaemonSet.
fn apply(at: &str, daemon_set: &DaemonSet<'_>) -> String {
    format!("  - {{at: {at}, apply: {daemon_set}}}\n")
}

fn revisions(record: &Record) -> Vec<String> {
    let text = |what: &What| match what {
        What::RevisionCurrent { number, created: true, .. } => Some(format!("{number} created")),
        What::RevisionCurrent { number, .. } => Some(format!("{number} again")),
        What::RevisionDeleted { .. } => Some("deleted".to_owned()),
        _ => None,
    };
    record.facts.iter().filter_map(|fact| text(&fact.what)).collect()
}

/// `pkg/controller/daemon/util/daemonset_util.go › AddOrUpdateDaemonPodTolerations`: the taint
/// `unreachable` is tolerated with effect `NoExecute` only.
#[test]
fn a_node_that_is_not_ready_is_not_desired_and_its_pod_misscheduled() {
    let expected = [
        "59s desired=3 misscheduled=0 ready=3 wanted=3 serving=2",
        "60s desired=2 misscheduled=1 ready=2 wanted=2 serving=2 pods=3",
        "2m desired=3 misscheduled=0 ready=3 wanted=3 serving=3 created=0",
    ];
    check(&SETTING, "  - {at: 10s, fail: node-1}\n  - {at: 90s, recover: node-1}", &expected);
}

/// `pkg/controller/daemon/daemon_controller.go › syncNodeUpdate`, since 1.33.
#[test]
fn a_no_schedule_taint_leaves_the_status_stale() {
    let events = "  - {at: 10s, taint: {nodes: node-1, taint: \"a=b:NoSchedule\"}}
  - {at: 30s, deletePods: {nodes: node-2}}";
    let stale = "20s desired=3 misscheduled=0 wanted=2 pods=3 deleted=0";
    check(&SETTING, events, &[stale, "40s desired=2 misscheduled=1 pods=3"]);
    let old = Setting { kubernetes: "1.31", ..SETTING };
    check(&old, events, &["20s desired=2 misscheduled=1 pods=3 deleted=0"]);
}

/// `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`: no taint manager is needed.
#[test]
fn a_no_execute_taint_removes_the_pod() {
    let events = "  - {at: 10s, taint: {nodes: node-1, taint: \"a=b:NoExecute\"}}
  - {at: 20s, untaint: {nodes: node-1, taint: a}}";
    let expected =
        ["15s desired=2 misscheduled=0 pods=2 deleted=1", "25s desired=3 ready=3 pods=3"];
    check(&SETTING, events, &expected);
}

/// `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode` and
/// `client-go/util/flowcontrol/backoff.go`: the requeue comes after the full delay.
#[test]
fn failed_pods_are_replaced_after_one_two_and_four_seconds() {
    let setting = Setting { latencies: AT_ONCE, ..SETTING };
    let events = "  - {at: 10s, failPods: {nodes: node-1}}
  - {at: 10100ms, failPods: {nodes: node-1}}
  - {at: 11200ms, failPods: {nodes: node-1}}
  - {at: 13300ms, failPods: {nodes: node-1}}";
    let expected = [
        "10s deleted=1 created=1 ready=3",
        "11099ms deleted=1 created=1 current=3 ready=2",
        "11100ms deleted=2 created=2 ready=3",
        "13199ms deleted=2 ready=2",
        "13200ms deleted=3 created=3 ready=3",
        "17299ms deleted=3 ready=2",
        "17300ms deleted=4 created=4 ready=3",
    ];
    check(&setting, events, &expected);
}

/// `pkg/controller/daemon/update.go › rollingUpdate`: `allowedReplacementPods` know no limit.
#[test]
fn old_pods_that_are_not_available_are_all_replaced_at_once() {
    let events = "  - {at: 10s, unready: {nodes: {count: 4}}}\n  - {at: 20s, setImage: agent:v2}";
    let setting = Setting { nodes: 6, ..SETTING };
    check(&setting, events, &["19s deleted=0 available=2", "20s deleted=4", "60s updated=6"]);
}

/// `pkg/controller/daemon/update.go › rollingUpdate`: they do count against `maxUnavailable`.
#[test]
fn old_pods_that_are_not_available_spend_the_budget() {
    let events = "  - {at: 10s, unready: {nodes: {count: 1}}}\n  - {at: 20s, setImage: agent:v2}";
    let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    check(&Setting { nodes: 6, spec, ..SETTING }, events, &["20s deleted=2"]);
}

/// `pkg/controller/daemon/update.go › rollingUpdate`: `couldn't get node for nodeName`.
#[test]
fn with_surge_an_old_pod_on_a_deleted_node_blocks_the_update() {
    let spec = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let events = "  - {at: 10s, leave: node-1}\n  - {at: 15s, setImage: agent:v2}";
    let expected = ["59s created=0 deleted=0 pods=3 updated=0", "90s created=2 pods=2 updated=2"];
    let record = check(&Setting { spec, ..SETTING }, events, &expected);
    let failed = |what: &What| matches!(what, What::SyncFailed { .. });
    assert!(record.facts.iter().any(|fact| failed(&fact.what)));
}

/// `pkg/controller/daemon/update.go › constructHistory, dedupCurHistories`.
#[test]
fn a_rollback_finds_the_old_revision_and_its_pods_updated() {
    let events = "  - {at: 5s, breakImage: agent:v2}
  - {at: 10s, setImage: agent:v2}
  - {at: 60s, rolloutUndo: agent}";
    let expected = [
        "59s updated=1 available=2 created=1",
        "60s updated=2 deleted=2",
        "80s updated=3 available=3 created=2",
    ];
    let record = check(&SETTING, events, &expected);
    assert_eq!(revisions(&record), ["2 created", "3 again"]);
}

/// `pkg/controller/daemon/update.go › cleanupHistory`: the current revision is not counted.
#[test]
fn the_history_limit_counts_old_revisions() {
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 100s, setImage: agent:v3}
  - {at: 200s, setImage: agent:v4}";
    let check = |spec, expected: &[&str]| {
        let record = Setting { spec, ..SETTING }.run(events);
        assert_eq!(revisions(&record), expected, "{spec}");
    };
    check("revisionHistoryLimit: 3", &["2 created", "3 created", "4 created"]);
    check(
        "revisionHistoryLimit: 1",
        &["2 created", "3 created", "deleted", "4 created", "deleted"],
    );
    check(
        "revisionHistoryLimit: 0",
        &["2 created", "deleted", "3 created", "deleted", "4 created", "deleted"],
    );
}

/// `pkg/controller/daemon/daemon_controller.go › updateDaemonSet`.
#[test]
fn on_delete_replaces_what_somebody_deletes() {
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 20s, deletePods: {nodes: node-2}}";
    let expected = ["19s updated=0 deleted=0", "30s updated=1 deleted=1 ready=3"];
    check(&Setting { spec: "updateStrategy: {type: OnDelete}", ..SETTING }, events, &expected);
}

/// `pkg/controller/daemon/util/daemonset_util.go › UnavailableCount, SurgeCount`.
#[test]
fn percentages_round_up() {
    let events = "  - {at: 10s, setImage: agent:v2}";
    let check_first = |nodes, spec, expected| {
        check(&Setting { nodes, spec, ..SETTING }, events, &[expected]);
    };
    let unavailable = "updateStrategy: {rollingUpdate: {maxUnavailable: 34%}}";
    check_first(3, unavailable, "10s deleted=2");
    check_first(2, unavailable, "10s deleted=1");
    let surge = "updateStrategy: {rollingUpdate: {maxSurge: 34%, maxUnavailable: 0}}";
    check_first(3, surge, "10s created=2 deleted=0");
    check_first(1, surge, "10s created=1 deleted=0");
}

/// `pkg/controller/daemon/update.go › rollingUpdate`: a pod that is Ready but settling is not
/// available, and an old one of that kind is replaced whatever the budget.
#[test]
fn a_second_update_within_min_ready_seconds_replaces_unavailable_pods_at_once() {
    let spec = "minReadySeconds: 60, updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    let setting = Setting { nodes: 5, spec, ..SETTING };
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 30s, patch: {updateStrategy: {rollingUpdate: {maxUnavailable: 1}}}}
  - {at: 40s, setImage: agent:v3}";
    let expected =
        ["39s deleted=2 ready=5 available=3 updated=2", "40s deleted=4", "50s updated=2"];
    check(&setting, events, &expected);
}

/// `pkg/controller/daemon/update.go › rollingUpdate`: a node with nothing but a terminating pod
/// counts as unavailable, also outside desired.
#[test]
fn a_pod_that_cannot_terminate_stalls_the_update() {
    let events = "  - {at: 10s, fail: node-1}\n  - {at: 100s, setImage: agent:v2}";
    let stalled = "9m desired=2 misscheduled=1 updated=0 terminating=1 deleted=1";
    let record = check(&SETTING, events, &["100s deleted=1 terminating=1", stalled]);
    let holds = &record.summary.daemon_sets[0].holds;
    let reasons: Vec<_> = holds.iter().map(|hold| (hold.reason, hold.nodes)).collect();
    assert_eq!(reasons, [("outside desired, terminating", 1)]);
    let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    check(&Setting { spec, ..SETTING }, events, &["9m updated=2 terminating=1"]);
}

/// `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus`: the oldest pod is looked
/// at, and it may be terminating.
#[test]
fn with_surge_a_node_is_updated_when_its_old_pod_is_gone() {
    let spec = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 20s";
    let setting = Setting { nodes: 1, spec, latencies, ..SETTING };
    let expected = [
        "10s pods=2 created=1 updated=0 serving=1",
        "12s pods=2 terminating=1 updated=0 available=1 serving=1",
        "31s pods=1 updated=1 available=1 serving=1",
    ];
    check(&setting, "  - {at: 10s, setImage: agent:v2}", &expected);
}

/// `pkg/controller/daemon/daemon_controller.go › addNode, updateNode`: node deletion has no handler;
/// `pkg/controller/podgc/gc_controller.go` removes the pod 40 to 80 seconds later.
#[test]
fn the_status_counts_a_deleted_node_until_its_pod_is_collected() {
    let expected = [
        "59s desired=3 current=3 ready=3 wanted=2 serving=2 pods=3",
        "60s desired=2 current=2 ready=2 pods=2 created=0",
    ];
    check(&SETTING, "  - {at: 10s, leave: node-1}", &expected);
}

/// `pkg/controller/daemon/util/daemonset_util.go › AddOrUpdateDaemonPodTolerations`.
#[test]
fn a_cordoned_node_stays_desired() {
    let events = "  - {at: 10s, cordon: node-1}\n  - {at: 20s, deletePods: {nodes: node-1}}";
    check(&SETTING, events, &["30s desired=3 ready=3 misscheduled=0 created=1"]);
}

/// `pkg/api/v1/pod/util.go › IsPodAvailable`: at the boundary since 1.32, after it before.
#[test]
fn a_pod_is_available_at_the_end_of_min_ready_seconds() {
    let events = "  - {at: 10s, deletePods: {nodes: node-1}}";
    // Gone at 11 s, created again, Ready at 12 s.
    let spec = "minReadySeconds: 10";
    check(&Setting { spec, ..SETTING }, events, &["21s available=2", "22s available=3"]);
    // The look at 22 s finds it not yet available, and asks for the next one after 10 s more.
    let old = Setting { spec, kubernetes: "1.31", ..SETTING };
    check(&old, events, &["31s ready=3 available=2", "32s available=3"]);
}

/// `pkg/controller/daemon/daemon_controller.go › syncDaemonSet` and
/// `pkg/controller/garbagecollector/garbagecollector.go`.
#[test]
fn a_daemon_set_that_is_being_deleted_does_nothing() {
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 20s";
    let setting = Setting { latencies, ..SETTING };
    let events = "  - {at: 10s, delete: {daemonSet: agent, cascade: foreground}}";
    let expected = ["10s terminating=3 deleted=3 wanted=0", "31s pods=0 created=0"];
    check(&setting, events, &expected);
}

/// `pkg/controller/daemon/util/daemonset_util.go › IsPodUpdated`: the label
/// `pod-template-generation` alone makes a pod updated, so a DaemonSet that adopts pods of its own
/// first generation never replaces them, whatever they run.
#[test]
fn adopted_pods_of_the_same_generation_count_as_updated() {
    let again = apply("20s", &DaemonSet { image: "agent:v2", ..AGENT });
    let events = format!("  - {{at: 10s, delete: {{daemonSet: agent, cascade: orphan}}}}\n{again}");
    let record = SETTING.run(&events);
    let status = record.summary.daemon_sets[1].status;
    assert_eq!((status.desired, status.updated, status.available), (3, 3, 3));
    assert_eq!(record.summary.daemon_sets[1].pods_created, 0);
}

/// `pkg/controller/daemon/daemon_controller.go › updatePod, updateDaemonSetStatus` and
/// `client-go/util/workqueue/delaying_queue.go`: of two delayed adds the earlier one is kept, and
/// with surge the status, which looks at the old pods, asks for no other. So a pod that settles
/// last is forgotten, and the update hangs until something else wakes the controller.
#[test]
fn with_surge_and_min_ready_seconds_an_update_may_hang() {
    let spec = "minReadySeconds: 20, \
                updateStrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}";
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 1s,
  overrides: [{node: node-2, containerStart: 11s}]";
    let setting = Setting { nodes: 2, spec, latencies, ..SETTING };
    let events = "  - {at: 10s, setImage: agent:v2}\n  - {at: 5m, cordon: node-1}
  - {at: 6m, deletePods: {nodes: node-1}}";
    let expected = [
        "34s updated=1 pods=3 ready=2 available=2",
        "359s updated=1 pods=3 ready=2 available=2",
        "7m updated=2 pods=2",
    ];
    check(&setting, events, &expected);
}
