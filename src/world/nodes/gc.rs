//! Pods of nodes that are gone, and pods that no kubelet will finish.
//!
//! Source: `pkg/controller/podgc/gc_controller.go › gcOrphaned, gcTerminating`.

use crate::control::node_lifecycle::NodeHealth;
use crate::control::{NodeId, pod_gc};
use crate::world::api_server::{count_deletion, remove_pod};
use crate::world::cx::Cx;

/// The garbage collector removes what is bound to a node that is still gone.
pub(super) fn collect_pods(id: NodeId, cx: &mut Cx<'_>) {
    for pod in cx.cluster.bound_to(id) {
        if !cx.settings.conformance_mode && !cx.cluster.pod(pod).terminating {
            count_deletion(pod, cx);
        }
        remove_pod(pod, cx);
    }
}

/// The garbage collector removes the terminating pods of a node that was given up.
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
