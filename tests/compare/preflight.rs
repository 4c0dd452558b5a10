//! `check` says that a rollout hangs if it does in a run, and says why in the same words.

use std::collections::BTreeMap;
use std::path::Path;

use rollcast::input::{Limits, Source};
use rollcast::record::{Detail, Summary};
use rollcast::report::preflight::preflight_lines;
use rollcast::scenario::{Files, Scenario, read};
use rollcast::study::{Fate, Forecast, Preflight, advise, preflight};
use rollcast::world::{Options, RunLimits, simulate};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::estimates::REAL;
use crate::scenario::Setting;
use crate::tool::Folder;

/// The files in a folder.
struct In<'a>(&'a Path);

impl Files for In<'_> {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

/// A run of a scenario, with what helps rollouts that are stuck.
fn run(scenario: &Scenario) -> Summary {
    let options = Options { detail: Detail::Summary, ..Options::default() };
    let mut summary = simulate(scenario, &options, |_| ()).summary;
    advise(scenario, &mut summary, RunLimits::default().max_events);
    summary
}

fn hangs(forecast: &Forecast) -> bool {
    matches!(forecast.fate, Fate::Hangs(_))
}

/// Whether the last rollout of each DaemonSet is stuck in a run and does not end by itself, against
/// what a check says of it. Of a run that is too short for either, a check knows more.
#[track_caller]
fn compare(name: &str, scenario: &Scenario, checked: &Preflight) -> usize {
    let summary = run(scenario);
    let mut last: BTreeMap<&str, &Forecast> = BTreeMap::new();
    last.extend(checked.forecasts.iter().map(|it| (it.daemon_set.as_str(), it)));
    let mut stuck_ones = 0;
    for it in summary.daemon_sets.iter().filter(|it| it.deleted.is_none() && !it.on_delete) {
        let Some(rollout) = it.rollouts.last() else { continue };
        let forecast = last[it.key().as_str()];
        let waits = it.advice.iter().any(|it| it.remedies.is_empty() && it.ends_after.is_some());
        let stuck = rollout.is_stuck(&summary) && !waits;
        let is_open = rollout.finished.is_none() && !stuck;
        assert!(hangs(forecast) == stuck || is_open, "{name}: {stuck} {forecast:?}");
        if let Fate::Completes(after) = forecast.fate
            && let Some(at) = rollout.finished
        {
            assert_eq!(after, at.saturating_sub(rollout.started), "{name}");
        }
        stuck_ones += usize::from(stuck);
    }
    for line in preflight_lines(checked) {
        assert!(!(line.contains("hangs at") && line.contains("by medians")), "{name}: {line}");
    }
    stuck_ones
}

#[test]
fn checks_say_of_shipped_scenarios_what_runs_say() {
    let mut stuck = 0;
    for folder in ["scenarios", "scenarios/incidents"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|it| it == "yaml") {
                let name = path.display().to_string();
                let source = Source::from_bytes(&name, std::fs::read(&path).unwrap());
                let scenario = read(source, &In(&folder), &[]).unwrap().scenario;
                stuck += compare(&name, &scenario, &preflight(&scenario));
            }
        }
    }
    assert!(stuck >= 8, "{stuck} of them are stuck");
}

/// Five nodes with 4 cores and pods of others on them.
const FULL: &str = "nodePools: [{name: node, count: 5, \
                    allocatable: {cpu: 4, memory: 1Gi, pods: 11, nvidia.com/gpu: 1}, \
                    otherPods: {count: 10, requests: {cpu: 3800m, memory: 512Mi}}}]";
const UPDATE: &str = "{at: 1m, setImage: {daemonSet: agent, image: 'agent:v2'}}";
const SURGE: &str = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
const SMALL: &str = "resources: {requests: {cpu: 100m, memory: 1Mi}}";
const PROBED: &str = "readinessProbe: {httpGet: {path: /, port: 80}}";
const PORT: &str = "ports: [{containerPort: 80, hostPort: 80}]";

/// A case: the DaemonSet at the start, the one that is applied at 1m (none: a new image is set), and
/// further events before that.
struct Case<'a> {
    spec: &'a str,
    container: &'a str,
    then: Option<DaemonSet<'a>>,
    events: &'a [&'a str],
    keys: &'a str,
}

