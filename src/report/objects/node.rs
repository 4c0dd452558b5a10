//! A Node object.

use serde_json::{Value, json};

use crate::api::Taint;
use crate::inspect::{Moment, uid};
use crate::record::{NodeState, Ready};
use crate::report::objects::addresses::node_address;
use crate::report::objects::metadata::{fields, kubelet_version, maybe_time, time};
use crate::time::SimTime;

/// A pressure condition: its type, its reason and message when it is `False`, and when it is `True`.
///
/// Source: `pkg/kubelet/nodestatus/setters.go`.
const PRESSURES: [[&str; 5]; 3] = [
    [
        "MemoryPressure",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
        "KubeletHasInsufficientMemory",
        "kubelet has insufficient memory available",
    ],
    [
        "DiskPressure",
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
        "KubeletHasDiskPressure",
        "kubelet has disk pressure",
    ],
    [
        "PIDPressure",
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
        "KubeletHasInsufficientPID",
        "kubelet has insufficient PID available",
    ],
];

/// `node` as `kubectl get node NAME -o json` has it at this moment.
pub fn node_object(moment: &Moment, node: &NodeState) -> Value {
    let created = time(node.created);
    let uid = uid(&["Node", &node.name, created.as_str().unwrap_or_default()]);
    let version = kubelet_version(&moment.kubernetes_version);
    let spec = fields([
        ("taints", node.taints.iter().filter_map(|it| it.parse().ok()).map(taint_object).collect()),
        ("unschedulable", if node.unschedulable { true.into() } else { Value::Null }),
    ]);
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": fields([
            ("creationTimestamp", created),
            ("labels", json!(node.labels)),
            ("name", json!(node.name)),
            ("uid", uid.into()),
        ]),
        "spec": spec,
        "status": fields([
            ("addresses", json!([
                {"address": node_address(&node.name), "type": "InternalIP"},
                {"address": node.name, "type": "Hostname"},
            ])),
            ("allocatable", json!(node.allocatable)),
            ("capacity", json!(node.allocatable)),
            ("conditions", conditions(node)),
            ("nodeInfo", json!({"kubeletVersion": version})),
        ]),
    })
}

fn taint_object(taint: Taint) -> Value {
    let effect = taint.effect.name();
    fields([("effect", effect.into()), ("key", taint.key.into()), ("value", taint.value.into())])
}

/// Since when a pressure is there or not is not told, except that it was not before the node.
fn conditions(node: &NodeState) -> Value {
    let ready_since = node.ready_since.unwrap_or(node.created);
    let is_unknown = node.ready == Ready::Unknown;
    let pressures = PRESSURES.iter().map(|[kind, good, well, bad, ill]| {
        if is_unknown {
            return unknown(kind, ready_since);
        }
        let presses = node.pressures.iter().any(|it| it == kind);
        let [status, reason, message] =
            if presses { ["True", bad, ill] } else { ["False", good, well] };
        condition(kind, status, reason, message, node.created)
    });
    let ready = match node.ready {
        Ready::True => {
            let message = "kubelet is posting ready status";
            condition("Ready", "True", "KubeletReady", message, ready_since)
        }
        Ready::False => {
            let message = "container runtime network not ready: NetworkReady=false \
                           reason:NetworkPluginNotReady message:Network plugin returns error";
            condition("Ready", "False", "KubeletNotReady", message, ready_since)
        }
        Ready::Unknown => unknown("Ready", ready_since),
    };
    pressures.chain([ready]).collect()
}

/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › tryUpdateNodeHealth`.
fn unknown(kind: &str, since: SimTime) -> Value {
    condition(kind, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", since)
}

fn condition(kind: &str, status: &str, reason: &str, message: &str, since: SimTime) -> Value {
    json!({
        "lastTransitionTime": maybe_time(Some(since)),
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    })
}
