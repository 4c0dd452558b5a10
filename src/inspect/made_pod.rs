//! The spec of a pod that the DaemonSet controller made of a template.

use serde_json::{Value, json};

use crate::api::NODE_NAME;
use crate::control::daemonset::daemon_tolerations;

/// The `spec` of a pod for a node, made of the `spec` of a template: with the tolerations of every
/// daemon pod, and pinned to its node. `bound` is whether the scheduler has bound it.
///
/// Source: `pkg/controller/daemon/util/daemonset_util.go › CreatePodTemplate,
/// ReplaceDaemonSetPodNodeNameNodeAffinity`.
pub fn made_spec(template: &Value, node: &str, bound: bool) -> Value {
    let mut spec = template.as_object().cloned().unwrap_or_default();
    let host_network = spec.get("hostNetwork").and_then(Value::as_bool).unwrap_or(false);
    let tolerations = spec.entry("tolerations").or_insert(Value::Null);
    add_tolerations(tolerations, host_network);
    let affinity = spec.entry("affinity").or_insert(Value::Null);
    pin(affinity, node);
    if bound {
        spec.insert("nodeName".to_owned(), node.into());
    }
    Value::Object(spec)
}

/// How long a pod of a template has to stop, in seconds.
///
/// Source: `pkg/apis/core/v1/defaults.go › SetDefaults_PodSpec`; a negative one is one second.
pub fn grace_period(spec: &Value) -> u64 {
    let written = spec["terminationGracePeriodSeconds"].as_i64().unwrap_or(30);
    u64::try_from(written).unwrap_or(1)
}

/// A toleration that the template has, too, is replaced where it is: it loses its seconds.
fn add_tolerations(written: &mut Value, host_network: bool) {
    let mut all = written.as_array().cloned().unwrap_or_default();
    for (key, effect) in daemon_tolerations(host_network) {
        let own = json!({"effect": effect.name(), "key": key, "operator": "Exists"});
        let is_same = |it: &Value| {
            ["effect", "key", "operator"].iter().all(|field| it[field] == own[field])
                && it["value"].as_str().unwrap_or_default().is_empty()
        };
        match all.iter_mut().find(|it| is_same(it)) {
            Some(same) => *same = own,
            None => all.push(own),
        }
    }
    *written = Value::Array(all);
}

/// All terms that are required of nodes are replaced by the node's name; the rest is kept.
fn pin(affinity: &mut Value, node: &str) {
    let this_node = json!({"key": NODE_NAME, "operator": "In", "values": [node]});
    let required = json!({"nodeSelectorTerms": [{"matchFields": [this_node]}]});
    let fields = ensure_map(affinity);
    let of_nodes = ensure_map(fields.entry("nodeAffinity").or_insert(Value::Null));
    of_nodes.insert("requiredDuringSchedulingIgnoredDuringExecution".to_owned(), required);
}

fn ensure_map(value: &mut Value) -> &mut serde_json::Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = value else { unreachable!("it was made an object") };
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(spec: &Value) -> Vec<&str> {
        let tolerations = spec["tolerations"].as_array().unwrap();
        tolerations.iter().map(|it| it["key"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_pod_is_pinned_to_its_node() {
        let spec = made_spec(&json!({"containers": []}), "n1", false);
        let path = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution\
                    /nodeSelectorTerms/0/matchFields/0";
        let pinned = json!({"key": "metadata.name", "operator": "In", "values": ["n1"]});
        assert_eq!(spec.pointer(path), Some(&pinned));
        assert_eq!(spec.get("nodeName"), None);
        assert_eq!(made_spec(&spec, "n1", true)["nodeName"], "n1");
    }

    #[test]
    fn preferences_are_kept_and_requirements_replaced() {
        let preferred = json!([{"weight": 1, "preference": {"matchExpressions": []}}]);
        let affinity = json!({"podAntiAffinity": {}, "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": preferred,
            "requiredDuringSchedulingIgnoredDuringExecution":
                {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a"}]}]}}});
        let spec = made_spec(&json!({"affinity": affinity}), "n1", false);
        assert!(spec["affinity"]["podAntiAffinity"].is_object());
        let of_nodes = &spec["affinity"]["nodeAffinity"];
        assert_eq!(of_nodes["preferredDuringSchedulingIgnoredDuringExecution"], preferred);
        let required = &of_nodes["requiredDuringSchedulingIgnoredDuringExecution"];
        assert_eq!(required["nodeSelectorTerms"][0].get("matchExpressions"), None);
    }

    #[test]
    fn tolerations_are_added_or_replaced_in_place() {
        let spec = made_spec(&json!({"hostNetwork": true}), "n", false);
        assert_eq!(keys(&spec).len(), 7);
        assert_eq!(keys(&spec)[6], "node.kubernetes.io/network-unavailable");
        let written = json!({"tolerations": [
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists",
             "effect": "NoExecute", "tolerationSeconds": 5},
            {"operator": "Exists"}]});
        let spec = made_spec(&written, "n", false);
        assert_eq!(spec["tolerations"].as_array().unwrap().len(), 7);
        assert_eq!(spec["tolerations"][0].get("tolerationSeconds"), None);
        assert_eq!(spec["tolerations"][2]["key"], "node.kubernetes.io/not-ready");
    }
}
