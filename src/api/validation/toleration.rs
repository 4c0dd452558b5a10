//! Validation of tolerations.

use crate::api::names;
use crate::api::taint::TaintEffect;
use crate::api::validation::field_error::Errors;
use crate::api::written::Toleration;

/// Mirrors pkg/apis/core/validation/validation.go › `ValidateTolerations`, with the gate for
/// `Lt` and `Gt` off.
pub(super) fn tolerations(errors: &mut Errors, field: &str, tolerations: &[Toleration]) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let field = format!("{field}[{index}]");
        key(errors, &field, toleration);
        if toleration.toleration_seconds.is_some() && toleration.effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&format!("{field}.effect"), &toleration.effect, detail);
        }
        operator_and_value(errors, &format!("{field}.operator"), toleration);
        let effect = &toleration.effect;
        if !effect.is_empty() && TaintEffect::from_name(effect).is_none() {
            let supported = TaintEffect::ALL.map(TaintEffect::name);
            errors.not_supported(&format!("{field}.effect"), effect, &supported);
        }
    }
}

fn key(errors: &mut Errors, field: &str, toleration: &Toleration) {
    let key = &toleration.key;
    if !key.is_empty() {
        errors.all_invalid(&format!("{field}.key"), key, names::qualified_name_problems(key));
    } else if toleration.operator != "Exists" {
        let detail = "operator must be Exists when `key` is empty, which means \"match all values \
                      and all keys\"";
        errors.invalid(&format!("{field}.operator"), &toleration.operator, detail);
    }
}

/// What is wrong with the value is said of the operator, as upstream has it.
fn operator_and_value(errors: &mut Errors, field: &str, toleration: &Toleration) {
    let value = &toleration.value;
    match toleration.operator.as_str() {
        "" | "Equal" => {
            let problems = names::label_value_problems(value);
            if !problems.is_empty() {
                errors.invalid(field, value, problems.join(";"));
            }
        }
        "Exists" if value.is_empty() => {}
        "Exists" => {
            errors.invalid(field, value, "value must be empty when `operator` is 'Exists'");
        }
        operator => errors.not_supported(field, operator, &["Equal", "Exists"]),
    }
}
