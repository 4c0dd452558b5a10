//! Whole rollouts, row by row, as the real controller's code does them under a virtual clock.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use rollcast::api::{DaemonSet, KubernetesVersion, Labels, Taint, daemon_set_from_tree};
use rollcast::engine::Delay;
use rollcast::input::Tree;
use rollcast::record::{Detail, Point};
use rollcast::scenario::{
    Action, Among, DaemonSetRef, ImageFault, Latencies, NodeChange, NodePool, NodeSelection,
    NodeSpec, PhaseDelays, PickingOrder, PodChange, PoolId, Resources, Scenario, Take, TimedAction,
    Until,
};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};
use serde_json::Value;

/// How many picking orders are tried. The real controller's order is that of a Go map, and a few
/// cases hit a node by name whose turn depends on it; a case conforms if one order gives its rows.
const ORDERS: u64 = 24;

fn seconds(value: &Value) -> SimDuration {
    SimDuration::from_secs(value.as_u64().unwrap())
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
        effect: rollcast::api::TaintEffect::from_name(&text(taint, "effect")).unwrap(),
    };
    value.as_array().into_iter().flatten().map(taint).collect()
}

fn daemon_set(spec: &Value) -> DaemonSet {
    let object = serde_json::json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "kube-system"},
        "spec": spec,
    });
    let loaded = daemon_set_from_tree(&Tree::from(object)).unwrap();
    let mut daemon_set = loaded.daemon_set;
    daemon_set.spec.template.spec.termination_grace_period_seconds = u32::MAX;
    daemon_set
}

fn pool(node: &Value) -> NodePool {
    NodePool {
        name: String::new(),
        node_name: node["name"].as_str().unwrap().to_owned(),
        labels: labels(&node["labels"]),
        taints: taints(&node["taints"]),
        zones: Vec::new(),
        allocatable: Resources::default(),
        other_pods: Resources::default(),
        count: 0,
    }
}

fn agent() -> DaemonSetRef {
    DaemonSetRef { namespace: "kube-system".to_owned(), name: "agent".to_owned() }
}

