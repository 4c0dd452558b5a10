//! What the scheduler does to pods: their turn, their place, and the wait for either.

use rollcast::input::{Limits, Source};
use rollcast::record::{Record, What};
use rollcast::scenario::{Files, read};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};
use crate::{apply, check};

/// Nothing takes time but the end of a container.
const REAL: Setting<'_> = Setting {
    until: "20m",
    order: "name",
    control_plane: "{requestLatency: 0s, watchLatency: 0s, kubeApiQps: 0, \
                    scheduler: {kubeApiQps: 0, cycle: 0s}}",
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 1s",
    keys: CLASSES,
    ..SETTING
};

/// Priority classes of the cluster.
const CLASSES: &str = "priorityClasses:
  low: {value: 0}
  quick: {value: 1}
  vital: {value: 1000}
  patient: {value: 1000, preemptionPolicy: Never}
  best: {value: 2000}";

/// What a more important pod says.
const VITAL: &str = "priorityClassName: vital";

/// With this scheduler, and nothing else that is slow.
fn scheduler(scheduler: &str) -> String {
    format!("{{requestLatency: 0s, watchLatency: 0s, kubeApiQps: 0, scheduler: {scheduler}}}")
}

/// When pods of these names were bound, in the order of time.
fn bound(record: &Record) -> Vec<(SimDuration, &str)> {
    let of = |what: &What| match what {
        What::PodBound { pod, .. } => Some(*pod),
        _ => None,
    };
    let facts = record.facts.iter();
    let bound = facts.filter_map(|fact| Some((fact.at, of(&fact.what)?)));
    bound.map(|(at, pod)| (at, record.names.get(pod))).collect()
}

fn messages(record: &Record) -> Vec<(SimDuration, &str)> {
    let of = |what: &What| match what {
        What::PodUnschedulable { message, .. } => Some(*message),
        _ => None,
    };
    let facts = record.facts.iter();
    let said = facts.filter_map(|fact| Some((fact.at, of(&fact.what)?)));
    said.map(|(at, message)| (at, record.names.get(message))).collect()
}

const SURGE: &str = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
const PORT: &str = "ports: [{containerPort: 80, hostPort: 9100}]";

/// `pkg/scheduler/apis/config/v1/defaults.go`: 100 bindings at once, then 50 a second.
#[test]
fn bindings_come_at_the_rate_of_the_schedulers_client() {
    let cluster = "nodes: 1100";
    let limited = Setting { cluster, control_plane: &scheduler("{cycle: 0s}"), ..REAL };
    let events = "  - {at: 10s, deletePods: {}}";
    let expected =
        ["11s serving=100", "12s serving=150", "30980ms serving=1099", "31s serving=1100"];
    check(&limited, events, &expected);
    check(&Setting { cluster, ..REAL }, events, &["11s serving=1100"]);
}

/// `pkg/scheduler/schedule_one.go › ScheduleOne`: one pod after the other.
#[test]
fn one_pod_is_scheduled_after_the_other() {
    let latencies = "schedule: 1s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 0s";
    let control_plane = &scheduler("{kubeApiQps: 0, cycle: 300ms}");
    let setting = Setting { control_plane, latencies, ..REAL };
    let record = setting.run("  - {at: 10s, deletePods: {}}");
    let at: Vec<String> = bound(&record).iter().map(|(at, _)| at.to_string()).collect();
    assert_eq!(at, ["11s", "11s300ms", "11s600ms"]);
}

/// `pkg/scheduler/framework/plugins/queuesort/priority_sort.go › Less`.
#[test]
fn the_pods_of_the_more_important_daemon_set_go_first() {
    let latencies = "schedule: 1s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 0s";
    let control_plane = &scheduler("{kubeApiQps: 0, cycle: 1s}");
    let setting = Setting { control_plane, latencies, ..REAL };
    let order = |priority: &str| {
        let pod = &format!("priorityClassName: {priority}");
        let events = apply("10s", &DaemonSet { name: "plain", ..AGENT })
            + &apply("10500ms", &DaemonSet { name: "vital", pod, ..AGENT });
        let record = setting.run(&events);
        let first = |(_, pod): (SimDuration, &str)| pod.chars().next().unwrap();
        bound(&record).into_iter().map(first).collect::<String>()
    };
    assert_eq!(order("system-node-critical"), "pvvvpp");
    assert_eq!(order("low"), "pppvvv");
}

