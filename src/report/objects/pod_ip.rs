//! `status.podIP` of a pod.

use serde_json::Value;

use crate::inspect::{Container, ContainerState, Containers};
use crate::record::{Phase, PodState};
use crate::report::objects::addresses::{node_address, pod_address};

/// The address of a pod, if it has one yet: that of its node if it uses the network of the node.
pub(in crate::report) fn pod_ip(
    pod: &PodState,
    containers: &Containers,
    spec: &Value,
) -> Option<String> {
    if pod.bound.is_some() && spec["hostNetwork"] == true {
        return Some(node_address(&pod.node));
    }
    has_sandbox(pod, containers).then(|| pod_address(&pod.namespace, &pod.pod))
}

/// A pod has its address before its first image is pulled: when its sandbox is there. The kubelet
/// tells of it when a container runs, or when it has something else to say.
fn has_sandbox(pod: &PodState, containers: &Containers) -> bool {
    let waits_as_usual = |it: &Container| match &it.state {
        ContainerState::Waiting(reason) => {
            matches!(reason.as_str(), "ContainerCreating" | "PodInitializing")
        }
        ContainerState::Running(_) | ContainerState::Terminated { .. } => false,
    };
    let all = || containers.init.iter().chain(&containers.main);
    match pod.phase {
        Phase::Pending => all().any(|it| !waits_as_usual(it)),
        Phase::Running | Phase::Unknown => true,
        Phase::Succeeded | Phase::Failed => pod.started.is_some() && all().next().is_some(),
    }
}
