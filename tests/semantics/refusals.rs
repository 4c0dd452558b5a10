//! The API server says no to new pods, and pods do not go: against what a real control plane did.

use rollcast::record::{Ready, Record, What};

use crate::apply;
use crate::check;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};
use crate::syncs::REFUSED;

const UPDATE: &str = "  - {at: 60s, setImage: agent:v2}\n";

/// An event that limits the pods of a namespace.
fn quota(at: &str, hard: &str) -> String {
    format!(
        "  - {{at: {at}, apply: {{apiVersion: v1, kind: ResourceQuota, \
         metadata: {{name: q, namespace: kube-system}}, spec: {{hard: {{{hard}}}}}}}}}\n"
    )
}

/// What happened that `of` finds, in milliseconds since the update.
fn times(record: &Record, of: impl Fn(&What) -> bool) -> Vec<u64> {
    let found = record.facts.iter().filter(|fact| of(&fact.what));
    found.map(|fact| (fact.at.as_micros() / 1_000).saturating_sub(60_000)).collect()
}

fn failures(record: &Record) -> Vec<u64> {
    times(record, |what| matches!(what, What::SyncFailed { .. }))
}

fn creations(record: &Record) -> Vec<u64> {
    times(record, |what| matches!(what, What::PodCreated { .. }))
}

/// The messages of the events `FailedCreate`.
fn refusals(record: &Record) -> Vec<&str> {
    let message = |what: &What| match what {
        What::EventPosted { reason, message, .. } if reason == "FailedCreate" => Some(*message),
        _ => None,
    };
    record.facts.iter().filter_map(|fact| Some(record.names.get(message(&fact.what)?))).collect()
}

/// `pkg/controller/daemon/daemon_controller.go › syncNodes`, `updateDaemonSet`: an error ends the
/// sync before the rolling update, and the key comes back after 5 ms × 2^n. Measured: tries 1.08,
/// 1.14, …, 42.4 s after the update; raised at 60 s, the first pod came at 83 s.
#[test]
fn raising_a_quota_triggers_nothing() {
    let events = [quota("50s", "pods: 15"), UPDATE.into(), quota("120s", "pods: 40")].concat();
    let record = REFUSED.run(&events);
    let expected = [
        "62s deleted=2 created=0 ready=18 unavailable=2",
        "141s deleted=2 created=0 serving=18",
        "10m updated=20 serving=20",
    ];
    check_points(&record, 0, &expected, &events);
    let failed = failures(&record);
    assert!((1_005..1_200).contains(&failed[0]), "{failed:?}");
    for after in [1_280, 2_560, 5_120, 10_240, 20_480, 40_960] {
        let has = failed.iter().any(|at| (at - failed[0]).abs_diff(after) < after / 40 + 20);
        assert!(has, "{after} after the first: {failed:?}");
    }
    assert!((81_000..85_000).contains(&creations(&record)[0]), "{:?}", creations(&record));
}

/// `kubectl annotate` is an update of the object, which the controller hears of: it does not wait for
/// the end of its back-off.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonset`.
#[test]
fn an_annotation_makes_the_controller_look_again() {
    let events = [quota("50s", "pods: 15"), UPDATE.into(), quota("120s", "pods: 40")].concat();
    let late = creations(&REFUSED.run(&events))[0];
    let events = events + "  - {at: 121s, annotate: agent}\n";
    let soon = creations(&REFUSED.run(&events))[0];
    assert!(late > 81_000 && (61_000..62_000).contains(&soon), "{late}, {soon}");
}

/// `apiserver/pkg/admission/plugin/resourcequota/controller.go › CheckRequest`. Measured word for
/// word, but for the name.
#[test]
fn a_quota_refuses_in_the_words_of_the_api_server() {
    let events = [quota("50s", "pods: 15, count/pods: 500"), UPDATE.into()].concat();
    let record = REFUSED.run(&events);
    let refusals = refusals(&record);
    let (start, end) = refusals[5].split_once("\" is forbidden: ").unwrap();
    assert!(start.starts_with("Error creating: pods \"agent-"), "{start}");
    assert_eq!(start.len(), "Error creating: pods \"agent-p69xp".len());
    assert_eq!(end, "exceeded quota: q, requested: pods=1, used: pods=18, limited: pods=15");
    // From the tenth on, events that differ in the name of a pod alone are combined.
    assert!(!refusals[8].contains("(combined"), "{}", refusals[8]);
    assert!(refusals[9].starts_with("(combined from similar events): "), "{}", refusals[9]);
    let events = [quota("50s", "count/pods: 15"), UPDATE.into()].concat();
    let record = REFUSED.run(&events);
    let last = *self::refusals(&record).last().unwrap();
    assert!(last.ends_with("used: count/pods=18, limited: count/pods=15"), "{last}");
}

