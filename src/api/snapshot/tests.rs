//! What is read from a snapshot, and what is said of those that cannot be.

use super::*;
use crate::input::{Limits, Source, locate, read_documents, render};

/// What a cluster of Kubernetes 1.36 prints: one object of each kind, with everything in it that a
/// pod can have.
const SAMPLE: &str = include_str!("sample.yaml");

const DAEMON_SET: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec: {selector: {}, template: {spec: {}}, updateStrategy: {type: OnDelete}}
";

fn read(source: &Source) -> Result<(Snapshot, Vec<Problem>), Vec<Problem>> {
    snapshot_from_documents(&read_documents(source, &Limits::SNAPSHOT).unwrap())
}

fn read_text(text: &str) -> Snapshot {
    read(&Source::new("x.yaml", text)).unwrap().0
}

/// What is told about a text, errors or warnings, as it is shown.
fn check(text: &str, expected: &str) {
    let source = Source::new("x.yaml", text);
    let mut problems = match read(&source) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    };
    locate(&source, &Limits::SNAPSHOT, &mut problems);
    let told = render(&source, &problems, false);
    assert_eq!(told.trim(), expected.trim(), "\n{told}");
}

/// The same about a list with a DaemonSet, a node, and this as a third item.
fn check_item(item: &str, expected: &str) {
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: DaemonSet\n  \
         metadata: {{name: agent}}\n  spec: {{updateStrategy: {{type: OnDelete}}}}\n- apiVersion: \
         v1\n  kind: Node\n  metadata: {{name: a}}\n{item}"
    );
    check(&list, expected);
}

fn at(clock: &str) -> SimTime {
    parse_rfc3339(&format!("2026-07-22T{clock}Z")).unwrap()
}

#[test]
fn a_snapshot_is_read() {
    let (snapshot, warnings) = read(&Source::new("x.yaml", SAMPLE)).unwrap();
    assert_eq!(warnings, []);
    let daemon_set = &snapshot.daemon_sets[0];
    assert_eq!(daemon_set.daemon_set.key(), "kube-system/agent");
    assert_eq!(daemon_set.manifest.get("kind"), Some(&Tree::Text("DaemonSet".to_owned())));
    assert_eq!(snapshot.nodes[0].status.allocatable["pods"].units(), 110);
    let revision = &snapshot.revisions[0];
    let canonical = &daemon_set.daemon_set.spec.template.canonical;
    assert_eq!((revision.revision, &revision.canonical_template), (2, canonical));
    assert_eq!(revision.pod_template().unwrap(), daemon_set.daemon_set.spec.template);
    assert_eq!(snapshot.newest, Some(at("10:15:00")));
    assert_eq!(snapshot.skipped.len(), 0);
}

#[test]
fn what_is_not_modeled_is_told_where_it_stands() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: DaemonSet\n  \
                metadata: {name: agent}\n  spec: {updateStrategy: {type: OnDelete}, template: \
                {spec: {schedulerName: volcano}}}\n";
    let (_, warnings) = read(&Source::new("x.yaml", text)).unwrap();
    let told = warnings.iter().find(|it| it.code == "not-modeled").unwrap();
    assert_eq!(told.path.to_string(), "items[0].spec.template.spec.schedulerName");
    assert!(!told.is_error());
}

#[test]
fn a_running_pod_is_read() {
    let pod = read_text(SAMPLE).pods.remove(0);
    assert_eq!(pod.target_node(), Some("worker-1"));
    assert_eq!(pod.metadata.controller_ref().unwrap().name, "agent");
    assert_eq!(pod.metadata.deletion_timestamp, Some(at("10:15:30")));
    assert_eq!(pod.spec.tolerations[1].toleration_seconds, Some(300));
    assert_eq!(pod.spec.requests()["cpu"].millis(), 100);
    assert_eq!(pod.spec.host_ports().count(), 1);
    assert_eq!(pod.scheduled_at(), Some(at("10:00:01")));
    assert_eq!(pod.status.start_time, Some(at("10:00:02")));
    assert_eq!(pod.started_at(), Some(at("10:00:10")));
    assert_eq!(pod.ready_since(), Some(at("10:00:20")));
}