/// The actions of a case's event, given every node name that the case knows.
fn actions(event: &Value, pools: &mut Vec<NodePool>, case: &Value) -> Vec<Action> {
    let node = event["node"].as_str().unwrap_or_default().to_owned();
    let nodes = NodeSelection { among: Among::Names(vec![node]), take: Take::All };
    let on_node = |change| vec![Action::Nodes { nodes: nodes.clone(), change }];
    let on_pod = |change| vec![Action::Pods { daemon_set: agent(), nodes: nodes.clone(), change }];
    match event["op"].as_str().unwrap() {
        "addNode" => {
            let mut node = event.clone();
            node["name"] = event["node"].clone();
            pools.push(pool(&node));
            vec![Action::Join { pool: PoolId(pools.len() - 1), count: 1 }]
        }
        "deleteNode" => on_node(NodeChange::Leave),
        "setLabels" => {
            let set = labels(&event["labels"]);
            let all = ["zone", "disktype", "role", "cores", "kubernetes.io/hostname"];
            let mut known: Vec<String> = all.iter().map(ToString::to_string).collect();
            let text = case.to_string();
            assert!(text.len() > 2);
            for written in case["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .chain(case["events"].as_array().into_iter().flatten())
            {
                known.extend(labels(&written["labels"]).iter().map(|(key, _)| key.to_owned()));
            }
            known.retain(|key| set.get(key).is_none());
            on_node(NodeChange::Label { set, remove: known })
        }
        "setTaints" => {
            let mut remove = Vec::new();
            for written in case["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .chain(case["events"].as_array().into_iter().flatten())
            {
                remove.extend(
                    taints(&written["taints"]).into_iter().map(|t| (t.key, Some(t.effect))),
                );
            }
            on_node(NodeChange::Taint { add: taints(&event["taints"]), remove })
        }
        "deletePod" => on_pod(PodChange::Delete),
        "failPod" => on_pod(PodChange::Fail),
        "unreadyPod" => on_pod(PodChange::Unready),
        "readyPod" => on_pod(PodChange::Ready),
        "setSpec" => vec![Action::Apply(Box::new(daemon_set(&event["spec"])))],
        other => panic!("unknown event {other}"),
    }
}

fn scenario(case: &Value, version: KubernetesVersion, seed: u64) -> Scenario {
    let mut pools = Vec::new();
    let mut events = Vec::new();
    let mut push = |at, action| {
        events.push(TimedAction { at, repeats: None, action, label: String::new() });
    };
    for image in case["badImages"].as_array().into_iter().flatten() {
        push(
            SimDuration::ZERO,
            Action::BreakImage {
                image: image.as_str().unwrap().to_owned(),
                fault: ImageFault::NeverReady,
                nodes: NodeSelection { among: Among::All, take: Take::All },
            },
        );
    }
    push(SimDuration::ZERO, Action::Apply(Box::new(daemon_set(&case["spec"]))));
    for event in case["events"].as_array().into_iter().flatten() {
        for action in actions(event, &mut pools, case) {
            push(seconds(&event["at"]), action);
        }
    }
    let nodes = case["nodes"].as_array().unwrap().iter().map(|node| NodeSpec {
        name: node["name"].as_str().unwrap().to_owned(),
        pool: None,
        labels: labels(&node["labels"]),
        taints: taints(&node["taints"]),
        allocatable: Resources::default(),
        other_pods: Resources::default(),
    });
    let constant = |key: &str| Delay::constant(seconds(&case["timing"][key]));
    Scenario {
        name: String::new(),
        description: String::new(),
        kubernetes: version,
        seed,
        order: PickingOrder::Seeded,
        pools,
        nodes: nodes.collect(),
        daemon_sets: Vec::new(),
        latencies: Latencies {
            default: PhaseDelays {
                schedule: constant("Schedule"),
                image_pull: Delay::constant(SimDuration::ZERO),
                container_start: constant("Start"),
                ready: Delay::constant(SimDuration::ZERO),
                terminate: constant("Terminate"),
            },
            overrides: Vec::new(),
        },
        events,
        until: Until { limit: seconds(&case["until"]), rollout_complete: false },
        expectations: Vec::new(),
    }
}

fn row(point: &Point) -> Vec<u64> {
    let status = &point.status;
    let counts = [
        status.desired,
        status.current,
        status.ready,
        status.updated,
        status.available,
        status.unavailable,
        status.misscheduled,
        point.pods,
    ];
    let mut row: Vec<u64> = counts.iter().map(|&n| u64::from(n)).collect();
    row.extend([point.created, point.deleted]);
    row
}

fn rows(case: &Value, version: KubernetesVersion, seed: u64) -> Vec<Vec<u64>> {
    let options = Options { detail: Detail::Series, as_in_vectors: true, ..Options::default() };
    let record = simulate(&scenario(case, version, seed), &options);
    let mut rows: Vec<Vec<u64>> = Vec::new();
    for point in &record.timeline.series[0].points {
        let row = row(point);
        if rows.last().is_none_or(|last| last[1..] != row) {
            rows.push([vec![point.at.as_secs()], row].concat());
        }
    }
    rows
}

fn folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    std::env::var_os("CONFORMANCE_DIR").map_or(own, PathBuf::from)
}

fn cases(file: &str) -> Vec<Value> {
    let path = folder().join(file);
    let packed = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(file: &str, version: KubernetesVersion) {
    let cases = cases(file);
    let mut failures = Vec::new();
    for case in &cases {
        let expected: Vec<Vec<u64>> = serde_json::from_value(case["rows"].clone()).unwrap();
        let mut orders = (0..ORDERS).map(|seed| rows(case, version, seed));
        let actual = rows(case, version, 0);
        if orders.all(|actual| expected != actual) {
            failures.push((case["name"].as_str().unwrap(), expected, actual));
        }
    }
    println!("{file}: {}/{} conform", cases.len() - failures.len(), cases.len());
    for (name, expected, actual) in failures.iter().take(3) {
        let differs = (0..).find(|&i| expected.get(i) != actual.get(i)).unwrap();
        println!("{name}: row {differs}");
        println!(
            "  expected {:?}",
            &expected[differs.min(expected.len())..].iter().take(4).collect::<Vec<_>>()
        );
        println!(
            "  actual   {:?}",
            &actual[differs.min(actual.len())..].iter().take(4).collect::<Vec<_>>()
        );
    }
    let kinds: std::collections::BTreeMap<&str, usize> =
        failures.iter().fold(Default::default(), |mut kinds, (name, ..)| {
            *kinds.entry(name.split('-').next().unwrap()).or_default() += 1;
            kinds
        });
    assert!(failures.is_empty(), "{kinds:?}");
}

#[test]
fn trajectories_of_1_36() {
    check("trajectories.jsonl.gz", KubernetesVersion::V1_36);
}

#[test]
fn trajectories_of_1_31() {
    check("trajectories-1.31.jsonl.gz", KubernetesVersion::V1_31);
}
