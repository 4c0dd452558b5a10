//! Pods of nodes that are gone, and pods that no kubelet will finish.
//!
//! Source: `pkg/controller/podgc/gc_controller.go › gcOrphaned, gcTerminating`.

use crate::api::well_known::TAINT_NODE_OUT_OF_SERVICE;
use crate::control::node_lifecycle::NodeHealth;
use crate::control::{NodeId, PodId, pod_gc};
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::{NodeStep, PodSeen};
use crate::world::nodes::taints::watch_lag;
use crate::world::pods::count_deletion;
use crate::world::pods::remove_pod;

/// The garbage collector removes what is bound to a node that is still gone.
pub(super) fn collect_pods(id: NodeId, cx: &mut Cx<'_>) {
    for pod in cx.cluster.pods_on(id).filter(|&pod| cx.cluster.pod(pod).bound).collect::<Vec<_>>() {
        if !cx.settings.conformance_mode && !cx.cluster.pod(pod).terminating {
            count_deletion(pod, cx);
        }
        remove_pod(pod, cx);
    }
}

/// The next loop removes the terminating pods of a node that somebody gave up, if there are
/// any.
pub(in crate::world) fn sweep_if_out_of_service(id: NodeId, cx: &mut Cx<'_>) {
    let given_up = cx.cluster.node(id).conditions.health != NodeHealth::Ready;
    if given_up && cx.cluster.is_out_of_service(id) {
        let at = cx.settings.pod_gc.swept_at(cx.now);
        cx.plan_node(id, NodeStep::Sweep, at);
    }
}

/// The garbage collector removes the terminating pods of a node that somebody gave up.
pub(super) fn sweep_pods(id: NodeId, cx: &mut Cx<'_>) {
    let is_ready = cx.cluster.node(id).conditions.health == NodeHealth::Ready;
    let is_out = cx.cluster.is_out_of_service(id);
    for pod in cx.cluster.pods_on(id).collect::<Vec<_>>() {
        let state = cx.cluster.pod(pod);
        if state.terminating && pod_gc::is_swept(state.bound, is_ready, is_out) {
            remove_pod(pod, cx);
        }
    }
}

/// A pod changed: what its node, or who looks after nodes, makes of it.
pub(in crate::world) fn pod_changed(
    id: PodId,
    (before, after): (&PodSeen, &PodSeen),
    cx: &mut Cx<'_>,
) {
    let pod = cx.cluster.pod(id);
    let (node, fact) = (pod.node, pod.fact);
    if before.ready_since.is_none()
        && after.ready_since.is_some()
        && !cx.cluster.node(node).startup_taints.is_empty()
        && let Some(owner) = after.owner
    {
        let now = cx.now;
        cx.because(fact).plan_node(node, NodeStep::DaemonReady(owner), now);
    }
    if !cx.settings.node_lifecycle {
        return;
    }
    if after.bound && !before.bound && cx.cluster.drives_pods_away(node) {
        let at = cx.now + watch_lag(node, cx);
        cx.because(fact).plan_node(node, NodeStep::Look, at);
    }
    if after.terminating && !before.terminating {
        sweep_if_out_of_service(node, &mut cx.because(fact));
    }
}

impl Cluster {
    fn is_out_of_service(&self, id: NodeId) -> bool {
        self.version_of(id).taints.iter().any(|taint| taint.key == TAINT_NODE_OUT_OF_SERVICE)
    }
}
