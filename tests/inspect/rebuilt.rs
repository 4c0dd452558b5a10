//! What is rebuilt from a record is what the cluster was.

use std::collections::BTreeMap;

use rollcast::inspect::{Header, Moment, RECORD_VERSION, Run};
use rollcast::record::{ClusterState, Detail, PodState};
use rollcast::report::facts::{fact_json, header_json, start_jsonl};
use rollcast::scenario::Scenario;
use rollcast::time::SimDuration;
use rollcast::world::{Options, RunLimits, Told, simulate_and_tell};

use crate::shipped::{load, paths};

/// The text of a record that ends after so many events, and the objects at its end.
fn record(scenario: &Scenario, max_events: u64) -> (String, SimDuration, ClusterState) {
    let header = Header {
        record: RECORD_VERSION,
        kubernetes_version: scenario.kubernetes.to_string(),
        start_unix_us: scenario.start.as_micros(),
        ..Header::default()
    };
    let (mut text, mut end) = (header_json(&header), ClusterState::default());
    let options = Options {
        detail: Detail::Facts,
        limits: RunLimits { max_events },
        conformance_mode: false,
    };
    let record = simulate_and_tell(scenario, &options, |told| match told {
        Told::Start(state) => text += &start_jsonl(state),
        Told::Fact(fact, names) => text += &fact_json(fact, names),
        Told::News(_) => {}
        Told::End(objects) => objects().into_iter().for_each(|it| end.add(it)),
    });
    assert!(record.facts.is_empty(), "facts are told, not kept");
    (text, record.summary.end, end)
}

/// What must be the same of a pod; instants of the past that a snapshot does not tell are not.
fn essence(pod: &PodState) -> String {
    let PodState { pod: name, namespace, daemon_set, orphan, node, revision, .. } = pod;
    let PodState { template_generation, finalizers, created, deleted, bound, phase, .. } = pod;
    let owner = if *orphan { None } else { Some(daemon_set) };
    format!(
        "{namespace}/{name} of {owner:?} on {node}: {revision} {template_generation:?} {finalizers:?} \
         {created:?} {} {} {phase:?} {:?}",
        deleted.is_some(),
        bound.is_some(),
        pod.ready_since,
    )
}

fn check(found: Moment, expected: ClusterState, context: &str) {
    let sorted = |mut taints: Vec<String>| {
        taints.sort();
        taints
    };
    let nodes: BTreeMap<String, _> =
        expected.nodes.into_iter().map(|node| (node.name.clone(), node)).collect();
    assert!(found.nodes.keys().eq(nodes.keys()), "nodes: {context}");
    for (found, expected) in found.nodes.into_values().zip(nodes.into_values()) {
        let bare = |node: rollcast::record::NodeState| rollcast::record::NodeState {
            taints: sorted(node.taints.clone()),
            pressures: sorted(node.pressures.clone()),
            ..node
        };
        assert_eq!(bare(found), bare(expected), "{context}");
    }
    let daemon_sets: BTreeMap<String, _> =
        expected.daemon_sets.into_iter().map(|it| (it.daemon_set.clone(), it)).collect();
    assert_eq!(found.daemon_sets, daemon_sets, "{context}");
    let revisions: BTreeMap<_, _> = (expected.revisions.into_iter())
        .map(|it| ((it.namespace.clone(), it.name.clone()), it))
        .collect();
    assert_eq!(found.revisions, revisions, "{context}");
    let mut pods: Vec<String> = expected.pods.iter().map(essence).collect();
    pods.sort();
    let mut rebuilt: Vec<String> = found.pods.values().map(essence).collect();
    rebuilt.sort();
    for (rebuilt, pod) in rebuilt.iter().zip(&pods) {
        assert_eq!(rebuilt, pod, "{context}");
    }
    assert_eq!(rebuilt.len(), pods.len(), "{context}");
}

#[test]
fn every_moment_of_the_shipped_scenarios_can_be_rebuilt() {
    for path in paths() {
        let scenario = &load(&path, &[]).scenario;
        let (text, end, state) = record(scenario, 20_000_000);
        let run = Run::read(&text).unwrap_or_else(|error| panic!("{path:?}: {error:?}"));
        let again: String = run.facts.iter().map(|fact| fact_json(fact, &run.names)).collect();
        assert!(text.ends_with(&again), "{path:?} reads back to the same bytes");
        check(run.at(end), state, &path.display().to_string());
        let facts = run.facts.len() as u64;
        // The whole record is rebuilt at its end alone; runs that end early have other ends.
        for share in [3, 7, 20, 45, 80] {
            let max_events = 1 + facts * share / 40;
            let (text, end, state) = record(scenario, max_events);
            let run = Run::read(&text).unwrap();
            check(run.at(end), state, &format!("{} after {max_events} events", path.display()));
        }
    }
}
