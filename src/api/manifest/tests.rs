//! What is loaded from manifests, and what is said of those that cannot be.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::api::{IntOrPercent, PreStop, UpdateStrategy};
use crate::input::{Limits, Source, read_documents};
use crate::time::SimDuration;

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      hostNetwork: true
      tolerations: [{operator: Exists}]
      containers:
      - name: agent
        image: agent:v1
        ports: [{containerPort: 9100}]
        readinessProbe: {httpGet: {port: 9100}, periodSeconds: 5}
        resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 100m}}
        lifecycle: {preStop: {exec: {command: [sh, -c, sleep 5]}}}
";

fn load_text(text: &str) -> Result<Vec<Loaded>, Vec<Problem>> {
    let documents = read_documents(&Source::new("x.yaml", text), &Limits::WRITTEN).unwrap();
    daemon_sets_from_documents(&documents)
}

/// The problems of `text`, each as `path: message`.
fn check_refused(text: &str, expected: &[&str]) {
    let problems = load_text(text).unwrap_err();
    let seen: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.path, p.message)).collect();
    assert_eq!(seen, expected, "{text}");
}

/// The problems of [`MANIFEST`] with one line in place of another.
fn check_changed(from: &str, to: &str, expected: &[&str]) {
    assert!(MANIFEST.contains(from), "{from}");
    check_refused(&MANIFEST.replace(from, to), expected);
}

#[test]
fn a_manifest_is_loaded_with_defaults() {
    let loaded = load_text(MANIFEST).unwrap().remove(0);
    assert_eq!(loaded.daemon_set.key(), "default/agent");
    assert_eq!(loaded.warnings, []);
    let spec = loaded.daemon_set.spec;
    let strategy = UpdateStrategy::RollingUpdate {
        max_unavailable: IntOrPercent::Int(1),
        max_surge: IntOrPercent::Int(0),
    };
    assert_eq!(spec.update_strategy, strategy);
    assert_eq!(spec.revision_history_limit, 10);
    assert_eq!(spec.template.spec.termination_grace_period_seconds, 30);
}

/// As 1.36 answered.
#[test]
fn a_negative_grace_period_is_warned_of_and_treated_as_one() {
    let with = |seconds: &str| {
        let grace = format!("hostNetwork: true\n      terminationGracePeriodSeconds: {seconds}");
        let text = MANIFEST.replacen("hostNetwork: true", &grace, 1);
        assert_ne!(text, MANIFEST);
        let loaded = load_text(&text).unwrap().remove(0);
        let warnings: Vec<String> =
            loaded.warnings.iter().map(|it| format!("{}: {}", it.path, it.message)).collect();
        (loaded.daemon_set.spec.template.spec.termination_grace_period_seconds, warnings)
    };
    let warning = "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values \
                   are invalid and will be treated as 1";
    assert_eq!(with("-1"), (1, vec![warning.to_owned()]));
    assert_eq!(with("-30"), (1, vec![warning.to_owned()]));
    assert_eq!(with("0"), (0, vec![]));
}

#[test]
fn a_container_is_loaded_as_its_pods_will_have_it() {
    let loaded = load_text(MANIFEST).unwrap().remove(0);
    let container = &loaded.daemon_set.spec.template.spec.containers[0];
    assert_eq!(container.ports[0].host_port, Some(9100));
    assert_eq!(container.requests["cpu"].millis(), 100);
    assert_eq!(container.requests["memory"].to_string(), "1Gi");
    assert_eq!(container.pre_stop, Some(PreStop::Sleep(SimDuration::from_secs(5))));
    let probe = container.readiness_probe.unwrap();
    assert_eq!((probe.period, probe.failure_threshold), (SimDuration::from_secs(5), 3));
}

#[test]
fn daemon_sets_are_picked_out_of_files_and_lists() {
    let others = "kind: ConfigMap\napiVersion: v1\n---\n";
    assert_eq!(load_text(&format!("{others}{MANIFEST}---\n{MANIFEST}")).unwrap().len(), 2);
    let item = MANIFEST.replace('\n', "\n  ");
    let list =
        format!("apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  apiVersion: v1\n- {item}");
    assert_eq!(load_text(&list).unwrap().len(), 1);
    let bad = list.replace("name: agent}", "name: Agent}").replace("hostNetwork", "hostNetwrk");
    let problems = load_text(&bad).unwrap_err();
    let paths: Vec<String> = problems.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!(paths, ["items[1].metadata.name", "items[1].spec.template.spec.hostNetwrk"]);
}