/// `pkg/controller/daemon/daemon_controller.go › syncNodes`: of 20 pods with room for 10 the batches
/// 1, 2, 4 are created and three of the eight; five are refused, five not asked for.
#[test]
fn a_creation_fills_the_quota_and_skips_the_rest() {
    let events = [quota("50s", "pods: 10"), apply("60s", &AGENT)].concat();
    let record = Setting { daemon_sets: Some(&[]), ..REFUSED }.run(&events);
    check_points(&record, 0, &["10m created=10 serving=10 desired=20 current=10"], &events);
    let synced = |what: &What| matches!(what, What::SyncFailed { .. });
    let first = record.facts.iter().position(|fact| synced(&fact.what)).unwrap();
    let refused =
        |what: &What| matches!(what, What::EventPosted { reason, .. } if reason == "FailedCreate");
    // Events come one at a time, and later than the answers that they tell of.
    assert_eq!(record.facts[..first].iter().filter(|fact| refused(&fact.what)).count(), 0);
    let before_second = refusals(&record).iter().filter(|it| !it.contains("combined")).count();
    assert_eq!(before_second, 9, "{:?}", refusals(&record));
    assert_eq!(creations(&record).len(), 10);
}

/// The quota controller needs its time to hear of a pod that has ended. Measured: 5 of 25 creations
/// were refused first, and all nodes were updated.
#[test]
fn a_quota_of_exactly_the_pods_works_with_passing_refusals() {
    let events = [quota("50s", "pods: 20"), UPDATE.into()].concat();
    let mut refused = 0;
    for seed in 1..=5 {
        let keys = format!("seed: {seed}");
        let record = Setting { keys: &keys, ..REFUSED }.run(&events);
        check_points(&record, 0, &["3m updated=20 serving=20 created=20"], &events);
        refused += failures(&record).len();
    }
    // A passing refusal may be followed by several tries 5 ms × 2^n apart.
    assert!((5..=250).contains(&refused), "{refused} refusals in five runs");
}

/// With surge the new pods come on top: a quota of exactly the nodes stops the update before it has
/// begun, and a single one more is enough.
#[test]
fn a_surge_needs_one_spare_pod() {
    let spec = "updateStrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}";
    // The old pod is seen to terminate only after its deletion was answered, so that the sync which
    // deletes it ends well and the back-off begins anew.
    let control_plane = "{requestLatency: 5ms, watchLatency: 10ms}";
    let setting = Setting { nodes: 10, spec, control_plane, ..REFUSED };
    let check = |pods: &str, expected: &str| {
        let events = [quota("50s", pods), UPDATE.into()].concat();
        check(&setting, &events, &[expected]);
    };
    check("pods: 10", "10m updated=0 serving=10 created=0 deleted=0");
    check("pods: 11", "2m updated=10 serving=10 created=10");
}

/// Where requests take no time, what was admitted but is not there yet counts as well.
#[test]
fn a_quota_holds_where_requests_take_no_time() {
    let setting = Setting { control_plane: "off", daemon_sets: Some(&[]), ..REFUSED };
    let events = [quota("50s", "pods: 10"), apply("60s", &AGENT)].concat();
    check(&setting, &events, &["10m created=10 serving=10"]);
    let update = [quota("50s", "pods: 20"), UPDATE.into()].concat();
    let setting = Setting { control_plane: "off", ..REFUSED };
    check(&setting, &update, &["10m updated=20 serving=20"]);
}

/// A quota limits the pods of its own namespace.
#[test]
fn a_quota_of_another_namespace_refuses_nothing() {
    let events = [quota("50s", "pods: 1").replace("kube-system", "other"), UPDATE.into()].concat();
    check(&REFUSED, &events, &["10m updated=20 serving=20"]);
}

