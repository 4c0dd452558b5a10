//! Validation of probes and of lifecycle hooks.

use crate::api::names;
use crate::api::validation::field_error::Errors;
use crate::api::written::{Container, Handler, IntOrString, Lifecycle, Probe};

/// Mirrors pkg/apis/core/validation/validation.go › `validateLifecycle`.
pub(super) fn lifecycle(errors: &mut Errors, field: &str, lifecycle: &Lifecycle, grace: i64) {
    for (name, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
        if let Some(hook) = hook {
            handler(errors, &format!("{field}.{name}"), hook, grace);
        }
    }
}

/// Mirrors `validateLivenessProbe`, `validateReadinessProbe` and `validateStartupProbe`, in the
/// order in which they are called.
pub(super) fn probes(errors: &mut Errors, field: &str, container: &Container, grace: i64) {
    if let Some(liveness) = &container.liveness_probe {
        let field = format!("{field}.livenessProbe");
        probe(errors, &field, liveness, grace);
        one_success(errors, &field, liveness);
    }
    if let Some(readiness) = &container.readiness_probe {
        let field = format!("{field}.readinessProbe");
        probe(errors, &field, readiness, grace);
        if let Some(seconds) = readiness.termination_grace_period_seconds {
            let field = format!("{field}.terminationGracePeriodSeconds");
            errors.invalid(&field, seconds, "must not be set for readinessProbes");
        }
    }
    if let Some(startup) = &container.startup_probe {
        let field = format!("{field}.startupProbe");
        probe(errors, &field, startup, grace);
        one_success(errors, &field, startup);
    }
}

fn one_success(errors: &mut Errors, field: &str, probe: &Probe) {
    if probe.success_threshold != 1 {
        errors.invalid(&format!("{field}.successThreshold"), probe.success_threshold, "must be 1");
    }
}

fn probe(errors: &mut Errors, field: &str, probe: &Probe, grace: i64) {
    handler(errors, field, &probe.handler(), grace);
    for (name, value) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        errors.nonnegative(&format!("{field}.{name}"), value);
    }
    if let Some(seconds) = probe.termination_grace_period_seconds.filter(|seconds| *seconds <= 0) {
        let field = format!("{field}.terminationGracePeriodSeconds");
        errors.invalid(&field, seconds, "must be greater than 0");
    }
}

/// Mirrors `validateHandler`: the first handler is looked at, every further one is one too many.
fn handler(errors: &mut Errors, field: &str, handler: &Handler, grace: i64) {
    let present = [
        ("exec", handler.exec.is_some()),
        ("httpGet", handler.http_get.is_some()),
        ("tcpSocket", handler.tcp_socket.is_some()),
        ("grpc", handler.grpc.is_some()),
        ("sleep", handler.sleep.is_some()),
    ];
    let mut seen = false;
    for (name, _) in present.into_iter().filter(|(_, present)| *present) {
        let field = format!("{field}.{name}");
        if seen {
            errors.forbidden(&field, "may not specify more than 1 handler type");
        } else {
            action(errors, &field, handler, grace);
        }
        seen = true;
    }
    if !seen {
        errors.required(field, "must specify a handler type");
    }
}

/// The first of the actions, in upstream's order.
fn action(errors: &mut Errors, field: &str, handler: &Handler, grace: i64) {
    if let Some(exec) = &handler.exec {
        if exec.command.is_empty() {
            errors.required(&format!("{field}.command"), "");
        }
    } else if let Some(http) = &handler.http_get {
        port(errors, &format!("{field}.port"), &http.port);
        if !["HTTP", "HTTPS"].contains(&http.scheme.as_str()) {
            errors.not_supported(&format!("{field}.scheme"), &http.scheme, &["HTTP", "HTTPS"]);
        }
    } else if let Some(tcp) = &handler.tcp_socket {
        port(errors, &format!("{field}.port"), &tcp.port);
    } else if let Some(grpc) = &handler.grpc {
        port(errors, &format!("{field}.port"), &IntOrString::Int(grpc.port));
    } else if let Some(sleep) = &handler.sleep
        && !(0..=grace).contains(&sleep.seconds)
    {
        let detail =
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.invalid(field, sleep.seconds, detail);
    }
}

/// Mirrors `ValidatePortNumOrName`.
fn port(errors: &mut Errors, field: &str, port: &IntOrString) {
    match port {
        IntOrString::Int(number) => port_number(errors, field, *number),
        IntOrString::Text(name) => errors.all_invalid(field, name, names::port_name_problems(name)),
    }
}

/// Mirrors apimachinery pkg/util/validation › `IsValidPortNum`.
pub(super) fn port_number(errors: &mut Errors, field: &str, number: i32) {
    if !(1..=65_535).contains(&number) {
        errors.invalid(field, number, "must be between 1 and 65535, inclusive");
    }
}
