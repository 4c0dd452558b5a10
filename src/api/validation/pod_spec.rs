//! Validation of a pod template.

use crate::api::names;
use crate::api::validation::field_error::Errors;
use crate::api::validation::{affinity, container, metadata, resources, toleration, volume};
use crate::api::written::{Container, PodSpec, PodTemplate};

/// Mirrors pkg/apis/core/validation/validation.go › `ValidatePodTemplateSpec`; the paths of labels
/// and annotations are upstream's, which leaves out `metadata`.
pub(super) fn pod_template(errors: &mut Errors, field: &str, template: &PodTemplate) {
    metadata::labels(errors, &format!("{field}.labels"), &template.metadata.labels);
    metadata::annotations(errors, &format!("{field}.annotations"), &template.metadata);
    let spec = format!("{field}.spec");
    pod_spec(errors, &spec, &template.spec);
    if !template.spec.ephemeral_containers.is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.forbidden(&format!("{spec}.ephemeralContainers"), detail);
    }
}

/// Mirrors pkg/apis/core/validation/validation.go › `ValidatePodSpec`.
fn pod_spec(errors: &mut Errors, field: &str, spec: &PodSpec) {
    let volumes = volume::volumes(errors, &format!("{field}.volumes"), &spec.volumes);
    container::containers(errors, field, spec, &volumes);
    container::init_containers(errors, field, spec, &volumes);
    if spec.host_network {
        host_network_ports(errors, &format!("{field}.containers"), &spec.containers);
    }
    restart_policy(errors, field, spec);
    dns_policy(errors, field, spec);
    metadata::labels(errors, &format!("{field}.nodeSelector"), &spec.node_selector);
    if let Some(node_affinity) = spec.affinity.as_ref().and_then(|a| a.node_affinity.as_ref()) {
        let field = format!("{field}.affinity.nodeAffinity");
        affinity::node_affinity(errors, &field, node_affinity);
    }
    dns_config(errors, field, spec);
    readiness_gates(errors, field, spec);
    scheduling_gates(errors, field, spec);
    for (name, value) in
        [("serviceAccountName", &spec.service_account_name), ("nodeName", &spec.node_name)]
    {
        subdomain(errors, &format!("{field}.{name}"), value);
    }
    active_deadline(errors, field, spec);
    toleration::tolerations(errors, &format!("{field}.tolerations"), &spec.tolerations);
    subdomain(errors, &format!("{field}.priorityClassName"), &spec.priority_class_name);
    preemption_policy(errors, field, spec);
    resources::overhead(errors, &format!("{field}.overhead"), &spec.overhead);
    os(errors, field, spec);
}

fn subdomain(errors: &mut Errors, field: &str, value: &str) {
    if !value.is_empty() {
        errors.all_invalid(field, value, names::dns_subdomain_problems(value));
    }
}

/// Mirrors `validatePodHostNetworkDeps`: a template may leave the host port out, not change it.
fn host_network_ports(errors: &mut Errors, field: &str, containers: &[Container]) {
    for (index, container) in containers.iter().enumerate() {
        for (port_index, port) in container.ports.iter().enumerate() {
            if port.host_port != 0 && port.host_port != port.container_port {
                let field = format!("{field}[{index}].ports[{port_index}].hostPort");
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(&field, port.host_port, detail);
            }
        }
    }
}

fn restart_policy(errors: &mut Errors, field: &str, spec: &PodSpec) {
    let supported = ["Always", "OnFailure", "Never"];
    if !supported.contains(&spec.restart_policy.as_str()) {
        let field = format!("{field}.restartPolicy");
        errors.not_supported(&field, &spec.restart_policy, &supported);
    }
}

fn dns_policy(errors: &mut Errors, field: &str, spec: &PodSpec) {
    let supported = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    if !supported.contains(&spec.dns_policy.as_str()) {
        errors.not_supported(&format!("{field}.dnsPolicy"), &spec.dns_policy, &supported);
    }
}

fn dns_config(errors: &mut Errors, field: &str, spec: &PodSpec) {
    if spec.dns_policy == "None" && spec.dns_config.is_none() {
        let detail = "must provide `dnsConfig` when `dnsPolicy` is None";
        errors.required(&format!("{field}.dnsConfig"), detail);
    }
}

/// Mirrors `validateReadinessGates`.
fn readiness_gates(errors: &mut Errors, field: &str, spec: &PodSpec) {
    for (index, gate) in spec.readiness_gates.iter().enumerate() {
        let field = format!("{field}.readinessGates[{index}].conditionType");
        let problems = names::qualified_name_problems(&gate.condition_type);
        errors.all_invalid(&field, &gate.condition_type, problems);
    }
}

/// Mirrors `validateSchedulingGates`.
fn scheduling_gates(errors: &mut Errors, field: &str, spec: &PodSpec) {
    for (index, gate) in spec.scheduling_gates.iter().enumerate() {
        let field = format!("{field}.schedulingGates[{index}]");
        errors.all_invalid(&field, &gate.name, names::qualified_name_problems(&gate.name));
        if spec.scheduling_gates[..index].contains(gate) {
            errors.duplicate(&field, &gate.name);
        }
    }
}

/// Mirrors `validateOS`; what an operating system rules out is not looked at.
fn os(errors: &mut Errors, field: &str, spec: &PodSpec) {
    let supported = ["linux", "windows"];
    let field = format!("{field}.os.name");
    match spec.os.as_ref().map(|os| os.name.as_str()) {
        Some("") => errors.required(&field, "cannot be empty"),
        Some(name) if !supported.contains(&name) => errors.not_supported(&field, name, &supported),
        Some(_) | None => {}
    }
}

fn active_deadline(errors: &mut Errors, field: &str, spec: &PodSpec) {
    let allowed = 1..=i64::from(i32::MAX);
    if let Some(seconds) = spec.active_deadline_seconds.filter(|seconds| !allowed.contains(seconds))
    {
        let field = format!("{field}.activeDeadlineSeconds");
        errors.invalid(&field, seconds, "must be between 1 and 2147483647, inclusive");
    }
}

fn preemption_policy(errors: &mut Errors, field: &str, spec: &PodSpec) {
    let supported = ["PreemptLowerPriority", "Never"];
    let field = format!("{field}.preemptionPolicy");
    match spec.preemption_policy.as_deref() {
        Some("") => errors.required(&field, ""),
        Some(policy) if !supported.contains(&policy) => {
            errors.not_supported(&field, policy, &supported);
        }
        Some(_) | None => {}
    }
}
