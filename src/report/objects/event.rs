//! An Event object.

use serde_json::{Value, json};

use crate::inspect::{Event, uid};
use crate::report::objects::metadata::{fields, micro_time, time};

/// `it` as `kubectl get event NAME -o json` has it.
pub fn event_object(it: &Event) -> Value {
    let version = if it.object.kind == "DaemonSet" { "apps/v1" } else { "v1" };
    let mut object = json!({
        "apiVersion": "v1",
        "involvedObject": fields([
            ("apiVersion", version.into()),
            ("fieldPath", json!(it.object.field_path)),
            ("kind", it.object.kind.into()),
            ("name", json!(it.object.name)),
            ("namespace", json!(it.object.namespace)),
        ]),
        "kind": "Event",
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
        "type": it.kind.name(),
    });
    if it.is_of_new_group() {
        object["eventTime"] = micro_time(it.first);
        object["firstTimestamp"] = Value::Null;
        object["lastTimestamp"] = Value::Null;
        object["source"] = json!({});
        if it.count > 1 {
            object["series"] = json!({"count": it.count, "lastObservedTime": micro_time(it.last)});
        }
    } else {
        object["count"] = it.count.into();
        object["eventTime"] = Value::Null;
        object["firstTimestamp"] = time(it.first);
        object["lastTimestamp"] = time(it.last);
        object["source"] = fields([("component", json!(it.component)), ("host", json!(it.host))]);
    }
    object
}
