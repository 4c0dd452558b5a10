//! What happens to nodes: leases, zones, taints, eviction, shutdown, and a control plane that goes.
//!
//! Loops and leases have phases that the seed fixes, so expectations are spans of time.

use rollcast::record::What;
use rollcast::time::SimDuration;

use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};
use crate::times::{
    check_times, gaps, is_deleted, is_drained, is_failed, is_readiness, pods_failed, tainted,
    times, turned_ready, untainted,
};

/// Nodes are looked after; nothing else of the control plane takes time.
const REAL: Setting<'_> =
    Setting { control_plane: "{requestLatency: 0s, watchLatency: 0s, kubeApiQps: 0}", ..SETTING };

/// `node_lifecycle_controller.go › tryUpdateNodeHealth`: silence counts from the pass that saw the
/// last lease, so nodes that die together are not noticed together.
#[test]
fn a_dead_node_is_noticed_40_to_55_seconds_later() {
    let check = |kubernetes, words: &str, least: f64| {
        let events = "  - {at: 100s, fail: {count: 10}}";
        let setting = Setting { nodes: 40, kubernetes, ..REAL };
        let record = setting.run(events);
        let unknown = turned_ready(&record, false);
        assert_eq!(unknown.len(), 10, "{words}");
        let (first, last) = (unknown[0], unknown[9]);
        assert!(100.0 + least < first && last <= 100.0 + least + 15.0, "{words}: {unknown:?}");
        // Passes are five seconds apart, and leases are spread over ten.
        assert!(last - first >= 5.0, "{unknown:?}");
        assert!(gaps(&unknown).iter().all(|gap| gap % 5.0 == 0.0), "{unknown:?}");
        // The NoSchedule taint comes at once.
        assert_eq!(tainted(&record, "unreachable:NoSchedule"), unknown);
    };
    check("1.36", "50 s", 40.0);
    check("1.31", "40 s", 30.0);
    let slow = Setting {
        control_plane: "{requestLatency: 0s, watchLatency: 0s, kubeApiQps: 0, \
                        nodeLifecycle: {nodeMonitorGracePeriod: 2m}}",
        ..REAL
    };
    let record = slow.run("  - {at: 100s, fail: node-1}");
    check_times(&times(&record, is_readiness), &[(210.0, 225.0)]);
}

/// `node_lifecycle_controller.go › monitorNodeHealth`: the pods of a node are marked not Ready in
/// the pass that holds it for dead, and its taint takes it out of desired.
#[test]
fn pods_of_a_dead_node_count_as_ready_until_it_is_noticed() {
    let events = "  - {at: 100s, fail: node-1}\n  - {at: 5m, recover: node-1}";
    let record = REAL.run(events);
    let expected = [
        "139s desired=3 ready=3 wanted=3 serving=2",
        "156s desired=2 ready=2 misscheduled=1 serving=2",
        // Ready at once; the taint that evicts goes with the next pass.
        "306s desired=3 ready=3 misscheduled=0 serving=3 created=0",
    ];
    check_points(&record, 0, &expected, events);
    check_times(&untainted(&record, "NoExecute"), &[(300.0, 305.0)]);
    check_times(&untainted(&record, "NoSchedule"), &[(300.0, 300.0)]);
}

const ZONES: &str =
    "nodePools: [{name: a, count: 10, zones: [a]}, {name: b, count: 10, zones: [b]}]";
const NO_EXECUTE: &str = "unreachable:NoExecute";

/// `node_lifecycle_controller.go › ComputeZoneState, setLimiterInZone` and
/// `rate_limited_queue.go`.
#[test]
fn nodes_of_a_zone_are_tainted_one_in_ten_seconds() {
    let check = |events: &str, expected: std::ops::RangeInclusive<usize>| {
        let record = Setting { cluster: ZONES, ..REAL }.run(events);
        let tainted = tainted(&record, NO_EXECUTE);
        assert!(expected.contains(&tainted.len()), "{events}: {tainted:?}");
        assert!(gaps(&tainted).iter().all(|gap| *gap >= 9.9), "{tainted:?}");
    };
    check("  - {at: 1m, fail: {pool: a, count: 5}}", 5..=5);
    // 60 % of a small zone: nobody is tainted once they are all noticed.
    check("  - {at: 1m, fail: {pool: a, count: 6}}", 0..=1);
    // All of a zone: the fault may be the zone's, and evictions go on.
    check("  - {at: 1m, fail: {labels: topology.kubernetes.io/zone=a}}", 10..=10);
}

