//! Metrics of nodes.
//!
//! Source: kube-state-metrics `internal/store/node.go`.

use crate::api::well_known::LABEL_NODE_ROLE_PREFIX;
use crate::api::{Quantity, Taint};
use crate::record::{NodeState, Ready};
use crate::report::metrics::family::{Family, Kind, Sample, Samples, Source};
use crate::report::objects::{kubelet_version, node_address};

/// A node at one scrape.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeView<'a> {
    pub(super) node: &'a NodeState,
    /// `1.36`.
    pub(super) kubernetes_version: &'a str,
}

const fn gauge(
    name: &'static str,
    help: &'static str,
    of: fn(&NodeView<'_>, &mut Samples),
) -> Family {
    Family { name, kind: Kind::Gauge, help, of: Source::Node(of) }
}

/// In the order of kube-state-metrics.
pub(super) const NODE: [Family; 8] = [
    gauge("kube_node_created", "[STABLE] Unix creation timestamp", |it, out| {
        out.instant(it.node.created);
    }),
    gauge("kube_node_info", "[STABLE] Information about a cluster node.", info),
    gauge(
        "kube_node_labels",
        "[STABLE] Kubernetes labels converted to Prometheus labels.",
        |it, out| out.labels_of(&it.node.labels),
    ),
    gauge("kube_node_role", "The role of a cluster node.", |it, out| {
        for role in it.node.labels.keys().filter_map(|key| key.strip_prefix(LABEL_NODE_ROLE_PREFIX))
        {
            out.info([("role", role)]);
        }
    }),
    gauge("kube_node_spec_taint", "[STABLE] The taint of a cluster node.", taints),
    gauge(
        "kube_node_spec_unschedulable",
        "[STABLE] Whether a node can schedule new pods.",
        |it, out| out.number(it.node.unschedulable),
    ),
    gauge(
        "kube_node_status_allocatable",
        "[STABLE] The allocatable for different resources of a node that are available for \
         scheduling.",
        allocatable,
    ),
    gauge("kube_node_status_condition", "[STABLE] The condition of a cluster node.", conditions),
];

fn info(it: &NodeView<'_>, out: &mut Samples) {
    let version = kubelet_version(it.kubernetes_version);
    let address = node_address(&it.node.name);
    out.info([
        ("kernel_version", ""),
        ("os_image", ""),
        ("container_runtime_version", ""),
        ("kubelet_version", &version),
        ("kubeproxy_version", ""),
        ("provider_id", ""),
        ("pod_cidr", ""),
        ("system_uuid", ""),
        ("internal_ip", &address),
    ]);
}

fn taints(it: &NodeView<'_>, out: &mut Samples) {
    for taint in it.node.taints.iter().filter_map(|it| it.parse::<Taint>().ok()) {
        let effect = taint.effect.to_string();
        let labels = [("key", taint.key.as_str()), ("value", &taint.value), ("effect", &effect)];
        out.info(labels);
    }
}

/// Source: `createNodeStatusAllocatableFamilyGenerator`.
fn allocatable(it: &NodeView<'_>, out: &mut Samples) {
    for (resource, written) in &it.node.allocatable {
        let Ok(quantity) = written.parse::<Quantity>() else { continue };
        let unit = match resource.as_str() {
            "cpu" => "core",
            "memory" | "storage" | "ephemeral-storage" => "byte",
            "pods" => "integer",
            other if other.starts_with("hugepages-") => "byte",
            other if other.contains('/') => "integer",
            _ => continue,
        };
        let value = match unit {
            "core" => Sample::Thousandths(quantity.millis()),
            _ => Sample::Number(quantity.units()),
        };
        let name: String =
            resource.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        out.labeled([("resource", &name), ("unit", unit)], value);
    }
}

/// The conditions of a node whose kubelet is silent are all unknown.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › tryUpdateNodeHealth`.
fn conditions(it: &NodeView<'_>, out: &mut Samples) {
    let node = it.node;
    let is = |is_true: bool| if is_true { "true" } else { "false" };
    let pressures = ["MemoryPressure", "DiskPressure", "PIDPressure"].map(|condition| {
        let is_true = node.pressures.iter().any(|it| it == condition);
        (condition, is(is_true))
    });
    let ready = ("Ready", is(node.ready == Ready::True));
    for (condition, status) in pressures.into_iter().chain([ready]) {
        let status = if node.ready == Ready::Unknown { "unknown" } else { status };
        for other in ["true", "false", "unknown"] {
            let labels = [("condition", condition), ("status", other)];
            out.labeled(labels, Sample::Number((other == status).into()));
        }
    }
}
