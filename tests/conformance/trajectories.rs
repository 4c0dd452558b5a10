//! Whole rollouts, row by row, through the simulator itself.

use std::sync::Arc;

use rollcast::api::{
    DaemonSet, KubernetesVersion, Labels, PriorityClasses, Taint, TaintEffect, daemon_set_from_tree,
};
use rollcast::engine::Delay;
use rollcast::input::Tree;
use rollcast::record::{Detail, Point};
use rollcast::scenario::{
    Action, Among, Compare, ControlPlane, DEFAULT_ALERT_INTERVAL, DaemonSetRef, ImageFault,
    Kubelet, Latencies, NodeChange, NodePool, NodeSelection, NodeSpec, PhaseDelays, PickingOrder,
    PodChange, PoolId, START, Scenario, Take, TimedAction, Until,
};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};
use serde_json::{Value, json};

use crate::{Difference, check_file};

/// How many picking orders are tried. The order of the real controller is that of a Go map, and
/// in a few cases an event hits the node whose turn it is or is not; a case conforms if one order
/// gives its rows.
const ORDERS: u64 = 24;

const ALL: NodeSelection = NodeSelection { among: Among::All, take: Take::All };

#[test]
fn rollouts_of_1_36() {
    check_file("trajectories.jsonl.gz", |case| check(case, KubernetesVersion::V1_36));
}

#[test]
fn rollouts_of_1_31() {
    check_file("trajectories-1.31.jsonl.gz", |case| check(case, KubernetesVersion::V1_31));
}

fn check(case: &Value, version: KubernetesVersion) -> Result<(), Difference> {
    let expected: Vec<Vec<u64>> = serde_json::from_value(case["rows"].clone()).unwrap();
    let mut first = None;
    for seed in 0..ORDERS {
        let actual = rows(case, version, seed);
        if actual == expected {
            return Ok(());
        }
        first.get_or_insert(actual);
    }
    let lines = |rows: Vec<Vec<u64>>| rows.iter().map(|row| format!("{row:?}")).collect();
    Err(Difference { expected: lines(expected), actual: lines(first.unwrap_or_default()) })
}

/// The status as last written, and the pods, at the end of each instant that changed them.
fn rows(case: &Value, version: KubernetesVersion, seed: u64) -> Vec<Vec<u64>> {
    let options = Options { detail: Detail::Series, conformance_mode: true, ..Options::default() };
    let record = simulate(&scenario(case, version, seed), &options, |_| {});
    let mut rows: Vec<Vec<u64>> = Vec::new();
    for point in &record.timeline.series[0].points {
        let counts = counts(point);
        if rows.last().is_none_or(|last| last[1..] != counts) {
            rows.push([vec![point.at.as_secs()], counts].concat());
        }
    }
    rows
}

fn counts(point: &Point) -> Vec<u64> {
    let status = &point.status;
    let nodes = [
        status.desired,
        status.current,
        status.ready,
        status.updated,
        status.available,
        status.unavailable,
        status.misscheduled,
        point.pods,
    ];
    nodes.into_iter().map(u64::from).chain([point.created, point.deleted]).collect()
}

fn scenario(case: &Value, version: KubernetesVersion, seed: u64) -> Scenario {
    let mut pools = Vec::new();
    let mut events: Vec<TimedAction> =
        list(&case["badImages"]).map(|image| at(SimDuration::ZERO, break_image(image))).collect();
    events.push(at(SimDuration::ZERO, Action::Apply(Box::new(daemon_set(&case["spec"])))));
    for event in list(&case["events"]) {
        events.push(at(seconds(&event["at"]), action(event, case, &mut pools)));
    }
    let constant = |key: &str| Delay::constant(seconds(&case["timing"][key]));
    Scenario {
        name: String::new(),
        kubernetes: version,
        seed,
        order: PickingOrder::Seeded,
        pools,
        start: START,
        snapshot: None,
        priority_classes: PriorityClasses::default(),
        resource_quotas: Vec::new(),
        nodes: list(&case["nodes"]).map(node).collect(),
        daemon_sets: Vec::new(),
        control_plane: ControlPlane::OFF,
        kubelet: Kubelet::OFF,
        latencies: Latencies::of(PhaseDelays {
            schedule: constant("Schedule"),
            image_pull: Delay::ZERO,
            container_start: constant("Start"),
            ready: Delay::ZERO,
            terminate: constant("Terminate"),
            node_ready: Delay::ZERO,
        }),
        events,
        until: Until { limit: seconds(&case["until"]), rollout_complete: false },
        alert_interval: DEFAULT_ALERT_INTERVAL,
        covers: Vec::new(),
        expectations: Vec::new(),
        compare: Compare::default(),
    }
}