#[test]
fn each_zone_has_a_queue_of_its_own() {
    let events = "  - {at: 1m, fail: {pool: a, count: 4}}\n  - {at: 1m, fail: {pool: b, count: 4}}";
    let record = Setting { cluster: ZONES, ..REAL }.run(events);
    let tainted = tainted(&record, NO_EXECUTE);
    assert_eq!(tainted.len(), 8);
    assert!(tainted[7] - tainted[0] < 50.0, "{tainted:?}");
}

/// `node_lifecycle_controller.go › handleDisruption`: a large zone that is mostly down is tainted
/// at a tenth of the rate.
#[test]
fn a_large_zone_that_is_mostly_down_is_tainted_slowly() {
    let record = Setting { nodes: 60, ..REAL }.run("  - {at: 1m, fail: {count: 40}}");
    let tainted = tainted(&record, NO_EXECUTE);
    // The first dozen fall silent while the zone still counts as healthy.
    assert!(tainted.len() < 12, "{tainted:?}");
    assert!(gaps(&tainted).last().unwrap() >= &99.0, "{tainted:?}");
}

/// `node_lifecycle_controller.go › handleDisruption`: «master disruption».
#[test]
fn when_all_zones_are_down_nobody_is_tainted_with_no_execute() {
    let events = "  - {at: 1m, fail: {pool: a}}\n  - {at: 2m, fail: {pool: b}}";
    let record = Setting { cluster: ZONES, ..REAL }.run(events);
    let (put, taken) = (tainted(&record, NO_EXECUTE), untainted(&record, ""));
    // What was tainted before is freed, in one pass.
    assert!(!put.is_empty() && put.len() == taken.len(), "{put:?} {taken:?}");
    assert!(gaps(&taken).iter().all(|gap| *gap == 0.0), "{taken:?}");
    assert!(*put.last().unwrap() <= taken[0]);
    assert_eq!(tainted(&record, "unreachable:NoSchedule").len(), 20);
}

const FOR_A_MINUTE: &str =
    "tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 60}]";

/// `taint_eviction.go › processPodOnNode`.
#[test]
fn a_taint_that_is_tolerated_for_a_time_evicts_after_it() {
    let setting = Setting { pod: FOR_A_MINUTE, ..REAL };
    let taint = "  - {at: 10s, taint: {nodes: node-1, taint: \"a=b:NoExecute\"}}";
    // The DaemonSet controller goes by the taint, not by the time: it makes a new pod each time.
    let expected = ["69s deleted=0", "70s deleted=1 terminating=1", "80s created=1 ready=3"];
    let record = setting.run(taint);
    check_points(&record, 0, &expected, taint);
    let in_a_minute = |what: &What| {
        let minute = SimDuration::from_secs(60);
        matches!(*what, What::PodEvictionScheduled { after, .. } if after == minute)
    };
    check_times(
        &times(&record, in_a_minute),
        &[
            (10.0, 10.0),
            (71.0, 71.0),
            (132.0, 132.0),
            (193.0, 193.0),
            (254.0, 254.0),
            (315.0, 315.0),
            (376.0, 376.0),
            (437.0, 437.0),
            (498.0, 498.0),
            (559.0, 559.0),
        ],
    );
    let events = format!("{taint}\n  - {{at: 69s, untaint: {{nodes: node-1, taint: a}}}}");
    let record = setting.run(&events);
    check_points(&record, 0, &["10m deleted=0 created=0 ready=3"], &events);
    let is_cancelled = |what: &What| matches!(what, What::PodEvictionCancelled { .. });
    check_times(&times(&record, is_cancelled), &[(69.0, 69.0)]);
}

/// `daemonset_util.go › AddOrUpdateDaemonPodTolerations`: the controller's own tolerations replace
/// those that the template writes for the same taint.
#[test]
fn a_dead_node_evicts_no_daemon_pod_whatever_its_template_says() {
    let pod = "tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, \
               effect: NoExecute, tolerationSeconds: 30}]";
    let record = Setting { pod, ..REAL }.run("  - {at: 10s, fail: node-1}");
    assert_eq!(tainted(&record, NO_EXECUTE).len(), 1);
    let is_scheduled = |what: &What| matches!(what, What::PodEvictionScheduled { .. });
    check_times(&times(&record, is_scheduled), &[]);
    check_points(&record, 0, &["10m deleted=0 misscheduled=1"], pod);
}