#[test]
fn json_and_yaml_are_the_same_snapshot() {
    let documents = read_documents(&Source::new("x", SAMPLE), &Limits::SNAPSHOT).unwrap();
    let json = serde_json::Value::from(documents[0].tree.clone());
    let json = serde_json::to_string_pretty(&json).unwrap();
    let (from_json, from_yaml) = (read_text(&json), read_text(SAMPLE));
    assert_eq!((from_json.pods, from_json.newest), (from_yaml.pods, from_yaml.newest));
}

#[test]
fn objects_are_found_wherever_they_stand() {
    let single = format!(
        "{DAEMON_SET}---\napiVersion: v1\nkind: PodList\nitems:\n- metadata: {{name: p}}\n---\n\
         apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: NodeList\n  items:\n  - \
         metadata: {{name: node-1}}\n- apiVersion: v1\n  kind: Secret\n- apiVersion: longhorn.io/v1\n  \
         kind: Node\n- apiVersion: v1\n  kind: List\n  items:\n"
    );
    let snapshot = read_text(&single);
    assert_eq!(snapshot.pods[0].metadata.namespace, "default");
    assert_eq!(snapshot.nodes[0].metadata.namespace, "");
    let skipped = [("Node".to_owned(), 1), ("Secret".to_owned(), 1)];
    assert_eq!(snapshot.skipped, skipped.into());
    assert_eq!(snapshot.newest, None);
}

#[test]
fn the_revisions_of_others_are_left_alone() {
    let revision = |owner: &str| {
        let text = format!(
            "{DAEMON_SET}---\napiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {{name: r, \
             ownerReferences: [{{kind: {owner}, controller: true}}]}}\ndata: {{spec: {{template: \
             {{spec: 5}}}}}}\n"
        );
        read(&Source::new("x.yaml", text))
    };
    assert_eq!(revision("StatefulSet").unwrap().0.revisions.len(), 1);
    assert_eq!(revision("DaemonSet").unwrap_err()[0].path.to_string(), "data.spec.template.spec");
}

