//! What becomes of clusters as kubectl prints them: forecasts as goldens, and that what they say comes
//! true if it is tried.
//!
//! Regenerate with `SNAPSHOTS=overwrite cargo test --test forecast`, and read what changed.

#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

mod cluster;
#[path = "../shared/tool.rs"]
mod tool;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::cluster::{State, cluster};

/// Runs `rollcast forecast` with a text on standard input; its exit code and what it printed.
fn run(input: &str, arguments: &[&str]) -> (i32, String, String) {
    tool::run(Path::new("."), &[&["forecast"], arguments].concat(), input)
}

/// What is printed about a cluster, and what is noted.
#[track_caller]
fn told(cluster: &Value, arguments: &[&str]) -> (String, String) {
    let (code, printed, noted) = run(&cluster.to_string(), arguments);
    assert_eq!(code, 0, "{arguments:?}: {noted}");
    (printed, noted)
}

#[track_caller]
fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forecast").join(name);
    let expected = snapbox::Data::read_from(&path, None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(text.to_owned(), expected);
}

const SEVERAL: [(&str, State); 5] = [
    ("kube-system/cilium", State::Running),
    ("logging/agent", State::Stalled),
    ("monitoring/exporter", State::AtRest),
    ("default/crasher", State::Crashing),
    ("storage/csi", State::OnDelete),
];

#[test]
fn a_rollout_that_is_under_way_is_done_some_time() {
    let cluster = cluster(50, &[("kube-system/cilium", State::Running)]);
    let (printed, noted) =
        told(&cluster, &["--try=maxUnavailable=30%", "--try", "maxUnavailable=1"]);
    check("running.txt", &format!("{printed}{noted}"));
}

#[test]
fn one_that_is_stalled_never_is_unless_something_is_done() {
    let cluster = cluster(10, &[("logging/agent", State::Stalled)]);
    let node = ["--try", "kubectl delete node node-004", "--try", "recover node-004"];
    let budget = ["--try", "maxUnavailable=2"];
    let (printed, noted) = told(&cluster, &[&node[..], &budget[..]].concat());
    check("stalled.txt", &format!("{printed}{noted}"));
}

#[test]
fn an_update_of_one_at_rest_would_take_some_time() {
    let cluster = cluster(30, &[("monitoring/exporter", State::AtRest)]);
    let tries = ["--try", "image=example.com/exporter:2 maxSurge=20%"];
    check("at-rest.txt", &told(&cluster, &tries).0);
}

#[test]
fn several_are_told_one_after_the_other() {
    let all = cluster(20, &SEVERAL);
    let (printed, noted) = told(&all, &["--seeds=1..20"]);
    check("several.txt", &format!("{printed}{noted}"));
    check("several.md", &told(&all, &["--seeds=1..20", "-o", "markdown", "-q"]).0);
    let one = ["--daemonset=crasher", "--try=rollout undo ds/crasher", "--seeds=1..20"];
    let (printed, noted) = told(&all, &[&one[..], &["-o", "json", "-q"]].concat());
    assert_eq!(noted, "");
    check("crasher.json", &printed);
}

/// Every command that is said to help is tried as it stands, and ends the rollout.
#[test]
fn what_is_said_to_help_helps() {
    for (key, state) in [("a/x", State::Stalled), ("b/y", State::Crashing)] {
        let cluster = cluster(12, &[(key, state)]);
        let of = |arguments: &[&str]| -> Value {
            let (printed, _) = told(&cluster, &[&["-o=json", "--seeds=1..5"], arguments].concat());
            serde_json::from_str::<Value>(&printed).unwrap()["daemon_sets"][0]["prospects"].clone()
        };
        let present = of(&[]);
        assert_eq!((&present[0]["never"], &present[0]["complete"]), (&json!(5), &json!(0)));
        let advice = present[0]["stalled"]["advice"].as_array().unwrap();
        let helps = advice.iter().find(|it| it["helps"] == true).unwrap();
        let command = helps["commands"][0].as_str().unwrap();
        let tried = of(&["--try", command]);
        assert_eq!(tried[1]["try"], command);
        assert_eq!(
            (&tried[1]["never"], &tried[1]["complete"]),
            (&json!(0), &json!(5)),
            "{command}"
        );
    }
}

/// The answer does not depend on the number of threads.
#[test]
fn threads_do_not_show() {
    let text = cluster(20, &SEVERAL).to_string();
    let of = |jobs: &str| run(&text, &["--seeds=1..4", "-o=json", jobs]);
    assert_eq!(of("--jobs=1"), of("--jobs=3"));
}