const STARTUP: &str = "nodePools: [{name: w, count: 2, startupTaints: \
                       [{taint: \"agent.example/not-ready:NoExecute\", removedBy: agent}]}]";
const TOLERATES_STARTUP: &str = "tolerations: [{key: agent.example/not-ready, operator: Exists}]";

/// `kubelet_node_status.go › registerWithAPIServer, fastNodeStatusUpdate`, and an agent that takes
/// off the taint that kept others waiting for it.
#[test]
fn a_startup_taint_goes_when_the_daemon_is_ready() {
    let setting = Setting {
        cluster: STARTUP,
        pod: TOLERATES_STARTUP,
        latencies: "nodeReady: 20s, schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s",
        ..REAL
    };
    let record = setting.run("  - {at: 1m, join: 1}");
    let expected = ["79s wanted=2 pods=2", "80s wanted=3 pods=3", "81s ready=3"];
    check_points(&record, 0, &expected, "join");
    check_times(&turned_ready(&record, true), &[(80.0, 80.0)]);
    check_times(&untainted(&record, "agent.example"), &[(81.0, 81.0)]);
}

/// What METR/hawk#91 reports: a startup taint that only the daemon takes off, and something that
/// keeps the daemon away.
#[test]
fn a_startup_taint_stays_when_its_daemon_cannot_come() {
    let check = |cluster: &str, pod| {
        let record = Setting { cluster, pod, ..REAL }.run("  - {at: 1m, join: 1}");
        check_points(&record, 0, &["10m pods=2 created=0 wanted=2"], cluster);
        check_times(&untainted(&record, "agent.example"), &[]);
    };
    check(STARTUP, "");
    let gpu = "nodePools: [{name: w, count: 2, startupTaints: [{taint: \
               \"agent.example/not-ready:NoExecute\", removedBy: agent}, {taint: \
               \"gpu=yes:NoSchedule\", removedBy: agent}]}]";
    check(gpu, TOLERATES_STARTUP);
}

const WITH_OTHERS: &str = "nodePools: [{name: w, count: 3, otherPods: {count: 5}}]";

/// `kubectl/pkg/drain/filters.go › daemonSetFilter`.
#[test]
fn a_drain_leaves_daemon_pods() {
    let events = "  - {at: 10s, drain: w-1}";
    let record = Setting { cluster: WITH_OTHERS, ..REAL }.run(events);
    check_points(&record, 0, &["1m desired=3 ready=3 deleted=0 misscheduled=0"], events);
    check_times(&times(&record, is_drained), &[(11.0, 11.0)]);
    check_times(&tainted(&record, "unschedulable"), &[(10.0, 10.0)]);
}

/// Background pods stop as slowly as the latencies of their node say, whoever makes them leave.
#[test]
fn a_drain_takes_as_long_as_the_exceptions_of_its_node_say() {
    let events = "  - {at: 10s, drain: w-1}
  - {at: 10s, drain: w-2}";
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 1s, \
                     overrides: [{node: w-1, terminate: 20s}, {node: w-2, terminate: 90s}]";
    let record = Setting { cluster: WITH_OTHERS, latencies, ..REAL }.run(events);
    // Nobody waits for longer than the default grace period.
    check_times(&times(&record, is_drained), &[(30.0, 30.0), (40.0, 40.0)]);
}

/// `nodeshutdown_manager_linux.go › processShutdownEvent`: pods end as Failed, and a kubelet that
/// says so itself marks no pod.
#[test]
fn a_shutdown_ends_pods_as_failed_and_then_the_machine() {
    let events = "  - {at: 10s, shutdown: {nodes: node-1, gracePeriod: 20s}}
  - {at: 5m, recover: node-1}";
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 8s";
    let record = Setting { latencies, ..REAL }.run(events);
    let expected = [
        // A NoSchedule taint wakes nobody.
        "17s desired=3 ready=3 serving=2",
        "18s desired=2 pods=2 deleted=1 misscheduled=0",
        "310s desired=3 ready=3 created=1",
    ];
    check_points(&record, 0, &expected, events);
    check_times(&pods_failed(&record, "Terminated"), &[(18.0, 18.0)]);
    check_times(&times(&record, is_failed), &[(18.0, 18.0)]);
    // From not ready to unreachable.
    check_times(&tainted(&record, "not-ready:NoSchedule"), &[(10.0, 10.0)]);
    check_times(&tainted(&record, "unreachable:NoSchedule"), &[(58.0, 73.0)]);
}

