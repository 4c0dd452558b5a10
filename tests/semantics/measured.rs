//! What a real control plane of 1.36 was seen to do, and the tests that hold rollcast to it.
//!
//! Figures were measured there and are the bands of the tests. Where no file is named, the test is
//! here; `order.rs`, `syncs.rs`, `kubelet.rs`, `nodes.rs` and `scheduler.rs` are beside this file.
//!
//! | behavior | measured | test |
//! |---|---|---|
//! | a surge onto a node that refuses all pods | 436–521 creations in 40.4 s | [`a_surge_onto_a_node_that_refuses_every_pod_knows_no_back_off`] |
//! | back-off of failed pods | 1, 2, 4, …, 128 s, up to 0.13 s later on an idle control plane | [`failed_pods_are_deleted_after_a_back_off_that_doubles`] |
//! | a surge while a Node is missing | nothing for 43–55 s, then 9.2–9.4 s for four nodes | [`a_surge_waits_until_the_pod_of_a_missing_node_is_collected`] |
//! | silent nodes | Unknown after 41–52 s, `NoSchedule` at most 210 ms later | [`nodes_of_three_zones_go_silent_and_come_back`] |
//! | `NoExecute` | 10.0–10.1 s apart in a zone; one in a zone that is 60 % dead; goes with the next look | the same |
//! | `tolerationSeconds` 20 and 300 | 20.02–20.03 and 300.0–300.1 s | [`pods_go_when_they_have_tolerated_a_taint_long_enough`] |
//! | pod GC | 41.7–55 s after the Node went | `nodes.rs` `pods_of_a_deleted_node_go_after_40_to_60_seconds` |
//! | a deleted Node has no handler | the status counts it until pod GC | `tests/semantics.rs` `the_status_counts_a_deleted_node_until_its_pod_is_collected` |
//! | no status for a `NoSchedule` taint | none in 5 s | `tests/semantics.rs` `a_no_schedule_taint_leaves_the_status_stale` |
//! | a label away and back | new pod 12 ms later; if the old one still stops, 0.02–0.2 s after its end | [`a_label_goes_away_and_comes_back`] |
//! | a `NoExecute` taint and back | the same: 90 ms, 5 ms | [`a_taint_that_evicts_goes_away_again`] |
//! | created again a second after deletion | 10 new pods in 18–118 ms, beside the old ones | [`a_daemon_set_that_is_created_again_has_two_pods_on_each_node`] |
//! | orphans | 10 adopted one by one in 128 ms; the status after 175 ms; no pod created | [`orphans_are_adopted_one_after_the_other`] |
//! | room appears | bound 4–20 ms after the terminal phase | [`a_pod_is_bound_as_soon_as_there_is_room`] |
//! | preemption | victims keep their grace period; bound 6–8 ms after their terminal phase, before the object goes | [`preemption_waits_for_the_terminal_phase_of_its_victims`] |
//! | events | 25 of an object; from the tenth on «(combined from similar events)» | `tests/mechanisms/control_plane.rs` `of_many_events_only_some_are_posted` |
//! | refused manifests | 28, word for word | `tests/conformance/refused.rs` |
//! | scheduler's messages | five, word for word | `control/scheduler/message.rs` `messages_are_those_of_a_real_scheduler` |
//! | surge and `minReadySeconds` | 7 of 40 hang; 33.4 s in the mean | `min_ready.rs` |
//! | picking order | places 1–6: 8, 8, 7, 5, 5, 7 of 40 | `order.rs` `nodes_outside_desired_are_replaced_at_any_place` |
//! | nodes outside desired, with surge | both within 170 ms | `order.rs` `with_surge_nodes_outside_desired_give_up_their_pods_at_once` |
//! | a surge, one node fails all pods | others done in 100 s: 6 of 7 (5 nodes), 4 of 4 (20 nodes) | `order.rs` `a_node_that_refuses_every_pod_hardly_holds_up_a_surge` |
//! | an update, a Node deleted before it | 48, 58, 58 s | `order.rs` `the_pod_of_a_deleted_node_may_hold_the_budget` |
//! | refused creations | tries after 5 ms × 2^n; `maxUnavailable` lost | `syncs.rs` `an_update_to_an_unknown_priority_class_loses_what_may_be_unavailable` |
//! | finalizers | the new pod comes beside the old object | `kubelet.rs` `a_finalizer_does_not_stall_a_rollout` |
//! | deletion of 60 and 300 pods | 2.3–2.5 and 14.3 s; in the foreground 3.8–4.0 and 21.9 s | `tests/mechanisms/garbage_collector.rs` |
//! | `maxUnavailable: 100%`, 500 nodes | 269, 269, 250 without a pod | `tests/live/race.rs` |

