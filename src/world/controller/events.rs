//! Events that the controller posts about a DaemonSet, as `kubectl describe` shows them.

use crate::control::daemonset::ManagePlan;
use crate::control::events::EventType;
use crate::control::{NodeId, PodId};
use crate::world::api_server::{Reported, report_event};
use crate::world::controller::sync::Sync;
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;

/// Why the controller posts an event about a DaemonSet.
///
/// Source: `pkg/controller/controller_utils.go` and `pkg/controller/daemon/daemon_controller.go`,
/// the constants that end in `Reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventReason {
    SuccessfulCreate,
    SuccessfulDelete,
    FailedCreate,
    FailedDaemonPod,
    SucceededDaemonPod,
    SelectingAll,
}

impl EventReason {
    /// As the event says it.
    const fn text(self) -> &'static str {
        match self {
            Self::SuccessfulCreate => "SuccessfulCreate",
            Self::SuccessfulDelete => "SuccessfulDelete",
            Self::FailedCreate => "FailedCreate",
            Self::FailedDaemonPod => "FailedDaemonPod",
            Self::SucceededDaemonPod => "SucceededDaemonPod",
            Self::SelectingAll => "SelectingAll",
        }
    }

    const fn event_type(self) -> EventType {
        match self {
            Self::FailedCreate | Self::FailedDaemonPod | Self::SelectingAll => EventType::Warning,
            Self::SuccessfulCreate | Self::SuccessfulDelete | Self::SucceededDaemonPod => {
                EventType::Normal
            }
        }
    }
}

/// Reports an API event about a DaemonSet.
pub(super) fn post_event(id: DaemonSetId, reason: EventReason, message: String, cx: &mut Cx<'_>) {
    let (event_type, reason, cause) = (reason.event_type(), reason.text(), cx.cause);
    report_event(Reported { daemon_set: id, event_type, reason, message, cause }, cx);
}

/// The event of a pod that was created. If calls take no time, events are left out that only repeat
/// what the call did.
pub(in crate::world) fn post_created(id: DaemonSetId, pod: PodId, cx: &mut Cx<'_>) {
    if !cx.api.is_instant() {
        let message = ["Created pod: ", &*cx.cluster.pod_name(pod)].concat();
        let fact = cx.cluster.pod(pod).fact;
        post_event(id, EventReason::SuccessfulCreate, message, &mut cx.because(fact));
    }
}

/// The event of a pod that is to be deleted.
pub(in crate::world) fn post_deleted(id: DaemonSetId, pod: PodId, cx: &mut Cx<'_>) {
    if !cx.api.is_instant() {
        let message = ["Deleted pod: ", &*cx.cluster.pod_name(pod)].concat();
        post_event(id, EventReason::SuccessfulDelete, message, cx);
    }
}

/// The event of a pod that the API server refused to create.
///
/// Source: `pkg/controller/controller_utils.go › createPods`.
pub(in crate::world) fn post_refused(id: DaemonSetId, message: &str, cx: &mut Cx<'_>) {
    post_event(id, EventReason::FailedCreate, format!("Error creating: {message}"), cx);
}

/// The events of pods that a sync deletes because they have failed or ended.
pub(super) fn post_pod_events(sync: &Sync, plan: &ManagePlan, cx: &mut Cx<'_>) {
    let cx = &mut cx.because(sync.cause);
    for failed in &plan.failed {
        let pod = daemon_pod(failed.pod, failed.node, sync, cx);
        let message = format!("Found failed {pod}, will try to kill it");
        post_event(sync.daemon_set, EventReason::FailedDaemonPod, message, cx);
    }
    for &(node, pod) in &plan.succeeded {
        let pod = daemon_pod(pod, node, sync, cx);
        let message = format!("Found succeeded {pod}, will try to delete it");
        post_event(sync.daemon_set, EventReason::SucceededDaemonPod, message, cx);
    }
}

/// A pod in the words of the controller's events.
fn daemon_pod(pod: PodId, node: NodeId, sync: &Sync, cx: &Cx<'_>) -> String {
    let namespace = &cx.cluster.daemon_sets[sync.daemon_set].name.namespace;
    let (pod, node) = (cx.cluster.pod_name(pod), &cx.cluster.node(node).name);
    format!("daemon pod {namespace}/{pod} on node {node}")
}
