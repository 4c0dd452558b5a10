//! Validation of containers and init containers.

use std::collections::BTreeSet;

use crate::api::container::{ImagePullPolicy, Protocol};
use crate::api::names;
use crate::api::validation::field_error::Errors;
use crate::api::validation::{handler, resources, volume};
use crate::api::written::{Container, ContainerPort, EnvVar, PodSpec};

/// Mirrors pkg/apis/core/validation/validation.go › `validateContainers`.
pub(super) fn containers(
    errors: &mut Errors,
    field: &str,
    spec: &PodSpec,
    volumes: &BTreeSet<&str>,
) {
    let field = format!("{field}.containers");
    if spec.containers.is_empty() {
        return errors.required(&field, "");
    }
    let grace = spec.termination_grace_period_seconds.unwrap_or(0);
    let mut names = BTreeSet::new();
    for (index, container) in spec.containers.iter().enumerate() {
        let field = format!("{field}[{index}]");
        common(errors, &field, container, volumes);
        if !names.insert(container.name.as_str()) {
            errors.duplicate(&format!("{field}.name"), &container.name);
        }
        hooks_and_probes(errors, &field, container, grace);
        restart_policy(errors, &field, container);
    }
    let all = spec.containers.iter().enumerate();
    host_port_conflicts(errors, all.map(|(index, c)| (format!("{field}[{index}]"), c)));
}

/// Mirrors pkg/apis/core/validation/validation.go › `validateInitContainers`.
pub(super) fn init_containers(
    errors: &mut Errors,
    field: &str,
    spec: &PodSpec,
    volumes: &BTreeSet<&str>,
) {
    let grace = spec.termination_grace_period_seconds.unwrap_or(0);
    let mut names: BTreeSet<&str> = spec.containers.iter().map(|c| c.name.as_str()).collect();
    for (index, container) in spec.init_containers.iter().enumerate() {
        let list = format!("{field}.initContainers");
        let field = format!("{list}[{index}]");
        common(errors, &field, container, volumes);
        restart_policy(errors, &field, container);
        if names.contains(container.name.as_str()) {
            errors.duplicate(&format!("{field}.name"), &container.name);
        } else if !container.name.is_empty() {
            names.insert(&container.name);
        }
        // Upstream looks at each alone, as they run one by one, and so always names the first.
        host_port_conflicts(errors, std::iter::once((format!("{list}[0]"), container)));
        if container.restart_policy.as_deref() == Some("Always") {
            hooks_and_probes(errors, &field, container, grace);
        } else {
            no_hooks_and_probes(errors, &field, container);
        }
    }
}

/// Mirrors `validateContainerRestartPolicy` (since 1.35 for containers of every kind).
fn restart_policy(errors: &mut Errors, field: &str, container: &Container) {
    let supported = ["Always", "Never", "OnFailure"];
    if let Some(policy) = container.restart_policy.as_deref()
        && !supported.contains(&policy)
    {
        errors.not_supported(&format!("{field}.restartPolicy"), policy, &supported);
    }
}

/// Mirrors `validateContainerCommon`.
fn common(errors: &mut Errors, field: &str, container: &Container, volumes: &BTreeSet<&str>) {
    let name = format!("{field}.name");
    if container.name.is_empty() {
        errors.required(&name, "");
    } else {
        errors.all_invalid(&name, &container.name, names::dns_label_problems(&container.name));
    }
    if container.image.is_empty() {
        errors.required(&format!("{field}.image"), "");
    }
    let policy = &container.termination_message_policy;
    let supported = ["File", "FallbackToLogsOnError"];
    if !supported.contains(&policy.as_str()) {
        errors.not_supported(&format!("{field}.terminationMessagePolicy"), policy, &supported);
    }
    ports(errors, &format!("{field}.ports"), &container.ports);
    env(errors, &format!("{field}.env"), &container.env);
    volume::mounts(errors, &format!("{field}.volumeMounts"), &container.volume_mounts, volumes);
    let policy = &container.image_pull_policy;
    if ImagePullPolicy::from_name(policy).is_none() {
        let supported = ["Always", "IfNotPresent", "Never"];
        errors.not_supported(&format!("{field}.imagePullPolicy"), policy, &supported);
    }
    resources::requirements(errors, &format!("{field}.resources"), &container.resources);
}