/// `pkg/scheduler/framework/plugins/nodeports/node_ports.go › Fits`.
#[test]
fn a_surge_hangs_on_a_host_port() {
    let setting = Setting { spec: SURGE, container: PORT, ..REAL };
    let events = "  - {at: 10s, setImage: agent:v2}";
    let record = check(&setting, events, &["19m updated=0 serving=3 pods=4"]);
    let message = "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod \
                   ports, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to \
                   deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found \
                   for incoming pod, 2 Preemption is not helpful for scheduling.";
    assert_eq!(messages(&record), [(SimDuration::from_secs(10), message)]);
    let summary = &record.summary.daemon_sets[0];
    let why = "node(s) didn't have free ports for the requested pod ports".to_owned();
    assert_eq!(summary.unschedulable, [(why, 1)]);
    check(
        &Setting { control_plane: &scheduler("off"), ..setting },
        events,
        &["19m updated=3 pods=3"],
    );
    check(&Setting { container: "", ..setting }, events, &["19m updated=3 pods=3"]);
}

/// With an old pod first gone, its port is free.
#[test]
fn a_replacement_gets_the_host_port_of_its_predecessor() {
    let events = "  - {at: 10s, setImage: agent:v2}";
    let record = check(&Setting { container: PORT, ..REAL }, events, &["19m updated=3 pods=3"]);
    assert_eq!(messages(&record), []);
}

/// `pkg/scheduler/framework/plugins/noderesources/fit.go › fitsRequest, isSchedulableAfterPodEvent`.
#[test]
fn a_pod_waits_until_there_is_room() {
    let cluster =
        "nodes: [{name: a, allocatable: {cpu: 1}, otherPods: {count: 1, requests: {cpu: 200m}}}]";
    let setting = Setting { cluster, container: "resources: {requests: {cpu: 500m}}", ..REAL };
    let container = "resources: {requests: {cpu: 400m}}";
    let greedy = DaemonSet { name: "greedy", container, ..AGENT };
    let events = apply("10s", &greedy) + "  - {at: 60s, delete: agent}\n";
    let record = setting.run(&events);
    check_points(&record, 1, &["59s pods=1 serving=0", "62s serving=1"], &events);
    let said = messages(&record);
    assert_eq!(said.len(), 1);
    assert!(said[0].1.contains("1 Insufficient cpu"), "{said:?}");
    let off = Setting { control_plane: &scheduler("off"), ..setting };
    check_points(&off.run(&events), 1, &["11s serving=1"], &events);
}

/// `pkg/scheduler/framework/plugins/noderesources/fit.go › fitsRequest`: a terminating pod has
/// its place until it is gone.
#[test]
fn a_surge_needs_room_for_two_pods() {
    let cluster = "nodes: [{name: a, allocatable: {pods: 1}}]";
    let setting = Setting { cluster, spec: SURGE, ..REAL };
    let events = "  - {at: 10s, setImage: agent:v2}\n  - {at: 60s, deletePods: {nodes: a}}";
    let expected =
        ["59s updated=0 serving=1 pods=2", "60900ms serving=0", "63s serving=1 updated=1"];
    let record = check(&setting, events, &expected);
    assert!(messages(&record)[0].1.contains("1 Too many pods"));
}

/// `pkg/scheduler/eventhandlers.go › addAllEventHandlers`: a pod that has ended for good takes
/// nothing, even if its controller does not delete it yet.
#[test]
fn a_failed_pod_gives_up_its_place() {
    let cluster = "nodes: [{name: a, allocatable: {pods: 1}}]";
    let events = "  - {at: 4s, failPods: {daemonSet: agent}}\n".to_owned()
        + &apply("4500ms", &DaemonSet { name: "patient", ..AGENT })
        + "  - {at: 4600ms, failPods: {daemonSet: agent}}\n";
    let record =
        check(&Setting { cluster, ..REAL }, &events, &["4550ms serving=1", "4700ms pods=1"]);
    check_points(&record, 1, &["4550ms serving=0", "4700ms serving=1"], &events);
}