/// A webhook refuses some pods for some time.
#[test]
fn pods_are_refused_where_and_while_the_scenario_says() {
    let check = |refuse: &str, expected: &[&str]| {
        let events = format!("  - {{at: 50s, refusePods: {refuse}}}\n{UPDATE}");
        check(&REFUSED, &events, expected)
    };
    let lost = "10m deleted=2 created=0 serving=18";
    let record = check("{message: denied}", &[lost]);
    let message = refusals(&record)[0];
    assert!(message.starts_with("Error creating: pods \"agent-"), "{message}");
    assert!(message.ends_with("\" is forbidden: denied"), "{message}");
    let answer = "admission webhook \\\"x.example\\\" denied the request: no";
    let record = check(&format!("\"{answer}\""), &[lost]);
    assert_eq!(refusals(&record)[0], format!("Error creating: {}", answer.replace('\\', "")));
    let done = "10m updated=20 serving=20 created=20";
    check("{message: denied, duration: 70s}", &["141s created=0", done]);
    check("{message: denied, namespace: other}", &[done]);
    check("{message: denied, namespace: kube-system, daemonSet: agent}", &[lost]);
    // The node that gets no pod costs the budget one, and keeps the update from going on.
    check("{message: denied, nodes: [node-3]}", &["10m serving=19"]);
}

/// `pkg/kubelet/pod_workers.go`: a pod that is Running and Terminating counts as unavailable, and
/// keeps being Ready. Measured: with one of ten stuck and maxUnavailable 1 the update stalls until
/// it is deleted by force; the new pod came within 0.1 s.
#[test]
fn a_pod_that_stays_terminating_stalls_the_update_until_it_is_deleted_by_force() {
    let setting = Setting { nodes: 10, spec: "", ..REFUSED };
    let force = "  - {at: 160s, deletePods: {nodes: node-3, force: true}}\n";
    let stuck = "  - {at: 50s, stuckTerminating: {nodes: node-3}}\n";
    let record = setting.run(&[stuck, UPDATE, force].concat());
    let now = |line: &str| check_points(&record, 0, &[line], line);
    now("159s terminating=1 ready=10 available=10 current=10");
    let waits = record.timeline.series[0].points.iter().rev().find(|it| it.at.as_secs() < 160);
    let updated = waits.unwrap().status.updated;
    assert!(updated < 10, "{updated}");
    now("10m updated=10 serving=10");
    let after = creations(&record).into_iter().find(|at| *at > 100_000).unwrap();
    assert!(after < 100_100, "created {} ms after the deletion", after - 100_000);
}

/// Two may be unavailable, so the update goes on beside the stuck one; what is left of it stops in
/// the end.
#[test]
fn a_stuck_pod_spends_the_budget_until_it_stops() {
    let setting = Setting { nodes: 10, ..REFUSED };
    let setting =
        Setting { spec: "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}", ..setting };
    let stuck =
        "  - {at: 50s, stuckTerminating: {nodes: node-3, daemonSet: agent, duration: 5m}}\n";
    let expected = ["5m updated=9 terminating=1", "10m updated=10 terminating=0"];
    check(&setting, &[stuck, UPDATE].concat(), &expected);
    // With kubelets that are on, too.
    let on = Setting { kubelet: "{}", ..setting };
    check(&on, &[stuck, UPDATE].concat(), &expected);
}

/// Measured: after the pod of a dead node is deleted by force, the next old pod is deleted 8 ms
/// later.
#[test]
fn a_pod_of_a_dead_node_is_deleted_by_force() {
    let setting = Setting { nodes: 5, spec: "", ..REFUSED };
    let events = "  - {at: 10s, fail: node-2}
  - {at: 60s, setImage: agent:v2}
  - {at: 5m, deletePods: {nodes: node-2, force: true}}";
    let record = setting.run(events);
    let stalled = ["299s terminating=1"];
    check_points(&record, 0, &stalled, events);
    let deleted = times(&record, |what| matches!(what, What::PodTerminating { .. }));
    let next = deleted.iter().find(|at| **at >= 240_000).unwrap();
    assert!((240_001..240_030).contains(next), "{deleted:?}");
    check_points(&record, 0, &["10m updated=4 desired=4"], events);
}

/// `pkg/controller/podgc/gc_controller.go › gcOrphaned`: what is bound to a Node that has come back
/// under its name stays. Measured: after 5, 30 and 50 s the old pod, after 90 s a new one.
#[test]
fn a_node_that_registers_again_keeps_its_pod_unless_it_was_collected() {
    let check = |after: &str, created: &str| {
        let setting = Setting { nodes: 3, spec: "", ..REFUSED };
        let events = format!("  - {{at: 60s, reregister: {{nodes: node-1, after: {after}}}}}\n");
        let expected = [format!("10m desired=3 serving=3 pods=3 updated=3 {created}")];
        let record = setting.run(&events);
        check_points(&record, 0, &[&expected[0]], &events);
        record
    };
    for after in ["5s", "30s"] {
        check(after, "created=0 deleted=0");
    }
    let record = check("90s", "created=1 deleted=1");
    let [at] = creations(&record)[..] else { panic!("one") };
    assert!((90_000..90_030).contains(&at), "{at}");
}

