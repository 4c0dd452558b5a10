//! Validation of resource requests and limits.

use std::collections::BTreeMap;

use crate::api::names;
use crate::api::quantity::Quantity;
use crate::api::validation::field_error::{Errors, NEGATIVE, Shown};
use crate::api::written::Resources;

/// Mirrors pkg/apis/core/validation/validation.go › `validateResourceRequirements`.
pub(super) fn requirements(errors: &mut Errors, field: &str, resources: &Resources) {
    for (name, quantity) in &resources.limits {
        resource(errors, &format!("{field}.limits[{name}]"), name, *quantity);
    }
    for (name, quantity) in &resources.requests {
        resource(errors, &format!("{field}.requests[{name}]"), name, *quantity);
        request_against_limit(errors, field, resources, name, *quantity);
    }
    let has = |wanted: fn(&str) -> bool| {
        resources.limits.keys().chain(resources.requests.keys()).any(|name| wanted(name))
    };
    if has(names::is_huge_page) && !has(|name| name == "cpu" || name == "memory") {
        errors.forbidden(field, "HugePages require cpu or memory");
    }
}

/// Mirrors `validateOverhead`.
pub(super) fn overhead(errors: &mut Errors, field: &str, overhead: &BTreeMap<String, Quantity>) {
    for (name, quantity) in overhead {
        resource(errors, &format!("{field}.limits[{name}]"), name, *quantity);
    }
}

/// A resource that cannot be overcommitted needs a limit equal to its request.
fn request_against_limit(
    errors: &mut Errors,
    field: &str,
    resources: &Resources,
    name: &str,
    request: Quantity,
) {
    let overcommit = names::is_native_resource(name) && !names::is_huge_page(name);
    let shown = request.to_string();
    let requests = format!("{field}.requests");
    match resources.limits.get(name) {
        Some(limit) if request != *limit && !overcommit => {
            let detail = format!("must be equal to {name} limit of {limit}");
            errors.invalid(&requests, &shown, detail);
        }
        Some(limit) if request > *limit => {
            let detail = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(&requests, &shown, detail);
        }
        None if !overcommit => {
            let detail = "Limit must be set for non overcommitable resources";
            errors.required(&format!("{field}.limits"), detail);
        }
        Some(_) | None => {}
    }
}

fn resource(errors: &mut Errors, field: &str, name: &str, quantity: Quantity) {
    resource_name(errors, field, name);
    if quantity.is_negative() {
        errors.invalid(field, &quantity.to_string(), NEGATIVE);
    }
    if names::is_extended_resource(name) && !quantity.is_whole() {
        errors.invalid(field, Shown::json(format!("\"{quantity}\"")), "must be an integer");
    }
    if names::is_huge_page(name) && !is_multiple_of_page(name, quantity) {
        let detail = format!("{quantity} is not positive integer multiple of {name}");
        errors.invalid(field, &quantity.to_string(), detail);
    }
}

/// Mirrors `validateResourceName` and `validateContainerResourceName`.
fn resource_name(errors: &mut Errors, field: &str, name: &str) {
    let problems = names::qualified_name_problems(name);
    let qualified = problems.is_empty();
    errors.all_invalid(field, name, problems);
    if name.contains('/') {
        if !names::is_native_resource(name) && !names::is_extended_resource(name) {
            errors.invalid(field, name, "doesn't follow extended resource name standard");
        }
        return;
    }
    if qualified && !STANDARD.contains(&name) && !names::is_huge_page(name) {
        errors.invalid(field, name, "must be a standard resource type or fully qualified");
    }
    if !CONTAINER.contains(&name) && !names::is_huge_page(name) {
        errors.invalid(field, name, "must be a standard resource for containers");
    }
}

/// What a container may ask for.
const CONTAINER: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// What has a name of Kubernetes' own, most of it in quotas only.
const STANDARD: [&str; 22] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
    "count/daemonsets.apps",
    "count/pods",
];

/// Mirrors pkg/apis/core/helper › `IsHugePageResourceValueDivisible`.
fn is_multiple_of_page(name: &str, quantity: Quantity) -> bool {
    let size = name.strip_prefix("hugepages-").and_then(|size| size.parse::<Quantity>().ok());
    size.is_some_and(|size| {
        size.units() > 0 && quantity.is_whole() && quantity.units() % size.units() == 0
    })
}
