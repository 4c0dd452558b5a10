//! Pod templates: of a DaemonSet, or of one of its revisions.

use serde_json::Value;

use crate::report::kubectl::describe::containers::containers;
use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::maps::{annotations, labels};
use crate::report::kubectl::describe::quantities::list;
use crate::report::kubectl::describe::scheduling::{tolerations, topology_spread};
use crate::report::kubectl::describe::volumes::volumes;

/// `Pod Template:` and all that is in it, with tabs, as `rollout history --revision` prints it.
/// `kubernetes_version` is one such as `1.36`.
///
/// Source: `kubectl/pkg/polymorphichelpers/history.go › printTemplate`.
pub fn describe_pod_template(template: &Value, kubernetes_version: &str) -> String {
    let mut lines = Lines::of(kubernetes_version);
    pod_template(&mut lines, template);
    lines.with_tabs()
}

/// Source: `kubectl/pkg/describe/describe.go › DescribePodTemplate`.
pub(super) fn pod_template(lines: &mut Lines, template: &Value) {
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    let text = |key: &str| spec[key].as_str().unwrap_or_default();
    lines.line(0, "Pod Template:");
    labels(lines, "  Labels", &metadata["labels"]);
    if metadata["annotations"].as_object().is_some_and(|it| !it.is_empty()) {
        annotations(lines, "  Annotations", &metadata["annotations"]);
    }
    if !text("serviceAccountName").is_empty() {
        lines.entry(1, "Service Account", text("serviceAccountName"));
    }
    let init = list(spec, "initContainers");
    if !init.is_empty() {
        containers(lines, "Init Containers", init, None);
    }
    containers(lines, "Containers", list(spec, "containers"), None);
    volumes(lines, list(spec, "volumes"), true);
    topology_spread(lines, "  ", &spec["topologySpreadConstraints"]);
    if !text("priorityClassName").is_empty() {
        lines.entry(1, "Priority Class Name", text("priorityClassName"));
    }
    labels(lines, "  Node-Selectors", &spec["nodeSelector"]);
    tolerations(lines, "  Tolerations", &spec["tolerations"]);
}
