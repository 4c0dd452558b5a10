//! Specs as the API server stores them, in JSON.
//!
//! What lives here: [`DaemonSetSpec::stored`]. The template is its canonical text, so that what
//! nobody here models (volumes, security contexts, …) is there as it was written.

use serde_json::{Map, Value, json};

use crate::api::daemon_set::{DaemonSetSpec, UpdateStrategy};
use crate::api::int_or_percent::IntOrPercent;
use crate::api::label_selector::{LabelOperator, LabelRequirement, LabelSelector};
use crate::api::labels::Labels;
use crate::api::pod_template::PodTemplate;

impl DaemonSetSpec {
    /// `spec` of a DaemonSet with defaults filled in.
    pub fn stored(&self) -> Value {
        json!({
            "minReadySeconds": self.min_ready_seconds,
            "revisionHistoryLimit": self.revision_history_limit,
            "selector": selector(&self.selector),
            "template": self.template.stored(),
            "updateStrategy": strategy(self.update_strategy),
        })
    }
}

impl PodTemplate {
    /// `metadata` and `spec` of a template; null if nobody knows what was written.
    pub fn stored(&self) -> Value {
        self.stored_if_known().unwrap_or_default()
    }

    /// The same, if it is known.
    pub fn stored_if_known(&self) -> Option<Value> {
        serde_json::from_str(&self.canonical).ok().filter(Value::is_object)
    }
}

fn selector(selector: &LabelSelector) -> Value {
    let mut stored = Map::new();
    if !selector.match_labels.is_empty() {
        stored.insert("matchLabels".to_owned(), labels(&selector.match_labels));
    }
    if !selector.match_expressions.is_empty() {
        let all: Vec<Value> = selector.match_expressions.iter().map(requirement).collect();
        stored.insert("matchExpressions".to_owned(), all.into());
    }
    stored.into()
}

fn labels(labels: &Labels) -> Value {
    labels.iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
}

fn requirement(LabelRequirement { key, operator, values }: &LabelRequirement) -> Value {
    let operator = match operator {
        LabelOperator::In => "In",
        LabelOperator::NotIn => "NotIn",
        LabelOperator::Exists => return json!({"key": key, "operator": "Exists"}),
        LabelOperator::DoesNotExist => return json!({"key": key, "operator": "DoesNotExist"}),
    };
    json!({"key": key, "operator": operator, "values": values})
}

fn strategy(strategy: UpdateStrategy) -> Value {
    match strategy {
        UpdateStrategy::OnDelete => json!({"type": "OnDelete"}),
        UpdateStrategy::RollingUpdate { max_unavailable, max_surge } => json!({
            "rollingUpdate": {
                "maxSurge": int_or_string(max_surge),
                "maxUnavailable": int_or_string(max_unavailable),
            },
            "type": "RollingUpdate",
        }),
    }
}

fn int_or_string(value: IntOrPercent) -> Value {
    match value {
        IntOrPercent::Int(number) => number.into(),
        IntOrPercent::Percent(_) => value.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::manifest::daemon_set_from_cluster;

    #[test]
    fn a_stored_spec_reads_back_as_it_was() {
        let manifest = json!({
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "agent", "namespace": "ops"},
            "spec": {
                "minReadySeconds": 5,
                "selector": {
                    "matchLabels": {"app": "agent"},
                    "matchExpressions": [
                        {"key": "tier", "operator": "In", "values": ["a", "b"]},
                        {"key": "app", "operator": "Exists"},
                    ],
                },
                "updateStrategy": {"rollingUpdate": {"maxUnavailable": "10%"}},
                "template": {
                    "metadata": {"labels": {"app": "agent", "tier": "a"}},
                    "spec": {
                        "containers": [{"name": "c", "image": "agent:1"}],
                        "volumes": [{"name": "v", "hostPath": {"path": "/var"}}],
                    },
                },
            },
        });
        let first = daemon_set_from_cluster(&manifest.clone().into()).unwrap();
        let mut again = manifest;
        again["spec"] = first.spec.stored();
        assert_eq!(again["spec"]["template"]["spec"]["volumes"][0]["hostPath"]["path"], "/var");
        assert_eq!(daemon_set_from_cluster(&again.into()).unwrap().spec, first.spec);
    }
}
