//! One sync on one snapshot.

use std::collections::BTreeSet;

use rollcast::api::{
    ControllerRevision, KubernetesVersion, Loaded, Node, Pod, Snapshot, daemon_set_from_cluster,
    parse_rfc3339,
};
use rollcast::input::Tree;
use rollcast::record::Plan;
use rollcast::scenario::DaemonSetRef;
use rollcast::world::plan;
use serde_json::{Value, json};

use crate::{Difference, check_file};

#[test]
fn syncs_of_1_36() {
    check_file("plan.jsonl.gz", |case| check(case, KubernetesVersion::V1_36));
}

#[test]
fn syncs_of_1_31() {
    check_file("plan-1.31.jsonl.gz", |case| check(case, KubernetesVersion::V1_31));
}

fn check(case: &Value, version: KubernetesVersion) -> Result<(), Difference> {
    let (namespace, name) = case["daemonset"].as_str().unwrap().split_once('/').unwrap();
    let daemon_set = DaemonSetRef { namespace: namespace.to_owned(), name: name.to_owned() };
    let at = parse_rfc3339(case["now"].as_str().unwrap()).unwrap();
    let snapshot = snapshot(&case["objects"]);
    let plan = plan(&snapshot, &daemon_set, at, version).unwrap();
    let expected = &case["expected"];
    let actual = observed(&plan, &snapshot, expected);
    let keys = actual.as_object().unwrap().keys();
    let lines = |side: &Value| keys.clone().map(|key| format!("{key}: {}", side[key])).collect();
    let expected = with_defaults(expected);
    let (expected, actual): (Vec<_>, Vec<_>) = (lines(&expected), lines(&actual));
    if expected == actual { Ok(()) } else { Err(Difference { expected, actual }) }
}

/// The plan in the words of the case. Where the real controller is free to choose, a choice that
/// keeps to what must and what may be chosen is written as those lists are.
fn observed(plan: &Plan, snapshot: &Snapshot, expected: &Value) -> Value {
    let revision = plan.revision.clone().unwrap_or_default();
    let before = snapshot.revisions.iter().find(|r| r.metadata.name == revision.name);
    let untouched = before.is_some_and(|before| before.revision == revision.number);
    let status = &plan.status;
    let creates = within(&plan.creates, &expected["mustCreate"], &expected["mayCreate"]);
    let deletes = within(&plan.deletes, &expected["mustDelete"], &expected["mayDelete"]);
    json!({
        "createCount": plan.creates.len(),
        "creates": if creates { json!("as it may be") } else { json!(plan.creates) },
        "deleteCount": plan.deletes.len(),
        "deletes": if deletes { json!("as it may be") } else { json!(plan.deletes) },
        "hash": hash(plan, snapshot, expected["hash"].as_str().unwrap_or_default()),
        "status": {
            "Desired": status.desired, "Current": status.current,
            "Misscheduled": status.misscheduled, "Ready": status.ready, "Updated": status.updated,
            "Available": status.available, "Unavailable": status.unavailable,
            "ObservedGeneration": plan.observed_generation,
        },
        "events": plan.events,
        "patchedPods": plan.adopts.iter().chain(&plan.releases).collect::<BTreeSet<_>>(),
        "createdRevision": revision.created,
        "revision": if untouched { 0 } else { revision.number },
        "deletedRevisions": plan.deleted_revisions,
        "error": plan.error.clone().unwrap_or_default(),
    })
}

fn with_defaults(expected: &Value) -> Value {
    let mut expected = expected.clone();
    expected["creates"] = json!("as it may be");
    expected["deletes"] = json!("as it may be");
    for (key, empty) in [("patchedPods", json!([])), ("events", json!([])), ("error", json!(""))] {
        if expected[key].is_null() {
            expected[key] = empty;
        }
    }
    expected
}

/// Whether what must be chosen is, and nothing else than what may be.
fn within(chosen: &[String], must: &Value, may: &Value) -> bool {
    let set = |list: &Value| -> BTreeSet<String> {
        serde_json::from_value(list.clone()).unwrap_or_default()
    };
    let chosen: BTreeSet<String> = chosen.iter().cloned().collect();
    set(must).is_subset(&chosen) && chosen.is_subset(&set(may))
}

/// The hash of created pods. A new one cannot be the real controller's: then it is only asked
/// for that it is new.
fn hash(plan: &Plan, snapshot: &Snapshot, expected: &str) -> String {
    if plan.creates.is_empty() {
        return String::new();
    }
    let own = plan.revision.clone().unwrap_or_default().hash;
    let known = |hash: &str| {
        let label = |r: &ControllerRevision| {
            r.metadata.labels.get("controller-revision-hash").map(str::to_owned)
        };
        snapshot.revisions.iter().any(|r| label(r).as_deref() == Some(hash))
    };
    if known(expected) || known(&own) { own } else { expected.to_owned() }
}

fn snapshot(objects: &Value) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for object in objects.as_array().unwrap() {
        let tree: Tree = object.clone().into();
        match object["kind"].as_str().unwrap() {
            "DaemonSet" => snapshot.daemon_sets.push(Loaded {
                daemon_set: daemon_set_from_cluster(&tree).unwrap(),
                manifest: tree,
                warnings: Vec::new(),
            }),
            "Node" => snapshot.nodes.push(Node::from_tree(&tree).unwrap()),
            "Pod" => snapshot.pods.push(Pod::from_tree(&tree).unwrap()),
            "ControllerRevision" => {
                snapshot.revisions.push(ControllerRevision::from_tree(&tree).unwrap());
            }
            other => panic!("a case has a {other}"),
        }
    }
    snapshot
}
