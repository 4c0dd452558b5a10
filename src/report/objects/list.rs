//! Several objects as one.

use serde_json::{Value, json};

/// A `List`, as kubectl prints several objects.
pub fn list_of(items: Vec<Value>) -> Value {
    json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})
}
