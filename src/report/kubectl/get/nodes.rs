//! Rows of `kubectl get nodes`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, ago, items, or, text};
use crate::time::SimTime;

pub(super) const HEADERS: [&str; 5] = ["NAME", "STATUS", "ROLES", "AGE", "VERSION"];
pub(super) const WIDE: [&str; 5] =
    ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"];

/// What the label of a role begins with, and the label that names one.
///
/// Source: `printers.go › findNodeRoles`.
const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE: &str = "kubernetes.io/role";

/// Source: `printers.go › printNode`.
pub(super) fn cells(name: String, object: &Value, now: SimTime) -> Cells {
    let status = &object["status"];
    let info = &status["nodeInfo"];
    let cells = vec![
        name,
        status_of(object),
        roles(&object["metadata"]["labels"]),
        ago(now, &object["metadata"]["creationTimestamp"]),
        text(&info["kubeletVersion"]).to_owned(),
    ];
    let address = |kind: &str| {
        let mut all = items(&status["addresses"]).iter();
        all.find(|it| it["type"] == kind)
            .map_or_else(|| "<none>".to_owned(), |it| or(&it["address"], "<none>"))
    };
    let wide = vec![
        address("InternalIP"),
        address("ExternalIP"),
        or(&info["osImage"], "<unknown>"),
        or(&info["kernelVersion"], "<unknown>"),
        or(&info["containerRuntimeVersion"], "<unknown>"),
    ];
    Cells { cells, wide }
}

fn status_of(object: &Value) -> String {
    let mut conditions = items(&object["status"]["conditions"]).iter();
    let ready = match conditions.find(|it| it["type"] == "Ready") {
        Some(ready) if ready["status"] == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let cordoned = object["spec"]["unschedulable"] == true;
    if cordoned { format!("{ready},SchedulingDisabled") } else { ready.to_owned() }
}

fn roles(labels: &Value) -> String {
    let labels = labels.as_object().into_iter().flatten();
    let roles: BTreeSet<&str> = labels
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some(role) => Some(role),
            None if key == ROLE => Some(text(value)),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    let roles: Vec<&str> = roles.into_iter().collect();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}
