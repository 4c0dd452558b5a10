//! What was lost is said: pods outside of rollouts, nodes, neighbors, joint coverage.
//!
//! Each `tests/losses/NAME.yaml` with a line `# said: …` is run. What stands behind `# said:` must be
//! part of a verdict or of a broken expectation, and nothing may have what stands behind
//! `# not said:`.

#![expect(clippy::disallowed_methods, reason = "tests may touch the disk")]
#![expect(clippy::unwrap_used, reason = "a case that cannot be read is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rollcast::input::{Limits, Source};
use rollcast::record::Record;
use rollcast::report::csv::timeline_csv;
use rollcast::report::facts::fact_json;
use rollcast::report::json::summary_json;
use rollcast::report::kubectl::get_ds_table;
use rollcast::report::verdict::verdicts;
use rollcast::scenario::{Files, Scenario, read};
use rollcast::study::evaluate;
use rollcast::world::{Options, simulate};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/losses")
}

/// The files beside the scenarios.
struct Beside;

impl Files for Beside {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        std::fs::read(folder().join(path)).map_err(|_| "no such file".to_owned())
    }
}

fn load(name: &str) -> (String, Scenario) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
    let loaded = read(Source::new(name, text.clone()), &Beside, &[]);
    let scenario = loaded.unwrap_or_else(|report| panic!("{}", report.render(false))).scenario;
    (text, scenario)
}

fn run(name: &str) -> Record {
    simulate(&load(name).1, &Options::default(), |_| {})
}

/// What is said of a run, a line each.
fn told(scenario: &Scenario) -> String {
    let summary = simulate(scenario, &Options::default(), |_| {}).summary;
    let breaches = evaluate(&scenario.expectations, &summary).into_iter();
    let breaches = breaches.map(|it| format!("{}: {}", it.expectation, it.message));
    verdicts(&summary).into_iter().chain(breaches).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_loss_is_said() {
    let files = std::fs::read_dir(folder()).unwrap();
    let names: BTreeSet<String> = files
        .filter_map(|it| Some(it.unwrap().file_name().to_str()?.strip_suffix(".yaml")?.to_owned()))
        .collect();
    let (mut checked, mut wrong) = (0, Vec::new());
    for name in names {
        let text = std::fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
        let lines = |start: &'static str| text.lines().filter_map(move |it| it.strip_prefix(start));
        let (said, unsaid) = (lines("# said: "), lines("# not said: "));
        if said.clone().chain(unsaid.clone()).next().is_none() {
            // A manifest of the others.
            continue;
        }
        let told = told(&load(&name).1);
        let missing = said.filter(|part| !told.contains(part)).map(|it| (it, "is not in"));
        let surplus = unsaid.filter(|part| told.contains(part)).map(|it| (it, "is in"));
        let mismatches = missing.chain(surplus);
        wrong.extend(mismatches.map(|(part, is)| format!("{name}: {part}\n{is}\n{told}")));
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(checked >= 20, "{checked}");
}

/// One key per object in all files, and each of them in the order of time.
#[test]
fn a_daemon_set_that_is_created_anew_is_another_one_in_all_files() {
    let record = run("created-anew");
    let csv = timeline_csv(&record.timeline);
    let mut last = ("", 0);
    let mut keys = Vec::new();
    for row in csv.lines().skip(1) {
        let mut cells = row.split(',');
        let (at, key) = (cells.next().unwrap().parse().unwrap(), cells.next().unwrap());
        if key == last.0 {
            assert!(at > last.1, "{row} comes after {last:?}");
        } else {
            keys.push(key);
        }
        last = (key, at);
    }
    let both = ["ops/agent", "ops/agent (2)"];
    assert_eq!(keys, both);
    let json: serde_json::Value =
        serde_json::from_str(&summary_json(&record.summary, &[])).unwrap();
    let in_json: Vec<&str> = json["daemon_sets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["daemon_set"].as_str().unwrap())
        .collect();
    assert_eq!(in_json, both);
    let table = get_ds_table(&record.summary);
    assert!(table.contains("\nagent (2)   5 "), "{table}");
    let told = record.facts.iter().map(|fact| fact_json(fact, &record.names));
    let facts: String = told.collect();
    assert!(facts.contains("\"daemonSetApplied\",\"daemon_set\":\"ops/agent (2)\""));
    assert!(facts.contains("\"daemonSetDeleted\",\"daemon_set\":\"ops/agent\""));
}

/// The figures behind the sentences.
#[test]
fn figures_for_programs() {
    let json = |name: &str| -> serde_json::Value {
        serde_json::from_str(&summary_json(&run(name).summary, &[])).unwrap()
    };
    let cover = &json("rename-with-host-port")["cover"][0];
    assert_eq!(cover["why"], "same-host-port");
    assert_eq!(cover["worst_without_nodes"], 10);
    let micros = |key: &str| cover[key].as_u64().unwrap();
    assert!(micros("no_node_from_us") >= 63_000_000);
    assert!(micros("no_node_until_us") > micros("no_node_from_us"));
    assert!(micros("slowest_node_without_us") <= micros("longest_gap_us"));
    let losses = &json("labels-and-taints")["daemon_sets"][0]["losses"];
    let (labels, taints) = (&losses["lost_pods"][0], &losses["lost_pods"][1]);
    assert_eq!((&labels["reason"], &taints["reason"]), (&"labels".into(), &"taints".into()));
    assert_eq!(labels["for_good"], serde_json::json!(["node-1", "node-2"]));
    assert_eq!(taints["for_good"], serde_json::json!(["node-3", "node-4"]));
    let off = &json("shutdown")["daemon_sets"][0]["losses"]["nodes_off"][0];
    assert_eq!((&off["node"], &off["state"]), (&"gpu-2".into(), &"off".into()));
    assert_eq!(off["off_us"], 240_000_000);
    assert!(off["without_us"].as_u64().unwrap() < 2_000_000);
    let daemon_sets = &json("preempted-daemon")["daemon_sets"];
    let preempted = &daemon_sets[1]["losses"]["preempted"][0];
    assert_eq!(preempted["whose"], "ops/agent");
    assert_eq!(preempted["names"].as_array().unwrap().len(), 3);
    assert!(json("surge")["daemon_sets"][0].get("losses").is_none());
}