const CASE: Case<'_> = Case { spec: "", container: PROBED, then: None, events: &[], keys: "" };

fn load(case: &Case<'_>) -> Scenario {
    let agent = DaemonSet { spec: case.spec, container: case.container, ..AGENT };
    let last = case.then.map_or_else(|| UPDATE.to_owned(), |it| format!("{{at: 1m, apply: {it}}}"));
    let events = case.events.iter().map(|it| (*it).to_owned()).chain([last]);
    let lines: Vec<String> = events.map(|event| format!("  - {event}\n")).collect();
    let setting = Setting {
        cluster: FULL,
        until: "1h",
        daemon_sets: Some(&[agent]),
        keys: case.keys,
        ..REAL
    };
    setting.load(&lines.concat())
}

/// The line about the last rollout has this in it; and the run agrees.
#[track_caller]
fn check(case: &Case<'_>, hangs: bool, expected: &str) {
    let scenario = load(case);
    let checked = preflight(&scenario);
    let lines = preflight_lines(&checked).join("\n");
    assert_eq!(lines.contains("hangs at"), hangs, "{lines}");
    assert!(lines.contains(expected), "expected «{expected}» in\n{lines}");
    assert_eq!(compare(expected, &scenario, &checked) > 0, hangs, "{expected}");
}

fn like_agent<'a>(container: &'a str, pod: &'a str) -> DaemonSet<'a> {
    DaemonSet { container, pod, image: "agent:v2", ..AGENT }
}

#[test]
fn no_room_is_seen() {
    fn apply(container: &str) -> Case<'_> {
        Case { container: SMALL, then: Some(like_agent(container, "")), ..CASE }
    }
    let same = "the same on 5 of 5 nodes if all were updated at once";
    for (container, expected) in [
        ("resources: {requests: {cpu: 300m}}", "Insufficient cpu (300m asked, 200m free)"),
        ("resources: {requests: {memory: 600Mi}}", "Insufficient memory (600Mi asked, 512Mi free)"),
        (
            "resources: {requests: {cpu: 1, memory: 1Gi}}",
            "Insufficient cpu, Insufficient memory (cpu: 1 asked, 200m free; memory: 1Gi asked, \
             512Mi free)",
        ),
        (
            "resources: {limits: {nvidia.com/gpu: 2}}",
            "Insufficient nvidia.com/gpu (2 asked, 1 free)",
        ),
    ] {
        check(&apply(container), true, &format!(": Unschedulable: {expected}; {same}; "));
    }
    check(&apply("resources: {requests: {cpu: 200m}}"), false, "5 rounds");
}

#[test]
fn a_surge_needs_room_for_both() {
    let surge = |container| Case { spec: SURGE, container, ..CASE };
    check(&surge("resources: {requests: {cpu: 101m}}"), true, "Insufficient cpu");
    check(&surge(PORT), true, "port 80 taken by its own old pod");
    // Ten pods of others and the old one: eleven are allowed.
    check(&surge(""), true, "Too many pods");
    let in_place = Case { container: PORT, ..CASE };
    check(&in_place, false, "5 rounds");
}

#[test]
fn preemption_is_said_where_it_helps() {
    let big = "resources: {requests: {cpu: 300m}}";
    let apply = |pod| Case { container: SMALL, then: Some(like_agent(big, pod)), ..CASE };
    let critical = "priorityClassName: system-node-critical";
    check(&apply(critical), false, "fits only by preempting pods of others on 5 nodes");
    let polite = "priorityClasses: {polite: {value: 1000, preemptionPolicy: Never}}";
    let never = Case { keys: polite, ..apply("priorityClassName: polite") };
    check(&never, true, "Insufficient cpu");
    let unknown = apply("priorityClassName: unheard-of");
    check(&unknown, true, "creation refused: ");
}

#[test]
fn host_ports_of_other_daemon_sets_are_seen() {
    let other = DaemonSet { name: "renamed", container: PORT, ..AGENT };
    let renamed = Case { container: PORT, then: Some(other), ..CASE };
    let expected = "apply renamed at 1m: hangs at 0 of 5 nodes: waiting for node-1, node-2, node-3 \
                    and 2 more: Unschedulable: node(s) didn't have free ports for the requested \
                    pod ports: port 80 taken by kube-system/agent; ";
    // There is no place for one more pod either; the scheduler looks at ports first.
    check(&renamed, true, expected);
}

