//! The label selector of an object.

use serde_json::Value;

use crate::api::{LabelOperator, LabelRequirement, LabelSelector};

/// A selector that is written in an object; it prints as `app=fluentd,tier in (a,b),!legacy`.
///
/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go › LabelSelectorAsSelector`.
pub(super) fn parsed(written: &Value) -> LabelSelector {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |key: &str| written[key].as_array().into_iter().flatten();
    let requirement = |it: &Value| {
        Some(LabelRequirement {
            key: text(&it["key"]),
            operator: LabelOperator::from_name(it["operator"].as_str()?)?,
            values: it["values"].as_array().into_iter().flatten().map(text).collect(),
        })
    };
    let labels = written["matchLabels"].as_object().into_iter().flatten();
    LabelSelector {
        match_labels: labels.map(|(key, value)| (key.as_str(), text(value))).collect(),
        match_expressions: list("matchExpressions").filter_map(requirement).collect(),
    }
}

/// It in one cell; `<none>` if it is empty.
///
/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go › FormatLabelSelector`.
pub(super) fn cell(written: &Value) -> String {
    let selector = parsed(written);
    if selector.is_empty() { "<none>".to_owned() } else { selector.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requirements_are_sorted_by_key() {
        let written = json!({
            "matchLabels": { "k8s-app": "x", "app": "fluentd" },
            "matchExpressions": [
                { "key": "tier", "operator": "In", "values": ["b", "a"] },
                { "key": "legacy", "operator": "DoesNotExist" },
                { "key": "zone", "operator": "NotIn", "values": ["c"] },
                { "key": "a", "operator": "Exists" },
            ],
        });
        assert_eq!(
            parsed(&written).to_string(),
            "a,app=fluentd,k8s-app=x,!legacy,tier in (a,b),zone notin (c)"
        );
        assert_eq!(parsed(&Value::Null).to_string(), "");
    }
}