use rollcast::record::{NameId, Record, What};

use crate::apply;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::order::{MEASURED, UPDATE, took, update_as};
use crate::runs::check_points;
use crate::scenario::Setting;
use crate::times::{check_times, gaps, seconds, tainted, times, turned_ready, untainted};

const SURGE: &str = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";

/// When pods of a DaemonSet were created.
fn creations(record: &Record, pod: &str) -> Vec<f64> {
    let is_meant = |name: NameId| record.names.get(name).starts_with(pod);
    times(record, |what| matches!(*what, What::PodCreated { pod, .. } if is_meant(pod)))
}

fn terminations(record: &Record) -> Vec<f64> {
    times(record, |what| matches!(what, What::PodTerminating { .. }))
}

/// `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`. Measured on three nodes, one
/// of which failed each pod 61 to 71 ms after it was bound: 436, 460 and 521 creations in the first
/// 40.4 s, of which two were those of the other nodes. Here that time is a part of what passes
/// until a pod is bound.
#[test]
fn a_surge_onto_a_node_that_refuses_every_pod_knows_no_back_off() {
    let latencies = &MEASURED.latencies.replace("schedule: 8ms", "schedule: 72ms");
    let setting = Setting { kubelet: "{}", until: "101s", latencies, ..MEASURED };
    let created = apply("60s", &DaemonSet { spec: SURGE, ..AGENT });
    let full = "  - {at: 20s, pressure: {nodes: node-2, kind: disk}}\n";
    let record = setting.run(&format!("{full}{created}"));
    let created = creations(&record, "agent").iter().filter(|&&at| at <= 100.4).count();
    assert!((436..=521).contains(&created), "{created}");
    // Deletions do know a back-off: after 0, 1, 2, 4, 8 and 16 s.
    let removed = times(&record, |what| matches!(what, What::PodRemoved { .. }));
    assert_eq!(removed.len(), 6, "{removed:?}");
}

/// `client-go/util/flowcontrol/backoff.go`. Measured, from a pod's failure to its deletion: 0.0,
/// 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0 and 128.0 s, up to 0.13 s longer.
#[test]
fn failed_pods_are_deleted_after_a_back_off_that_doubles() {
    let created = apply("60s", &AGENT);
    let full = "  - {at: 20s, pressure: {nodes: node-2, kind: disk}}\n";
    let setting = Setting { kubelet: "{}", until: "6m", ..MEASURED };
    let record = setting.run(&format!("{full}{created}"));
    let failed = times(&record, |what| matches!(what, What::PodRejected { .. }));
    let removed = times(&record, |what| matches!(what, What::PodRemoved { .. }));
    let waited: Vec<f64> = removed.iter().zip(&failed).map(|(at, failed)| at - failed).collect();
    let expected = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0].map(|it| (it, it + 0.13));
    check_times(&waited, &expected);
}