/// A reboot restarts containers, and pods stay. Longer than the grace period, the node is not Ready.
#[test]
fn a_reboot_keeps_pods() {
    let setting = Setting { nodes: 3, spec: "", ..REFUSED };
    let ready =
        |what: &What| matches!(*what, What::NodeReady { status, .. } if status != Ready::True);
    let check = |duration: &str, turns: usize| {
        let events = format!("  - {{at: 60s, reboot: {{nodes: node-1, duration: {duration}}}}}\n");
        let expected = ["65s serving=2", "10m serving=3 ready=3 created=0 deleted=0"];
        assert_eq!(times(&check(&setting, &events, &expected), ready).len(), turns, "{duration}");
    };
    check("20s", 0);
    check("2m", 1);
}

/// The machine that restarts frees a stuck pod.
#[test]
fn a_reboot_ends_what_does_not_stop() {
    let setting = Setting { nodes: 3, spec: "", ..REFUSED };
    let events = "  - {at: 50s, stuckTerminating: {nodes: node-1}}
  - {at: 60s, setImage: agent:v2}
  - {at: 5m, reboot: {nodes: node-1, duration: 10s}}";
    check(&setting, events, &["299s terminating=1", "10m updated=3 serving=3 terminating=0"]);
}

/// What the scenario does in vain, word for word as kubectl 1.32 says it.
#[test]
fn actions_in_vain_say_so() {
    let told = |setting: &Setting<'_>, events: &str| -> Vec<String> {
        let record = setting.run(events);
        let facts = record.facts.iter();
        let failed = facts.filter(|fact| matches!(fact.what, What::ActionFailed { .. })).count();
        let summary = &record.summary.failed_actions;
        assert_eq!(failed, summary.iter().map(|it| it.times as usize).sum::<usize>(), "{events}");
        summary.iter().map(|it| it.message.clone()).collect()
    };
    let pruned = Setting {
        spec: "revisionHistoryLimit: 1, updateStrategy: {rollingUpdate: {maxUnavailable: 3}}",
        ..SETTING
    };
    let events = "  - {at: 1m, setImage: agent:v2}\n  - {at: 2m, setImage: agent:v3}
  - {at: 3m, rolloutUndo: {toRevision: 1}}\n  - {at: 4m, rolloutUndo: agent}";
    assert_eq!(told(&pruned, events), ["error: unable to find specified revision 1 in history"]);
    let events = "  - {at: 1m, rolloutRestart: agent}\n  - {at: 60500ms, rolloutRestart: agent}
  - {at: 2m, rolloutRestart: agent}";
    assert_eq!(
        told(&SETTING, events),
        ["error: failed to create patch for agent: if restart has already been triggered within \
          the past second, please wait before attempting to trigger another"]
    );
    let nothing = "nothing changed: the containers have this image already";
    assert_eq!(told(&SETTING, "  - {at: 1m, setImage: agent:v1}"), [nothing]);
    let events = "  - {at: 1m, leave: node-1}\n  - {at: 2m, recover: node-1}
  - {at: 3m, cordon: [node-1, node-2]}\n  - {at: 4m, cordon: node-2}
  - {at: 5m, untaint: {nodes: node-2, taint: a}}\n  - {at: 6m, recover: all}";
    let gone = "Error from server (NotFound): nodes \"node-1\" not found";
    let works = ["node-2 works already", "node-3 works already"];
    let expected = [gone, gone, "node/node-2 already cordoned", "error: taint \"a\" not found"];
    assert_eq!(told(&SETTING, events), [&expected[..], &works].concat());
    let again = apply("12s", &DaemonSet { image: "agent:v2", ..AGENT });
    let delete = "  - {at: 10s, delete: {daemonSet: agent, cascade: foreground}}\n";
    let slow = Setting {
        latencies: "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 20s",
        ..SETTING
    };
    assert_eq!(
        told(&slow, &[delete, &again].concat()),
        ["Warning: Detected changes to resource agent which is currently being deleted. The \
          change is lost"]
    );
    let fine = "  - {at: 1m, setImage: agent:v2}\n  - {at: 2m, cordon: node-1}";
    assert_eq!(told(&SETTING, fine), <[String; 0]>::default());
}
