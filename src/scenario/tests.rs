//! Whole scenarios: what is read from them, and what is told about them.

use std::collections::BTreeMap;

use super::*;
use crate::api::well_known::LABEL_TOPOLOGY_ZONE;
use crate::api::{IntOrPercent, UpdateStrategy};
use crate::input::{Limits, Problem, Source};

/// Files in memory.
struct InMemory(BTreeMap<&'static str, String>);

impl Files for InMemory {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or("no such file".to_owned())
    }
}

const AGENT: &str = include_str!("../../tests/malformed/manifests/agent.yaml");

const CLUSTER: &str = include_str!("tests/cluster.yaml");

fn files() -> InMemory {
    let second = AGENT.replace("name: agent\n  namespace", "name: second\n  namespace");
    let plain = AGENT.replace("  namespace: monitoring\n", "");
    let both = format!("{AGENT}---\n{second}---\napiVersion: v1\nkind: ConfigMap\n");
    let classes = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: scheduling.k8s.io/v1, kind: \
                   PriorityClass, metadata: {name: five}, value: 5, preemptionPolicy: Never}\n";
    let classy = second.replace("    spec:\n", "    spec:\n      priorityClassName: five\n");
    let classy = format!("{classes}---\n{classy}");
    let files = [
        ("classy.yaml", classy),
        ("agent.yaml", AGENT.to_owned()),
        ("second.yaml", second),
        ("plain.yaml", plain),
        ("both.yaml", both),
        ("cluster.yaml", CLUSTER.to_owned()),
    ];
    InMemory(files.into())
}

fn load(text: &str, sets: &[&str]) -> Result<Box<Loaded>, Report> {
    let overrides: Vec<_> = sets.iter().map(|set| Override::parse(set).unwrap()).collect();
    read(Source::new("test.yaml", text), &files(), &overrides)
}

fn valid(text: &str) -> Scenario {
    load(text, &[]).unwrap_or_else(|report| panic!("{}", report.render(false))).scenario
}

/// A problem in one line: where, what, and what to do.
fn shown(problem: &Problem) -> String {
    let at = problem.at.map_or("-".to_owned(), |at| format!("{}:{}", at.line, at.column));
    let hint = problem.hint.as_deref().unwrap_or("-");
    format!("{at} {}: {} ({hint})", problem.code, problem.message)
}

/// Checks a scenario's problems, warnings included.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_set(text, &[], expected);
}

#[track_caller]
fn check_set(text: &str, sets: &[&str], expected: &[&str]) {
    let report = match load(text, sets) {
        Ok(loaded) => loaded.warnings,
        Err(report) => report,
    };
    let found: Vec<_> = report.problems().map(shown).collect();
    assert_eq!(found, expected, "in\n{text}\n{}", report.render(false));
}

/// Checks the problems of an event at 1m in a cluster of 20 workers with two DaemonSets.
#[track_caller]
fn check_event(event: &str, expected: &[&str]) {
    let text = format!(
        "cluster: {{nodePools: [{{name: worker, count: 20, labels: {{disktype: ssd}}}}]}}\n\
         daemonSets: [agent.yaml, second.yaml]\nevents:\n  [{{at: 1m, {event}}}]\n"
    );
    check(&text, expected);
}

#[test]
fn the_smallest_scenario_is_small() {
    let scenario = valid(
        "cluster: {nodes: 20}\n\
         daemonSets: [agent.yaml]\n\
         events:\n\
         - at: 1m\n  \
           setImage: quay.io/example/agent:v2\n",
    );
    assert_eq!(scenario.name, "test");
    assert_eq!(scenario.nodes.len(), 20);
    assert_eq!(&*scenario.nodes.get(19).unwrap().name, "node-20");
    assert_eq!(scenario.events[0].label, "set image agent=v2");
    assert!(scenario.until.rollout_complete);
    let Action::DaemonSet { daemon_set, change: DaemonSetChange::SetImage(images) } =
        &scenario.events[0].action
    else {
        panic!("{:?}", scenario.events[0].action)
    };
    assert_eq!(daemon_set.namespace, "monitoring");
    assert_eq!(images, &[("agent".to_owned(), "quay.io/example/agent:v2".to_owned())]);
}

