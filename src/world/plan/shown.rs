//! What a snapshot itself says of nodes and pods that are not as they should be.

use std::collections::BTreeMap;

use crate::api::{Node, ObjectMeta, Pod, PodPhase, Snapshot, format_rfc3339};
use crate::record::{Plan, PlannedNode};
use crate::scenario::DaemonSetRef;
use crate::time::SimTime;
use crate::world::snapshot::troubles;

/// Adds to the reasons of a plan what the snapshot says of it.
pub(super) fn explain(plan: &mut Plan, name: &DaemonSetRef, snapshot: &Snapshot, now: SimTime) {
    let pods: BTreeMap<&str, &Pod> = (snapshot.pods.iter())
        .filter(|pod| pod.metadata.namespace == name.namespace)
        .map(|pod| (pod.metadata.name.as_str(), pod))
        .collect();
    let nodes: BTreeMap<&str, &Node> =
        snapshot.nodes.iter().map(|node| (node.metadata.name.as_str(), node)).collect();
    for planned in plan.nodes.iter_mut().filter(|planned| !is_available(planned)) {
        let not_ready = nodes.get(planned.name.as_str()).and_then(|node| not_ready(node));
        let own = planned.pods.iter().filter_map(|pod| pods.get(pod.as_str()));
        let is_ready = not_ready.is_none();
        let words = own.filter_map(|pod| in_words(pod, is_ready, now)).chain(not_ready);
        let words: Vec<String> = words.collect();
        if !words.is_empty() {
            // The words of the file are closer than what is concluded from it.
            planned.cause = None;
            planned.why = format!("{}: {}", planned.why, words.join("; "));
        }
    }
    plan.deleting = deletion_of(name, snapshot);
}

/// Since when a DaemonSet is being deleted, and what keeps it; none if it is not.
pub fn deletion_of(name: &DaemonSetRef, snapshot: &Snapshot) -> Option<String> {
    let object = snapshot.daemon_sets.iter().map(|loaded| &loaded.daemon_set.metadata);
    let mut named = object.filter(|it| it.namespace == name.namespace && it.name == name.name);
    named.next().filter(|it| it.is_terminating()).map(|it| deletion(it, snapshot))
}

fn is_available(planned: &PlannedNode) -> bool {
    matches!(planned.state, "new, available" | "old, available" | "no pod")
}

fn since(at: Option<SimTime>) -> String {
    at.map(|at| format!(" since {}", format_rfc3339(at))).unwrap_or_default()
}

fn not_ready(node: &Node) -> Option<String> {
    let ready = node.status.conditions.iter().find(|condition| condition.kind == "Ready")?;
    if ready.is_true() {
        return None;
    }
    Some(format!("the node's Ready is {}{}", ready.status, since(ready.last_transition_time)))
}

fn in_words(pod: &Pod, node_ready: bool, now: SimTime) -> Option<String> {
    let told = troubles(pod, &pod.spec, node_ready, now).into_iter().filter(|it| it.is_told);
    if let Some(trouble) = told.max_by_key(|it| it.fault) {
        let restarts = match trouble.restarts {
            0 => String::new(),
            1 => " (1 restart)".to_owned(),
            many => format!(" ({many} restarts)"),
        };
        return Some(trouble.reason + &restarts);
    }
    if pod.metadata.is_kept() && pod.metadata.is_terminating() {
        return Some(waits_for(&pod.metadata));
    }
    let ends = pod.metadata.deletion_timestamp.filter(|ends| *ends < now);
    if ends.is_some() {
        return Some(format!("its grace period is over{}", since(ends)));
    }
    let reason = &pod.status.reason;
    if pod.status.phase == PodPhase::Failed && !reason.is_empty() {
        return Some(reason.clone());
    }
    let conditions = pod.status.conditions.iter();
    let mut refused = conditions.filter(|it| it.kind == "PodScheduled" && it.status == "False");
    let refused = refused.next().filter(|it| !it.reason.is_empty())?;
    let said = if refused.message.is_empty() { &refused.reason } else { &refused.message };
    Some(said.trim_end_matches('.').to_owned())
}

fn waits_for(metadata: &ObjectMeta) -> String {
    format!("waits for the finalizer {}", metadata.finalizers.join(", "))
}

/// What keeps a DaemonSet that is being deleted.
fn deletion(object: &ObjectMeta, snapshot: &Snapshot) -> String {
    let since = since(object.deletion_timestamp);
    let owned = |pod: &&Pod| {
        let owner = pod.metadata.controller_ref();
        pod.metadata.namespace == object.namespace
            && owner.is_some_and(|owner| owner.uid == object.uid && owner.name == object.name)
    };
    let own: Vec<&Pod> = snapshot.pods.iter().filter(owned).collect();
    let kept: Vec<String> = (own.iter().map(|pod| &pod.metadata))
        .filter(|it| it.is_terminating() && it.is_kept())
        .map(|it| format!("{} {}", it.name, waits_for(it)))
        .collect();
    let waits = if !kept.is_empty() {
        format!("; its pod {}", kept.join(", its pod "))
    } else if object.is_kept() {
        format!("; it {}", waits_for(object))
    } else {
        String::new()
    };
    format!("being deleted{since}{waits}")
}
