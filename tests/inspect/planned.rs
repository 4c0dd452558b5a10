//! What is printed as JSON at a moment leads the planner to what the controller did next.

use std::collections::BTreeSet;

use rollcast::api::snapshot_from_documents;
use rollcast::input::Document;
use rollcast::inspect::{Moment, Run};
use rollcast::record::{FactId, What};
use rollcast::report::kubectl::Resource;
use rollcast::report::kubectl::get::{Query, find};
use rollcast::report::objects::{list_of, object_json};
use rollcast::scenario::{DaemonSetRef, Scenario};
use rollcast::world::plan;

use crate::recorded::record;
use crate::scenario::{SETTING, Setting};

/// A rollout with a few incidents, different for each seed. Nothing takes time but pods, and nodes are
/// picked in the order of their names, as the planner picks them.
fn scenario(seed: u64) -> Box<Scenario> {
    let strategies = [
        "updateStrategy: {rollingUpdate: {maxUnavailable: 1}}",
        "updateStrategy: {rollingUpdate: {maxUnavailable: 30%}}, minReadySeconds: 7",
        "updateStrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}",
        "updateStrategy: {rollingUpdate: {maxSurge: 40%, maxUnavailable: 0}}, minReadySeconds: 3",
        "updateStrategy: {type: OnDelete}",
    ];
    let incidents = [
        "",
        "  - {at: 65s, taint: {nodes: node-2, taint: \"a=b:NoExecute\"}}",
        "  - {at: 65s, cordon: node-3}\n  - {at: 70s, join: 2}",
        "  - {at: 66s, deletePods: {daemonSet: agent, nodes: {count: 2}}}",
        "  - {at: 67s, leave: node-1}",
        "  - {at: 63s, label: {nodes: {count: 2}, labels: {zone: b}}}",
        "  - {at: 69s, setImage: agent:v3}",
    ];
    let of =
        |list: &[&'static str], by: u64| list[usize::try_from(seed / by).unwrap() % list.len()];
    let setting = Setting {
        order: "name",
        until: "4m",
        nodes: 5 + u32::try_from(seed % 13).unwrap(),
        latencies: "schedule: 0s, imagePull: {uniform: {min: 0s, max: 9s}}, ready: \
                    {uniform: {min: 0s, max: 4s}}, containerStart: 1s, terminate: \
                    {uniform: {min: 500ms, max: 8s}}",
        spec: of(&strategies, 1),
        keys: &format!("seed: {seed}"),
        ..SETTING
    };
    let incident = of(&incidents, 3);
    Box::new(setting.load(&format!("  - {{at: 60s, setImage: agent:v2}}\n{incident}")))
}

/// What `rollcast plan` makes of the JSON that `rollcast get` prints: nodes that get a pod, and pods
/// that are deleted.
fn planned(moment: &Moment, daemon_set: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let resources = Resource::ALL.iter().filter(|it| **it != Resource::Events);
    let query =
        |&resource: &Resource| Query { resource, namespace: None, name: None, selector: None };
    let objects = resources.flat_map(|it| find(moment, &query(it))).collect();
    let printed = object_json(&list_of(objects));
    let tree = serde_json::from_str::<serde_json::Value>(&printed).unwrap().into();
    let document = Document { index: 0, tree, warnings: Vec::new() };
    let (snapshot, warnings) = snapshot_from_documents(&[document]).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let (namespace, name) = daemon_set.split_once('/').unwrap();
    let daemon_set = DaemonSetRef { namespace: namespace.to_owned(), name: name.to_owned() };
    let version = moment.kubernetes_version.parse().unwrap();
    let plan = plan(&snapshot, &daemon_set, moment.now, version).unwrap();
    (plan.creates.into_iter().collect(), plan.deletes.into_iter().collect())
}

/// What a sync asked for: nodes and pods.
fn done(run: &Run, sync: FactId) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut created, mut deleted) = (BTreeSet::new(), BTreeSet::new());
    for fact in run.facts.iter().filter(|fact| fact.cause == Some(sync)) {
        match fact.what {
            What::PodCreated { node, .. } => _ = created.insert(run.names.get(node).to_owned()),
            What::PodTerminating { pod, .. } => _ = deleted.insert(run.names.get(pod).to_owned()),
            _ => {}
        }
    }
    (created, deleted)
}

#[test]
fn the_planner_decides_what_the_controller_decided_next() {
    let mut compared = 0;
    for seed in 0..35 {
        let run = record(&scenario(seed), 20_000_000).run;
        let mut replay = run.replay();
        while let Some(fact) = replay.peek() {
            if let What::Synced { daemon_set, creates, deletes } = fact.what
                && creates + deletes > 0
            {
                let moment = Moment { now: run.begin() + fact.at, ..replay.moment().clone() };
                let expected = done(&run, fact.id);
                let actual = planned(&moment, run.names.get(daemon_set));
                assert_eq!(actual, expected, "seed {seed}, {:?}", fact.at);
                compared += 1;
            }
            replay.step();
        }
    }
    assert!(compared > 400, "only {compared} syncs were compared");
}
