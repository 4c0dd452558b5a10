//! What tools that wait for a rollout say in comparisons, word by word.

use serde_json::{Value, json};

use crate::messages::check;
use crate::tool::Folder;

const ROLLING: &str =
    "--variant=rolling=daemonSets[0].spec.updateStrategy={rollingUpdate: {maxUnavailable: 10%}}";
const ON_DELETE: &str = "--variant=on delete=daemonSets[0].spec.updateStrategy={type: OnDelete}";
/// Pods that start from 2m40s after the change on never become ready: the last ones of slow runs.
const LAST_BATCH: &str = "--set=events=[{at: 3m40s, breakImage: {image: 'example.com/agent:2', \
                          fault: neverReady}}, {at: 1m, setImage: 'example.com/agent:2'}]";

#[test]
fn where_tools_differ_and_how_long_to_wait_for_each_is_told() {
    let folder = Folder::new();
    let tenth = "--vary=maxUnavailable=10%";
    let sweeps: [&[&str]; 2] = [
        &["--seeds=1..20", ROLLING, ON_DELETE],
        &["--seeds=1..100", tenth, LAST_BATCH, "--within=10m", "--share=80%"],
    ];
    check("waiting.txt", folder.transcript(&sweeps).trim_end());
}

#[test]
fn programs_are_told_what_each_tool_says() {
    let folder = Folder::new();
    let asked = ["compare", "fleet.yaml", "-q", "--seeds=1..3", "--out=out", ON_DELETE];
    let printed = folder.print(&[&asked[..], &["--output=json"]].concat());
    let study: Value = serde_json::from_str(&printed).unwrap();
    let waiters = study["settings"][0]["waiters"].as_array().unwrap();
    let said = |key: &str| -> Vec<&Value> { waiters.iter().map(|it| &it[key]).collect() };
    assert_eq!(said("waiter"), ["kubectl", "Helm 3", "Helm 4", "Flux", "Argo CD"]);
    assert_eq!(said("refused"), [3, 0, 0, 0, 0]);
    assert_eq!(said("done"), [0, 3, 0, 0, 3]);
    assert_eq!(said("never"), [0, 0, 3, 3, 0]);
    assert_eq!(said("too_early"), [0, 3, 0, 0, 3]);
    assert_eq!(said("most_missing_nodes"), [0, 20, 0, 0, 20]);
    let timeouts =
        json!([null, "too-few-seeds", "none-is-enough", "none-is-enough", "too-few-seeds"]);
    assert_eq!(said("timeout"), timeouts.as_array().unwrap().iter().collect::<Vec<_>>());
    let table = std::fs::read_to_string(folder.path("out/compare.csv")).unwrap();
    let columns: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let row: Vec<&str> = table.lines().nth(1).unwrap().split(',').collect();
    let cell = |name: &str| row[columns.iter().position(|it| *it == name).unwrap()];
    assert_eq!([cell("kubectl_done_after_us"), cell("helm_4_missing_nodes")], ["", ""]);
    assert_eq!([cell("helm_3_missing_nodes"), cell("argo_cd_missing_nodes")], ["20", "20"]);
}