#[test]
fn nodes_that_refuse_or_are_off_are_seen() {
    let tolerant = Case {
        then: Some(DaemonSet { pod: "tolerations: [{operator: Exists}]", ..AGENT }),
        ..CASE
    };
    check(
        &Case { events: &["{at: 5s, fail: node-2}"], ..CASE },
        true,
        "node-2: Terminating, held by a dead kubelet",
    );
    check(
        &Case { events: &["{at: 5s, fail: node-2}"], ..tolerant },
        true,
        "node-2: Terminating, held by a dead kubelet",
    );
    let pressed = "{at: 5s, pressure: {nodes: node-2, kind: disk}}";
    check(&Case { events: &[pressed], ..CASE }, true, "node-2: Evicted");
    let typed = "what helps: end the pressure on node-2, or kubectl delete node node-2; ";
    check(&Case { events: &[pressed], ..CASE }, true, typed);
    // Cordons do not matter to DaemonSets.
    check(&Case { events: &["{at: 5s, cordon: [node-1, node-2]}"], ..CASE }, false, "5 rounds");
    let off = "{at: 5s, fail: node-2}";
    let back = "{at: 30m, recover: node-2}";
    check(&Case { events: &[off, back], ..CASE }, false, "a run takes 30m");
}

#[test]
fn images_that_are_declared_broken_are_seen() {
    let broken = |how: &str, expected: &str| {
        let event = format!("{{at: 5s, breakImage: {{image: 'agent:v2', {how}}}}}");
        check(&Case { events: &[&event], ..CASE }, true, expected);
        let mended = Case { events: &[&event, "{at: 40m, mendImage: 'agent:v2'}"], ..CASE };
        check(&mended, false, "a run takes ");
    };
    broken("fault: pullError", "ImagePullBackOff of agent:v2");
    broken("fault: crash", "CrashLoopBackOff");
    broken("fault: neverReady", "readiness probe failing of agent:v2");
    broken("fault: crash, after: 20s", "CrashLoopBackOff");
    let here = "{at: 5s, breakImage: {image: 'agent:v2', fault: pullError, nodes: [node-2]}}";
    check(&Case { events: &[here], ..CASE }, true, "node-2: ImagePullBackOff of agent:v2");
}

#[test]
fn what_pods_ask_for_in_vain_is_seen() {
    let apply = |pod, expected: &str| {
        let then = Some(DaemonSet { pod, image: "agent:v2", ..AGENT });
        check(&Case { then, ..CASE }, true, expected);
    };
    apply("os: {name: windows}", "PodOSNotSupported");
    apply("schedulingGates: [{name: example.com/wait}]", "scheduling gates");
    apply("readinessGates: [{conditionType: example.com/ready}]", "not Ready");
}

#[test]
fn pods_that_are_refused_or_do_not_go_are_seen() {
    let before =
        |event: &str, expected: &str| check(&Case { events: &[event], ..CASE }, true, expected);
    before("{at: 5s, refusePods: {message: no more}}", "creation refused: ");
    before("{at: 5s, stuckTerminating: {nodes: [node-2]}}", "node-2: Terminating");
    before(
        "{at: 5s, stuckTerminating: {nodes: [node-2]}}",
        "-n kube-system --force --grace-period=0",
    );
    let quota = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: kube-system}, \
                 spec: {hard: {pods: 5}}}";
    let surge = Case { spec: SURGE, events: &[&format!("{{at: 5s, apply: {quota}}}")], ..CASE };
    check(&surge, true, "creation refused: ");
}

/// Long is not stuck.
#[test]
fn what_takes_long_does_not_hang() {
    let load = |latencies: &str, until: &str, spec: &str| {
        let pod = "terminationGracePeriodSeconds: 100000";
        let agent = DaemonSet { spec, pod, container: PROBED, ..AGENT };
        let setting = Setting { nodes: 40, until, latencies, daemon_sets: Some(&[agent]), ..REAL };
        setting.load(&format!("  - {UPDATE}\n"))
    };
    for (latencies, until, spec) in [
        ("imagePull: 3h", "90s", ""),
        ("terminate: 2h", "10m", ""),
        ("ready: 40m", "30m", "minReadySeconds: 3000"),
        ("", "2m", "minReadySeconds: 3600"),
    ] {
        let scenario = load(latencies, until, spec);
        let checked = preflight(&scenario);
        assert!(!checked.forecasts.iter().any(hangs), "{latencies} {:?}", checked.forecasts);
        compare(latencies, &scenario, &checked);
    }
}

