//! Validation of node affinity.

use crate::api::names;
use crate::api::node_selector::{NODE_NAME, NodeOperator};
use crate::api::validation::field_error::Errors;
use crate::api::validation::metadata::{
    NO_OPERATOR, key_and_values, needs_no_values, needs_values,
};
use crate::api::written::{NodeAffinity, NodeSelectorTerm, Requirement};

/// Mirrors pkg/apis/core/validation/validation.go › `validateNodeAffinity`.
pub(super) fn node_affinity(errors: &mut Errors, field: &str, affinity: &NodeAffinity) {
    if let Some(required) = &affinity.required_during_scheduling_ignored_during_execution {
        let field =
            format!("{field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
        if required.node_selector_terms.is_empty() {
            errors.required(&field, "must have at least one node selector term");
        }
        for (index, term) in required.node_selector_terms.iter().enumerate() {
            node_selector_term(errors, &format!("{field}[{index}]"), term, true);
        }
    }
    let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
    for (index, term) in preferred.iter().enumerate() {
        let field = format!("{field}.preferredDuringSchedulingIgnoredDuringExecution[{index}]");
        if !(1..=100).contains(&term.weight) {
            errors.invalid(&format!("{field}.weight"), term.weight, "must be in the range 1-100");
        }
        node_selector_term(errors, &format!("{field}.preference"), &term.preference, false);
    }
}

/// Values must be possible values of a label only where the affinity is required.
fn node_selector_term(errors: &mut Errors, field: &str, term: &NodeSelectorTerm, strict: bool) {
    for (index, requirement) in term.match_expressions.iter().enumerate() {
        expression(errors, &format!("{field}.matchExpressions[{index}]"), requirement, strict);
    }
    for (index, requirement) in term.match_fields.iter().enumerate() {
        match_field(errors, &format!("{field}.matchFields[{index}]"), requirement);
    }
}

/// Mirrors `ValidateNodeSelectorRequirement`.
fn expression(errors: &mut Errors, field: &str, requirement: &Requirement, strict: bool) {
    match NodeOperator::from_name(&requirement.operator) {
        Some(NodeOperator::In | NodeOperator::NotIn) => needs_values(errors, field, requirement),
        Some(NodeOperator::Exists | NodeOperator::DoesNotExist) => {
            needs_no_values(errors, field, requirement);
        }
        Some(NodeOperator::Gt | NodeOperator::Lt) if requirement.values.len() == 1 => {}
        Some(NodeOperator::Gt | NodeOperator::Lt) => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            errors.required(&format!("{field}.values"), detail);
        }
        None => errors.invalid(&format!("{field}.operator"), &requirement.operator, NO_OPERATOR),
    }
    key_and_values(errors, field, requirement, strict);
}

/// Mirrors `ValidateNodeFieldSelectorRequirement`.
fn match_field(errors: &mut Errors, field: &str, requirement: &Requirement) {
    match NodeOperator::from_name(&requirement.operator) {
        Some(NodeOperator::In | NodeOperator::NotIn) if requirement.values.len() == 1 => {}
        Some(NodeOperator::In | NodeOperator::NotIn) => {
            let detail =
                "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            errors.required(&format!("{field}.values"), detail);
        }
        Some(
            NodeOperator::Exists | NodeOperator::DoesNotExist | NodeOperator::Gt | NodeOperator::Lt,
        )
        | None => errors.invalid(&format!("{field}.operator"), &requirement.operator, NO_OPERATOR),
    }
    if requirement.key != NODE_NAME {
        let detail = "not a valid field selector key";
        return errors.invalid(&format!("{field}.key"), &requirement.key, detail);
    }
    for (index, value) in requirement.values.iter().enumerate() {
        let problems = names::dns_subdomain_problems(value);
        errors.all_invalid(&format!("{field}.values[{index}]"), value, problems);
    }
}
