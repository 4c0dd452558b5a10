//! What a pod template asks for besides its containers: an operating system, resources that not
//! every node has, gates; and what is said of that which is not modeled.

use rollcast::input::Source;
use rollcast::record::{Fact, NameId, Record, What};
use rollcast::scenario::{Loaded, NoFiles, read};
use rollcast::world::{Options, simulate};

use crate::check;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};

/// A scenario of this cluster in which a DaemonSet is created after a minute.
fn load(cluster: &str, applied: &DaemonSet<'_>) -> Box<Loaded> {
    let text = format!(
        "until: 30m
cluster: {cluster}
priorityClasses: {{vital: {{value: 1000}}}}
events:
- at: 1m
  apply: {applied}
"
    );
    read(Source::new("test.yaml", text.clone()), &NoFiles, &[])
        .unwrap_or_else(|report| panic!("{}\n{text}", report.render(false)))
}

fn run(cluster: &str, applied: &DaemonSet<'_>) -> Record {
    simulate(&load(cluster, applied).scenario, &Options::default(), |_| {})
}

/// The codes and messages of what is said before the run.
fn warnings(cluster: &str, applied: &DaemonSet<'_>) -> Vec<(&'static str, String)> {
    let loaded = load(cluster, applied);
    let problems = loaded.warnings.problems();
    problems.map(|problem| (problem.code, problem.message.clone())).collect()
}