/// `pkg/controller/daemon/update.go › rollingUpdate`: the error about the Node ends the sync.
/// Measured in three runs on five nodes, a Node deleted half a second before the update: the first
/// new pod 42.8, 50.0 and 54.8 s after it, and the end 9.2 to 9.4 s after that; pods took 6 to 30 ms
/// longer to start and to stop than they do here.
#[test]
fn a_surge_waits_until_the_pod_of_a_missing_node_is_collected() {
    for seed in 1..=40 {
        let setting = Setting { nodes: 5, until: "3m", ..MEASURED };
        let gone = "  - {at: 59500ms, leave: node-3}\n";
        let record = update_as(setting, seed, SURGE, gone);
        let first = creations(&record, "agent")[5] - seconds(UPDATE);
        assert!((39.5..=59.6).contains(&first), "seed {seed}: {first}");
        let rest = seconds(took(&record).unwrap()) - first;
        assert!((9.0..=9.4).contains(&rest), "seed {seed}: {rest}");
        let failed = times(&record, |what| matches!(what, What::SyncFailed { .. }));
        assert!(!failed.is_empty(), "seed {seed}");
    }
}

const ZONES: &str = "nodePools: [{name: za, count: 5, zones: [a]}, {name: zb, count: 10, zones: \
                     [b]}, {name: zc, count: 10, zones: [c]}]";

/// Measured once: one of 5, 3 of 10 and 6 of 10 kubelets stop. Nodes became Unknown after 41.1,
/// 46.2 and 52.0 s and got `NoSchedule` 10 to 210 ms later; in the zone of three `NoExecute` came
/// 10.0 and 10.1 s apart, in the zone of six one node got it; when kubelets came back at 420 s it
/// went at 422.2 s from all at once.
#[test]
fn nodes_of_three_zones_go_silent_and_come_back() {
    let mut alone = 0;
    for seed in 1..=20 {
        let fail = "  - {at: 100s, fail: {pool: za, count: 1}}
  - {at: 100s, fail: {pool: zb, count: 3}}\n  - {at: 100s, fail: {pool: zc, count: 6}}";
        let back = "  - {at: 520s, recover: {pool: za}}\n  - {at: 520s, recover: {pool: zb}}
  - {at: 520s, recover: {pool: zc}}";
        let keys = &format!("seed: {seed}");
        let record = Setting { cluster: ZONES, keys, daemon_sets: None, ..MEASURED }
            .run(&format!("{fail}\n{back}"));
        let unknown = turned_ready(&record, false);
        check_times(&unknown, &[(140.0, 155.1); 10]);
        let no_schedule = tainted(&record, "unreachable:NoSchedule");
        let later: Vec<f64> = no_schedule.iter().zip(&unknown).map(|(put, at)| put - at).collect();
        check_times(&later, &[(0.0, 0.21); 10]);
        let evicting = |zone: &str| {
            let of_zone = |node: NameId| record.names.get(node).starts_with(zone);
            let is_put = |taint| record.names.get(taint).ends_with("unreachable:NoExecute");
            times(&record, |what| {
                matches!(*what, What::NodeTainted { node, taint }
                         if of_zone(node) && is_put(taint))
            })
        };
        assert_eq!(evicting("za").len(), 1, "seed {seed}");
        check_times(&gaps(&evicting("zb")), &[(10.0, 10.15); 2]);
        let of_mostly_dead_zone = evicting("zc").len();
        assert!(of_mostly_dead_zone <= 1, "seed {seed}");
        alone += of_mostly_dead_zone;
        // In one pass, and passes are five seconds apart.
        let gone = untainted(&record, "unreachable:NoExecute");
        check_times(&gone[..1], &[(520.0, 525.1)]);
        assert!(gaps(&gone).iter().all(|gap| *gap < 1e-6), "{gone:?}");
    }
    assert!(alone >= 15, "{alone} of 20 runs");
}

/// `pkg/controller/tainteviction/taint_eviction.go › processPodOnNode`. Measured: 20.02 to 20.03 s
/// in five and 300.00 to 300.04 s in five cases.
#[test]
fn pods_go_when_they_have_tolerated_a_taint_long_enough() {
    for tolerated in [20, 300] {
        let pod = &format!(
            "tolerations: [{{key: k, operator: Exists, effect: NoExecute, \
             tolerationSeconds: {tolerated}}}]"
        );
        let events = apply("0s", &DaemonSet { pod, ..AGENT })
            + "  - {at: 60s, taint: {nodes: node-2, taint: \"k=v:NoExecute\"}}\n";
        let record = MEASURED.run(&events);
        let waited = terminations(&record)[0] - 60.0 - f64::from(tolerated);
        assert!((0.0..0.1).contains(&waited), "{tolerated} and {waited} s");
    }
}

