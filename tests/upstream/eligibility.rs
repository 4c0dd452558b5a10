//! Where a pod should run, and which node a pod is meant for.
//!
//! Source: `TestNodeShouldRunDaemonPod` of `pkg/controller/daemon/daemon_controller_test.go` and
//! `TestGetTargetNodeName` of `pkg/controller/daemon/util/daemonset_util_test.go`.

use rollcast::api::{NODE_NAME, NodeOperator, NodeRequirement, NodeSelector, NodeSelectorTerm};
use rollcast::control::daemonset::eligibility;

use crate::notation::{cluster, template};

pub(crate) const TESTS: &str = "TestNodeShouldRunDaemonPod TestGetTargetNodeName";

/// The spec of the template, the node `node-0`, and both answers.
const SHOULD_RUN: &[(&str, &str, (bool, bool))] = &[
    ("", "-", (true, true)),
    // Too large, or a port that another pod has: left to the scheduler.
    (
        "containers: [{name: c, image: a, resources: {requests: {memory: 100Ti}}}]",
        "-",
        (true, true),
    ),
    (
        "containers: [{name: c, image: a, ports: [{containerPort: 666, hostPort: 666}]}]",
        "x",
        (true, true),
    ),
    ("nodeName: other-node", "-", (false, false)),
    ("nodeSelector: {color: purple}", "color=blue", (false, false)),
    ("nodeSelector: {color: blue}", "color=blue", (true, true)),
    ("AFFINITY purple", "color=blue", (false, false)),
    ("AFFINITY blue", "color=blue", (true, true)),
    // `spec.unschedulable` shows as a taint only.
    ("", "node.kubernetes.io/unschedulable:NoSchedule", (true, true)),
];

fn check_should_run(pod_spec: &str, node: &str, expected: (bool, bool)) {
    let pod_spec = match pod_spec.strip_prefix("AFFINITY ") {
        Some(color) => format!(
            "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             {{nodeSelectorTerms: [{{matchExpressions: \
             [{{key: color, operator: In, values: [{color}]}}]}}]}}}}}}"
        ),
        None => pod_spec.to_owned(),
    };
    let machine = cluster(node, 0).remove(0);
    let answer = eligibility(&template(&pod_spec), "node-0", &machine.labels, &machine.taints);
    assert_eq!((answer.should_run, answer.should_continue), expected, "{pod_spec} on {node}");
}

#[test]
fn nodes_that_should_run_a_daemon_pod() {
    for &(pod_spec, node, expected) in SHOULD_RUN {
        check_should_run(pod_spec, node, expected);
    }
}

/// The names in the pod's term `metadata.name In`, if it has one, and the node that it is meant for.
const TARGETS: &[(&[&str], Option<&str>)] =
    &[(&["node-1"], Some("node-1")), (&["node-1", "node-2"], None), (&[], None)];

#[test]
fn the_node_that_a_pod_is_meant_for() {
    for &(names, expected) in TARGETS {
        let requirement = NodeRequirement {
            key: NODE_NAME.to_owned(),
            operator: NodeOperator::In,
            values: names.iter().map(ToString::to_string).collect(),
        };
        let match_fields = if names.is_empty() { vec![] } else { vec![requirement] };
        let term = NodeSelectorTerm { match_expressions: vec![], match_fields };
        assert_eq!(NodeSelector { terms: vec![term] }.target_node(), expected, "{names:?}");
    }
}
