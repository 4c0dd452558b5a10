//! Validation of metadata, labels and selectors.

use crate::api::label_selector::LabelOperator;
use crate::api::labels::Labels;
use crate::api::metadata::ObjectMeta;
use crate::api::names;
use crate::api::validation::field_error::{Errors, NEGATIVE, Shown};
use crate::api::written::{LabelSelector, Requirement};

/// All keys and values of annotations together, in bytes.
const MAX_ANNOTATIONS: usize = 256 * 1024;

/// Mirrors apimachinery pkg/api/validation/objectmeta.go › `ValidateObjectMeta`.
pub(super) fn object_meta(errors: &mut Errors, metadata: &ObjectMeta) {
    if metadata.name.is_empty() {
        errors.required("metadata.name", "name or generateName is required");
    } else {
        let problems = names::dns_subdomain_problems(&metadata.name);
        errors.all_invalid("metadata.name", &metadata.name, problems);
    }
    let problems = names::dns_label_problems(&metadata.namespace);
    errors.all_invalid("metadata.namespace", &metadata.namespace, problems);
    if metadata.generation < 0 {
        errors.invalid("metadata.generation", metadata.generation, NEGATIVE);
    }
    labels(errors, "metadata.labels", &metadata.labels);
    annotations(errors, "metadata.annotations", metadata);
    owner_references(errors, metadata);
    for finalizer in &metadata.finalizers {
        let problems = names::qualified_name_problems(finalizer);
        errors.all_invalid("metadata.finalizers", finalizer, problems);
    }
}

/// Mirrors apimachinery pkg/apis/meta/v1/validation › `ValidateLabels`.
pub(super) fn labels(errors: &mut Errors, field: &str, labels: &Labels) {
    for (key, value) in labels.iter() {
        errors.all_invalid(field, key, names::qualified_name_problems(key));
        errors.all_invalid(field, value, names::label_value_problems(value));
    }
}

/// Mirrors apimachinery pkg/api/validation/objectmeta.go › `ValidateAnnotations`.
pub(super) fn annotations(errors: &mut Errors, field: &str, metadata: &ObjectMeta) {
    let mut size = 0;
    for (key, value) in &metadata.annotations {
        errors.all_invalid(field, key, names::qualified_name_problems(&key.to_lowercase()));
        size += key.len() + value.len();
    }
    if size > MAX_ANNOTATIONS {
        errors.too_long(field, MAX_ANNOTATIONS);
    }
}

/// Mirrors apimachinery pkg/apis/meta/v1/validation › `ValidateLabelSelector`.
pub(super) fn label_selector(errors: &mut Errors, field: &str, selector: &LabelSelector) {
    labels(errors, &format!("{field}.matchLabels"), &selector.match_labels);
    for (index, requirement) in selector.match_expressions.iter().enumerate() {
        let field = format!("{field}.matchExpressions[{index}]");
        let operator = format!("{field}.operator");
        match LabelOperator::from_name(&requirement.operator) {
            Some(LabelOperator::In | LabelOperator::NotIn) => {
                needs_values(errors, &field, requirement);
            }
            Some(LabelOperator::Exists | LabelOperator::DoesNotExist) => {
                needs_no_values(errors, &field, requirement);
            }
            None => errors.invalid(&operator, &requirement.operator, NO_OPERATOR),
        }
        key_and_values(errors, &field, requirement, true);
    }
}

/// What the API server says of an operator that does not exist.
pub(super) const NO_OPERATOR: &str = "not a valid selector operator";

pub(super) fn needs_values(errors: &mut Errors, field: &str, requirement: &Requirement) {
    if requirement.values.is_empty() {
        let detail = "must be specified when `operator` is 'In' or 'NotIn'";
        errors.required(&format!("{field}.values"), detail);
    }
}

pub(super) fn needs_no_values(errors: &mut Errors, field: &str, requirement: &Requirement) {
    if !requirement.values.is_empty() {
        let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.forbidden(&format!("{field}.values"), detail);
    }
}

/// The key must be a label's key and, if `strict`, the values be a label's values.
pub(super) fn key_and_values(
    errors: &mut Errors,
    field: &str,
    requirement: &Requirement,
    strict: bool,
) {
    let key = &requirement.key;
    errors.all_invalid(&format!("{field}.key"), key, names::qualified_name_problems(key));
    for (index, value) in requirement.values.iter().enumerate().filter(|_| strict) {
        let problems = names::label_value_problems(value);
        errors.all_invalid(&format!("{field}.values[{index}]"), value, problems);
    }
}

/// Labels as a message shows them.
pub(super) fn labels_json(labels: &Labels) -> Shown {
    if labels.is_empty() {
        return Shown::json("null");
    }
    let pairs: serde_json::Map<String, serde_json::Value> =
        labels.iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    Shown::json(serde_json::Value::Object(pairs).to_string())
}

/// Mirrors apimachinery pkg/api/validation/objectmeta.go › `ValidateOwnerReferences`.
fn owner_references(errors: &mut Errors, metadata: &ObjectMeta) {
    const FIELD: &str = "metadata.ownerReferences";
    for owner in &metadata.owner_references {
        if owner.api_version.is_empty() {
            let field = format!("{FIELD}.apiVersion");
            errors.invalid(&field, &owner.api_version, "version must not be empty");
        }
        for (name, value) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
            if value.is_empty() {
                errors.invalid(&format!("{FIELD}.{name}"), value, "must not be empty");
            }
        }
    }
}
