//! What counts as progress of a rollout, and what alerts see of it.

use std::fs;
use std::path::{Path, PathBuf};

use rollcast::input::{Limits, Source};
use rollcast::record::{Record, Rollout};
use rollcast::report::verdict::verdicts;
use rollcast::scenario::{Files, Override, Scenario, read};
use rollcast::study::evaluate;
use rollcast::time::SimDuration;

use crate::causes::{REAL, UPDATE, explained, with_bad_image};
use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::Setting;

/// The manifests beside the cases.
struct Beside;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reported")
}

impl Files for Beside {
    #[expect(clippy::disallowed_methods, reason = "cases are files")]
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        fs::read(folder().join(path)).map_err(|error| error.to_string())
    }
}

fn case(name: &str, seed: u64) -> Scenario {
    let bytes = Beside.read(name, &Limits::default()).unwrap();
    let seed = Override::parse(&format!("seed={seed}")).unwrap();
    let loaded = read(Source::from_bytes(name, bytes), &Beside, &[seed]);
    loaded.unwrap_or_else(|report| panic!("{}", report.render(false))).scenario
}

fn verdict(record: &Record) -> String {
    verdicts(&record.summary).remove(0)
}

#[track_caller]
fn assert_says(record: &Record, expected: &[&str]) {
    let verdict = verdict(record);
    for part in expected {
        assert!(verdict.contains(part), "{verdict}\nlacks\n{part}");
    }
}

fn last_rollout(record: &Record) -> &Rollout {
    record.summary.daemon_sets[0].rollouts.last().unwrap()
}

/// kubernetes#95457: the pod is replaced every 15 minutes, which flips `updated` for an instant.
#[test]
fn a_pod_that_is_refused_and_replaced_is_no_progress() {
    for seed in 1..=3 {
        let scenario = case("F01-rejected-pod-loop.yaml", seed);
        let record = explained(&scenario);
        let expected = [
            "agent: stuck at 1/12 since 10m: budget 1 is spent by node-3: Evicted: DiskPressure; \
             what helps: end the pressure on node-3, or kubectl delete node node-3; kubectl patch daemonset/agent -n ops -p \
             '{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":2}}}}' (or 9%)",
            "; the alert KubeDaemonSetRolloutStuck fires at 30m",
        ];
        assert_says(&record, &expected);
        assert!(!record.summary.at_rest, "it loops for ever");
        assert_eq!(evaluate(&scenario.expectations, &record.summary), []);
    }
}

/// kubernetes#124388: one node that refuses every pod keeps no other waiting.
#[test]
fn a_surge_that_one_node_refuses_is_stuck_at_all_others() {
    for seed in 1..=8 {
        let record = explained(&case("F02-surge-starves.yaml", seed));
        let expected = [
            "agent: stuck at 4/5 since 3m",
            ": waiting for node-3: Evicted: DiskPressure; what helps: end the pressure on node-3, or kubectl delete node node-3; ",
            "; the alert KubeDaemonSetRolloutStuck fires at 23m",
        ];
        assert_says(&record, &expected);
    }
}

const LONG: Setting<'_> = Setting { until: "2h", nodes: 5, ..REAL };

fn windows() -> String {
    let windows =
        DaemonSet { pod: "tolerations: [{operator: Exists}], os: {name: windows}", ..AGENT };
    format!("  - {{at: 1m, apply: {windows}}}\n")
}

#[test]
fn a_template_that_kubelets_refuse_is_stuck_from_its_start() {
    let record = explained(&LONG.load(&windows()));
    let expected = [
        "agent: stuck at 1/5 since 1m: budget 1 is spent by node-",
        ": PodOSNotSupported: ",
        "; what helps: kubectl rollout undo daemonset/agent -n kube-system; worst moment ",
        "; the alert KubeDaemonSetRolloutStuck fires at 21m",
    ];
    assert_says(&record, &expected);
    let created = explained(&Setting { daemon_sets: Some(&[]), ..LONG }.load(&windows()));
    let expected =
        ["running on 0 of 5 nodes, stuck at 0/5 available, all updated, since 1m: waiting for "];
    assert_says(&created, &expected);
    assert!(!verdict(&created).contains("delete node"), "no node would be left");
}

#[test]
fn pods_that_the_api_server_refuses_are_not_scheduled() {
    let events = format!("  - {{at: 30s, refusePods: {{message: denied}}}}\n{UPDATE}");
    let record = explained(&LONG.load(&events));
    let expected = [
        "agent: stuck at 0/5 since 1m: budget 1 is spent by ",
        "; the alert KubeDaemonSetRolloutStuck fires at 21m; the alert KubeDaemonSetNotScheduled \
         fires at 11m30s",
    ];
    assert_says(&record, &expected);
}

/// It is Ready for 3 seconds after each start, which flips `available` again and again.
#[test]
fn a_crash_loop_makes_progress_once_on_each_node() {
    let fault = "crash, after: 3s";
    let events = with_bad_image(fault);
    let patient = Setting { spec: "minReadySeconds: 300", ..LONG };
    let record = explained(&patient.load(&events));
    assert_says(&record, &["agent: stuck at 1/5 since 1m", " CrashLoopBackOff (", UNDO]);
    let hasty = explained(&LONG.load(&events));
    assert_says(&hasty, &["agent: stuck at 4/5 since 1m", " CrashLoopBackOff (", UNDO]);
    assert!(last_rollout(&hasty).last_progress < SimDuration::from_secs(600), "{hasty:?}");
}

