//! What is behind nodes that wait, as far as a snapshot tells.

use rollcast::api::KubernetesVersion::V1_36;
use rollcast::report::plan::{plan_json, plan_table};

use crate::plan;

const CLUSTER: &str = "ds maxUnavailable=1\nrev agent-old 1 v1\nrev agent-new 2 v2\n";

/// Checks that lines are among those that are printed.
#[track_caller]
fn check(rest: &str, expected: &[&str]) {
    let plan = plan("agent", V1_36, &format!("{CLUSTER}{rest}"));
    let (table, json) = (plan_table(&plan), plan_json(&plan));
    for line in expected {
        assert!(table.lines().any(|it| it == *line), "{table}\nlacks\n{line}");
        assert!(json.contains(line.trim().split(": ").nth(1).unwrap()), "{json}");
    }
}

#[test]
fn the_node_and_its_cause_are_named() {
    let others = "node b\nnode c\npod q b old ready@900\npod r c old ready@900";
    let check_pod = |node: &str, pod: &str, expected: &str| {
        check(&format!("node a {node}\npod p a new {pod}\n{others}"), &[expected]);
    };
    check_pod("", "unready @900", "        a: not Ready");
    check_pod("Ready=False", "unready @900", "        a: NodeNotReady");
    check_pod("Ready=Unknown", "unready @900", "        a: node unreachable");
    check_pod(
        "Ready=Unknown",
        "ready@900 terminating",
        "        a: Terminating for 5s, held by a dead kubelet",
    );
}