#[test]
#[expect(clippy::too_many_lines, reason = "the lines are the expected text")]
fn what_is_no_snapshot_is_told_what_it_is() {
    check(
        "apiVersion: v1\nkind: List\nitems: []\n",
        "
error[no-daemon-set]: there is no DaemonSet in this snapshot: it is empty
 --> x.yaml:1:1
  |
1 | apiVersion: v1
  | ^^^^^^^^^^
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
    check(
        "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n---\napiVersion: v1\nkind: Secret\n",
        "
error[no-daemon-set]: there is no DaemonSet in this snapshot: found 2 × `Pod`, `Secret`
 --> x.yaml:1:1
  |
1 | apiVersion: v1
  | ^^^^^^^^^^
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
    check(
        "apiVersion: v1\nkind: Status\nstatus: Failure\nmessage: nodes is forbidden\ncode: 403\n",
        "
error[not-a-snapshot]: this is an answer of the API server instead of objects: nodes is forbidden
 --> x.yaml:2:7
  |
2 | kind: Status
  |       ^^^^^^ kind
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
    check(
        "apiVersion: meta.k8s.io/v1\nkind: Table\nrows: []\n",
        "
error[not-a-snapshot]: this is a table for people to read, without the objects themselves
 --> x.yaml:2:7
  |
2 | kind: Table
  |       ^^^^^ kind
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
    check(
        "NAME   DESIRED   CURRENT\nagent  3         3\n",
        "
error[not-an-object]: a Kubernetes object is a map, this is text
 --> x.yaml:1:1
  |
1 | NAME   DESIRED   CURRENT
  | ^^^^^^^^^^^^^^^^^^^^^^^^
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
    check(
        "- 1\n",
        "
error[not-an-object]: a Kubernetes object is a map, this is a list
 --> x.yaml:1:1
  |
1 | - 1
  | ^^^
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
    check(
        "apiVersion: v1\nkind: List\nitems: {a: b}\n",
        "
error[wrong-type]: expected a list of objects, found a map
 --> x.yaml:3:1
  |
3 | items: {a: b}
  | ^^^^^ items
  |
hint: was the file edited, or is the cluster newer than this version of rollcast?
",
    );
    check(
        "kind: List\nitems: [{kind: Pod}]\n",
        "
error[missing-type]: `apiVersion` is missing, so this is no Kubernetes object
 --> x.yaml:1:1
  |
1 | kind: List
  | ^^^^ apiVersion
  |
hint: write `apiVersion: v1`
",
    );
}

#[test]
fn a_snapshot_without_nodes_is_suspicious() {
    check(
        DAEMON_SET,
        "
warning[no-nodes]: there is no Node in this snapshot, so no DaemonSet desires any pod
 --> x.yaml:1:1
  |
1 | apiVersion: apps/v1
  | ^^^^^^^^^^
  |
hint: add `nodes` to what is printed: `kubectl get ds,nodes,pods,controllerrevisions -A -o json`

warning[no-revisions]: there is no ControllerRevision in this snapshot, so every template looks new
 --> x.yaml:1:1
  |
1 | apiVersion: apps/v1
  | ^^^^^^^^^^
  |
hint: add `controllerrevisions` to what is printed: `kubectl get ds,nodes,pods,controllerrevisions -A -o json`; `all` leaves them out
",
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the lines are the expected text")]
fn objects_that_cannot_be_read_are_told_where_they_stand() {
    check_item(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  status: {phase: Sleeping}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: b, creationTimestamp: soon}\n  spec: {containers: [{resources: {requests: {cpu: lots}}}], tolerations: [{effect: NoShedule}]}\n",
        "
error[unknown-value]: unknown value `Sleeping`
  --> x.yaml:14:19
   |
14 |   status: {phase: Sleeping}
   |                   ^^^^^^^^ items[2].status.phase
   |
hint: expected one of `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`

error[invalid-value]: `soon` is not a time such as `2026-01-31T12:00:00Z`
  --> x.yaml:17:42
   |
17 |   metadata: {name: b, creationTimestamp: soon}
   |                                          ^^^^ items[3].metadata.creationTimestamp
   |
hint: was the file edited, or is the cluster newer than this version of rollcast?

error[invalid-value]: `lots` is no quantity: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'
  --> x.yaml:18:52
   |
18 |   spec: {containers: [{resources: {requests: {cpu: lots}}}], tolerations: [{effect: NoShedule}]}
   |                                                    ^^^^ items[3].spec.containers[0].resources.requests.cpu
   |
hint: write it like `100m` or `1.5Gi`
",
    );
    check_item(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: b}\n  spec: {tolerations: [{effect: NoShedule}]}\n",
        "
error[unknown-value]: `NoShedule` is not a known taint effect
  --> x.yaml:14:9
   |
14 |   spec: {tolerations: [{effect: NoShedule}]}
   |         ^ items[2].spec
   |
hint: was the file edited, or is the cluster newer than this version of rollcast?
",
    );
    check_item(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {generateName: a-}\n",
        "
error[missing-name]: this `Pod` has no name
  --> x.yaml:13:3
   |
13 |   metadata: {generateName: a-}
   |   ^^^^^^^^ items[2].metadata.name
   |
hint: every object of a cluster has one: was the file edited?
",
    );
    check_item(
        "- apiVersion: extensions/v1beta1\n  kind: DaemonSet\n  metadata: {name: a}\n- apiVersion: apps.kruise.io/v1alpha1\n  kind: DaemonSet\n  metadata: {name: a}\n",
        "
error[unsupported-version]: `extensions/v1beta1` was removed from Kubernetes in 1.16
  --> x.yaml:11:15
   |
11 | - apiVersion: extensions/v1beta1
   |               ^^^^^^^^^^^^^^^^^^ items[2].apiVersion
   |
hint: write `apiVersion: apps/v1`, which also needs `spec.selector`

error[unsupported-version]: `apps.kruise.io/v1alpha1` is the Advanced DaemonSet of OpenKruise, which another controller runs by other rules
  --> x.yaml:14:15
   |
14 | - apiVersion: apps.kruise.io/v1alpha1
   |               ^^^^^^^^^^^^^^^^^^^^^^^ items[3].apiVersion
   |
hint: rollcast simulates the DaemonSet of Kubernetes itself, `apps/v1`
",
    );
    check_item(
        "- apiVersion: apps/v1\n  kind: DaemonSet\n  metadata: {name: b}\n  spec: {updateStrategy: {type: Sideways}}\n",
        "
error[unknown-value]: `Sideways` is not a known update strategy
  --> x.yaml:11:3
   |
11 | - apiVersion: apps/v1
   |   ^^^^^^^^^^ items[2]
   |
hint: was the file edited, or is the cluster newer than this version of rollcast?
",
    );
    check_item(
        "- Pod\n- {apiVersion: v1}\n",
        "
error[not-an-object]: a Kubernetes object is a map, this is text
  --> x.yaml:11:3
   |
11 | - Pod
   |   ^^^ items[2]
   |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot

error[missing-type]: `kind` is missing, so this is no Kubernetes object
  --> x.yaml:12:3
   |
12 | - {apiVersion: v1}
   |   ^ items[3].kind
   |
hint: write `kind: Pod`
",
    );
}

#[test]
fn objects_that_are_there_twice_are_told_where() {
    check_item(
        "- apiVersion: v1\n  kind: Node\n  metadata: {name: a}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: a}\n",
        "
error[duplicate-object]: the Node `a` is there twice, first as `items[1]`
  --> x.yaml:13:20
   |
13 |   metadata: {name: a}
   |                    ^ items[2].metadata.name
   |
hint: a snapshot shows one cluster at one moment: print it with a single command

error[duplicate-object]: the Node `a` is there twice, first as `items[1]` of document 1
  --> x.yaml:17:18
   |
17 | metadata: {name: a}
   |                  ^ metadata.name
   |
hint: a snapshot shows one cluster at one moment: print it with a single command
",
    );
    check(
        &format!("{DAEMON_SET}---\n{DAEMON_SET}"),
        "
error[duplicate-object]: the DaemonSet `default/agent` is there twice, first as document 1
 --> x.yaml:8:18
  |
8 | metadata: {name: agent}
  |                  ^^^^^ metadata.name
  |
hint: a snapshot shows one cluster at one moment: print it with a single command
",
    );
}

/// Pods matter if a DaemonSet owns them or selects them; nobody else's stop a snapshot.
#[test]
fn pods_of_others_that_cannot_be_read_are_counted() {
    let pods = "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a, namespace: x}\n  status: {phase: \
                Sleeping}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: b, ownerReferences: [{kind: \
                Job, name: agent, controller: true}]}\n  spec: {tolerations: [{effect: New}]}\n- \
                apiVersion: apps/v1\n  kind: ControllerRevision\n  metadata: {name: r}\n";
    check_item(
        pods,
        "
warning[unread-pods]: 2 pods of no DaemonSet here are left out: unknown value `Sleeping`
  --> x.yaml:14:19
   |
14 |   status: {phase: Sleeping}
   |                   ^^^^^^^^ items[2].status.phase
   |
hint: a plan does not depend on them; in a run the room that they take on their nodes is free
",
    );
}

#[test]
fn tolerations_of_an_alpha_feature_are_read() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {tolerations: [{key: a, operator: Lt, value: \"5\"}]}\n";
    let snapshot = read_text(&format!("{DAEMON_SET}---\n{pod}"));
    assert_eq!(snapshot.pods[0].spec.tolerations.len(), 1);
}

#[test]
fn lists_within_lists_have_an_end() {
    let list = "{apiVersion: v1, kind: List, items: [".repeat(5) + &"]}".repeat(5);
    check(
        &list,
        "
error[nested-lists]: there are lists in lists more than 3 deep
 --> x.yaml:1:148
  |
1 | ..., kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: []}]}]}]}]}
  |                                                              ^ items[0].items[0].items[0].items
  |
hint: `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot
",
    );
}

#[test]
fn problems_of_json_are_shown_in_their_lines() {
    let json = "{\n  \"kind\": \"List\", \"apiVersion\": \"v1\",\n  \"items\": [\n    {\"kind\": \"DaemonSet\", \"apiVersion\": \"apps/v1\", \"metadata\": {\"name\": \"a\"}},\n    {\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"é\"},\n     \"status\": {\"phase\": \"Sleeping\"}}\n  ]\n}\n";
    check(
        json,
        r#"
error[unknown-value]: unknown value `Sleeping`
 --> x.yaml:6:26
  |
6 |      "status": {"phase": "Sleeping"}}
  |                          ^^^^^^^^^^ items[1].status.phase
  |
hint: expected one of `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`
"#,
    );
}
