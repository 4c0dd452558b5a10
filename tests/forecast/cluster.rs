//! Clusters as kubectl prints them, with pods that tell how long they took.

use serde_json::{Value, json};

use rollcast::api::format_rfc3339;
use rollcast::time::SimTime;

/// 2026-03-01T12:00:00Z, when the snapshots are taken.
const NOW: u64 = 1_772_366_400;
const LONG_AGO: u64 = 20 * 86_400;

/// How a DaemonSet is.
#[derive(Clone, Copy)]
pub(crate) enum State {
    /// Three in ten nodes are updated, and one in ten has a pod that starts.
    Running,
    /// Three nodes are updated; the fourth is dead, and its old pod terminates for ever.
    Stalled,
    AtRest,
    /// Two nodes are updated, and their pods crash.
    Crashing,
    /// Half of the nodes are updated.
    OnDelete,
}

/// So many nodes with these DaemonSets, in the order in which they are given.
pub(crate) fn cluster(nodes: u64, daemon_sets: &[(&str, State)]) -> Value {
    let is_dead =
        |node| node == 4 && daemon_sets.iter().any(|(_, state)| matches!(state, State::Stalled));
    let mut items: Vec<Value> = (1..=nodes).map(|it| node(it, is_dead(it))).collect();
    for &(key, state) in daemon_sets {
        items.extend(daemon_set(key, state, nodes));
    }
    json!({ "apiVersion": "v1", "kind": "List", "items": items })
}

/// The time so many seconds before the snapshot.
fn before(seconds: u64) -> String {
    format_rfc3339(SimTime::from_secs(NOW - seconds))
}

fn node_name(node: u64) -> String {
    format!("node-{node:03}")
}

fn node(node: u64, is_dead: bool) -> Value {
    let since = before(if is_dead { 1_140 } else { LONG_AGO });
    let taint = |effect: &str| json!({ "key": "node.kubernetes.io/unreachable", "effect": effect, "timeAdded": since });
    let taints = if is_dead { vec![taint("NoSchedule"), taint("NoExecute")] } else { Vec::new() };
    let ready = if is_dead { "Unknown" } else { "True" };
    json!({ "apiVersion": "v1", "kind": "Node",
        "metadata": { "name": node_name(node), "creationTimestamp": before(LONG_AGO) },
        "spec": { "taints": taints },
        "status": { "allocatable": { "cpu": "4", "memory": "16Gi", "pods": "110" },
            "conditions": [{ "type": "Ready", "status": ready, "lastTransitionTime": since,
                "lastHeartbeatTime": before(if is_dead { 1_200 } else { 0 }) }] } })
}

fn template(name: &str, version: u8) -> Value {
    json!({ "metadata": { "labels": { "app": name } },
        "spec": { "tolerations": [{ "operator": "Exists" }],
            "containers": [{ "name": "main", "image": format!("example.com/{name}:{version}"),
                "resources": { "requests": { "cpu": "100m", "memory": "100Mi" } } }] } })
}

/// What a pod of a snapshot is like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pod {
    Ready,
    Starting,
    Crashing,
    Terminating,
}