/// A cloud's notice, then the same, then the Node object goes.
#[test]
fn a_spot_interruption_ends_with_the_node_gone() {
    let events = "  - {at: 10s, spotInterruption: {nodes: w-1, notice: 1m}}";
    let record = Setting { cluster: WITH_OTHERS, ..REAL }.run(events);
    check_times(&times(&record, is_drained), &[(11.0, 11.0)]);
    let is_shutting_down = |what: &What| matches!(what, What::NodeShuttingDown { .. });
    check_times(&times(&record, is_shutting_down), &[(70.0, 70.0)]);
    check_times(&times(&record, is_failed), &[(71.0, 71.0)]);
    check_times(&times(&record, is_deleted), &[(71.0, 76.0)]);
    check_points(&record, 0, &["80s pods=2 wanted=2"], events);
}

/// A machine that dies keeps neither its cloud nor the autoscaler from what they are about to do.
#[test]
fn a_node_that_dies_while_it_is_given_back_goes_all_the_same() {
    let check = |events: &[&str], gone: &[(f64, f64)]| {
        let events = events.join("\n");
        let record = Setting { cluster: WITH_OTHERS, ..REAL }.run(&events);
        check_times(&times(&record, is_deleted), gone);
    };
    let interruption = "  - {at: 10s, spotInterruption: {nodes: w-1, notice: 1m}}";
    // Not Ready after 40 to 55 seconds; then the cloud's controller looks within five.
    check(&[interruption, "  - {at: 50s, fail: w-1}"], &[(90.0, 110.0)]);
    let fail = "  - {at: 70500ms, fail: w-1}";
    check(&[interruption, fail], &[(70.5, 75.5)]);
    check(&[interruption, fail, "  - {at: 70600ms, recover: w-1}"], &[]);
    let scale_down = "  - {at: 10s, scaleDown: w-1}\n  - {at: 12s, fail: w-1}";
    check(&[scale_down], &[(15.0, 16.0)]);
    check(&[scale_down, "  - {at: 13s, recover: w-1}"], &[(15.0, 16.0)]);
}

/// `gc_controller.go › gcOrphaned`: the loop that notices, 40 seconds, the next loop.
#[test]
fn pods_of_a_deleted_node_go_after_40_to_60_seconds() {
    for seed in ["10s", "13s", "17s", "22s", "26s"] {
        let events = format!("  - {{at: {seed}, leave: node-1}}");
        let record = REAL.run(&events);
        let left = times(&record, is_deleted)[0];
        let is_removed = |what: &What| matches!(what, What::PodRemoved { .. });
        check_times(&times(&record, is_removed), &[(left + 40.0, left + 60.0)]);
    }
}

