//! From an object as written to the valid type.
//!
//! What lives here: conversions that run after defaulting and validation, so that they do not fail
//! for a manifest; for an object out of a cluster, which was validated there, they refuse what this
//! version does not know. Also what Kubernetes defaults only when a pod is created.

use crate::api::container::{Container, ContainerPort, ImagePullPolicy, PreStop, Probe, Protocol};
use crate::api::daemon_set::{DaemonSet, DaemonSetSpec, DaemonSetStatus, UpdateStrategy};
use crate::api::int_or_percent::{IntOrPercent, percentage};
use crate::api::label_selector::{LabelOperator, LabelRequirement, LabelSelector};
use crate::api::node_selector::{
    NodeOperator, NodeRequirement, NodeSelector, NodeSelectorTerm, PreferredTerm,
};
use crate::api::pod_template::{PodSpec, PodTemplate};
use crate::api::taint::{TaintEffect, Toleration, TolerationOperator};
use crate::api::written;
use crate::api::written::IntOrString;
use crate::time::SimDuration;

/// Why an object cannot be represented.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a known {what}")]
pub(super) struct UnknownValue {
    what: &'static str,
    value: String,
}

type Converted<T> = Result<T, UnknownValue>;

/// A DaemonSet, given the canonical text of its template.
pub(super) fn daemon_set(written: written::DaemonSet, canonical: String) -> Converted<DaemonSet> {
    let spec = written.spec;
    let status = written.status;
    Ok(DaemonSet {
        metadata: written.metadata,
        spec: DaemonSetSpec {
            selector: label_selector(&spec.selector.unwrap_or_default())?,
            update_strategy: update_strategy(&spec.update_strategy)?,
            template: pod_template(spec.template, canonical)?,
            min_ready_seconds: unsigned(spec.min_ready_seconds),
            revision_history_limit: spec.revision_history_limit.map_or(10, unsigned),
        },
        status: DaemonSetStatus {
            current_number_scheduled: status.current_number_scheduled,
            number_misscheduled: status.number_misscheduled,
            desired_number_scheduled: status.desired_number_scheduled,
            number_ready: status.number_ready,
            observed_generation: status.observed_generation,
            updated_number_scheduled: status.updated_number_scheduled,
            number_available: status.number_available,
            number_unavailable: status.number_unavailable,
            collision_count: status.collision_count,
        },
    })
}

pub(super) fn label_selector(written: &written::LabelSelector) -> Converted<LabelSelector> {
    let requirement = |written: &written::Requirement| {
        Ok(LabelRequirement {
            key: written.key.clone(),
            operator: LabelOperator::from_name(&written.operator)
                .ok_or_else(|| unknown("selector operator", &written.operator))?,
            values: written.values.clone(),
        })
    };
    Ok(LabelSelector {
        match_labels: written.match_labels.clone(),
        match_expressions: all(&written.match_expressions, requirement)?,
    })
}

fn update_strategy(written: &written::UpdateStrategy) -> Converted<UpdateStrategy> {
    match (written.kind.as_str(), &written.rolling_update) {
        ("OnDelete", _) => Ok(UpdateStrategy::OnDelete),
        ("RollingUpdate", Some(rolling)) => Ok(UpdateStrategy::RollingUpdate {
            max_unavailable: rolling
                .max_unavailable
                .as_ref()
                .map_or(Ok(IntOrPercent::Int(1)), int_or_percent)?,
            max_surge: rolling
                .max_surge
                .as_ref()
                .map_or(Ok(IntOrPercent::Int(0)), int_or_percent)?,
        }),
        (kind, _) => Err(unknown("update strategy", kind)),
    }
}

fn int_or_percent(written: &IntOrString) -> Converted<IntOrPercent> {
    match written {
        IntOrString::Int(number) => Ok(IntOrPercent::Int(unsigned(*number))),
        IntOrString::Text(text) => {
            percentage(text).map(IntOrPercent::Percent).ok_or_else(|| unknown("percentage", text))
        }
    }
}

/// A pod template, given its canonical text.
pub(super) fn pod_template(
    written: written::PodTemplate,
    canonical: String,
) -> Converted<PodTemplate> {
    Ok(PodTemplate {
        finalizers: written.metadata.keeping().map(str::to_owned).collect(),
        labels: written.metadata.labels,
        annotations: written.metadata.annotations,
        spec: pod_spec(written.spec)?,
        canonical,
    })
}

/// A pod's spec; under hostNetwork every port becomes a host port, as when a pod is created.
pub(super) fn pod_spec(written: written::PodSpec) -> Converted<PodSpec> {
    let host_network = written.host_network;
    let container = |written: &written::Container| container(written, host_network);
    let affinity = written.affinity.and_then(|affinity| affinity.node_affinity).unwrap_or_default();
    let required = affinity.required_during_scheduling_ignored_during_execution;
    let preferred = affinity.preferred_during_scheduling_ignored_during_execution;
    Ok(PodSpec {
        node_name: given(written.node_name),
        node_selector: written.node_selector,
        node_affinity_required: required.as_ref().map(node_selector).transpose()?,
        node_affinity_preferred: all(&preferred, preferred_term)?,
        tolerations: all(&written.tolerations, toleration)?,
        host_network,
        containers: all(&written.containers, container)?,
        init_containers: all(&written.init_containers, container)?,
        termination_grace_period_seconds: seconds(written.termination_grace_period_seconds),
        priority_class_name: given(written.priority_class_name),
        priority: written.priority,
        may_preempt: written.preemption_policy.map(|policy| policy != "Never"),
        overhead: written.overhead,
        scheduler_name: written.scheduler_name,
        scheduling_gates: written.scheduling_gates.into_iter().map(|gate| gate.name).collect(),
        readiness_gates: written.readiness_gates.into_iter().map(|it| it.condition_type).collect(),
        os: written.os.map(|os| os.name),
    })
}

