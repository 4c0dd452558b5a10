//! Cells of a table, taken from an object.

use serde_json::Value;

use crate::api::parse_rfc3339;
use crate::report::kubectl::age::age;
use crate::time::SimTime;

/// The first cells, and those that only a wide table has.
pub(super) struct Cells {
    pub(super) cells: Vec<String>,
    pub(super) wide: Vec<String>,
}

/// A text of an object; empty if it is not there.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text, or what stands for none.
pub(super) fn or(value: &Value, none: &str) -> String {
    let text = text(value);
    if text.is_empty() { none.to_owned() } else { text.to_owned() }
}

/// A number of an object; zero if it is not there.
pub(super) fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// A number in a cell.
pub(super) fn number(value: &Value) -> String {
    value.as_i64().unwrap_or_default().to_string()
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// How long ago a timestamp was.
pub(super) fn ago(now: SimTime, timestamp: &Value) -> String {
    let then = timestamp.as_str().and_then(parse_rfc3339);
    then.map_or_else(|| "<unknown>".to_owned(), |then| age(now, then))
}

/// `k=v` pairs in the order of their keys.
pub(super) fn pairs(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", text(value))).collect();
    if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
}
