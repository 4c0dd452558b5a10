//! `kubectl describe ds`.

use serde_json::Value;

use crate::inspect::Event;
use crate::report::kubectl::describe::events::{Clock, events as describe_events};
use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::maps::{annotations, labels, labels_in_line};
use crate::report::kubectl::describe::pod_template::pod_template;
use crate::report::kubectl::label_selector::parsed;

/// How many pods that a DaemonSet controls are in each phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PodPhases {
    pub running: usize,
    pub pending: usize,
    pub succeeded: usize,
    pub failed: usize,
}

/// A DaemonSet, the phases of the pods that it controls, and the events about it.
///
/// Source: `kubectl/pkg/describe/describe.go › describeDaemonSet`.
pub fn describe_daemon_set(
    daemon_set: &Value,
    pods: PodPhases,
    events: &[&Event],
    clock: &Clock<'_>,
) -> String {
    let (metadata, spec) = (&daemon_set["metadata"], &daemon_set["spec"]);
    let mut lines = Lines::of(clock.kubernetes_version);
    lines.entry(0, "Name", metadata["name"].as_str().unwrap_or_default());
    if lines.is_since(33) {
        lines.entry(0, "Namespace", metadata["namespace"].as_str().unwrap_or_default());
    }
    lines.entry(0, "Selector", parsed(&spec["selector"]).to_string());
    let node_selector = &spec["template"]["spec"]["nodeSelector"];
    lines.entry(0, "Node-Selector", labels_in_line(node_selector));
    labels(&mut lines, "Labels", &metadata["labels"]);
    annotations(&mut lines, "Annotations", &metadata["annotations"]);
    for (title, key) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        let number = daemon_set["status"][key].as_u64().unwrap_or(0);
        lines.line(0, format_args!("{title}: {number}"));
    }
    let PodPhases { running, pending, succeeded, failed } = pods;
    let phases = format!("{running} Running / {pending} Waiting / {succeeded} Succeeded");
    lines.entry(0, "Pods Status", format_args!("{phases} / {failed} Failed"));
    pod_template(&mut lines, &spec["template"]);
    describe_events(&mut lines, events, clock);
    lines.finish()
}