fn joins_every(minutes: u32, times: u32) -> String {
    let joins = (1..=times).map(|i| format!("  - {{at: {}m, join: 1}}\n", i * minutes));
    joins.collect::<Vec<_>>().concat()
}

const UNDO: &str = "; what helps: kubectl rollout undo daemonset/agent -n kube-system; ";

/// Nodes that join get the new revision whatever becomes of the rollout.
#[test]
fn nodes_that_join_hide_no_standstill() {
    let pressure = "  - {at: 30s, pressure: {nodes: node-3, kind: disk, evict: true}}\n";
    let joins = joins_every(5, 21);
    let cluster = "nodePools: [{name: node, count: 5}]";
    let setting = Setting { cluster, ..LONG };
    let record = explained(&setting.load(&format!("{pressure}{UPDATE}{joins}")));
    let expected = ["agent: stuck at 22/26 since 1m: budget 1 is spent by node-3: "];
    assert_says(&record, &expected);
    assert_eq!(record.summary.daemon_sets[0].alerts, [], "`updated` changes every 5 minutes");
}

/// Once all others are updated, they are what a rollout waits for; and a rollout that loses updated
/// nodes goes on all the same.
#[test]
fn nodes_that_come_and_go_are_no_standstill() {
    let slow = Setting {
        latencies: "ready: 4m, nodeReady: 10s",
        container: "readinessProbe: {httpGet: {path: /, port: 80}}",
        ..LONG
    };
    let joins = joins_every(3, 39);
    let cluster = "nodePools: [{name: node, count: 5}]";
    let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 3}}";
    let churn = Setting { cluster, spec, ..slow };
    let record = explained(&Setting { until: "119m", ..churn }.load(&format!("{UPDATE}{joins}")));
    assert_says(&record, &["agent: still progressing at "]);
    let leave = "  - {at: 15m, leave: {names: [node-1, node-2]}}\n  \
                 - {at: 20m, leave: node-3}\n";
    let many = Setting { nodes: 12, until: "40m", ..slow };
    let record = explained(&many.load(&format!("{UPDATE}{leave}")));
    assert_says(&record, &["agent: still progressing at "]);
}

/// A later rollout begins anew: what a node had reached before does not count.
#[test]
fn each_rollout_makes_its_own_progress() {
    let events = format!("{UPDATE}  - {{at: 10m, setImage: \"agent:v3\"}}\n");
    let record = explained(&LONG.load(&events));
    let rollouts = &record.summary.daemon_sets[0].rollouts;
    let [first, second] = rollouts.as_slice() else { panic!("{rollouts:?}") };
    for rollout in [first, second] {
        let last = rollout.last_progress;
        assert!(rollout.started < last && Some(last) <= rollout.finished, "{rollout:?}");
    }
    // What runs the earlier revision is there at once, and no progress of the one that is left.
    let undo = "  - {at: 10m, rolloutUndo: agent}\n";
    let record = explained(&LONG.load(&format!("{}{undo}", with_bad_image("crash"))));
    let rollouts = &record.summary.daemon_sets[0].rollouts;
    let [bad, undone] = rollouts.as_slice() else { panic!("{rollouts:?}") };
    assert_eq!(bad.last_progress, bad.started);
    assert!(undone.started < undone.last_progress, "{undone:?}");
}

/// A pod stays where a taint keeps new ones away. The status is written when another pod goes, and
/// shows from 2m30s on; `updated` changes then, and is quiet from 7m on.
#[test]
fn pods_where_none_belong_are_misscheduled() {
    let events = "  - {at: 1m, taint: {nodes: node-1, taint: \"a=b:NoSchedule\"}}
  - {at: 2m, deletePods: {nodes: node-2}}
  - {at: 40m, untaint: {nodes: node-1, taint: a}}";
    let setting = Setting { until: "1h", pod: "", ..LONG };
    let expected = "; the alert KubeDaemonSetRolloutStuck fires at 22m and resolves at 40m30s; the \
                    alert KubeDaemonSetMisScheduled fires at 17m30s and resolves at 40m30s";
    assert_says(&explained(&setting.load(events)), &[expected]);
    let deleted = format!("{events}\n  - {{at: 30m, delete: agent}}");
    let expected = "; the alert KubeDaemonSetRolloutStuck fires at 22m and resolves at 30m; the \
                    alert KubeDaemonSetMisScheduled fires at 17m30s and resolves at 30m";
    assert_says(&explained(&setting.load(&deleted)), &["deleted; ", expected]);
}

#[test]
fn expectations_of_alerts_say_when_they_fire() {
    let events = format!("  - {{at: 30s, refusePods: {{message: denied}}}}\n{UPDATE}");
    let keys = "expect: {stuckAlert: false, notScheduledAlert: false, misScheduledAlert: true}\n\
                alerts: {interval: 1m}\n";
    let scenario = Setting { keys, ..LONG }.load(&events);
    let record = explained(&scenario);
    let said: Vec<String> = evaluate(&scenario.expectations, &record.summary)
        .into_iter()
        .map(|breach| format!("{}: {}", breach.expectation, breach.message))
        .collect();
    let expected = [
        "expect.stuckAlert: kube-system/agent: KubeDaemonSetRolloutStuck fires at 21m, expected \
         that it does not",
        "expect.notScheduledAlert: kube-system/agent: KubeDaemonSetNotScheduled fires at 12m, \
         expected that it does not",
        "expect.misScheduledAlert: kube-system/agent: KubeDaemonSetMisScheduled does not fire, \
         expected that it does",
    ];
    assert_eq!(said, expected);
}