#[test]
fn priority_classes_beside_a_daemon_set_are_those_of_the_cluster() {
    let scenario = valid("cluster: {nodes: 1}\ndaemonSets: [agent.yaml, classy.yaml]\n");
    let priority = |index: usize| {
        let spec = &scenario.daemon_sets[index].spec.template.spec;
        scenario.priority_classes.admit(spec).map(|it| (it.value, it.may_preempt))
    };
    assert_eq!((priority(0), priority(1)), (Ok((0, true)), Ok((5, false))));
}

/// Every field that there is; the schema test checks that none is missing here.
const EVERYTHING: &str = include_str!("tests/everything.yaml");

#[test]
fn every_field_can_be_written() {
    let scenario = valid(EVERYTHING);
    assert_eq!(scenario.pools.len(), 2);
    assert_eq!(scenario.nodes.len(), 99);
    let labels = scenario.events.iter().map(|event| format!("{} {}", event.at, event.label));
    insta::assert_snapshot!(labels.collect::<Vec<_>>().join("\n"));
    insta::assert_debug_snapshot!("last_worker", scenario.nodes.get(96).unwrap());
}

#[test]
fn the_node_at_a_place_is_the_one_that_comes_there() {
    let pools = "nodePools: [{name: a, count: 2}, {name: b, count: 0}, {name: c, count: 1}]";
    let text = format!("{{cluster: {{{pools}, nodes: [{{name: x}}]}}, daemonSets: [agent.yaml]}}");
    let nodes = valid(&text).nodes;
    let by_place: Vec<_> = (0..).map_while(|place| nodes.get(place)).map(|it| it.name).collect();
    assert_eq!(by_place, nodes.iter().map(|it| it.name).collect::<Vec<_>>());
    assert_eq!(by_place.len(), nodes.len());
    assert_eq!(by_place.iter().map(|it| &**it).collect::<Vec<_>>(), ["a-1", "a-2", "c-1", "x"]);
}

#[test]
fn nodes_are_labeled_as_real_ones() {
    let scenario = valid(
        "cluster:\n  nodePools:\n  - {name: w, count: 3, zones: [a, b], labels: {x.io/y: , \
         kubernetes.io/arch: arm64}}\n  nodes: [{name: solo, zone: c}]\ndaemonSets: [agent.yaml]\n",
    );
    let labels: Vec<_> = scenario.nodes.iter().map(|node| node.labels.to_string()).collect();
    let arm = "kubernetes.io/arch=arm64,kubernetes.io/hostname";
    let rest = "kubernetes.io/os=linux,rollcast.dev/pool=w,topology.kubernetes.io/zone";
    assert_eq!(labels[0], format!("{arm}=w-1,{rest}=a,x.io/y="));
    assert_eq!(labels[1], format!("{arm}=w-2,{rest}=b,x.io/y="));
    assert_eq!(labels[2], format!("{arm}=w-3,{rest}=a,x.io/y="));
    assert_eq!(
        labels[3],
        "kubernetes.io/arch=amd64,kubernetes.io/hostname=solo,kubernetes.io/os=linux,\
         topology.kubernetes.io/zone=c"
    );
    let joined = scenario.pools[0].node(PoolId(0), 4);
    assert_eq!((&*joined.name, joined.labels.get(LABEL_TOPOLOGY_ZONE)), ("w-4", Some("b")));
}

