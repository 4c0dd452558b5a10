//! What many objects have in common.

use serde_json::{Map, Value, json};

use crate::api::format_rfc3339;
use crate::inspect::uid;
use crate::record::namespace_and_name;
use crate::time::{MICROS_PER_SECOND, SimTime};

/// An instant as the API server writes it, in whole seconds.
pub(super) fn time(at: SimTime) -> Value {
    format_rfc3339(at.truncate_to_second()).into()
}

/// The same with microseconds, as newer kinds of objects have it.
pub(super) fn micro_time(at: SimTime) -> Value {
    let seconds = format_rfc3339(at.truncate_to_second());
    let micros = at.as_micros() % MICROS_PER_SECOND;
    format!("{}.{micros:06}Z", seconds.trim_end_matches('Z')).into()
}

/// The same if it is known; else `null`, as Go writes a time that was never set.
pub(super) fn maybe_time(at: Option<SimTime>) -> Value {
    at.map_or(Value::Null, time)
}

/// The fields that have something to say: neither `null` nor empty.
pub(super) fn fields<const N: usize>(all: [(&str, Value); N]) -> Value {
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    let told = all.into_iter().filter(|(_, value)| says(value));
    Value::Object(told.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

/// The reference to the DaemonSet that controls an object, by what facts call it.
///
/// Source: `pkg/controller/controller_ref_manager.go`, `metav1.NewControllerRef`.
pub(super) fn owner(daemon_set: &str) -> Value {
    json!([{
        "apiVersion": "apps/v1",
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": "DaemonSet",
        "name": namespace_and_name(daemon_set).1,
        "uid": daemon_set_uid(daemon_set),
    }])
}

/// `metadata.uid` of a DaemonSet, by what facts call it: one that is created anew is called differently.
pub(super) fn daemon_set_uid(daemon_set: &str) -> String {
    uid(&["DaemonSet", daemon_set])
}

/// What a kubelet of this minor version calls itself. Of 1.36 it is the patch release that the rules
/// were taken from, else the first one: a record does not know which.
pub(in crate::report) fn kubelet_version(minor: &str) -> String {
    match minor {
        "1.36" => "v1.36.2".to_owned(),
        other => format!("v{other}.0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_left_out() {
        let object =
            fields([("a", json!("")), ("b", json!(0)), ("c", json!([])), ("d", json!({}))]);
        assert_eq!(object, json!({"b": 0}));
    }
}