/// `gc_controller.go › gcTerminating`: what waits for a kubelet that is gone.
#[test]
fn an_out_of_service_node_frees_its_terminating_pods() {
    let events = "  - {at: 10s, fail: node-1}\n  - {at: 80s, deletePods: {nodes: node-1}}
  - {at: 200s, taint: {nodes: node-1, taint: \"node.kubernetes.io/out-of-service:NoExecute\"}}";
    let record = REAL.run(events);
    check_points(&record, 0, &["199s terminating=1", "220s terminating=0 pods=2"], events);
}

/// `eviction_manager.go › synchronize`: a condition outlasts its reason by five minutes.
#[test]
fn pressure_taints_a_node_and_lasts() {
    let events = "  - {at: 10s, pressure: {nodes: node-1, kind: disk}}
  - {at: 60s, relieve: node-1}";
    let record = REAL.run(events);
    // Daemon pods tolerate it.
    check_points(&record, 0, &["5m desired=3 ready=3 deleted=0"], events);
    check_times(&tainted(&record, "disk-pressure:NoSchedule"), &[(10.0, 20.0)]);
    check_times(&untainted(&record, "disk-pressure"), &[(360.0, 370.0)]);
}

#[test]
fn pressure_may_evict_pods_one_by_one() {
    let events = "  - {at: 10s, pressure: {nodes: node-1, kind: memory, evict: true}}
  - {at: 60s, relieve: node-1}";
    let record = REAL.run(events);
    let evicted = pods_failed(&record, "Evicted");
    assert!((3..=6).contains(&evicted.len()), "{evicted:?}");
    assert!(gaps(&evicted).iter().all(|gap| *gap >= 10.0), "{evicted:?}");
    check_points(&record, 0, &["5m ready=3"], events);
}

/// A pod that takes longer to run than the kubelet's loop takes is evicted as well once it runs.
#[test]
fn pressure_evicts_slow_pods_as_well() {
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 20s, ready: 0s";
    let events = "  - {at: 10s, pressure: {nodes: node-1, kind: memory, evict: true}}";
    let record = Setting { latencies, ..REAL }.run(events);
    let evicted = pods_failed(&record, "Evicted");
    // Started in 20 s, seen after 10 s, and then the controller's back-off of up to 64 s.
    assert!(evicted.len() >= 5, "{evicted:?}");
    assert!(gaps(&evicted).iter().all(|gap| *gap >= 30.0), "{evicted:?}");
}

/// `eviction_manager.go › synchronize`: when a threshold was met last is kept in memory.
#[test]
fn a_kubelet_that_comes_back_says_what_presses_now() {
    let relieved = "  - {at: 10s, pressure: {nodes: node-1, kind: disk}}
  - {at: 60s, relieve: node-1}\n  - {at: 70s, fail: node-1}\n  - {at: 80s, recover: node-1}";
    let record = REAL.run(relieved);
    check_times(&untainted(&record, "disk-pressure"), &[(80.0, 90.0)]);
    let pressed = "  - {at: 10s, fail: node-1}
  - {at: 15s, pressure: {nodes: node-1, kind: memory, evict: true}}
  - {at: 50s, recover: node-1}";
    let record = REAL.run(pressed);
    check_times(&tainted(&record, "memory-pressure"), &[(50.0, 60.0)]);
    assert!(pods_failed(&record, "Evicted").len() > 3);
    let broken_off = "  - {at: 10s, pressure: {nodes: node-1, kind: memory, evict: true}}
  - {at: 21s, fail: node-1}\n  - {at: 22s, recover: node-1}";
    assert!(pods_failed(&REAL.run(broken_off), "Evicted").len() > 3);
}

/// `node_lifecycle_controller.go › tryUpdateNodeHealth`: with Ready the other conditions turn
/// Unknown, and only those that are True have a taint.
#[test]
fn a_silent_node_has_no_taint_of_pressure() {
    let events = "  - {at: 10s, pressure: {nodes: node-1, kind: disk}}\n  - {at: 60s, fail: node-1}
  - {at: 5m, recover: node-1}";
    let record = REAL.run(events);
    let unknown = turned_ready(&record, false)[0];
    check_times(&untainted(&record, "disk-pressure"), &[(unknown, unknown)]);
    check_times(&tainted(&record, "disk-pressure"), &[(10.0, 20.0), (300.0, 310.0)]);
}

/// `eviction_manager.go › synchronize`: the five minutes are counted from when it pressed last.
#[test]
fn pressure_that_comes_again_lasts_five_minutes_more() {
    let events =
        "  - {at: 10s, pressure: {nodes: node-1, kind: disk}}\n  - {at: 60s, relieve: node-1}
  - {at: 4m, pressure: {nodes: node-1, kind: disk}}\n  - {at: 270s, relieve: node-1}";
    let record = REAL.run(events);
    check_times(&tainted(&record, "disk-pressure"), &[(10.0, 20.0)]);
    check_times(&untainted(&record, "disk-pressure"), &[(570.0, 580.0)]);
}

/// `cluster-autoscaler/core/scaledown/actuation`: the taint is not tolerated, so an evicted daemon
/// pod does not come back.
#[test]
fn scale_down_evicts_daemon_pods_of_occupied_nodes_only() {
    let check = |cluster, deleted: &str| {
        let events = "  - {at: 10s, scaleDown: w-1}";
        let record = Setting { cluster, ..REAL }.run(events);
        check_times(&tainted(&record, "ToBeDeletedByClusterAutoscaler"), &[(10.0, 10.0)]);
        let [left] = times(&record, is_deleted)[..] else { panic!() };
        assert!((15.0..=16.0).contains(&left), "{left}");
        check_points(&record, 0, &["14s wanted=2 pods=3", deleted], cluster);
    };
    check(WITH_OTHERS, "17s deleted=1 pods=2 created=0");
    check("nodePools: [{name: w, count: 3}]", "17s deleted=0 pods=3 created=0");
}

#[test]
fn scale_up_takes_a_minute_and_then_the_kubelet() {
    let latencies = "nodeReady: 10s, schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s";
    let record = Setting { latencies, ..REAL }.run("  - {at: 10s, scaleUp: 2}");
    let is_added = |what: &What| matches!(what, What::NodeAdded { .. });
    check_times(&times(&record, is_added), &[(55.0, 75.0), (55.0, 75.0)]);
    check_times(&turned_ready(&record, true), &[(65.0, 85.0), (65.0, 85.0)]);
    check_points(&record, 0, &["2m desired=5 ready=5"], "scale up");
}

/// `daemon_controller.go › failedPodsBackoff` lives in memory.
#[test]
fn a_restart_of_the_controller_forgets_its_back_off() {
    let fail: String = ["10s", "10100ms", "11200ms", "13300ms"]
        .map(|at| format!("  - {{at: {at}, failPods: {{nodes: node-1}}}}\n"))
        .concat();
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 0s";
    let setting = Setting { latencies, ..REAL };
    // One second, two, four.
    let record = setting.run(&fail);
    check_points(&record, 0, &["17299ms created=3", "17300ms created=4"], &fail);
    let events = format!("{fail}  - {{at: 13250ms, restartController: 20ms}}\n");
    let record = setting.run(&events);
    check_points(&record, 0, &["13299ms created=3", "13300ms created=4"], &events);
}

/// `leaderelection.go`: while nobody leads nothing happens, and who leads next sees everything.
#[test]
fn nothing_happens_while_nobody_leads() {
    let events = "  - {at: 10s, restartController: 20s}\n  - {at: 15s, setImage: agent:v2}
  - {at: 16s, join: 1}";
    let real = "{requestLatency: 10ms, watchLatency: 50ms}";
    for control_plane in [REAL.control_plane, real] {
        let latencies = "nodeReady: 0s, containerStart: 1s, terminate: 1s, imagePull: 0s";
        let record = Setting { control_plane, latencies, ..REAL }.run(events);
        let expected = ["29s created=0 deleted=0 desired=3", "90s desired=4 updated=4 ready=4"];
        check_points(&record, 0, &expected, events);
        let is_started = |what: &What| matches!(what, What::ControllerStarted);
        check_times(&times(&record, is_started), &[(30.0, 30.0)]);
    }
}

/// Watch events that were under way when the controller stopped do not overwrite what the new
/// process has listed.
#[test]
fn a_new_process_is_not_told_old_news() {
    let events = "  - {at: 10s, deletePods: {nodes: node-1}}
  - {at: 11500ms, restartController: 1s}";
    let control_plane = "{requestLatency: 10ms, watchLatency: 5s}";
    let record = Setting { control_plane, ..REAL }.run(events);
    // Deleted at 10 s, gone at 11 s: the list of 12.5 s tells so, and the new pod comes at once.
    check_points(
        &record,
        0,
        &["12400ms created=0", "13s created=1", "1m ready=3 created=1"],
        events,
    );
    // Not Ready for a second: what the old process would have heard of it at 15 s is old news.
    let events = "  - {at: 10s, unready: {nodes: node-1}}
  - {at: 11s, ready: {nodes: node-1}}
  - {at: 11500ms, restartController: 1s}";
    let record = Setting { control_plane, ..REAL }.run(events);
    check_points(&record, 0, &["14s available=3", "15500ms available=3"], events);
}

/// An outage that outlasts the grace period: no call succeeds, and nodes whose kubelet is not heard
/// in time afterwards are held for dead for a moment.
#[test]
fn an_outage_of_the_api_server_stops_everything() {
    let events = "  - {at: 60s, apiServerOutage: 90s}\n  - {at: 70s, setImage: agent:v2}";
    let control_plane = "{requestLatency: 10ms, watchLatency: 50ms}";
    let setting = Setting { nodes: 30, control_plane, ..REAL };
    let record = setting.run(events);
    check_points(&record, 0, &["149s created=0 deleted=0 serving=30", "10m desired=30"], events);
    let unknown = turned_ready(&record, false);
    assert_eq!(unknown.len(), 30, "the leases are listed too late");
    assert!(unknown.iter().all(|at| (150.0..=155.0).contains(at)), "{unknown:?}");
    let back = turned_ready(&record, true);
    assert_eq!(back.len(), unknown.len());
    assert!(back.iter().all(|at| (150.0..=165.0).contains(at)), "{back:?}");
    // A call that is under way fails.
    let slow = Setting { control_plane: "{requestLatency: 1s, watchLatency: 50ms}", ..setting };
    let events = "  - {at: 59500ms, setImage: agent:v2}\n  - {at: 60s, apiServerOutage: 90s}";
    check_points(&slow.run(events), 0, &["149s deleted=0"], events);
    // A short one passes unnoticed.
    let record = setting.run("  - {at: 60s, apiServerOutage: 20s}");
    assert!(times(&record, is_readiness).is_empty());
}