/// Measured on five nodes: the pod is asked to go 34 ms after the label went, and the status says
/// so after 83 ms; once the label is back a new pod comes after 12 ms. If the label comes back
/// while the old pod stops, its node counts again, and the new pod comes after it.
#[test]
fn a_label_goes_away_and_comes_back() {
    let cluster = "nodePools: [{name: node, count: 5, labels: {gpu: \"yes\"}}]";
    let label = |at, value| {
        format!("  - {{at: {at}, label: {{nodes: node-1, labels: {{gpu: {value}}}}}}}\n")
    };
    let events = apply("0s", &DaemonSet { pod: "nodeSelector: {gpu: \"yes\"}", ..AGENT })
        + &label("60s", "null")
        + &label("63s", "\"yes\"")
        + &label("73s", "null")
        + &label("73400ms", "\"yes\"");
    let record = Setting { cluster, ..MEASURED }.run(&events);
    let expected = [
        "60034ms desired=4 misscheduled=1 ready=4 terminating=1 deleted=1",
        "61500ms desired=4 misscheduled=0 ready=4 pods=4",
        "63012ms desired=5 created=6",
        "63034ms desired=5 ready=4 created=6 pods=5",
        "65045ms desired=5 ready=5",
        "73300ms desired=4 misscheduled=1 terminating=1",
        "73900ms desired=5 misscheduled=0 ready=5 terminating=1 created=6",
        "74200ms desired=5 ready=4 terminating=0 created=7",
        "76500ms desired=5 ready=5 pods=5",
    ];
    check_points(&record, 0, &expected, &events);
}

/// Measured on five nodes: a new pod comes 90 ms after the taint went; if it goes while the old pod
/// stops, 5 ms after its terminal phase.
#[test]
fn a_taint_that_evicts_goes_away_again() {
    let taint =
        |at| format!("  - {{at: {at}, taint: {{nodes: node-2, taint: \"k=:NoExecute\"}}}}\n");
    let untaint = |at| format!("  - {{at: {at}, untaint: {{nodes: node-2, taint: k}}}}\n");
    let events = apply("0s", &AGENT) + &taint("60s") + &untaint("65s") + &taint("73s");
    let events = events + &untaint("73500ms");
    let record = Setting { nodes: 5, ..MEASURED }.run(&events);
    let expected = [
        "60100ms desired=4 misscheduled=1 terminating=1 deleted=1",
        "62s desired=4 misscheduled=0 pods=4",
        "65090ms desired=5 created=6 ready=4",
        "68s desired=5 ready=5",
        "73100ms desired=4 misscheduled=1 ready=4 terminating=1",
        "73600ms desired=5 misscheduled=0 ready=5 terminating=1 created=6",
        "74030ms created=7 terminating=0 ready=4",
        "77s desired=5 ready=5 pods=5",
    ];
    check_points(&record, 0, &expected, &events);
}

/// Measured on ten nodes, with pods that take five seconds to stop: all ten new pods came 18 to
/// 118 ms after the DaemonSet was created again, were Ready two seconds later, and the old ones
/// went two seconds after that.
#[test]
fn a_daemon_set_that_is_created_again_has_two_pods_on_each_node() {
    let latencies = &MEASURED.latencies.replace("terminate: 1s", "terminate: 5s");
    let events = apply("0s", &AGENT) + "  - {at: 60s, delete: agent}\n" + &apply("61s", &AGENT);
    let record = Setting { nodes: 10, latencies, ..MEASURED }.run(&events);
    let created = creations(&record, "agent");
    check_times(&created[10..], &[(61.0, 61.118); 10]);
    let old = ["61200ms pods=10 terminating=10", "64900ms pods=10", "65200ms pods=0"];
    check_points(&record, 0, &old, &events);
    let new = ["61200ms pods=10 ready=0 desired=10", "63200ms ready=10 updated=10", "70s pods=10"];
    check_points(&record, 1, &new, &events);
}

