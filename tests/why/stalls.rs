//! What `why stall` names is in the way, and the setting that it names moves all the rest, the next
//! smaller one not.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::{ask, incidents, run};

const FIELD: &str = "daemonSets[0].spec.updateStrategy.rollingUpdate";

fn stalls(results: &Path) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(&ask(results, &["stall", "-o", "json"])).unwrap();
    all.into_iter().filter(|it| it["state"] == "stuck").collect()
}

fn names(value: &Value) -> BTreeSet<String> {
    let nodes = value["stall"]["blockers"].as_array().unwrap();
    let nodes = nodes.iter().flat_map(|it| it["nodes"].as_array().unwrap());
    nodes.map(|node| node.as_str().unwrap().to_owned()).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// The changes of a scenario that make this the setting from the start.
fn changes(max_unavailable: Option<u64>, max_surge: Option<u64>) -> Vec<String> {
    let fields = [("maxUnavailable", max_unavailable), ("maxSurge", max_surge)];
    let change = |(name, value): (&str, Option<u64>)| Some(format!("{FIELD}.{name}={}", value?));
    fields.into_iter().filter_map(change).collect()
}

/// The nodes that do not serve the new revision in the end: those that still stand in the way.
fn left_behind(results: &Path) -> (u64, BTreeSet<String>) {
    match stalls(results).as_slice() {
        [] => (0, BTreeSet::new()),
        [one] => (number(&one["stall"]["waiting_nodes"]), names(one)),
        several => panic!("{several:?}"),
    }
}

/// Runs an incident with the setting that was named, and with the next smaller one.
fn check_setting(incident: &str, stall: &Value, out: &Path) {
    let setting = &stall["stall"]["smallest_setting"];
    let [max_unavailable, max_surge] =
        ["max_unavailable", "max_surge"].map(|key| setting[key].as_u64());
    run(incident, out, &changes(max_unavailable, max_surge));
    let (waiting, blocked) = left_behind(out);
    assert_eq!(waiting, 0, "{incident}: {setting} moves every node that can move");
    let named = names(stall);
    assert!(blocked.is_subset(&named), "{incident}: {blocked:?} are left, {named:?} were named");
    if max_surge.is_none() {
        assert_eq!(blocked, named, "{incident}: those that cannot move");
    }
    let smaller = max_unavailable.filter(|nodes| *nodes > 1).map(|nodes| nodes - 1);
    let Some(smaller) = smaller else { return };
    run(incident, out, &changes(Some(smaller), max_surge));
    assert!(left_behind(out).0 > 0, "{incident}: {smaller} would do");
    // The percentage is the smallest that comes to the same.
    if let Some(percent) = setting["percent"].as_u64() {
        let desired = number(&stall["stall"]["desired"]);
        let nodes = |percent: u64| (percent * desired).div_ceil(100);
        let least = max_unavailable.unwrap();
        assert!(nodes(percent) >= least && nodes(percent - 1) < least, "{incident}: {percent}%");
    }
}

/// No setting helps: the largest of all moves nothing either.
fn check_none(incident: &str, stall: &Value, out: &Path) {
    let desired = number(&stall["stall"]["desired"]);
    run(incident, out, &changes(Some(desired), Some(0)));
    let left = stalls(out);
    assert_eq!(left.len(), 1, "{incident}: {}", stall["stall"]["no_setting"]);
    let named = names(stall);
    assert!(named.is_subset(&names(&left[0])), "{incident}: {named:?} are still in the way");
}

#[test]
fn the_smallest_setting_moves_every_incident_that_can_be_moved() {
    let out = tempfile::tempdir().unwrap();
    let (mut with_setting, mut without) = (0, 0);
    for path in incidents() {
        let incident = path.to_str().unwrap();
        let results = out.path().join("before");
        run(incident, &results, &[]);
        for stall in stalls(&results) {
            let again = out.path().join("after");
            if stall["stall"]["smallest_setting"].is_null() {
                without += 1;
                check_none(incident, &stall, &again);
            } else {
                with_setting += 1;
                check_setting(incident, &stall, &again);
            }
        }
    }
    assert!(with_setting >= 4 && without >= 2, "{with_setting} with, {without} without");
}