#[test]
fn what_is_no_daemon_set_is_told_what_it_is() {
    check_refused(
        "kind: Deployment\napiVersion: apps/v1\n",
        &["kind: this is no DaemonSet: found `Deployment`"],
    );
    check_refused(
        "kind: A\napiVersion: v1\n---\nkind: B\napiVersion: v1\n---\nkind: B\napiVersion: v1\n",
        &["kind: there is no DaemonSet among these objects: found `A`, 2 × `B`"],
    );
    check_refused("- 1\n", &[": a Kubernetes object is a map, this is a list"]);
    check_refused(
        "kind: DaemonSet\n",
        &["apiVersion: `apiVersion` is missing, so this is no Kubernetes object"],
    );
    check_refused(
        "apiVersion: v1\nkind: [DaemonSet]\n",
        &["kind: `kind` must be text, this is a list"],
    );
    check_changed(
        "apps/v1",
        "extensions/v1beta1",
        &["apiVersion: `extensions/v1beta1` was removed from Kubernetes in 1.16"],
    );
    check_changed(
        "apps/v1",
        "apps.kruise.io/v1alpha1",
        &["apiVersion: `apps.kruise.io/v1alpha1` is the Advanced DaemonSet of OpenKruise, which \
           another controller runs by other rules"],
    );
}

#[test]
fn every_error_points_at_its_field() {
    check_changed(
        "  selector: {matchLabels: {app: agent}}",
        "  selector: {matchLabels: {app: other}}\n  minReadySeconds: -1",
        &[
            "spec.template.metadata.labels: spec.template.metadata.labels: Invalid value: \
             {\"app\":\"agent\"}: `selector` does not match template `labels`",
            "spec.minReadySeconds: spec.minReadySeconds: Invalid value: -1: must be greater than \
             or equal to 0",
        ],
    );
    check_changed(
        "labels: {app: agent}",
        "labels: {app: agent, x: a b}",
        &["spec.template.metadata.labels: spec.template.labels: Invalid value: \"a b\": a valid \
           label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
           and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  \
           or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"],
    );
}

#[test]
fn a_cluster_object_is_not_validated() {
    let tree = |strategy: &str| {
        let spec = json!({"selector": {}, "updateStrategy": {"type": strategy},
            "template": {"spec": {"containers": []}}});
        Tree::from(json!({"metadata": {"name": "x"}, "spec": spec}))
    };
    assert!(daemon_set_from_cluster(&tree("OnDelete")).unwrap().spec.selector.is_empty());
    assert!(daemon_set_from_cluster(&tree("Sideways")).is_err());
}

/// JSON of the shape of a manifest, with anything where something belongs.
fn near_manifest() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[a-z0-9%/.:-]{0,8}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "metadata",
        "spec",
        "template",
        "containers",
        "name",
        "image",
        "ports",
        "containerPort",
        "hostPort",
        "selector",
        "matchLabels",
        "matchExpressions",
        "operator",
        "values",
        "limits",
        "resources",
        "updateStrategy",
        "rollingUpdate",
        "maxUnavailable",
        "maxSurge",
        "type",
        "tolerations",
        "affinity",
        "nodeAffinity",
        "volumes",
        "hostPath",
        "path",
        "labels",
    ]);
    leaf.prop_recursive(8, 64, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_that_is_written_panics(mut value in near_manifest()) {
        if let Some(object) = value.as_object_mut() {
            object.insert("kind".to_owned(), "DaemonSet".into());
            object.insert("apiVersion".to_owned(), "apps/v1".into());
        }
        let tree = Tree::from(value);
        let accepted = read(&tree).is_ok_and(|written| validate(&written).is_empty());
        let loaded = daemon_set_from_tree(&tree);
        prop_assert_eq!(loaded.is_ok(), accepted && matches!(tree, Tree::Map(_)));
        drop(daemon_set_from_cluster(&tree));
    }
}
