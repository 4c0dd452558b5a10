//! Where the scenario of a cluster says what is around the DaemonSets.

use std::fs;

use crate::{BASE, Folder, golden, strategy};

/// The controller decides where pods belong before it looks at the strategy.
#[test]
fn pods_leave_nodes_at_once_whatever_the_strategy() {
    let fleet = "
cluster:
  nodePools:
    - {name: plain, count: 6}
    - {name: ssd, count: 4, labels: {disk: ssd}}
    - {name: gpu, count: 2, taints: ['gpu=yes:NoSchedule']}
daemonSets: [base.yaml]
";
    let base = BASE.replace("rollingUpdate: {maxUnavailable: 1}", "type: OnDelete");
    let with = |fields: &str| base.replace("    spec:\n", &format!("    spec:\n{fields}"));
    let select = |value: &str| with(&format!("      nodeSelector: {{disk: {value}}}\n"));
    let tolerates = with("      tolerations: [{key: gpu, operator: Exists}]\n");
    let folder = Folder::with(&[("fleet.yaml", fleet)]);
    let run = |base: &str, head: &str| {
        fs::write(folder.0.path().join("base.yaml"), base).unwrap();
        fs::write(folder.0.path().join("head.yaml"), head).unwrap();
        let arguments = ["base.yaml", "head.yaml", "--scenario=fleet.yaml", "--worst=1"];
        let (code, printed, told) = folder.diff(&arguments, "");
        assert_eq!((code, told.as_str()), (0, ""), "{printed}");
        printed
    };
    let printed = run(&base, &select("ssd"));
    assert!(printed.contains("the pod is deleted at once"), "{printed}");
    assert!(printed.contains("they leave 6 nodes and come to 0 nodes"), "{printed}");
    golden("on-delete-moves.md", &printed);
    let printed = run(&base, &select("tape"));
    assert!(printed.contains("its pods leave all nodes"), "{printed}");
    let printed = run(&base, &tolerates);
    assert!(printed.contains("did not select before get a pod at once"), "{printed}");
    assert!(printed.contains("they leave 0 nodes and come to 2 nodes"), "{printed}");
    // A taint that only keeps new pods off leaves the old ones where they are.
    let printed = run(&tolerates, &base);
    assert!(printed.contains("no pod is replaced until it is deleted"), "{printed}");
}

/// Nodes by a scenario: its pools, and who is taken in or left out.
#[test]
fn a_scenario_says_where_pods_run() {
    let fleet = "
cluster:
  nodePools:
    - {name: plain, count: 6}
    - {name: ssd, count: 4, labels: {disk: ssd}}
    - {name: gpu, count: 2, taints: ['gpu=yes:NoSchedule']}
latencies: {ready: 20s}
daemonSets: []
events:
  - {at: 30s, apply: {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: \
                 {matchLabels: {x: x}}, template: {metadata: {labels: {x: x}}, spec: {containers: \
                 [{name: x, image: x}]}}}}}
compare: {vary: {maxUnavailable: [1, 2]}}
";
    let moved = BASE.replace(
        "    spec:\n",
        "    spec:\n      nodeSelector: {disk: ssd}\n      tolerations: [{operator: Exists}]\n",
    );
    let folder = Folder::with(&[("base.yaml", BASE), ("head.yaml", &moved), ("fleet.yaml", fleet)]);
    let arguments = ["base.yaml", "head.yaml", "--scenario=fleet.yaml", "--seeds=1..12"];
    let (code, printed, told) = folder.diff(&arguments, "");
    assert_eq!((code, told.as_str()), (0, ""), "{printed}");
    assert!(printed.contains("they leave 6 nodes and come to 0 nodes"), "{printed}");
    golden("scenario.md", &printed);
    let tolerates = BASE.to_owned() + "      tolerations: [{operator: Exists}]\n";
    fs::write(folder.0.path().join("head.yaml"), tolerates).unwrap();
    let (_, printed, _) = folder.diff(&arguments, "");
    assert!(printed.contains("they leave 0 nodes and come to 2 nodes"), "{printed}");
}

/// What a scenario says of its own DaemonSets would be refused where they are not.
#[test]
fn what_is_about_other_daemon_sets_is_left_out() {
    let fleet = "
cluster:
  nodePools:
    - {name: node, count: 4, startupTaints: [{taint: 'cni:NoSchedule', removedBy: other}, \
                 {taint: 'own:NoSchedule', removedBy: ops/agent}]}
latencies: {ready: 20s}
daemonSets: [base.yaml, other.yaml]
events:
  - {at: 30s, annotate: other}
  - {at: 40s, rolloutRestart: ops/other}
  - {when: {rolloutComplete: ops/other}, fail: node-1, id: dead}
  - {when: {after: dead, delay: 1m}, recover: node-1}
  - {at: 50s, refusePods: {daemonSet: ops/other, message: denied}}
  - {at: 50s, join: 1}
";
    let other = BASE.replace("agent", "other");
    let folder = Folder::with(&[
        ("base.yaml", BASE),
        ("head.yaml", &strategy(BASE, "{maxUnavailable: 2}")),
        ("other.yaml", &other),
        ("fleet.yaml", fleet),
    ]);
    let arguments = ["base.yaml", "head.yaml", "--scenario=fleet.yaml", "--seeds=1..12"];
    let (code, printed, told) = folder.diff(&arguments, "");
    assert_eq!((code, told.as_str()), (0, ""), "{printed}");
    golden("frame.md", &printed);
}

/// A fleet need not have DaemonSets: those of BASE and HEAD run on it.
#[test]
fn a_cluster_is_enough() {
    let folder = Folder::with(&[
        ("base.yaml", BASE),
        ("head.yaml", &BASE.replace("agent:1", "agent:2")),
        ("fleet.yaml", "cluster: {nodes: 3}\n"),
    ]);
    let arguments = ["base.yaml", "head.yaml", "--scenario=fleet.yaml", "--seeds=1..2"];
    let (code, printed, told) = folder.diff(&arguments, "");
    assert_eq!((code, told.as_str()), (0, ""), "{printed}");
    assert!(printed.contains("On 3 nodes the rollout takes"), "{printed}");
}