fn hooks_and_probes(errors: &mut Errors, field: &str, container: &Container, grace: i64) {
    if let Some(lifecycle) = &container.lifecycle {
        handler::lifecycle(errors, &format!("{field}.lifecycle"), lifecycle, grace);
    }
    handler::probes(errors, field, container, grace);
}

fn no_hooks_and_probes(errors: &mut Errors, field: &str, container: &Container) {
    for (name, present) in [
        ("lifecycle", container.lifecycle.is_some()),
        ("livenessProbe", container.liveness_probe.is_some()),
        ("readinessProbe", container.readiness_probe.is_some()),
        ("startupProbe", container.startup_probe.is_some()),
    ] {
        if present {
            let detail = "may not be set for init containers without restartPolicy=Always";
            errors.forbidden(&format!("{field}.{name}"), detail);
        }
    }
}

/// Mirrors `validateContainerPorts`.
fn ports(errors: &mut Errors, field: &str, ports: &[ContainerPort]) {
    let mut names = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let field = format!("{field}[{index}]");
        port_name(errors, &format!("{field}.name"), &port.name, &mut names);
        if port.container_port == 0 {
            errors.required(&format!("{field}.containerPort"), "");
        } else {
            handler::port_number(errors, &format!("{field}.containerPort"), port.container_port);
        }
        if port.host_port != 0 {
            handler::port_number(errors, &format!("{field}.hostPort"), port.host_port);
        }
        if Protocol::from_name(&port.protocol).is_none() {
            let supported = ["SCTP", "TCP", "UDP"];
            errors.not_supported(&format!("{field}.protocol"), &port.protocol, &supported);
        }
    }
}

fn port_name<'a>(errors: &mut Errors, field: &str, name: &'a str, names: &mut BTreeSet<&'a str>) {
    if name.is_empty() {
        return;
    }
    let problems = names::port_name_problems(name);
    if !problems.is_empty() {
        errors.all_invalid(field, name, problems);
    } else if !names.insert(name) {
        errors.duplicate(field, name);
    }
}

/// Mirrors `AccumulateUniqueHostPorts`.
fn host_port_conflicts<'a>(
    errors: &mut Errors,
    containers: impl Iterator<Item = (String, &'a Container)>,
) {
    let mut taken = BTreeSet::new();
    for (field, container) in containers {
        for (index, port) in container.ports.iter().enumerate().filter(|(_, p)| p.host_port != 0) {
            let key = format!("{}/{}/{}", port.protocol, port.host_ip, port.host_port);
            if taken.contains(&key) {
                errors.duplicate(&format!("{field}.ports[{index}].hostPort"), &key);
            }
            taken.insert(key);
        }
    }
}

/// Mirrors `ValidateEnv` and `validateEnvVarValueFrom`.
fn env(errors: &mut Errors, field: &str, vars: &[EnvVar]) {
    for (index, var) in vars.iter().enumerate() {
        let field = format!("{field}[{index}]");
        let name = format!("{field}.name");
        let allowed = |c: char| c.is_ascii() && !c.is_ascii_control() && c != '=';
        if var.name.is_empty() {
            errors.required(&name, "");
        } else if !var.name.chars().all(allowed) {
            let detail = "a valid environment variable name must consist only of printable ASCII \
                          characters other than '='";
            errors.invalid(&name, &var.name, detail);
        }
        env_source(errors, &format!("{field}.valueFrom"), var);
    }
}

fn env_source(errors: &mut Errors, field: &str, var: &EnvVar) {
    let Some(source) = &var.value_from else { return };
    let kinds = [
        source.field_ref,
        source.resource_field_ref,
        source.config_map_key_ref,
        source.secret_key_ref,
        source.file_key_ref,
    ];
    let number = kinds.iter().flatten().count();
    if number == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or \
                      `secretKeyRef`";
        errors.invalid(field, "", detail);
    } else if !var.value.is_empty() {
        errors.invalid(field, "", "may not be specified when `value` is not empty");
    } else if number > 1 {
        errors.invalid(field, "", "may not have more than one field specified at a time");
    }
}
