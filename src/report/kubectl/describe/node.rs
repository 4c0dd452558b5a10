//! `kubectl describe node`.

use serde_json::Value;

use crate::inspect::Event;
use crate::report::kubectl::describe::events::{Clock, events as describe_events};
use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::maps::{annotations, labels};
use crate::report::kubectl::describe::node_resources::node_resources;
use crate::report::kubectl::describe::quantities::{amounts, list};
use crate::report::kubectl::describe::scheduling::taints;
use crate::report::kubectl::describe::times::long_time;
use crate::report::kubectl::roles::roles;

/// A node, its pods that have not ended, and the events about it.
///
/// A record does not tell of the lease of a node, except that there is one.
///
/// Source: `kubectl/pkg/describe/describe.go › describeNode`.
pub fn describe_node(node: &Value, pods: &[Value], events: &[&Event], clock: &Clock<'_>) -> String {
    let (metadata, spec, status) = (&node["metadata"], &node["spec"], &node["status"]);
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
    let mut lines = Lines::of(clock.kubernetes_version);
    lines.entry(0, "Name", text(metadata, "name"));
    lines.entry(0, "Roles", roles(&metadata["labels"]));
    labels(&mut lines, "Labels", &metadata["labels"]);
    annotations(&mut lines, "Annotations", &metadata["annotations"]);
    lines.entry(0, "CreationTimestamp", long_time(&metadata["creationTimestamp"]));
    taints(&mut lines, &spec["taints"]);
    lines.entry(0, "Unschedulable", spec["unschedulable"].as_bool().unwrap_or(false));
    lines.line(0, "Lease:");
    lines.entry(1, "HolderIdentity", text(metadata, "name"));
    lines.entry(1, "AcquireTime", "<unset>");
    lines.entry(1, "RenewTime", "<unset>");
    conditions(&mut lines, list(status, "conditions"));
    lines.line(0, "Addresses:");
    for address in list(status, "addresses") {
        lines.entry(1, &text(address, "type"), text(address, "address"));
    }
    for (title, key) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let amounts = amounts(&status[key]);
        if !amounts.is_empty() {
            lines.line(0, format_args!("{title}:"));
        }
        for (name, amount) in amounts {
            lines.entry(1, &name, amount);
        }
    }
    system_info(&mut lines, &status["nodeInfo"]);
    for (title, key) in [("PodCIDR", "podCIDR"), ("ProviderID", "providerID")] {
        if !text(spec, key).is_empty() {
            lines.entry(0, title, text(spec, key));
        }
    }
    node_resources(&mut lines, node, pods, clock);
    describe_events(&mut lines, events, clock);
    lines.finish()
}

fn conditions(lines: &mut Lines, conditions: &[Value]) {
    if conditions.is_empty() {
        return;
    }
    lines.line(0, "Conditions:");
    lines.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    lines.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for it in conditions {
        let text = |key: &str| it[key].as_str().unwrap_or_default();
        let [heard, turned] =
            ["lastHeartbeatTime", "lastTransitionTime"].map(|key| long_time(&it[key]));
        let (kind, status) = (text("type"), text("status"));
        let why = format!("{} \t{}", text("reason"), text("message"));
        lines.line(1, format_args!("{kind} \t{status} \t{heard} \t{turned} \t{why}"));
    }
}

fn system_info(lines: &mut Lines, info: &Value) {
    lines.line(0, "System Info:");
    for (title, key) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ] {
        lines.entry(1, title, info[key].as_str().unwrap_or_default());
    }
}
