//! What is rebuilt from a record is what the cluster was.

use std::collections::BTreeMap;

use rollcast::inspect::Moment;
use rollcast::record::{ClusterState, NodeState, PodState};
use rollcast::report::facts::fact_json;

use crate::recorded::Recorded;

/// Compares the end of a run as its record has it with the truth.
pub(crate) fn check_end(recorded: Recorded, context: &str) {
    let run = &recorded.run;
    let again: String = run.facts.iter().map(|fact| fact_json(fact, &run.names)).collect();
    assert!(recorded.text.ends_with(&again), "facts read back to the same bytes: {context}");
    let found = recorded.run.at(recorded.summary.end);
    check(found, recorded.end, context);
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
        let bare = |node: NodeState| NodeState {
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
