//! Several objects as one.

use serde_json::{Value, json};

/// A `List`, as kubectl prints several objects.
pub fn list_of(items: Vec<Value>) -> Value {
    let mut list = json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}});
    list["items"] = Value::Array(items);
    list
}
