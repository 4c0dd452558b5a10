//! What is named as the cause is the cause, also when updates, outages and machines interfere.

#![expect(
    clippy::disallowed_methods,
    reason = "a scenario is written, and what a run wrote is read"
)]

use std::path::Path;

use serde_json::Value;

use crate::{ask, run};

/// An update that is undone after an outage; before that the controller and machines go away.
const INTERFERENCE: &str = r#"
description: An update, and all that can come in between.
cluster: {nodes: 30}
daemonSets:
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: one}
    spec:
      selector: {matchLabels: {app: one}}
      minReadySeconds: 10
      updateStrategy: {rollingUpdate: {maxUnavailable: 3}}
      template:
        metadata: {labels: {app: one}}
        spec:
          containers: [{name: main, image: "x/one:1"}]
events:
  - {at: 1m, setImage: {daemonSet: one, image: "x/one:2"}}
  - {at: 2m, setImage: {daemonSet: one, image: "x/one:3"}}
  - {at: 2m20s, apiServerOutage: 30s}
  - {at: 3m, rolloutUndo: one}
  - {at: 4m, shutdown: node-3}
  - {at: 5m, taint: {nodes: node-4, taint: "off=true:NoExecute"}}
until: 15m
"#;

fn pods(results: &Path) -> Vec<String> {
    let facts = std::fs::read_to_string(results.join("facts.jsonl")).unwrap();
    let facts = facts.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told = ["podCreated", "podTerminating", "podRemoved"];
    let facts = facts.filter(|fact| told.into_iter().any(|what| fact["what"] == what));
    let mut pods: Vec<String> =
        facts.map(|fact| fact["pod"].as_str().unwrap().to_owned()).collect();
    pods.sort();
    pods.dedup();
    pods
}

#[test]
fn what_was_written_replaces_pods_and_not_what_woke_the_controller() {
    let out = tempfile::tempdir().unwrap();
    let scenario = out.path().join("scenario.yaml");
    std::fs::write(&scenario, INTERFERENCE).unwrap();
    let results = out.path().join("results");
    run(scenario.to_str().unwrap(), &results, &[]);
    let pods = pods(&results);
    let stories = pods.iter().map(|pod| ask(&results, &[&format!("pod/{pod}")]));
    let told: String = stories.collect();
    let replaced = told.lines().filter(|line| line.contains("replaces it"));
    let by: Vec<&str> = replaced.map(|line| line.rsplit_once(" (").unwrap().1).collect();
    let count = |event: &str| by.iter().filter(|by| **by == event).count();
    let counts = [
        count("the scenario ran `set image main=2` at 1m)."),
        count("the scenario ran `set image main=3` at 2m)."),
        count("the scenario ran `rollout undo one` at 3m)."),
    ];
    assert!(counts.into_iter().all(|count| count > 1), "{told}");
    assert_eq!(counts.into_iter().sum::<usize>(), by.len(), "{told}");
    for expected in [
        "failed (Terminated) at 4m; an old pod that is not available does not wait.",
        "until its revision was the current one again at 3m",
        "because it does not tolerate a taint (the scenario ran `taint ",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

fn share(results: &Path, phase: &str) -> f64 {
    let told = ask(results, &["finish", "-o", "json"]);
    let path = &serde_json::from_str::<Value>(&told).unwrap()[0];
    let shares = path["shares"].as_array().unwrap();
    let of_phase = shares.iter().find(|share| share["phase"] == phase);
    let time = of_phase.map_or(0.0, |share| share["time_us"].as_f64().unwrap());
    time / path["duration_us"].as_f64().unwrap()
}

#[test]
fn the_limit_of_the_client_is_told_from_the_rest_of_its_calls() {
    let out = tempfile::tempdir().unwrap();
    run("scenarios/client-limits.yaml", out.path(), &[]);
    assert!(share(out.path(), "api_limit") > 0.5);
    run("scenarios/client-limits.yaml", out.path(), &["controlPlane.kubeApiQps=0".to_owned()]);
    let [limit, calls] = ["api_limit", "api_calls"].map(|phase| share(out.path(), phase));
    assert!(limit == 0.0 && calls > 0.0, "{limit} {calls}");
}

#[test]
fn the_timer_of_min_ready_seconds_is_not_the_controller() {
    let out = tempfile::tempdir().unwrap();
    run("scenarios/incidents/second-update-too-soon.yaml", out.path(), &[]);
    let [timer, controller] = ["timer", "controller"].map(|phase| share(out.path(), phase));
    assert!(timer > 0.4 && controller < 0.01, "{timer} {controller}");
}
