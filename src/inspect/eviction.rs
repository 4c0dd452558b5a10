//! What a kubelet says of a pod that it evicts.

use crate::record::NodeState;

/// The message in the pod's status and in its Event.
///
/// Source: `pkg/kubelet/eviction/helpers.go › evictionMessage`.
pub(in crate::inspect) fn eviction_message(node: Option<&NodeState>) -> String {
    let pressure = node.and_then(|node| node.pressures.first()).map(String::as_str);
    let resource = match pressure {
        Some("DiskPressure") => "ephemeral-storage",
        Some("PIDPressure") => "pids",
        Some(_) | None => "memory",
    };
    format!("The node was low on resource: {resource}. ")
}
