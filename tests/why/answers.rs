//! What is said, word by word, and what is said of questions that have no answer.
//!
//! Regenerate with `SNAPSHOTS=overwrite cargo test --test why`, and read what changed.

#![expect(clippy::disallowed_methods, reason = "what a run wrote is read")]

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::{ask, root, run, tool};

/// The questions that are put to the results of each scenario.
const QUESTIONS: [(&str, &[&[&str]]); 6] = [
    (
        "node-exporter",
        &[
            &["finish"],
            &["pod/node-exporter-z84gh"],
            &["node/worker-84"],
            &["gap", "worker-84"],
            &["gap", "worker-84", "--at", "4m"],
            &["stall"],
            &["stall", "--at", "4m"],
        ],
    ),
    ("min-ready-seconds", &[&["finish"], &["stall", "--at", "1m20s"]]),
    ("surge", &[&["finish"], &["node/worker-3"], &["stall", "--at", "1m"]]),
    ("dead-nodes", &[&["stall"], &["finish"], &["gap", "worker-7"]]),
    ("webhook-says-no", &[&["finish"], &["gap", "worker-3"]]),
    ("rolling-node-upgrade", &[&["node/worker-1"], &["gap", "worker-1"]]),
];

#[test]
fn answers_are_these() {
    let out = tempfile::tempdir().unwrap();
    for (name, questions) in QUESTIONS {
        run(&format!("scenarios/{name}.yaml"), &out.path().join(name), &[]);
        let mut told = String::new();
        for question in questions {
            writeln!(told, "$ rollcast why results/{name} {}", question.join(" ")).unwrap();
            writeln!(told, "{}", ask(&out.path().join(name), question)).unwrap();
        }
        let golden = root().join(format!("tests/why/{name}.out"));
        let expected = snapbox::Data::read_from(&golden, None).raw();
        snapbox::Assert::new().action_env("SNAPSHOTS").eq(told, expected);
    }
}

/// The exit code and what is said on standard error.
fn refused(results: &Path, question: &[&str]) -> String {
    let mut arguments = vec!["why", results.to_str().unwrap()];
    arguments.extend(question);
    let (code, answer, error) = tool::run(root(), &arguments, "");
    assert_eq!((code, answer.as_str()), (2, ""), "{question:?}: {error}");
    error
}

#[test]
fn questions_without_an_answer_are_refused_with_a_hint() {
    let out = tempfile::tempdir().unwrap();
    let results = out.path().join("results");
    run("scenarios/max-unavailable.yaml", &results, &[]);
    let check = |question: &[&str], expected: &str| {
        assert_eq!(refused(&results, question), expected, "{question:?}");
    };
    check(
        &["node/node-x"],
        "error[unknown-node]: there is no node `node-x` in this run\nhint: did you mean `node/node-1`?\n",
    );
    check(
        &["pod/one-dqvvx"],
        "error[unknown-pod]: there is no pod `one-dqvvx` in this run\nhint: facts.jsonl names every pod\n",
    );
    check(
        &["why"],
        "error[unknown-question]: unknown question `why`\nhint: ask `pod/NAME`, `node/NAME`, `gap NODE`, `finish` or `stall`, after the results folder\n",
    );
    check(&["gap"], "error[unknown-question]: `gap` needs a node\nhint: write `gap NODE`\n");
    check(
        &["stall", "-o", "dot"],
        "error[no-graph]: a stall has no chain of causes to draw\nhint: use `-o text` or `-o json`; a pod, a gap and `finish` have graphs\n",
    );
    let error = refused(&results, &["finish", "--at", "9h"]);
    assert!(error.starts_with("error[after-the-end]: the run ended after "), "{error}");
    let error = refused(&results, &["finish", "--daemonset", "thre"]);
    assert!(error.starts_with("error[unknown-daemon-set]: "), "{error}");
    std::fs::remove_file(results.join("summary.json")).unwrap();
    let error = refused(&results, &["finish"]);
    assert!(error.starts_with("error[no-summary]: "), "{error}");
}

#[test]
fn programs_get_the_same() {
    let out = tempfile::tempdir().unwrap();
    run("scenarios/node-exporter.yaml", out.path(), &[]);
    let json = |question: &[&str]| -> Value {
        serde_json::from_str(&ask(out.path(), &[question, &["-o", "json"]].concat())).unwrap()
    };
    let summary: Value =
        serde_json::from_str(&std::fs::read_to_string(out.path().join("summary.json")).unwrap())
            .unwrap();
    let daemon_set = &summary["daemon_sets"][0];
    let node = daemon_set["slowest_node"].as_str().unwrap();
    assert_eq!(json(&["gap", node])["took_us"], daemon_set["slowest_node_without_us"]);
    let path = &json(&["finish"])[0];
    assert_eq!(path["duration_us"], daemon_set["rollouts"][0]["duration_us"]);
    let dot = ask(out.path(), &["finish", "-o", "dot"]);
    let steps = path["steps"].as_array().unwrap().len();
    assert_eq!(dot.matches(" -> ").count(), steps);
    assert!(dot.starts_with("digraph why {\n") && dot.ends_with("}\n"));
    let pods = &json(&[&format!("node/{node}")])["daemon_sets"][0]["pods"];
    let pod = pods[1]["pod"].as_str().unwrap();
    let story = json(&[&format!("pod/{pod}")]);
    assert_eq!((&story["phases"], &story["created"]["pod"]), (&pods[1]["phases"], &pods[0]["pod"]));
    let chain = story["chain"].as_array().unwrap();
    let dot = ask(out.path(), &[&format!("pod/{pod}"), "-o", "dot"]);
    assert_eq!(dot.matches(" -> ").count() + 1, chain.len());
}