fn daemon_set(key: &str, state: State, nodes: u64) -> Vec<Value> {
    let (namespace, name) = key.split_once('/').unwrap();
    let (new, broken, kind) = match state {
        State::Running => (nodes * 4 / 10, nodes / 10, Pod::Starting),
        State::Stalled => (3, 1, Pod::Terminating),
        State::AtRest => (nodes, 0, Pod::Ready),
        State::Crashing => (2, 2, Pod::Crashing),
        State::OnDelete => (nodes / 2, 0, Pod::Ready),
    };
    let revisions = if matches!(state, State::AtRest) { 1 } else { 2 };
    let age = if matches!(state, State::OnDelete) { 172_800 } else { 1_500 };
    let budget =
        if matches!(state, State::Running | State::AtRest) { json!("10%") } else { json!(broken) };
    let strategy = if matches!(state, State::OnDelete) {
        json!({ "type": "OnDelete" })
    } else {
        json!({ "type": "RollingUpdate", "rollingUpdate": { "maxUnavailable": budget, "maxSurge": 0 } })
    };
    let mut items = vec![json!({ "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": { "name": name, "namespace": namespace, "uid": key, "generation": revisions,
            "creationTimestamp": before(LONG_AGO),
            "annotations": { "deprecated.daemonset.template.generation": revisions.to_string() } },
        "spec": { "selector": { "matchLabels": { "app": name } }, "updateStrategy": strategy,
            "template": template(name, revisions) },
        "status": { "observedGeneration": revisions, "desiredNumberScheduled": nodes,
            "currentNumberScheduled": nodes, "numberReady": nodes - broken,
            "updatedNumberScheduled": new, "numberAvailable": nodes - broken,
            "numberUnavailable": broken, "numberMisscheduled": 0 } })];
    let owner = json!([{ "apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": key,
        "controller": true }]);
    for revision in 1..=revisions {
        let hash = format!("hash{revision}");
        let created = before(if revision == 1 { LONG_AGO } else { age });
        items.push(json!({ "apiVersion": "apps/v1", "kind": "ControllerRevision",
            "metadata": { "name": format!("{name}-{hash}"), "namespace": namespace,
                "creationTimestamp": created, "ownerReferences": owner,
                "labels": { "app": name, "controller-revision-hash": hash } },
            "revision": revision, "data": { "spec": { "template": template(name, revision) } } }));
    }
    for node in 1..=nodes {
        let is_new = node <= new;
        let is_broken = match kind {
            Pod::Starting => is_new && node > new - broken,
            Pod::Crashing => is_new,
            Pod::Terminating => node == 4,
            Pod::Ready => false,
        };
        let revision = if is_new { revisions } else { 1 };
        let created = if revision == 1 {
            LONG_AGO
        } else if is_broken {
            5
        } else {
            age - 60 - node
        };
        let created = if kind == Pod::Crashing && is_new { 1_000 } else { created };
        let pod = if is_broken { kind } else { Pod::Ready };
        items.push(self::pod((namespace, name), node, revision, created, pod, &owner));
    }
    items
}

fn pod(
    (namespace, name): (&str, &str),
    node: u64,
    revision: u8,
    created: u64,
    pod: Pod,
    owner: &Value,
) -> Value {
    // From 3 to 14 seconds until it starts, and 2 to 18 more until it is ready.
    let start = 3 + node * 7 % 12;
    let ready = start + 2 + node * 5 % 17;
    let condition = |kind: &str, at: u64, holds: bool| {
        json!({ "type": kind, "status": if holds { "True" } else { "False" },
            "lastTransitionTime": before(created.saturating_sub(at)) })
    };
    let is_ready = pod == Pod::Ready;
    let state = match pod {
        Pod::Ready | Pod::Terminating => {
            json!({ "running": { "startedAt": before(created.saturating_sub(start)) } })
        }
        Pod::Starting => json!({ "waiting": { "reason": "ContainerCreating" } }),
        Pod::Crashing => json!({ "waiting": { "reason": "CrashLoopBackOff" } }),
    };
    let mut it = json!({ "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": format!("{name}-{node:03}"), "namespace": namespace,
            "creationTimestamp": before(created), "ownerReferences": owner,
            "labels": { "app": name, "controller-revision-hash": format!("hash{revision}"),
                "pod-template-generation": revision.to_string() } },
        "spec": { "nodeName": node_name(node),
            "containers": template(name, revision)["spec"]["containers"] },
        "status": { "phase": if pod == Pod::Starting { "Pending" } else { "Running" },
            "conditions": [condition("PodScheduled", 0, true), condition("Ready", ready, is_ready),
                condition("ContainersReady", ready, is_ready)],
            "containerStatuses": [{ "name": "main", "ready": is_ready, "state": state,
                "image": format!("example.com/{name}:{revision}"),
                "restartCount": if pod == Pod::Crashing { 6 } else { 0 } }] } });
    if pod == Pod::Crashing {
        let ended = json!({ "terminated": { "exitCode": 1, "finishedAt": before(100) } });
        it["status"]["containerStatuses"][0]["lastState"] = ended;
    }
    if pod == Pod::Terminating {
        it["metadata"]["deletionTimestamp"] = json!(before(1_100));
        it["metadata"]["deletionGracePeriodSeconds"] = json!(30);
    }
    it
}