fn node_selector(written: &written::NodeSelector) -> Converted<NodeSelector> {
    Ok(NodeSelector { terms: all(&written.node_selector_terms, node_selector_term)? })
}

fn preferred_term(written: &written::PreferredTerm) -> Converted<PreferredTerm> {
    let preference = node_selector_term(&written.preference)?;
    Ok(PreferredTerm { weight: written.weight, preference })
}

fn node_selector_term(written: &written::NodeSelectorTerm) -> Converted<NodeSelectorTerm> {
    let requirement = |written: &written::Requirement| {
        Ok(NodeRequirement {
            key: written.key.clone(),
            operator: NodeOperator::from_name(&written.operator)
                .ok_or_else(|| unknown("node selector operator", &written.operator))?,
            values: written.values.clone(),
        })
    };
    Ok(NodeSelectorTerm {
        match_expressions: all(&written.match_expressions, requirement)?,
        match_fields: all(&written.match_fields, requirement)?,
    })
}

fn toleration(written: &written::Toleration) -> Converted<Toleration> {
    let operator = match written.operator.as_str() {
        "" | "Equal" => TolerationOperator::Equal,
        "Exists" => TolerationOperator::Exists,
        // Refused in manifests, but a cluster with an alpha feature on prints them.
        "Lt" => TolerationOperator::Lt,
        "Gt" => TolerationOperator::Gt,
        operator => return Err(unknown("toleration operator", operator)),
    };
    let effect = match written.effect.as_str() {
        "" => None,
        name => Some(TaintEffect::from_name(name).ok_or_else(|| unknown("taint effect", name))?),
    };
    Ok(Toleration {
        key: written.key.clone(),
        operator,
        value: written.value.clone(),
        effect,
        toleration_seconds: written.toleration_seconds,
    })
}

/// A container; a resource with a limit and no request requests its limit.
fn container(written: &written::Container, host_network: bool) -> Converted<Container> {
    let mut requests = written.resources.limits.clone();
    requests.extend(written.resources.requests.clone());
    let policy = &written.image_pull_policy;
    let pre_stop = written.lifecycle.as_ref().and_then(|lifecycle| lifecycle.pre_stop.as_ref());
    Ok(Container {
        name: written.name.clone(),
        image: written.image.clone(),
        image_pull_policy: ImagePullPolicy::from_name(policy)
            .ok_or_else(|| unknown("image pull policy", policy))?,
        ports: all(&written.ports, |written| port(written, host_network))?,
        requests,
        limits: written.resources.limits.clone(),
        readiness_probe: written.readiness_probe.as_ref().map(probe),
        liveness_probe: written.liveness_probe.as_ref().map(probe),
        startup_probe: written.startup_probe.as_ref().map(probe),
        pre_stop: pre_stop.map(hook),
        is_sidecar: written.restart_policy.as_deref() == Some("Always"),
    })
}

fn port(written: &written::ContainerPort, host_network: bool) -> Converted<ContainerPort> {
    let number = |port: i32| u16::try_from(port).map_err(|_| unknown("port", &port.to_string()));
    let container_port = number(written.container_port)?;
    let host_port = match written.host_port {
        0 => host_network.then_some(container_port),
        port => Some(number(port)?),
    };
    Ok(ContainerPort {
        container_port,
        host_port,
        protocol: Protocol::from_name(&written.protocol)
            .ok_or_else(|| unknown("protocol", &written.protocol))?,
        host_ip: given(written.host_ip.clone()),
    })
}

fn probe(written: &written::Probe) -> Probe {
    let span = |seconds| SimDuration::from_secs(u64::from(unsigned(seconds)));
    Probe {
        initial_delay: span(written.initial_delay_seconds),
        period: span(written.period_seconds),
        timeout: span(written.timeout_seconds),
        success_threshold: unsigned(written.success_threshold),
        failure_threshold: unsigned(written.failure_threshold),
    }
}

/// A hook; `sleep 15`, alone or through a shell, is a command whose duration can be read.
fn hook(written: &written::Handler) -> PreStop {
    if let Some(sleep) = &written.sleep {
        return PreStop::Sleep(SimDuration::from_secs(u64::try_from(sleep.seconds).unwrap_or(0)));
    }
    let command = written.exec.as_ref().map_or(&[] as &[String], |exec| &exec.command);
    let words: Vec<&str> = match command {
        [shell, flag, line] if is_shell(shell) && flag == "-c" => line.split_whitespace().collect(),
        words => words.iter().map(String::as_str).collect(),
    };
    match words.as_slice() {
        ["sleep" | "/bin/sleep" | "/usr/bin/sleep", seconds] => {
            let seconds = seconds.strip_suffix('s').unwrap_or(seconds).parse();
            seconds
                .map_or(PreStop::Other, |seconds| PreStop::Sleep(SimDuration::from_secs(seconds)))
        }
        _ => PreStop::Other,
    }
}

fn is_shell(command: &str) -> bool {
    matches!(command.rsplit('/').next(), Some("sh" | "bash" | "ash"))
}

fn all<W, T>(written: &[W], convert: impl FnMut(&W) -> Converted<T>) -> Converted<Vec<T>> {
    written.iter().map(convert).collect()
}

fn unknown(what: &'static str, value: &str) -> UnknownValue {
    UnknownValue { what, value: value.to_owned() }
}

fn given(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Validation refuses what is negative; an object out of a cluster has passed it.
fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// A grace period, clamped to 136 years.
fn seconds(written: Option<i64>) -> u32 {
    u32::try_from(written.unwrap_or(30).max(0)).unwrap_or(u32::MAX)
}
