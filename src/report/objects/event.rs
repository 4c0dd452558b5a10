//! An Event object.

use serde_json::{Value, json};

use crate::inspect::{Event, EventKind, uid};
use crate::report::objects::metadata::{fields, time};

/// `it` as `kubectl get event NAME -o json` has it.
pub fn event_object(it: &Event) -> Value {
    let version = if it.object.kind == "DaemonSet" { "apps/v1" } else { "v1" };
    json!({
        "apiVersion": "v1",
        "count": it.count,
        "eventTime": null,
        "firstTimestamp": time(it.first),
        "involvedObject": fields([
            ("apiVersion", version.into()),
            ("kind", it.object.kind.into()),
            ("name", json!(it.object.name)),
            ("namespace", json!(it.object.namespace)),
        ]),
        "kind": "Event",
        "lastTimestamp": time(it.last),
        "message": it.message,
        "metadata": {
            "creationTimestamp": time(it.first),
            "name": it.name,
            "namespace": it.namespace,
            "uid": uid(&["Event", &it.namespace, &it.name]),
        },
        "reason": it.reason,
        "reportingComponent": it.component,
        "reportingInstance": it.host,
        "source": fields([("component", json!(it.component)), ("host", json!(it.host))]),
        "type": match it.kind {
            EventKind::Normal => "Normal",
            EventKind::Warning => "Warning",
        },
    })
}