/// `pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go ›
/// SelectVictimsOnNode`.
#[test]
fn less_important_pods_of_others_make_room() {
    let cluster =
        "nodes: [{name: a, allocatable: {cpu: 1}, otherPods: {count: 4, requests: {cpu: 1}}}]";
    let setting = Setting { cluster, container: "resources: {requests: {cpu: 0}}", ..REAL };
    let container = "resources: {requests: {cpu: 300m}}";
    let run = |pod: &str| {
        setting.run(&apply("10s", &DaemonSet { name: "vital", pod, container, ..AGENT }))
    };
    let record = run(VITAL);
    check_points(&record, 1, &["10900ms serving=0", "12s serving=1"], "");
    let preempted = |what: &What| match what {
        What::OthersPreempted { pods, .. } => Some(*pods),
        _ => None,
    };
    let victims: Vec<u32> = record.facts.iter().filter_map(|fact| preempted(&fact.what)).collect();
    assert_eq!(victims, [2], "of four with 250m each");
    let record = run("");
    check_points(&record, 1, &["19m serving=0 pods=1"], "");
    let record = run("priorityClassName: patient");
    check_points(&record, 1, &["19m serving=0 pods=1"], "");
}

/// `pkg/scheduler/framework/preemption/preemption.go › prepareCandidate`: the victim's controller
/// makes a new pod, which waits in turn.
#[test]
fn a_less_important_daemon_set_makes_room() {
    let cluster = "nodes: [{name: a, allocatable: {cpu: 1}}]";
    let container = "resources: {requests: {cpu: 600m}}";
    let vital = DaemonSet { name: "vital", pod: VITAL, container, ..AGENT };
    let events = apply("10s", &vital);
    let setting = Setting { cluster, container, ..REAL };
    let record =
        check(&setting, &events, &["10900ms serving=0 terminating=1", "19m pods=1 serving=0"]);
    check_points(&record, 1, &["19m serving=1"], "");
}