/// `pkg/controller/controller_ref_manager.go › ClaimPods`. Measured on ten nodes: the first of ten
/// orphans was adopted 17 ms and the last 128 ms after the DaemonSet was created again, and the
/// status said so after 175 ms.
#[test]
fn orphans_are_adopted_one_after_the_other() {
    let status = |nodes| {
        let events = apply("0s", &AGENT)
            + "  - {at: 60s, delete: {daemonSet: agent, cascade: orphan}}\n"
            + &apply("63s", &AGENT);
        let record = Setting { nodes, ..MEASURED }.run(&events);
        assert_eq!(creations(&record, "agent").len(), nodes as usize);
        let adopted =
            times(&record, |what| matches!(what, What::PodOwnerChanged { owned: true, .. }));
        assert_eq!(adopted.len(), nodes as usize);
        let is_written = |what: &What| matches!(what, What::StatusWritten { .. });
        *times(&record, is_written).last().unwrap() - 63.0
    };
    let (few, ten) = (status(2), status(10));
    assert!((0.06..=0.175).contains(&ten), "{ten}");
    // A request of 5 ms for each.
    assert!((0.035..=0.045).contains(&(ten - few)), "{few} and {ten}");
}

/// Measured seven times: 4 to 20 ms after the pod that was in the way had ended.
#[test]
fn a_pod_is_bound_as_soon_as_there_is_room() {
    let cluster = "nodes: [{name: a, allocatable: {cpu: 4}}]";
    let container = "resources: {requests: {cpu: 3500m}}";
    let greedy = DaemonSet { name: "greedy", container, ..AGENT };
    let events = apply("0s", &greedy)
        + &apply("60s", &DaemonSet { container, ..AGENT })
        + "  - {at: 90s, delete: greedy}\n";
    for kubelet in ["off", "{}"] {
        let record = Setting { cluster, kubelet, ..MEASURED }.run(&events);
        let is_end = |what: &What| match what {
            What::PodStopped { .. } => kubelet != "off",
            What::PodRemoved { .. } => kubelet == "off",
            _ => false,
        };
        let ended = times(&record, is_end)[0];
        let bound = times(&record, |what| matches!(what, What::PodBound { .. }))[1];
        assert!((0.004..=0.020).contains(&(bound - ended)), "{kubelet}: {ended} and {bound}");
    }
}

/// Measured in three runs, with victims that take three seconds to stop: asked 40 ms after the pod
/// came, with their own grace period; 6 to 8 ms after their terminal phase the pod was bound, and
/// 4 to 16 ms later their objects went.
#[test]
fn preemption_waits_for_the_terminal_phase_of_its_victims() {
    let latencies = &MEASURED.latencies.replace("terminate: 1s", "terminate: 3s");
    let cluster = "nodes: [{name: a, allocatable: {cpu: 4}}]";
    let container = "resources: {requests: {cpu: 3}}";
    let vital = DaemonSet { name: "vital", pod: "priorityClassName: vital", container, ..AGENT };
    let events = apply("0s", &DaemonSet { container, ..AGENT }) + &apply("60s", &vital);
    let keys = "priorityClasses: {vital: {value: 1000}}";
    let record = Setting { cluster, latencies, keys, kubelet: "{}", ..MEASURED }.run(&events);
    let created = creations(&record, "vital")[0];
    let asked = terminations(&record)[0];
    let ended = times(&record, |what| matches!(what, What::PodStopped { failed: false, .. }))[0];
    let bound = times(&record, |what| matches!(what, What::PodBound { .. }))[1];
    let removed = times(&record, |what| matches!(what, What::PodRemoved { .. }))[0];
    assert!((0.0..=0.05).contains(&(asked - created)), "{created} and {asked}");
    assert!((3.0..=3.05).contains(&(ended - asked)), "{asked} and {ended}");
    assert!((0.004..=0.020).contains(&(bound - ended)), "{ended} and {bound}");
    assert!(bound < removed, "{bound} and {removed}");
}
