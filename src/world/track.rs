//! What the record is told of the truth: whose pods serve where, and where they belong.

use crate::control::{NodeId, PodId};
use crate::record::{FactId, NodeTruth, Promise, Seen, StatusCounts};
use crate::world::cluster::{Node, Pod};
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;

/// Tells the record which pods of a DaemonSet serve on a node, after a pod changed.
pub(super) fn track_serving(daemon_set: DaemonSetId, node: NodeId, cx: &mut Cx<'_>) {
    let wanted = cx.tracker(daemon_set).node(node.index()).wanted;
    track(daemon_set, node, wanted, cx);
}

/// Tells the record whether two pods run on a node where one is meant to, after a pod of a
/// DaemonSet started or ended.
pub(super) fn track_running(daemon_set: DaemonSetId, node: NodeId, cx: &mut Cx<'_>) {
    let keeper = |pod: &Pod| pod.owner.unwrap_or(pod.creator);
    let pods = cx.cluster.pods_on(node).map(|pod| cx.cluster.pod(pod));
    let running = || pods.clone().filter(|pod| pod.cached().runs());
    let surges = cx.cluster.spec_of(daemon_set).surges();
    let own = if surges { 0 } else { running().filter(|pod| keeper(pod) == daemon_set).count() };
    let number = daemon_set.0 as usize;
    if cx.record.has_stand_in(number) {
        let mut runs: Vec<usize> = running().map(|pod| keeper(pod).0 as usize).collect();
        runs.sort_unstable();
        runs.dedup();
        cx.record.set_running(cx.now, number, node.index(), &runs);
    }
    let at = cx.record.elapsed(cx.now);
    cx.record.tracker(number).set_running(at, node.index(), own);
}

/// Tells the record whether a pod belongs on a node, after the node or the spec changed.
pub(super) fn track_wanted(daemon_set: DaemonSetId, node: NodeId, cx: &mut Cx<'_>) {
    let object = &cx.cluster.daemon_sets[daemon_set];
    let Node { exists, version, .. } = cx.cluster.node(node);
    let is_there = *exists && object.exists && object.deleting.is_none();
    let wanted = is_there && cx.cluster.eligibility(object.spec, node, *version).should_run;
    track(daemon_set, node, wanted, cx);
}

fn track(daemon_set: DaemonSetId, node: NodeId, wanted: bool, cx: &mut Cx<'_>) {
    let template = cx.cluster.spec_of(daemon_set).template;
    let mut truth = NodeTruth { wanted, ..NodeTruth::default() };
    for pod in cx.cluster.pods_on(node).map(|pod| cx.cluster.pod(pod)).filter(|pod| pod.serving) {
        if pod.owner == Some(daemon_set) {
            truth.serving = true;
            truth.serving_updated |= cx.cluster.specs[pod.spec].template == template;
        }
        truth.orphan_serving |= pod.owner.is_none() && pod.creator == daemon_set;
    }
    cx.record.set_node(cx.now, daemon_set.0 as usize, node.index(), truth);
}

/// Tells the record what is true of every node for one DaemonSet, which nodes it selects, and what
/// its strategy promises.
pub(super) fn track_all_nodes(daemon_set: DaemonSetId, cx: &mut Cx<'_>) {
    for node in cx.cluster.nodes.ids() {
        track_wanted(daemon_set, node, cx);
    }
    let selector = cx.cluster.spec_of(daemon_set).node_selector_column();
    cx.tracker(daemon_set).set_node_selector(selector);
    track_promise(daemon_set, cx);
}

/// Tells the record what the update strategy promises.
pub(super) fn track_promise(daemon_set: DaemonSetId, cx: &mut Cx<'_>) {
    let wanted = cx.tracker(daemon_set).wanted();
    let spec = cx.cluster.spec_of(daemon_set);
    let on_delete = spec.is_on_delete();
    let promise = Promise {
        nodes: if on_delete { wanted } else { spec.budget(wanted).max_unavailable },
        on_delete,
        surges: spec.surges(),
        min_ready: spec.rules.min_ready,
    };
    cx.tracker(daemon_set).set_promise(promise);
}

/// Tells the record that a pod does not serve, and why it will not for now is its own fault.
pub(super) fn track_failure(id: PodId, cx: &mut Cx<'_>) {
    let Pod { owner: Some(owner), node, spec, .. } = *cx.cluster.pod(id) else { return };
    if cx.cluster.specs[spec].template == cx.cluster.spec_of(owner).template {
        let at = cx.elapsed();
        cx.tracker(owner).failed(at, node.index());
    }
}

/// Tells the record of a status, and what those who wait for a rollout need beside it.
pub(super) fn record_status(
    id: DaemonSetId,
    status: StatusCounts,
    fact: Option<FactId>,
    cx: &mut Cx<'_>,
) {
    let spec = cx.cluster.spec_of(id);
    let seen = Seen {
        generation: spec.generation,
        observed_generation: cx.cluster.daemon_sets[id].observed_generation,
        on_delete: spec.is_on_delete(),
        max_unavailable: spec.budget(status.desired).max_unavailable,
        status,
    };
    let at = cx.elapsed();
    cx.tracker(id).status_written(at, &seen, fact);
}
