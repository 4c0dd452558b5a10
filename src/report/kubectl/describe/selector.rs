//! Label selectors in one line.

use serde_json::Value;

use crate::report::kubectl::describe::maps::sorted;

/// `app=fluentd,tier in (a,b),!legacy`; nothing for one that selects everything.
///
/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go › LabelSelectorAsSelector`,
/// `apimachinery/pkg/labels/selector.go › Requirement.String`.
pub(super) fn selector(selector: &Value) -> String {
    let mut requirements: Vec<(&str, String)> = sorted(&selector["matchLabels"])
        .into_iter()
        .map(|(key, value)| (key, format!("{key}={value}")))
        .collect();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values = expression["values"].as_array().into_iter().flatten();
        let mut values: Vec<&str> = values.filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        requirements.push((
            key,
            match expression["operator"].as_str() {
                Some("In") => format!("{key} in ({values})"),
                Some("NotIn") => format!("{key} notin ({values})"),
                Some("DoesNotExist") => format!("!{key}"),
                Some(_) | None => key.to_owned(),
            },
        ));
    }
    requirements.sort_by_key(|(key, _)| *key);
    let requirements: Vec<String> = requirements.into_iter().map(|(_, text)| text).collect();
    requirements.join(",")
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
            selector(&written),
            "a,app=fluentd,k8s-app=x,!legacy,tier in (a,b),zone notin (c)"
        );
        assert_eq!(selector(&Value::Null), "");
    }
}