#[test]
fn of_one_that_is_being_deleted_no_rollout_comes() {
    let mut cluster = cluster(6, &[("a/x", State::AtRest), ("b/y", State::AtRest)]);
    let items = cluster["items"].as_array_mut().unwrap();
    let of_x = |it: &&mut Value| it["kind"] == "DaemonSet" && it["metadata"]["name"] == "x";
    let it = items.iter_mut().find(of_x).unwrap();
    it["metadata"]["deletionTimestamp"] = json!("2026-03-01T11:59:00Z");
    it["metadata"]["finalizers"] = json!(["example.com/keep"]);
    let (printed, _) = told(&cluster, &["--seeds=1"]);
    let expected = "a/x: being deleted since 2026-03-01T11:59:00Z; it waits for the finalizer \
                    example.com/keep: no update of it comes\n\nb/y: at rest";
    assert!(printed.contains(expected), "{printed}");
}

/// The first DaemonSet of a forecast as JSON.
#[track_caller]
fn first(cluster: &Value, arguments: &[&str]) -> Value {
    let (printed, _) = told(cluster, &[&["-o=json", "--seeds=1..3"], arguments].concat());
    serde_json::from_str::<Value>(&printed).unwrap()["daemon_sets"][0].clone()
}

/// The object of this kind and name.
fn object<'a>(cluster: &'a mut Value, kind: &str, name: &str) -> &'a mut Value {
    let items = cluster["items"].as_array_mut().unwrap();
    let is_meant = |it: &&mut Value| it["kind"] == kind && it["metadata"]["name"] == name;
    items.iter_mut().find(is_meant).unwrap()
}

/// A node that dies long after a rollout makes none: what an update would take is asked.
#[test]
fn a_node_that_fails_is_no_rollout() {
    let mut cluster = cluster(10, &[("a/x", State::AtRest), ("b/y", State::Stalled)]);
    let status = &mut object(&mut cluster, "DaemonSet", "x")["status"];
    status["numberAvailable"] = json!(9);
    status["numberReady"] = json!(9);
    status["numberUnavailable"] = json!(1);
    let told = first(&cluster, &[]);
    assert_eq!(told["state"], "at-rest");
    assert_eq!(told["prospects"][0]["never"], 3, "the update hangs on the dead node");
    // Of a revision that was made just now it may still be the rollout.
    let revision = object(&mut cluster, "ControllerRevision", "x-hash1");
    revision["metadata"]["creationTimestamp"] = json!("2026-03-01T06:00:00Z");
    assert_eq!(first(&cluster, &[])["state"], "under-way");
}

/// Five of 50 pods start just now: their nodes are without one from the first moment.
#[test]
fn nodes_without_a_pod_count_from_the_start() {
    let mut running = cluster(50, &[("a/x", State::Running)]);
    let told = first(&running, &["--try=maxUnavailable=1"]);
    assert_eq!(told["prospects"][1]["figures"]["worst_unavailable_nodes"]["p50"], 5);
    // A fleet that was set up just now never had a pod to lose.
    for number in 1..=50 {
        let node = object(&mut running, "Node", &format!("node-{number:03}"));
        node["metadata"]["creationTimestamp"] = json!("2026-03-01T11:55:00Z");
    }
    let told = first(&running, &["--try=maxUnavailable=1"]);
    assert_eq!(told["prospects"][1]["figures"]["worst_unavailable_nodes"]["p50"], 1);
}

/// One pod whose readiness turned again yesterday, and one that is still pulled, say nothing of how
/// long others take.
#[test]
fn what_is_no_start_slows_nobody() {
    let mut cluster = cluster(30, &[("a/x", State::Running)]);
    let before = first(&cluster, &[]);
    let pod = object(&mut cluster, "Pod", "x-030");
    for condition in pod["status"]["conditions"].as_array_mut().unwrap().iter_mut().skip(1) {
        condition["lastTransitionTime"] = json!("2026-02-28T12:00:00Z");
    }
    let after = first(&cluster, &[]);
    // Older than any other was when it started, and still on its way: it is no habit of all.
    let pod = object(&mut cluster, "Pod", "x-012");
    pod["metadata"]["creationTimestamp"] = json!("2026-03-01T11:58:00Z");
    pod["status"]["conditions"][0]["lastTransitionTime"] = json!("2026-03-01T11:58:00Z");
    assert_eq!(first(&cluster, &[])["prospects"][0]["complete"], 3);
    let worst = |told: &Value| told["prospects"][0]["figures"]["duration_us"]["max"].as_u64();
    assert!(worst(&after) < Some(200_000_000), "{:?}, {:?}", worst(&before), worst(&after));
    assert_eq!(before["observed_pods"], 9, "three of twelve new pods have not come");
}

