//! Why rollouts wait, on which node, and what helps: as the verdict says it. Whatever helps was
//! seen to end the rollout.

use std::fs;
use std::path::Path;

use rollcast::input::{Limits, Source};
use rollcast::record::{Record, Remedy};
use rollcast::report::verdict::verdicts;
use rollcast::scenario::{Files, Scenario, read};
use rollcast::study::advise;
use rollcast::world::{Options, RunLimits, simulate};

use crate::scenario::{SETTING, Setting};

/// Kubelets, the scheduler and the lifecycle of nodes are modeled.
const REAL: Setting<'_> = Setting {
    control_plane: "",
    kubelet: "",
    until: "1h",
    pod: "tolerations: [{operator: Exists}]",
    ..SETTING
};

fn explained(scenario: &Scenario) -> Record {
    let mut record = simulate(scenario, &Options::default(), |_| {});
    advise(scenario, &mut record.summary, RunLimits::default().max_events);
    record
}

/// Checks what the verdict says after `since …: `, up to the worst moment.
#[track_caller]
fn check(setting: &Setting<'_>, events: &str, expected: &str) {
    let record = explained(&setting.load(events));
    let verdict = verdicts(&record.summary).remove(0);
    assert!(verdict.contains(expected), "{verdict}\nlacks\n{expected}");
}

const UPDATE: &str = "  - {at: 1m, setImage: \"agent:v2\"}\n";
const UNDO: &str = "; what helps: kubectl rollout undo daemonset/agent -n kube-system; ";

fn with_bad_image(fault: &str) -> String {
    format!("  - {{at: 0s, breakImage: {{image: \"agent:v2\", fault: {fault}}}}}\n{UPDATE}")
}

#[test]
fn a_bad_image_is_named_with_the_reason() {
    let check_fault = |setting: Setting<'_>, fault: &str, what: &str| {
        for kubelet in ["", "off"] {
            let setting = Setting { kubelet, ..setting };
            let record = explained(&setting.load(&with_bad_image(fault)));
            let [hold] = record.summary.daemon_sets[0].holds.as_slice() else {
                panic!("{record:?}")
            };
            assert_eq!(hold.causes.len(), 1, "{hold:?}");
            let node = &hold.causes[0].nodes[0];
            let expected = format!(": budget 1 is spent by {node}: {what} of agent:v2{UNDO}");
            check(&setting, &with_bad_image(fault), &expected);
        }
    };
    check_fault(REAL, "pullError", "ImagePullBackOff");
    check_fault(REAL, "crash", "CrashLoopBackOff (15 restarts)");
    let probed = Setting { container: "readinessProbe: {httpGet: {path: /, port: 80}}", ..REAL };
    check_fault(probed, "neverReady", "readiness probe failing");
}

/// The first crash comes once the pod has been ready.
#[test]
fn a_container_that_crashes_later_is_named_with_its_restarts() {
    let setting = Setting { spec: "minReadySeconds: 120", ..REAL };
    let expected = "restarts) of agent:v2; what helps: kubectl rollout undo";
    check(&setting, &with_bad_image("crash, after: 20s"), expected);
}

#[test]
fn a_node_that_refuses_every_pod_is_named() {
    let surge = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let setting = Setting { spec: surge, nodes: 5, ..REAL };
    let events = "  - {at: 30s, pressure: {nodes: node-3, kind: disk}}\n";
    let expected = "stuck at 4/5 since";
    check(&setting, &format!("{events}{UPDATE}"), expected);
    let expected = ": waiting for node-3: Evicted: DiskPressure; what helps: end the pressure on \
                    node-3, or kubectl delete node node-3; ";
    check(&setting, &format!("{events}{UPDATE}"), expected);
}

#[test]
fn a_pod_that_is_refused_again_and_again_is_named() {
    let setting = Setting { nodes: 5, until: "2h", ..REAL };
    let events = "  - {at: 30s, pressure: {nodes: node-3, kind: disk, evict: true}}\n";
    let record = explained(&setting.load(&format!("{events}{UPDATE}")));
    let holds = &record.summary.daemon_sets[0].holds;
    let told: Vec<_> = holds.iter().flat_map(|it| &it.causes).map(|it| &it.nodes).collect();
    assert_eq!(told, [&["node-3"]]);
}

#[test]
fn a_dead_node_is_to_be_deleted() {
    let dead = "  - {at: 30s, fail: node-2}\n  - {at: 10m, setImage: \"agent:v2\"}";
    check(&REAL, dead, ": budget 1 is spent by node-2: Terminating for ");
    let setting = Setting { nodes: 5, ..REAL };
    let helps = ", held by a dead kubelet; what helps: kubectl delete node node-2; kubectl patch \
                 daemonset/agent -n kube-system -p \
                 '{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":2}}}}' (or \
                 21%) updates 4 of 5; ";
    check(&setting, dead, helps);
}