#[test]
fn events_are_in_the_order_of_time_then_of_the_scenario() {
    let scenario = valid(
        "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nevents:\n\
         - {at: 2m, fail: node-1}\n- {at: 1m, fail: node-2}\n- {at: 1m, recover: node-2}\n\
         - {rate: 6/h, cordon: node-3}\n",
    );
    let labels: Vec<_> = scenario.events.iter().map(|event| event.label.as_str()).collect();
    assert_eq!(labels, ["cordon: node-3", "fail: node-2", "recover: node-2", "fail: node-1"]);
    let repeats = scenario.events[0].repeats.unwrap();
    assert_eq!(repeats.mean_interval.to_string(), "10m");
    assert_eq!(repeats.until, scenario.until.limit);
}

#[test]
fn verbs_may_stand_alone() {
    let scenario = valid(
        "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nevents:\n\
         - at: 1m\n  rolloutRestart:\n- at: 2m\n  rolloutUndo:\n- at: 3m\n  join:\n\
         - at: 4m\n  delete:\n",
    );
    assert_eq!(scenario.events.len(), 4);
}

#[test]
fn patches_are_merged_and_judged_as_a_whole() {
    let start = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nevents:\n\
                 - {at: 1m, patch: {updateStrategy: {rollingUpdate: {maxUnavailable: 2}}}}\n";
    let scenario = valid(start);
    let Action::DaemonSet {
        change: DaemonSetChange::Patch { update_strategy, min_ready_seconds },
        ..
    } = &scenario.events[0].action
    else {
        panic!("{:?}", scenario.events[0].action)
    };
    let expected = UpdateStrategy::RollingUpdate {
        max_unavailable: IntOrPercent::Int(2),
        max_surge: IntOrPercent::Int(0),
    };
    assert_eq!((*update_strategy, *min_ready_seconds), (Some(expected), None));
    let surge = "- {at: 2m, patch: {updateStrategy: {rollingUpdate: {maxSurge: 1}}}}\n";
    check(
        &format!("{start}{surge}"),
        &[
            "5:63 invalid-manifest: spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero (write `maxUnavailable: 0` beside it: it is 1 unless it is written)",
        ],
    );
}

#[test]
fn one_command_line_option_reaches_into_everything() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nevents: []\n";
    let hash = load(text, &[]).unwrap().hash;
    let changed = load(
        text,
        &[
            "seed=7",
            "cluster.nodes=5",
            "daemonSets[0].manifest.spec.updateStrategy.rollingUpdate.maxUnavailable=5%",
        ],
    )
    .unwrap();
    assert_ne!(changed.hash, hash);
    assert_eq!((changed.scenario.seed, changed.scenario.nodes.len()), (7, 5));
    let strategy = changed.scenario.daemon_sets[0].spec.update_strategy;
    assert!(format!("{strategy:?}").contains("Percent(5)"), "{strategy:?}");
    let same = "daemonSets: [agent.yaml]\n\n# other\ncluster:\n    nodes: 3\nevents: []";
    assert_eq!(load(same, &[]).unwrap().hash, hash);
    let other = load(text, &["daemonSets[0].manifest=second.yaml"]).unwrap();
    assert_eq!(other.scenario.daemon_sets[0].metadata.name, "second");
}

#[test]
fn problems_of_options_are_shown_in_the_options() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n";
    check_set(text, &["cluster.nodes=-3"], &["1:15 invalid-value: `-3` must not be negative (-)"]);
    check_set(text, &["sed=1"], &["1:5 unknown-field: unknown field `sed` (did you mean `seed`?)"]);
    let path = "daemonSets[0].manifest.spec.updateStrategy.rollingUpdate.maxUnavailable";
    let report = load(text, &[&format!("{path}=150%")]).unwrap_err();
    let rendered = report.render(false);
    assert!(rendered.contains("--set:1:73"), "{rendered}");
    let report = load(text, &["daemonSets[4].manifest=x.yaml"]).unwrap_err();
    assert!(report.render(false).contains("the next index is 1"), "{}", report.render(false));
}

mod events;
mod kubelets;
mod labels;
mod latencies;
mod operations;
mod options;
mod properties;