/// A rollout that still moves is followed as long as it takes.
#[test]
fn a_rollout_may_take_hours() {
    let cluster = cluster(400, &[("a/x", State::AtRest)]);
    let told = first(&cluster, &["--try=maxUnavailable=1 minReadySeconds=30"]);
    let slow = &told["prospects"][1];
    assert_eq!((&slow["complete"], &slow["unfinished"]), (&json!(3), &json!(0)));
    assert!(slow["figures"]["duration_us"]["min"].as_u64() > Some(7_200_000_000), "{slow}");
}

#[test]
fn the_time_of_a_snapshot_may_be_given() {
    let cluster = cluster(10, &[("a/x", State::AtRest)]);
    let (printed, _) = told(&cluster, &["--at=2026-03-01T13:00:00Z", "--seeds=1"]);
    assert!(printed.starts_with("snapshot of 2026-03-01T13:00:00Z:"), "{printed}");
}

/// A change of one DaemonSet is shown with that one, and a change of nodes with all.
#[test]
fn a_change_is_shown_where_it_matters() {
    let cluster = cluster(10, &[("a/x", State::Running), ("b/y", State::Crashing)]);
    let changes = ["--try=rollout undo ds/y", "--try=cordon node-001"];
    let (printed, _) = told(&cluster, &[&changes[..], &["--seeds=1", "-o=json"]].concat());
    let forecast: Value = serde_json::from_str(&printed).unwrap();
    let tried = |index: usize| -> Vec<Value> {
        let prospects = forecast["daemon_sets"][index]["prospects"].as_array().unwrap();
        prospects.iter().map(|it| it["try"].clone()).collect()
    };
    assert_eq!(tried(0), [json!(null), json!("cordon node-001")]);
    assert_eq!(tried(1), [json!(null), json!("rollout undo ds/y"), json!("cordon node-001")]);
}

#[test]
fn bad_input_is_told_what_is_wrong_with_it() {
    let whole = cluster(3, &[("a/x", State::Running)]);
    let without = |kinds: &[&str]| {
        let items = whole["items"].as_array().unwrap().iter();
        let kept: Vec<&Value> =
            items.filter(|it| !kinds.contains(&it["kind"].as_str().unwrap())).collect();
        json!({ "apiVersion": "v1", "kind": "List", "items": kept }).to_string()
    };
    let all = whole.to_string();
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";
    let on_delete = cluster(3, &[("a/x", State::OnDelete)]).to_string();
    let inputs: [(&str, &str, &[&str]); 18] = [
        ("nothing", "", &[]),
        ("a Deployment", deployment, &[]),
        ("what Helm says", "Error: INSTALLATION FAILED: chart not found\n", &[]),
        ("a table", "NAME   DESIRED   CURRENT\nx      3         3\n", &[]),
        ("a scenario", "cluster: {nodes: 3}\n", &[]),
        ("no pods", &without(&["Pod"]), &[]),
        ("no nodes and no revisions", &without(&["Node", "ControllerRevision"]), &[]),
        ("DaemonSets alone", &without(&["Pod", "Node", "ControllerRevision"]), &[]),
        ("no DaemonSet", &without(&["DaemonSet"]), &[]),
        ("another DaemonSet", &all, &["--daemonset=z"]),
        ("a word", &all, &["--try=explode"]),
        ("a node that is not there", &all, &["--try=delete node node-03"]),
        ("a budget of nothing", &all, &["--try=maxUnavailable=0"]),
        ("a budget of OnDelete", &on_delete, &["--try=maxUnavailable=2"]),
        ("several", &all, &["--try=delete nod a", "--try=", "--try=maxUnavailable=ten"]),
        ("an event", &all, &["--try={leve: node-001}"]),
        ("seeds", &all, &["--seeds=5..1"]),
        ("a file that is not there", "", &["-f", "nowhere.json"]),
    ];
    let mut text = String::new();
    for (what, input, arguments) in inputs {
        let (code, printed, told) = run(input, arguments);
        assert_eq!((code, printed.as_str()), (2, ""), "{what}: {told}");
        writeln!(text, "# {what}\n{told}").unwrap();
    }
    check("messages.txt", text.trim_end());
}
