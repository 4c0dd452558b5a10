//! Why rollouts wait, on which node, and what helps: as the verdict says it. Whatever helps was
//! seen to end the rollout.

use std::fs;
use std::path::{Path, PathBuf};

use rollcast::input::{Limits, Source};
use rollcast::record::{DaemonSetSummary, Record, Remedy};
use rollcast::report::verdict::{verdict, verdicts};
use rollcast::scenario::{Files, Scenario, read};
use rollcast::study::advise;
use rollcast::world::{Options, RunLimits, simulate};

use crate::scenario::{SETTING, Setting};

/// Kubelets, the scheduler and the lifecycle of nodes are modeled.
pub(crate) const REAL: Setting<'_> = Setting {
    control_plane: "",
    kubelet: "",
    until: "1h",
    pod: "tolerations: [{operator: Exists}]",
    ..SETTING
};

pub(crate) fn explained(scenario: &Scenario) -> Record {
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

pub(crate) const UPDATE: &str = "  - {at: 1m, setImage: \"agent:v2\"}\n";
const UNDO: &str = "; what helps: kubectl rollout undo daemonset/agent -n kube-system; ";

pub(crate) fn with_bad_image(fault: &str) -> String {
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

/// The other limits of a quota stay, also where it was lowered below what is there.
#[test]
fn a_quota_is_raised_as_far_as_it_refuses() {
    let quota = |hard: &str| {
        format!(
            "  - {{at: 30s, apply: {{apiVersion: v1, kind: ResourceQuota, metadata: {{name: q, \
             namespace: kube-system}}, spec: {{hard: {{{hard}}}}}}}}}\n{UPDATE}"
        )
    };
    let setting = Setting { nodes: 6, ..REAL };
    let helps = "; what helps: kubectl patch resourcequota/q -n kube-system -p \
                 '{\"spec\":{\"hard\":{\"count/pods\":\"6\",\"pods\":\"6\"}}}'";
    check(&setting, &quota("pods: 3, count/pods: 4"), helps);
    let helps = "; what helps: kubectl patch resourcequota/q -n kube-system -p \
                 '{\"spec\":{\"hard\":{\"pods\":\"6\"}}}'";
    check(&setting, &quota("pods: 3, count/pods: 500"), helps);
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

/// The shipped scenarios, and what lies beside them.
struct Shipped(PathBuf);

impl Files for Shipped {
    #[expect(clippy::disallowed_methods, reason = "the shipped scenarios are what is tested here")]
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

/// Every stalled scenario that is shipped, what the verdict says helps, and that as an event.
const STALLED: [(&str, &str, &str); 10] = [
    ("crash-after-ready", "kubectl rollout undo daemonset/agent", "rolloutUndo: agent"),
    ("dead-nodes", "kubectl delete node worker-7 worker-21", "leave: [worker-7, worker-21]"),
    ("incidents/dead-nodes-spend-5-percent", "kubectl delete node ", "leave: NODES"),
    ("incidents/new-node-dies", "kubectl delete node node-11", "leave: node-11"),
    ("incidents/one-pod-stuck-terminating", "kubectl delete node node-101", "leave: node-101"),
    (
        "incidents/surge-with-host-port",
        r#"kubectl patch daemonset/proxy -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'"#,
        "patch: {updateStrategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}",
    ),
    (
        "incidents/three-bad-updates",
        "kubectl rollout undo daemonset/agent --to-revision=1",
        "rolloutUndo: {toRevision: 1}",
    ),
    ("incidents/three-unknown-nodes", "kubectl delete node ", "leave: NODES"),
    ("is-it-done", "kubectl rollout undo daemonset/agent", "rolloutUndo: agent"),
    (
        "incidents/three-unknown-nodes",
        r#"kubectl patch daemonset/agent -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":4}}}}'"#,
        "",
    ),
];

fn load(name: &str, text: &str) -> Scenario {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let beside = Shipped(file.parent().unwrap().to_owned());
    let loaded = read(Source::new(format!("{name}.yaml"), text.to_owned()), &beside, &[]);
    loaded.unwrap_or_else(|report| panic!("{}", report.render(false))).scenario
}

/// What is shipped and stalls names its cause, a node and what helps; and if that is done once the
/// rollout is stuck, the rollout ends.
#[test]
#[expect(clippy::disallowed_methods, reason = "the shipped scenarios are what is tested here")]
fn what_helps_ends_every_stalled_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let names = |under: &str| -> Vec<String> {
        let files = folder.join(under).read_dir().unwrap().map(|file| file.unwrap().path());
        let scenarios = files.filter(|file| file.extension().is_some_and(|it| it == "yaml"));
        scenarios
            .map(|file| format!("{under}{}", file.file_stem().unwrap().to_str().unwrap()))
            .collect()
    };
    for name in names("").into_iter().chain(names("incidents/")) {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let scenario = load(&name, &text);
        let record = explained(&scenario);
        let stuck = |it: &&DaemonSetSummary| {
            let last = it.rollouts.last().filter(|_| !it.on_delete);
            last.is_some_and(|rollout| rollout.is_stuck(&record.summary))
        };
        let Some(it) = record.summary.daemon_sets.iter().find(stuck) else {
            assert!(STALLED.iter().all(|(stalled, ..)| *stalled != name), "{name} does not stall");
            continue;
        };
        let causes: Vec<_> = it.holds.iter().flat_map(|hold| &hold.causes).collect();
        assert!(!causes.is_empty(), "{name}: no cause");
        assert!(causes.iter().all(|cause| !cause.nodes.is_empty()), "{name}: no node");
        let verdict = verdict(it, &record.summary);
        let known: Vec<_> = STALLED.iter().filter(|(stalled, ..)| *stalled == name).collect();
        assert!(!known.is_empty(), "{name} stalls, and nothing is known to help: {verdict}");
        for (_, command, event) in known {
            assert!(verdict.contains(command), "{name}: {verdict}\nlacks\n{command}");
            if !event.is_empty() {
                let nodes = causes.iter().flat_map(|cause| &cause.nodes);
                let nodes = nodes.map(String::as_str).collect::<Vec<_>>().join(", ");
                let event = event.replace("NODES", &format!("[{nodes}]"));
                assert_ends(&name, &text, &it.daemon_set, &event);
            }
        }
    }
}

/// Once the rollout of the first DaemonSet is stuck somebody does this, and it ends.
fn assert_ends(name: &str, text: &str, daemon_set: &str, event: &str) {
    let when = format!("{{rolloutStuck: {{daemonSet: {daemon_set}}}}}");
    let waiting = format!("\n  - when: {when}\n    {event}\n\nuntil: 1d\n");
    let (events, rest) = text.split_once("\n\nuntil: ").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let record = explained(&load(name, &format!("{events}{waiting}{rest}")));
    let last = record.summary.daemon_sets[0].rollouts.last();
    assert!(last.is_some_and(|it| it.finished.is_some()), "{name}: {event} does not help");
    assert!(record.summary.failed_actions.is_empty(), "{:?}", record.summary.failed_actions);
}
