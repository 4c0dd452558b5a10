//! One sync on one snapshot: `rollcast plan`.

use std::collections::BTreeSet;
use std::process::Command;

use rollcast::api::{KubernetesVersion, parse_rfc3339, snapshot_from_documents};
use rollcast::input::Document;
use rollcast::report::plan::plan_json;
use rollcast::scenario::DaemonSetRef;
use rollcast::world::plan;
use serde_json::{Value, json};

use crate::{Difference, check_file, read_cases};

/// How many cases go through the command itself.
const COMMANDS: usize = 50;

#[test]
fn syncs_of_1_36() {
    check_file("plan.jsonl.gz", |case| check(case, KubernetesVersion::V1_36));
}

#[test]
fn syncs_of_1_31() {
    check_file("plan-1.31.jsonl.gz", |case| check(case, KubernetesVersion::V1_31));
}

/// Cases spread over the whole file, written out as `kubectl get -o json` would.
#[test]
fn the_command_prints_the_plan() {
    let cases = read_cases("plan.jsonl.gz");
    let folder = tempfile::tempdir().unwrap();
    let step = cases.len().div_ceil(COMMANDS).max(1);
    for case in cases.iter().step_by(step) {
        let file = folder.path().join("snapshot.json");
        std::fs::write(&file, list(case).to_string()).unwrap();
        let text = |key: &str| case[key].as_str().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_rollcast"))
            .args([
                "plan",
                "-o",
                "json",
                "--at",
                text("now"),
                "--daemonset",
                text("daemonset"),
                "-f",
            ])
            .arg(&file)
            .output()
            .unwrap();
        let printed = serde_json::from_slice(&output.stdout).unwrap();
        if let Err(Difference { expected, actual }) = compare(case, &printed) {
            panic!("{}: expected {expected:#?}, got {actual:#?}", text("name"));
        }
    }
}

fn check(case: &Value, version: KubernetesVersion) -> Result<(), Difference> {
    let (namespace, name) = case["daemonset"].as_str().unwrap().split_once('/').unwrap();
    let daemon_set = DaemonSetRef { namespace: namespace.to_owned(), name: name.to_owned() };
    let at = parse_rfc3339(case["now"].as_str().unwrap()).unwrap();
    let document = Document { index: 0, tree: list(case).into(), warnings: Vec::new() };
    let (snapshot, _) = snapshot_from_documents(&[document]).unwrap();
    let plan = plan(&snapshot, &daemon_set, at, version).unwrap();
    compare(case, &serde_json::from_str(&plan_json(&plan)).unwrap())
}

fn list(case: &Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "List", "items": case["objects"] })
}

/// Compares field by field, in the words of the case.
fn compare(case: &Value, printed: &Value) -> Result<(), Difference> {
    let expected = with_defaults(&case["expected"]);
    let actual = observed(printed, case);
    let keys = actual.as_object().unwrap().keys();
    let lines = |side: &Value| keys.clone().map(|key| format!("{key}: {}", side[key])).collect();
    let (expected, actual): (Vec<String>, Vec<String>) = (lines(&expected), lines(&actual));
    if expected == actual { Ok(()) } else { Err(Difference { expected, actual }) }
}

/// What is printed, in the words of the case. Where the real controller is free to choose, a
/// choice that keeps to what must and what may be chosen is written as allowed.
fn observed(printed: &Value, case: &Value) -> Value {
    let expected = &case["expected"];
    let status = &printed["status"];
    let chosen = |list: &str, must: &str, may: &str| {
        let allowed = within(&printed[list], &expected[must], &expected[may]);
        if allowed { json!("allowed") } else { printed[list].clone() }
    };
    let revision = &printed["revision"];
    let before = |r: &&Value| r["metadata"]["name"] == revision["name"];
    let untouched =
        revisions(case).find(before).is_some_and(|r| r["revision"] == revision["number"]);
    let number =
        if untouched || revision.is_null() { json!(0) } else { revision["number"].clone() };
    json!({
        "createCount": printed["creates"].as_array().unwrap().len(),
        "creates": chosen("creates", "mustCreate", "mayCreate"),
        "deleteCount": printed["deletes"].as_array().unwrap().len(),
        "deletes": chosen("deletes", "mustDelete", "mayDelete"),
        "hash": hash(printed, case),
        "status": {
            "Desired": status["desiredNumberScheduled"],
            "Current": status["currentNumberScheduled"],
            "Misscheduled": status["numberMisscheduled"],
            "Ready": status["numberReady"],
            "Updated": status["updatedNumberScheduled"],
            "Available": status["numberAvailable"],
            "Unavailable": status["numberUnavailable"],
            "ObservedGeneration": status["observedGeneration"],
        },
        "events": printed["events"],
        "patchedPods": set(&printed["adopts"]),
        "createdRevision": revision["created"] == true,
        "revision": number,
        "deletedRevisions": printed["deletedRevisions"],
        "error": printed["error"],
    })
}

fn with_defaults(expected: &Value) -> Value {
    let mut expected = expected.clone();
    expected["creates"] = json!("allowed");
    expected["deletes"] = json!("allowed");
    for list in ["patchedPods", "events", "deletedRevisions"] {
        if expected[list].is_null() {
            expected[list] = json!([]);
        }
    }
    expected
}

/// Whether what must be chosen is, and nothing else than what may be.
fn within(chosen: &Value, must: &Value, may: &Value) -> bool {
    let chosen = set(chosen);
    set(must).is_subset(&chosen) && chosen.is_subset(&set(may))
}

fn set(list: &Value) -> BTreeSet<String> {
    serde_json::from_value(list.clone()).unwrap_or_default()
}

/// The hash of created pods. A new one cannot be the real controller's: then it is only asked
/// for that it is new.
fn hash(printed: &Value, case: &Value) -> Value {
    if printed["creates"].as_array().unwrap().is_empty() {
        return json!("");
    }
    let (own, expected) = (&printed["revision"]["hash"], &case["expected"]["hash"]);
    let known = |hash: &Value| {
        revisions(case).any(|r| r["metadata"]["labels"]["controller-revision-hash"] == *hash)
    };
    if known(expected) || known(own) { own.clone() } else { expected.clone() }
}

fn revisions(case: &Value) -> impl Iterator<Item = &Value> {
    let objects = case["objects"].as_array().unwrap().iter();
    objects.filter(|object| object["kind"] == "ControllerRevision")
}
