//! Rows of `kubectl get nodes`.

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, ago, items, or, text};
use crate::report::kubectl::roles::roles;
use crate::time::SimTime;

pub(super) const HEADERS: [&str; 5] = ["NAME", "STATUS", "ROLES", "AGE", "VERSION"];
pub(super) const WIDE: [&str; 5] =
    ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"];

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