fn at(at: SimDuration, action: Action) -> TimedAction {
    TimedAction { at, repeats: None, wait: None, event: 0, action, label: String::new() }
}

fn action(event: &Value, case: &Value, pools: &mut Vec<NodePool>) -> Action {
    let name = event["node"].as_str().unwrap_or_default().to_owned();
    let nodes = NodeSelection { among: Among::Names(vec![name]), take: Take::All };
    let daemon_set = DaemonSetRef { namespace: "kube-system".to_owned(), name: "agent".to_owned() };
    let pods = |nodes, change| Action::Pods { daemon_set, nodes, change };
    match event["op"].as_str().unwrap() {
        "addNode" => {
            pools.push(pool_of_one(event));
            Action::Join { pool: PoolId(pools.len() - 1), count: 1 }
        }
        "deleteNode" => Action::Nodes { nodes, change: NodeChange::Leave },
        "setLabels" => Action::Nodes { nodes, change: set_labels(event, case) },
        "setTaints" => Action::Nodes { nodes, change: set_taints(event, case) },
        "deletePod" => pods(nodes, PodChange::Delete),
        "failPod" => pods(nodes, PodChange::Fail),
        "unreadyPod" => pods(nodes, PodChange::Unready),
        "readyPod" => pods(nodes, PodChange::Ready),
        "setSpec" => Action::Apply(Box::new(self::daemon_set(&event["spec"]))),
        other => panic!("unknown event {other}"),
    }
}

/// A vector's event replaces all labels, a scenario's names those that go.
fn set_labels(event: &Value, case: &Value) -> NodeChange {
    let set = labels(&event["labels"]);
    let ever = list(&case["nodes"]).chain(list(&case["events"])).map(|it| labels(&it["labels"]));
    let keys: Vec<Labels> = ever.collect();
    let gone = keys.iter().flat_map(Labels::iter).filter(|(key, _)| !set.contains_key(key));
    let remove = gone.map(|(key, _)| key.to_owned()).collect();
    NodeChange::Label { set, remove }
}

fn set_taints(event: &Value, case: &Value) -> NodeChange {
    let ever = list(&case["nodes"]).chain(list(&case["events"]));
    let all = ever.flat_map(|it| taints(&it["taints"]));
    let remove = all.map(|taint| (taint.key, Some(taint.effect))).collect();
    NodeChange::Taint { add: taints(&event["taints"]), remove }
}

fn break_image(image: &Value) -> Action {
    let image = image.as_str().unwrap().to_owned();
    Action::BreakImage { image, fault: ImageFault::NeverReady, nodes: ALL }
}

fn daemon_set(spec: &Value) -> DaemonSet {
    let object = json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "kube-system"},
        "spec": spec,
    });
    let mut daemon_set = daemon_set_from_tree(&Tree::from(object)).unwrap().daemon_set;
    // The vectors' time to terminate knows no grace period.
    daemon_set.spec.template.spec.termination_grace_period_seconds = u32::MAX;
    daemon_set
}

fn node(node: &Value) -> NodeSpec {
    NodeSpec {
        name: node["name"].as_str().unwrap().into(),
        pool: None,
        labels: labels(&node["labels"]),
        taints: taints(&node["taints"]),
        allocatable: Arc::default(),
        other_pods: Arc::default(),
    }
}

fn pool_of_one(event: &Value) -> NodePool {
    NodePool {
        name: String::new(),
        node_name: event["node"].as_str().unwrap().to_owned(),
        labels: labels(&event["labels"]),
        taints: taints(&event["taints"]),
        startup_taints: Vec::new(),
        zones: Vec::new(),
        allocatable: Arc::default(),
        other_pods: Arc::default(),
        count: 0,
    }
}

fn labels(value: &Value) -> Labels {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn taints(value: &Value) -> Vec<Taint> {
    let text = |taint: &Value, key: &str| taint[key].as_str().unwrap_or_default().to_owned();
    let taint = |taint: &Value| Taint {
        key: text(taint, "key"),
        value: text(taint, "value"),
        effect: TaintEffect::from_name(&text(taint, "effect")).unwrap(),
    };
    list(value).map(taint).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn seconds(value: &Value) -> SimDuration {
    SimDuration::from_secs(value.as_u64().unwrap())
}
