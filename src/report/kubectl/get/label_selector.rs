//! The selector of an object in one cell.

use serde_json::Value;

use crate::api::{LabelOperator, LabelRequirement, LabelSelector};
use crate::report::kubectl::get::row::{items, text};

/// `app=x,tier in (a,b)`; `<none>` if it is empty.
///
/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go › FormatLabelSelector`.
pub(super) fn selector_of(written: &Value) -> String {
    let labels = written["matchLabels"].as_object().into_iter().flatten();
    let requirement = |it: &Value| {
        Some(LabelRequirement {
            key: text(&it["key"]).to_owned(),
            operator: LabelOperator::from_name(text(&it["operator"]))?,
            values: items(&it["values"]).iter().map(|it| text(it).to_owned()).collect(),
        })
    };
    let selector = LabelSelector {
        match_labels: labels.map(|(key, value)| (key.as_str(), text(value))).collect(),
        match_expressions: items(&written["matchExpressions"])
            .iter()
            .filter_map(requirement)
            .collect(),
    };
    if selector.is_empty() { "<none>".to_owned() } else { selector.to_string() }
}
