//! `rollcast export rules`: promtool agrees with our own evaluation of the three alerts.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use rollcast::time::SimDuration;
use serde_json::Value;

use crate::runs::{Results, ask, root, said};

/// The incidents, as `Results::of` takes them.
fn incidents() -> Vec<String> {
    let files = root().join("scenarios/incidents").read_dir().unwrap();
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> =
        files.map(|file| format!("incidents/{}", stem(&file.unwrap().path()))).collect();
    names.sort();
    names
}

/// The test of a run, in a folder with the rules.
fn rule_test(results: &Results, interval: &str) -> String {
    let rules = root().join("docs/daemonset-alerts.yaml");
    std::fs::copy(rules, results.folder().join("alerts.yaml")).unwrap();
    let more = ["--rules", "alerts.yaml", "--families", "daemonset", "--interval", interval];
    std::fs::read_to_string(results.export("rules", "test.yaml", &more)).unwrap()
}

/// What promtool says of a test of a run; none if it is not there.
fn tested(results: &Results, test: &str) -> Option<Output> {
    std::fs::write(results.folder().join("test.yaml"), test).unwrap();
    ask("promtool", &["test", "rules", "test.yaml"], results.folder(), b"")
}

/// The alerts that the test asserts, in words: `KubeDaemonSetRolloutStuck fires for ns/a at 20m`.
fn asserted(test: &str) -> BTreeSet<String> {
    let comments = test.lines().filter_map(|line| line.trim().strip_prefix("# Kube"));
    let first = |line: &str| line.split([',', '.']).next().unwrap().to_owned();
    comments.filter(|line| line.contains(" fires for ")).map(first).collect()
}

/// The alerts of summary.json, in the same words.
fn in_summary(summary: &Value) -> BTreeSet<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut all = BTreeSet::new();
    for daemon_set in list(&summary["daemon_sets"]) {
        for alert in list(&daemon_set["alerts"]) {
            let name = alert["alert"].as_str().unwrap().strip_prefix("Kube").unwrap().to_owned();
            let fired = SimDuration::from_micros(alert["fired_at_us"].as_u64().unwrap());
            let daemon_set = daemon_set["daemon_set"].as_str().unwrap();
            all.insert(format!("{name} fires for {daemon_set} at {fired}"));
        }
    }
    all
}

/// As many alerts as fire; none if promtool is not there. A test that expects another number of them
/// must fail.
fn check(results: &Results, name: &str, interval: &str) -> Option<usize> {
    let test = rule_test(results, interval);
    let fired = asserted(&test).len();
    let output = tested(results, &test)?;
    assert!(output.status.success(), "{name} {interval}: {}", said(&output));
    if fired > 0 {
        let wrong = test.replace("value: 1}]", "value: 2}]");
        assert!(!tested(results, &wrong)?.status.success(), "{name} {interval}");
    }
    Some(fired)
}

#[test]
fn promtool_agrees_on_every_incident() {
    let mut fired = 0;
    let shipped = ["dead-nodes", "is-it-done", "on-delete", "webhook-says-no"].map(str::to_owned);
    for name in incidents().into_iter().chain(shipped) {
        let results = Results::of(&name);
        let test = rule_test(&results, "30s");
        assert_eq!(asserted(&test), in_summary(&results.summary()), "{name}");
        let Some(count) = check(&results, &name, "30s") else { return };
        fired += count;
    }
    assert!(fired >= 7, "{fired}");
}

#[test]
fn promtool_agrees_on_other_intervals_and_lives() {
    let slow = Results::of("incidents/dead-nodes-spend-5-percent");
    for interval in ["7s", "45s", "1m", "2m30s", "6m"] {
        let Some(fired) = check(&slow, "dead nodes", interval) else { return };
        assert_eq!(fired, 1, "{interval}");
    }
    for name in ["delete", "../tests/reported/F13-delete-recreate"] {
        check(&Results::of(name), name, "10s");
    }
}
