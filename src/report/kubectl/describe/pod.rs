//! `kubectl describe pod`.

use serde_json::Value;

use crate::api::parse_rfc3339;
use crate::inspect::Event;
use crate::report::kubectl::age::age;
use crate::report::kubectl::describe::containers::{containers, seccomp_profile};
use crate::report::kubectl::describe::events::{Clock, events as describe_events};
use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::maps::{annotations, labels};
use crate::report::kubectl::describe::quantities::{amount_of, amounts, list};
use crate::report::kubectl::describe::scheduling::{tolerations, topology_spread};
use crate::report::kubectl::describe::times::long_time;
use crate::report::kubectl::describe::volumes::volumes;

/// A pod and the events about it.
///
/// Source: `kubectl/pkg/describe/describe.go › describePod`.
pub fn describe_pod(pod: &Value, events: &[&Event], clock: &Clock<'_>) -> String {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    let mut lines = Lines::of(clock.kubernetes_version);
    basics(&mut lines, pod);
    labels(&mut lines, "Labels", &pod["metadata"]["labels"]);
    annotations(&mut lines, "Annotations", &pod["metadata"]["annotations"]);
    phase(&mut lines, pod, clock);
    seccomp_profile(&mut lines, spec, [0, 0]);
    addresses(&mut lines, pod);
    let init = list(spec, "initContainers");
    if !init.is_empty() {
        let statuses = list(status, "initContainerStatuses");
        containers(&mut lines, "Init Containers", init, Some((pod, statuses)));
    }
    let statuses = list(status, "containerStatuses");
    containers(&mut lines, "Containers", list(spec, "containers"), Some((pod, statuses)));
    conditions(&mut lines, pod);
    volumes(&mut lines, list(spec, "volumes"), false);
    lines.entry(0, "QoS Class", qos_class(pod));
    labels(&mut lines, "Node-Selectors", &spec["nodeSelector"]);
    tolerations(&mut lines, "Tolerations", &spec["tolerations"]);
    topology_spread(&mut lines, "", &spec["topologySpreadConstraints"]);
    describe_events(&mut lines, events, clock);
    lines.finish()
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn basics(lines: &mut Lines, pod: &Value) {
    let (metadata, spec, status) = (&pod["metadata"], &pod["spec"], &pod["status"]);
    lines.entry(0, "Name", text(metadata, "name"));
    lines.entry(0, "Namespace", text(metadata, "namespace"));
    if let Some(priority) = spec["priority"].as_i64() {
        lines.entry(0, "Priority", priority);
    }
    for (title, key) in [
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ] {
        if !text(spec, key).is_empty() {
            lines.entry(0, title, text(spec, key));
        }
    }
    match text(spec, "nodeName") {
        "" => lines.entry(0, "Node", "<none>"),
        node => lines.entry(0, "Node", format_args!("{node}/{}", text(status, "hostIP"))),
    }
    if status.get("startTime").is_some() {
        lines.entry(0, "Start Time", long_time(&status["startTime"]));
    }
}

fn phase(lines: &mut Lines, pod: &Value, clock: &Clock<'_>) {
    let (metadata, status) = (&pod["metadata"], &pod["status"]);
    let phase = text(status, "phase");
    let deleted = metadata["deletionTimestamp"].as_str().and_then(parse_rfc3339);
    match deleted.filter(|_| !matches!(phase, "Failed" | "Succeeded")) {
        Some(deleted) => {
            let lasts = age(clock.now, deleted);
            lines.entry(0, "Status", format_args!("Terminating (lasts {lasts})"));
            let grace = metadata["deletionGracePeriodSeconds"].as_i64().unwrap_or(0);
            lines.entry(0, "Termination Grace Period", format_args!("{grace}s"));
        }
        None => lines.entry(0, "Status", phase),
    }
    for (title, key) in [("Reason", "reason"), ("Message", "message")] {
        if !text(status, key).is_empty() {
            lines.entry(0, title, text(status, key));
        }
    }
}

fn addresses(lines: &mut Lines, pod: &Value) {
    let status = &pod["status"];
    lines.entry(0, "IP", text(status, "podIP"));
    let all = list(status, "podIPs");
    lines.line(0, if all.is_empty() { "IPs:\t<none>" } else { "IPs:" });
    for address in all {
        lines.entry(1, "IP", text(address, "ip"));
    }
    let owners = list(&pod["metadata"], "ownerReferences");
    if let Some(owner) = owners.iter().find(|it| it["controller"].as_bool() == Some(true)) {
        let owner = format!("{}/{}", text(owner, "kind"), text(owner, "name"));
        lines.entry(0, "Controlled By", owner);
    }
    if !text(status, "nominatedNodeName").is_empty() {
        lines.entry(0, "NominatedNodeName", text(status, "nominatedNodeName"));
    }
}

fn conditions(lines: &mut Lines, pod: &Value) {
    let conditions = list(&pod["status"], "conditions");
    let status_of = |kind: &Value| {
        let found = conditions.iter().find(|it| it["type"] == *kind);
        found.map_or("<none>", |it| text(it, "status"))
    };
    let gates = list(&pod["spec"], "readinessGates");
    if !gates.is_empty() {
        lines.line(0, "Readiness Gates:\n  Type\tStatus");
    }
    for gate in gates {
        let kind = &gate["conditionType"];
        let status = status_of(kind);
        lines.line(1, format_args!("{} \t{status} ", kind.as_str().unwrap_or_default()));
    }
    if !conditions.is_empty() {
        lines.line(0, "Conditions:\n  Type\tStatus");
    }
    for it in conditions {
        lines.line(1, format_args!("{} \t{} ", text(it, "type"), text(it, "status")));
    }
}

/// Source: `kubectl/pkg/util/qos/qos.go › GetPodQOS`.
fn qos_class(pod: &Value) -> &str {
    let told = text(&pod["status"], "qosClass");
    if !told.is_empty() {
        return told;
    }
    let all = ["containers", "initContainers"].map(|key| list(&pod["spec"], key));
    let mut resources = all.into_iter().flatten().map(|it| &it["resources"]);
    let says = |of: &Value, kind: &str, name: &str| {
        let amount = amount_of(&amounts(&of[kind]), name);
        if amount.is_zero() { None } else { Some(amount) }
    };
    let names = ["cpu", "memory"];
    let is_empty = |of: &Value| {
        names
            .iter()
            .all(|name| ["requests", "limits"].iter().all(|it| says(of, it, name).is_none()))
    };
    if resources.clone().all(is_empty) {
        return "BestEffort";
    }
    let is_fixed = |of: &Value| {
        names.iter().all(|name| {
            let limit = says(of, "limits", name);
            let request = says(of, "requests", name).or(limit);
            limit.is_some() && request == limit
        })
    };
    if resources.all(is_fixed) { "Guaranteed" } else { "Burstable" }
}