#[test]
fn two_causes_are_two_and_what_helps_is_done_together() {
    let setting =
        Setting { nodes: 6, spec: "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}", ..REAL };
    let events = "  - {at: 30s, fail: node-2}
  - {at: 9m, breakImage: {image: \"agent:v2\", fault: crash}}
  - {at: 10m, setImage: \"agent:v2\"}";
    let record = explained(&setting.load(events));
    let it = &record.summary.daemon_sets[0];
    let causes: usize = it.holds.iter().map(|hold| hold.causes.len()).sum();
    assert_eq!(causes, 2, "{:?}", it.holds);
    let helps = it.advice.iter().find(|attempt| attempt.ends_after.is_some()).unwrap();
    let expected =
        [Remedy::DeleteNodes(vec!["node-2".to_owned()]), Remedy::RolloutUndo { to_revision: None }];
    let mut done = helps.remedies.clone();
    done.sort_by_key(|remedy| matches!(remedy, Remedy::RolloutUndo { .. }));
    assert_eq!(done, expected);
}

#[test]
fn no_room_is_named_in_the_scheduler_s_words() {
    let cluster = "nodePools: [{name: a, count: 3, allocatable: {cpu: \"1\"}}]";
    let setting = Setting { cluster, ..REAL };
    let big = crate::daemon_set::DaemonSet {
        pod: "tolerations: [{operator: Exists}]",
        container: "resources: {requests: {cpu: \"2\"}}",
        ..crate::daemon_set::AGENT
    };
    let events = format!("  - {{at: 1m, apply: {big}}}");
    check(
        &setting,
        &events,
        ": Unschedulable: Insufficient cpu (2 asked, 1 free); what helps: kubectl rollout undo",
    );
}

#[test]
fn a_refused_creation_is_named_in_the_words_of_the_api_server() {
    let unknown = crate::daemon_set::DaemonSet {
        pod: "tolerations: [{operator: Exists}], priorityClassName: gone",
        ..crate::daemon_set::AGENT
    };
    let events = format!("  - {{at: 1m, apply: {unknown}}}");
    let expected = ": creation refused: pods \"agent-\" is forbidden: no PriorityClass with name \
                    gone was found";
    check(&REAL, &events, expected);
    check(&REAL, &events, UNDO);
}

/// Upstream's lost wake-up: with surge and minReadySeconds, the second look may come too early.
#[test]
fn a_lost_wake_up_is_told_from_a_pod_that_is_not_available() {
    let setting = Setting {
        nodes: 180,
        spec: "minReadySeconds: 10, \
               updateStrategy: {rollingUpdate: {maxSurge: 10%, maxUnavailable: 0}}",
        latencies: "ready: {uniform: {min: 1s, max: 30s}}",
        container: "readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}",
        ..REAL
    };
    let lost = (1..=30).find_map(|seed| {
        let keys = format!("seed: {seed}\n");
        let record = explained(&Setting { keys: &keys, ..setting }.load(UPDATE));
        let verdict = verdicts(&record.summary).remove(0);
        verdict.contains("stuck").then_some(verdict)
    });
    let lost = lost.expect("one of thirty seeds loses a wake-up");
    let expected = ": available, but nothing wakes the controller; what helps: kubectl annotate \
                    daemonset/agent -n kube-system wake=1 --overwrite";
    assert!(lost.contains(expected), "{lost}");
}

/// Nothing lies beside the scenario.
struct Alone;

impl Files for Alone {
    fn read(&self, _: &str, _: &Limits) -> Result<Vec<u8>, String> {
        Err("an incident is one file".to_owned())
    }
}

/// What was reported to be stuck names its cause and a node, and something helps.
#[test]
#[expect(clippy::disallowed_methods, reason = "the shipped scenarios are what is tested here")]
fn every_stalled_incident_names_cause_node_and_remedy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/incidents");
    let mut stalled = Vec::new();
    for file in folder.read_dir().unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let loaded = read(Source::new("incident.yaml", text), &Alone, &[]);
        let scenario = loaded.unwrap_or_else(|report| panic!("{}", report.render(false))).scenario;
        let record = explained(&scenario);
        for it in &record.summary.daemon_sets {
            let last = it.rollouts.last();
            if !last.is_some_and(|rollout| rollout.is_stuck(&record.summary)) {
                continue;
            }
            let causes: Vec<_> = it.holds.iter().flat_map(|hold| &hold.causes).collect();
            assert!(!causes.is_empty(), "{name}: no cause");
            assert!(causes.iter().all(|cause| !cause.nodes.is_empty()), "{name}: no node");
            let helps = it.advice.iter().any(|attempt| attempt.ends_after.is_some());
            assert!(helps, "{name}: nothing helps: {:?}", it.advice);
            stalled.push(name.clone());
        }
    }
    stalled.sort();
    let expected = [
        "dead-nodes-spend-5-percent",
        "new-node-dies",
        "one-pod-stuck-terminating",
        "surge-with-host-port",
        "three-bad-updates",
        "three-unknown-nodes",
    ];
    assert_eq!(stalled, expected);
}