/// `pkg/scheduler/framework/runtime/framework.go › RunFilterPluginsWithNominatedPods`: of two that
/// must leave the first is gone before the second, and its controller's new pod does not get the
/// room.
#[test]
fn room_that_was_made_for_a_pod_is_kept_for_it() {
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 1s,
  overrides: [{image: \"agent:*\", terminate: 6s}]";
    let cluster = "nodes: [{name: a, allocatable: {cpu: 1}}]";
    let container = "resources: {requests: {cpu: 400m}}";
    let setting =
        Setting { cluster, latencies, pod: "priorityClassName: quick", container, ..REAL };
    let vital = DaemonSet {
        name: "vital",
        pod: VITAL,
        container: "resources: {requests: {cpu: 800m}}",
        ..AGENT
    };
    let quick = DaemonSet { name: "quick", pod: "priorityClassName: quick", container, ..AGENT };
    let two = apply("5s", &quick) + &apply("10s", &vital);
    let record = check(&setting, &two, &["19m deleted=1 serving=0"]);
    check_points(&record, 1, &["19m deleted=1 serving=0"], &two);
    check_points(&record, 2, &["15900ms serving=0", "30s serving=1"], &two);
    // It is anybody's once nobody waits for it any more.
    let events = format!("{two}  - {{at: 13s, delete: vital}}\n");
    let record = setting.run(&events);
    check_points(&record, 1, &["12900ms serving=0 pods=1", "15s serving=1"], &events);
    // Who is more important than those who wait is placed at once.
    let best = DaemonSet {
        name: "best",
        pod: "priorityClassName: best",
        container: "resources: {requests: {cpu: 300m}}",
        ..AGENT
    };
    let events = two + &apply("12s", &best);
    let record = setting.run(&events);
    check_points(&record, 3, &["12s serving=1"], &events);
}

/// While the API server does not answer nobody is asked to leave or bound, and nothing is heard of.
#[test]
fn a_scheduler_without_an_api_server_changes_nothing() {
    let cluster = "nodes: [{name: a, allocatable: {cpu: 1}}]";
    let latencies = "schedule: 4s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 1s";
    let container = "resources: {requests: {cpu: 600m}}";
    let control_plane = &scheduler("{kubeApiQps: 0, cycle: 2s}");
    let setting = Setting { cluster, control_plane, latencies, container, ..REAL };
    let outage = "  - {at: 11s, apiServerOutage: 60500ms}\n";
    let vital = DaemonSet { name: "vital", pod: VITAL, container, ..AGENT };
    let events = apply("10s", &vital) + outage;
    check(&setting, &events, &["71400ms deleted=0 serving=1", "71500ms deleted=1 terminating=1"]);
    let setting = Setting { cluster, container: PORT, ..REAL };
    let patient = DaemonSet { name: "patient", container: PORT, ..AGENT };
    let events = apply("10s", &patient) + outage + "  - {at: 20s, delete: agent}\n";
    let record = setting.run(&events);
    let patient = bound(&record).last().copied().unwrap();
    assert_eq!((patient.0, &patient.1[..7]), (SimDuration::from_millis(71_500), "patient"));
}

/// `pkg/scheduler/backend/queue/scheduling_queue.go › flushUnschedulablePodsLeftover`.
#[test]
fn a_pod_that_nothing_helped_is_tried_again_after_five_minutes() {
    let setting = Setting { spec: SURGE, container: PORT, ..REAL };
    let events = |record: &Record| record.summary.events;
    let long = setting.run("  - {at: 10s, setImage: agent:v2}");
    let short = setting.run("  - {at: 16m, setImage: agent:v2}");
    let retries = (events(&long) - events(&short)) / 2;
    assert_eq!(retries, 3, "a wake and a cycle each, every five minutes and a bit");
}

/// `pkg/controller/daemon/util/daemonset_util.go › ReplaceDaemonSetPodNodeNameNodeAffinity`: a
/// name in the template stays, so that the pod is bound from the start.
#[test]
fn pods_whose_template_names_a_node_need_no_scheduler() {
    let cluster = "nodes: [{name: a, allocatable: {pods: 1}}, {name: b}]";
    let setting = Setting { cluster, ..REAL };
    let pinned = DaemonSet { name: "pinned", pod: "nodeName: a", ..AGENT };
    let events = apply("10s", &pinned);
    let record = setting.run(&events);
    check_points(&record, 1, &["11s serving=1 desired=1"], &events);
    let pod = "nodeSelector: {kubernetes.io/hostname: a}";
    let events = apply("10s", &DaemonSet { name: "meant", pod, ..AGENT });
    check_points(&setting.run(&events), 1, &["11s serving=0 desired=1"], &events);
}

/// A node with 1 core, of which 700m are taken, one that does not say what it has, and a DaemonSet
/// of this priority class without pods.
struct Snapshot(&'static str);

const NODES: &str = "apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {cpu: 1}}}
- {apiVersion: v1, kind: Node, metadata: {name: b}}
";

impl Files for Snapshot {
    fn read(&self, _: &str, _: &Limits) -> Result<Vec<u8>, String> {
        let owner =
            "{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: web, controller: true}";
        let web = "{name: c, image: web, resources: {requests: {cpu: 700m}}}";
        let pod = |name: &str, phase: &str| {
            format!(
                "- apiVersion: v1
  kind: Pod
  metadata: {{name: {name}, namespace: default, ownerReferences: [{owner}]}}
  spec: {{nodeName: a, containers: [{web}]}}
  status: {{phase: {phase}}}
"
            )
        };
        let priority = format!("priorityClassName: {}", self.0);
        let container = "resources: {requests: {cpu: 400m}}";
        let vital = DaemonSet { name: "vital", pod: &priority, container, ..AGENT };
        let vital = format!("- {vital}\n");
        let items = [NODES, &pod("web-1", "Running"), &pod("web-2", "Succeeded"), &vital];
        Ok(items.concat().into_bytes())
    }
}

#[test]
fn pods_of_a_snapshot_that_no_daemon_set_owns_take_their_part() {
    let check = |class: &'static str, expected: &str| {
        let text = format!(
            "until: 20m
cluster: {{snapshot: cluster.yaml}}
controlPlane: {{requestLatency: 0s, watchLatency: 0s, kubeApiQps: 0, scheduler: {{kubeApiQps: 0}}}}
kubelet: off
latencies: {{{}}}
{CLASSES}",
            REAL.latencies
        );
        let loaded = read(Source::new("test.yaml", text.clone()), &Snapshot(class), &[])
            .unwrap_or_else(|report| panic!("{}\n{text}", report.render(false)));
        let record = simulate(&loaded.scenario, &Options::default(), |_| {});
        check_points(&record, 0, &[expected], class);
    };
    check("unknown", "19m desired=2 serving=1");
    check("quick", "19m desired=2 serving=2");
}