/// Texts of facts, each once, in the order in which they came first.
fn texts(record: &Record, of: fn(&What) -> Option<NameId>) -> Vec<&str> {
    let mut found = Vec::new();
    for text in record.facts.iter().filter_map(|fact| of(&fact.what)) {
        let text = record.names.get(text);
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn reason(what: &What) -> Option<NameId> {
    match what {
        What::PodRejected { reason, .. } => Some(*reason),
        _ => None,
    }
}

fn unschedulable(what: &What) -> Option<NameId> {
    match what {
        What::PodUnschedulable { message, .. } => Some(*message),
        _ => None,
    }
}

fn count(record: &Record, is: fn(&What) -> bool) -> usize {
    record.facts.iter().filter(|fact: &&Fact| is(&fact.what)).count()
}

const THREE: &str = "{nodes: 3}";
const SCHEDULER_OFF: &str = "{nodes: 3}\ncontrolPlane: {scheduler: off}";
const KUBELETS_OFF: &str = "{nodes: 3}\nkubelet: off";

const NO_PODS_SERVE: &str = "29m ready=0 serving=0 current=3";

/// `pkg/kubelet/lifecycle/predicate.go › rejectPodAdmissionBasedOnOSField`, and the back-off of the
/// DaemonSet controller: 11 more pods on each node, after 1, 2, 4, … seconds.
#[test]
fn a_pod_for_another_operating_system_is_refused_again_and_again() {
    let windows = DaemonSet { pod: "os: {name: windows}", ..AGENT };
    let record = run(THREE, &windows);
    assert_eq!(texts(&record, reason), ["PodOSNotSupported"]);
    let refused = count(&record, |what| matches!(what, What::PodRejected { .. }));
    assert!((30..=36).contains(&refused), "{refused}");
    check_points(&record, 0, &["29m ready=0 serving=0"], "");
    let said = "no node runs windows: every kubelet refuses its pod (PodOSNotSupported), and gets \
                another one";
    assert_eq!(warnings(THREE, &windows), [("unmet-needs", said.to_owned())]);
    let linux = DaemonSet { pod: "os: {name: linux}", ..AGENT };
    check_points(&run(THREE, &linux), 0, &["29m ready=3 serving=3"], "");
}

const MIXED: &str = "{nodes: [{name: a}, {name: b, labels: {kubernetes.io/os: windows}}]}";

#[test]
fn a_pod_runs_on_the_nodes_of_its_operating_system() {
    let windows = DaemonSet { pod: "os: {name: windows}", ..AGENT };
    let record = run(MIXED, &windows);
    check_points(&record, 0, &["29m desired=2 ready=1"], "");
    assert_eq!(texts(&record, reason), ["PodOSNotSupported"]);
    assert_eq!(warnings(MIXED, &windows), []);
    let pod = "os: {name: windows}, nodeSelector: {kubernetes.io/os: windows}";
    let record = run(MIXED, &DaemonSet { pod, ..AGENT });
    check_points(&record, 0, &["29m desired=1 ready=1"], "");
    assert_eq!(texts(&record, reason), [""; 0]);
}

/// `pkg/kubelet/lifecycle/predicate.go › rejectPodAdmissionBasedOnOSSelector`: labels of pods.
#[test]
fn a_label_of_another_operating_system_is_refused_as_well() {
    let labels = "app: agent, kubernetes.io/os: windows";
    let record = run(MIXED, &DaemonSet { labels, ..AGENT });
    check_points(&record, 0, &["29m desired=2 ready=1"], "");
    assert_eq!(texts(&record, reason), ["PodOSSelectorNodeLabelDoesNotMatch"]);
}

const GPU: &str = "resources: {limits: {nvidia.com/gpu: 1}}";

/// `pkg/scheduler/framework/plugins/noderesources/fit.go › fitsRequest`: a limit requests as much.
#[test]
fn a_pod_waits_for_a_device_that_no_node_has() {
    let gpu = DaemonSet { container: GPU, ..AGENT };
    let record = run(THREE, &gpu);
    check_points(&record, 0, &[NO_PODS_SERVE], "");
    let message = "0/3 nodes are available: 1 Insufficient nvidia.com/gpu, 2 node(s) didn't \
                   satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is \
                   not helpful for scheduling.";
    assert_eq!(texts(&record, unschedulable), [message]);
    let said = "no node has `nvidia.com/gpu`: pods stay Pending (Insufficient nvidia.com/gpu)";
    assert_eq!(warnings(THREE, &gpu), [("unmet-needs", said.to_owned())]);
}

#[test]
fn devices_are_counted_where_they_are() {
    let node = |name: &str, keys: &str| format!("{{name: {name}, {keys}}}");
    let cluster = format!(
        "{{nodes: [{}, {}, {}]}}",
        node("none", "allocatable: {}"),
        node("one", "allocatable: {nvidia.com/gpu: 1}"),
        node(
            "taken",
            "allocatable: {nvidia.com/gpu: 2}, \
             otherPods: {count: 2, requests: {nvidia.com/gpu: 2}, priority: 5}"
        ),
    );
    let gpu = DaemonSet { container: GPU, ..AGENT };
    let record = run(&cluster, &gpu);
    check_points(&record, 0, &["29m desired=3 ready=1"], "");
    assert_eq!(warnings(&cluster, &gpu), []);
    // A more important pod makes the least that it needs go.
    let vital = DaemonSet { pod: "priorityClassName: vital", ..gpu };
    let record = run(&cluster, &vital);
    check_points(&record, 0, &["29m desired=3 ready=2"], "");
    let preempted = |fact: &Fact| match fact.what {
        What::OthersPreempted { pods, .. } => Some(pods),
        _ => None,
    };
    assert_eq!(record.facts.iter().filter_map(preempted).collect::<Vec<_>>(), [1]);
}

#[test]
fn huge_pages_and_storage_are_counted_as_well() {
    let check = |container: &str, allocatable: &str, ready: &str, why: &[&str]| {
        let cluster = format!("{{nodes: [{{name: a, allocatable: {{{allocatable}}}}}]}}");
        let record = run(&cluster, &DaemonSet { container, ..AGENT });
        check_points(&record, 0, &[&format!("29m desired=1 ready={ready}")], container);
        let said = &record.summary.daemon_sets[0].unschedulable;
        let said: Vec<&str> = said.iter().map(|(why, _)| why.as_str()).collect();
        assert_eq!(said, why, "{container}");
    };
    let pages = "resources: {requests: {cpu: 1m}, limits: {hugepages-2Mi: 4Mi}}";
    check(pages, "hugepages-2Mi: 4Mi", "1", &[]);
    check(pages, "hugepages-2Mi: 2Mi", "0", &["Insufficient hugepages-2Mi"]);
    check(pages, "hugepages-1Gi: 1Gi", "0", &["Insufficient hugepages-2Mi"]);
    let storage = "resources: {requests: {ephemeral-storage: 2Gi}}";
    check(storage, "", "1", &[]);
    check(storage, "ephemeral-storage: 1Gi", "0", &["Insufficient ephemeral-storage"]);
}

/// A template that names its node passes the scheduler by; the kubelet looks all the same.
#[test]
fn a_kubelet_counts_devices_of_pods_that_were_not_scheduled() {
    let pod = "nodeName: a";
    let gpu = DaemonSet { container: GPU, pod, ..AGENT };
    let record = run("{nodes: [{name: a, allocatable: {nvidia.com/gpu: 0}}]}", &gpu);
    assert_eq!(texts(&record, reason), ["OutOfnvidia.com/gpu"]);
    // Of what the node does not name the kubelet knows nothing.
    let record = run("{nodes: [{name: a}]}", &gpu);
    check_points(&record, 0, &["29m desired=1 ready=1"], "");
}

/// `pkg/registry/core/pod/strategy.go › applySchedulingGatedCondition`.
#[test]
fn a_pod_with_a_scheduling_gate_stays_pending() {
    let gated = DaemonSet { pod: "schedulingGates: [{name: example.com/quota}]", ..AGENT };
    let blocked = "Scheduling is blocked due to non-empty scheduling gates";
    let said = "every pod that is created in the run stays Pending: nobody takes its scheduling \
                gates off";
    for cluster in [THREE, SCHEDULER_OFF] {
        let record = run(cluster, &gated);
        check_points(&record, 0, &[NO_PODS_SERVE], cluster);
        assert_eq!(texts(&record, unschedulable), [blocked]);
        assert_eq!(record.summary.daemon_sets[0].unschedulable, [(blocked.to_owned(), 3)]);
        assert_eq!(count(&record, |what| matches!(what, What::PodBound { .. })), 0);
        assert_eq!(warnings(cluster, &gated), [("not-modeled", said.to_owned())]);
    }
}

/// `pkg/kubelet/status/generate.go › GeneratePodReadyCondition`.
#[test]
fn a_pod_with_a_readiness_gate_runs_and_is_not_ready() {
    let gated = DaemonSet { pod: "readinessGates: [{conditionType: example.com/lb}]", ..AGENT };
    let message = |what: &What| match what {
        What::ReadinessGatesNotReady { message, .. } => Some(*message),
        _ => None,
    };
    let said = "corresponding condition of pod readiness gate \"example.com/lb\" does not exist.";
    for cluster in [THREE, KUBELETS_OFF] {
        let record = run(cluster, &gated);
        check_points(&record, 0, &[NO_PODS_SERVE], cluster);
        assert_eq!(texts(&record, message), [said]);
        assert_eq!(count(&record, |what| matches!(what, What::PodStarted { .. })), 3);
        assert_eq!(count(&record, |what| matches!(what, What::PodReady { .. })), 0);
    }
}

/// Pods of the start have been Ready for long: somebody has set the conditions of their gates.
#[test]
fn a_pod_whose_gates_were_passed_turns_ready_again() {
    let pod = "readinessGates: [{conditionType: example.com/lb}]";
    let events = "  - {at: 10s, fail: node-1}\n  - {at: 90s, recover: node-1}";
    check(&Setting { pod, ..SETTING }, events, &["80s ready=2", "9m ready=3"]);
}

/// What is not modeled is said, and stops nothing.
#[test]
fn affinity_between_pods_is_said_to_be_left_out() {
    let term = "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: nope}}}";
    let pod = format!(
        "affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}"
    );
    let affine = DaemonSet { pod: &pod, ..AGENT };
    let said = "affinity between pods is not modeled: pods are placed whether or not the pods that \
                they need are there";
    assert_eq!(warnings(THREE, &affine), [("not-modeled", said.to_owned())]);
    check_points(&run(THREE, &affine), 0, &["29m ready=3"], "");
    assert_eq!(warnings(THREE, &AGENT), []);
}