/// Whether a wake-up is lost is luck, and other seeds have another.
#[test]
fn what_only_some_seeds_do_may_happen() {
    let spec = "minReadySeconds: 10, updateStrategy: {rollingUpdate: {maxSurge: 10%, \
                maxUnavailable: 0}}";
    let agent = DaemonSet { spec, container: PROBED, ..AGENT };
    let setting = Setting { nodes: 100, until: "1h", daemon_sets: Some(&[agent]), ..REAL };
    let mut scenario = setting.load(&format!("  - {UPDATE}\n"));
    let mut outcomes = [0, 0];
    for seed in 1..=12 {
        scenario.seed = seed;
        let checked = preflight(&scenario);
        compare("lost wake-up", &scenario, &checked);
        let line = preflight_lines(&checked).concat();
        if line.contains("may hang, and does with this seed, at ") {
            assert!(line.contains("nothing wakes the controller"), "{line}");
            outcomes[0] += 1;
        } else if !line.contains("hangs at") {
            assert!(line.contains("may hang: the wake-up after minReadySeconds"), "{line}");
            outcomes[1] += 1;
        }
    }
    assert!(outcomes.iter().all(|many| *many > 0), "{outcomes:?}");
}

/// The scenario itself gives up on an update.
#[test]
fn an_update_that_hangs_until_it_is_undone_is_told() {
    let broken = "{at: 5s, breakImage: {image: 'agent:v2', fault: pullError}}";
    let agent = DaemonSet { container: PROBED, ..AGENT };
    let setting = Setting { nodes: 5, until: "1h", daemon_sets: Some(&[agent]), ..REAL };
    let scenario =
        setting.load(&format!("  - {broken}\n  - {UPDATE}\n  - {{at: 9m, rolloutUndo: agent}}\n"));
    let lines = preflight_lines(&preflight(&scenario));
    assert!(
        lines[0].contains("hangs at 1 of 5 nodes until 9m: budget 1 is spent by "),
        "{lines:?}"
    );
    assert!(lines[1].contains("rollout undo kube-system/agent at 9m: a run takes "), "{lines:?}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn programs_are_told_the_same() {
    let broken = "{at: 5s, breakImage: {image: 'example.com/agent:2', fault: pullError}}";
    let fleet = crate::tool::FLEET.replace("events:\n", &format!("events:\n  - {broken}\n"));
    let folder = Folder::with(&fleet);
    let printed = folder.print(&["check", "-o", "json", "fleet.yaml"]);
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let file = &json["files"][0];
    assert_eq!((&file["file"], &file["valid"]), (&"fleet.yaml".into(), &true.into()));
    let rollout = &file["rollouts"][0];
    assert_eq!(rollout["outcome"], "hangs");
    assert_eq!(rollout["duration_us"], serde_json::Value::Null);
    let hang = &rollout["hang"];
    assert_eq!(hang["holds"][0]["causes"][0]["reason"], "ImagePullBackOff");
    assert_eq!(hang["without_budget"][0]["nodes"].as_array().unwrap().len(), 20);
    let undo = "kubectl rollout undo daemonset/agent";
    assert_eq!(hang["advice"][0]["commands"][0], undo);
    assert_eq!(file["lines"].as_array().unwrap().len(), 1);
    let assumed = "latencies.imagePull, containerStart, ready and terminate are defaults of \
                   rollcast, not measured";
    assert_eq!(file["assumptions"][0], assumed);
    let (code, printed, told) = folder.run(&["check", "-o", "json", "fleet.yaml", "--set=x=1"]);
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let file = &json["files"][0];
    assert_eq!((code, &file["valid"]), (2, &false.into()), "{told}");
    assert_eq!(file["problems"][0]["code"], "unknown-field");
    assert_eq!(file["problems"][0]["severity"], "error");
}
