//! What `kubectl create` was told by an API server of 1.36, manifest by manifest.

use rollcast::api::daemon_set_from_tree;
use rollcast::input::Problem;
use serde_json::{Value, json};

/// A DaemonSet that is refused for one field: its parent's JSON pointer, its name, and its value;
/// null takes it away. Then what the API server said.
type Case = (&'static str, &'static str, Value, &'static [&'static str]);

const POD: &str = "/spec/template/spec";
const CONTAINER: &str = "/spec/template/spec/containers/0";
const SPEC: &str = "/spec";
const TOLERATIONS: &str = "tolerations";
const UPDATE: &str = "updateStrategy";

fn manifest() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {
                "metadata": {"labels": {"app": "agent"}},
                "spec": {"containers": [{"name": "agent", "image": "example.test/agent:v1"}]},
            },
        },
    })
}

fn update(max_unavailable: Value, max_surge: Value) -> Value {
    let mut update = json!({"rollingUpdate": {}});
    for (name, value) in [("maxUnavailable", max_unavailable), ("maxSurge", max_surge)] {
        if !value.is_null() {
            update["rollingUpdate"][name] = value;
        }
    }
    update
}

fn of_update_strategies() -> Vec<Case> {
    const BOTH_ZERO: &str = "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: \
                             cannot be 0 when maxSurge is 0";
    let none = Value::Null;
    vec![
        (SPEC, UPDATE, update(json!(0), none.clone()), &[BOTH_ZERO]),
        (SPEC, UPDATE, update(json!(0), json!(0)), &[BOTH_ZERO]),
        (SPEC, UPDATE, update(json!("0%"), json!("0%")), &[BOTH_ZERO]),
        (
            SPEC,
            UPDATE,
            update(json!(1), json!(1)),
            &["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when \
               maxUnavailable is non-zero"],
        ),
        (
            SPEC,
            UPDATE,
            update(json!("101%"), none.clone()),
            &["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must \
               not be greater than 100%"],
        ),
        (
            SPEC,
            UPDATE,
            update(json!(-1), none.clone()),
            &["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be \
               greater than or equal to 0"],
        ),
        (
            SPEC,
            UPDATE,
            update(json!("abc"), none),
            &[
                "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"abc\": a \
                 valid percent string must be a numeric string followed by an ending '%' (e.g. \
                 '1%',  or '93%', regex used for validation is '[0-9]+%')",
                BOTH_ZERO,
            ],
        ),
        (
            SPEC,
            UPDATE,
            update(json!(0), json!("150%")),
            &["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"150%\": must not be \
               greater than 100%"],
        ),
        (
            SPEC,
            UPDATE,
            json!({"type": "Recreate"}),
            &["spec.updateStrategy: Unsupported value: {\"Type\":\"Recreate\",\
               \"RollingUpdate\":null}: supported values: \"RollingUpdate\", \"OnDelete\""],
        ),
        (
            SPEC,
            "minReadySeconds",
            json!(-1),
            &["spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
        ),
        (
            SPEC,
            "revisionHistoryLimit",
            json!(-1),
            &["spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
        ),
    ]
}

fn of_names_and_selectors() -> Vec<Case> {
    vec![
        (
            "/metadata",
            "name",
            json!("Agent_A"),
            &["metadata.name: Invalid value: \"Agent_A\": a lowercase RFC 1123 subdomain must \
               consist of lower case alphanumeric characters, '-' or '.', and must start and end \
               with an alphanumeric character (e.g. 'example.com', regex used for validation is \
               '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"],
        ),
        (
            SPEC,
            "selector",
            json!({}),
            &["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"],
        ),
        (
            SPEC,
            "selector",
            Value::Null,
            &[
                "spec.template.metadata.labels: Invalid value: {\"app\":\"agent\"}: `selector` does \
               not match template `labels`",
            ],
        ),
        (
            "/spec/template/metadata",
            "labels",
            json!({"app": "other"}),
            &[
                "spec.template.metadata.labels: Invalid value: {\"app\":\"other\"}: `selector` does \
               not match template `labels`",
            ],
        ),
    ]
}

fn of_pods() -> Vec<Case> {
    let affinity = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Is", "values": ["b"]}]}],
    }}});
    vec![
        (
            POD,
            "restartPolicy",
            json!("OnFailure"),
            &["spec.template.spec.restartPolicy: Unsupported value: \"OnFailure\": supported \
               values: \"Always\""],
        ),
        (
            POD,
            "restartPolicy",
            json!("Never"),
            &["spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \
               \"Always\""],
        ),
        (
            POD,
            "restartPolicy",
            json!("Sometimes"),
            &[
                "spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported \
                 values: \"Always\", \"OnFailure\", \"Never\"",
                "spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported \
                 values: \"Always\"",
            ],
        ),
        (
            POD,
            "activeDeadlineSeconds",
            json!(60),
            &["spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in \
               DaemonSet is not Supported"],
        ),
        (
            POD,
            TOLERATIONS,
            json!([{"key": "k", "operator": "Exists", "effect": "Nope"}]),
            &["spec.template.spec.tolerations[0].effect: Unsupported value: \"Nope\": supported \
               values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""],
        ),
        (
            POD,
            TOLERATIONS,
            json!([{"key": "k", "operator": "Exists", "value": "v"}]),
            &["spec.template.spec.tolerations[0].operator: Invalid value: \"v\": value must be \
               empty when `operator` is 'Exists'"],
        ),
        (
            POD,
            TOLERATIONS,
            json!([{"key": "k", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 5}]),
            &["spec.template.spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect \
               must be 'NoExecute' when `tolerationSeconds` is set"],
        ),
        (
            POD,
            "affinity",
            affinity,
            &["spec.template.spec.affinity.nodeAffinity.\
               requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].\
               matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator"],
        ),
    ]
}

fn of_containers() -> Vec<Case> {
    let agent = json!({"name": "agent", "image": "example.test/agent:v1"});
    let ports = json!({
        "hostNetwork": true,
        "containers": [{
            "name": "agent", "image": "example.test/agent:v1",
            "ports": [{"containerPort": 80, "hostPort": 81}],
        }],
    });
    vec![
        (POD, "containers", json!([]), &["spec.template.spec.containers: Required value"]),
        (
            POD,
            "containers",
            json!([agent, agent]),
            &["spec.template.spec.containers[1].name: Duplicate value: \"agent\""],
        ),
        (
            CONTAINER,
            "image",
            Value::Null,
            &["spec.template.spec.containers[0].image: Required value"],
        ),
        (
            "/spec/template",
            "spec",
            ports,
            &["spec.template.spec.containers[0].ports[0].hostPort: Invalid value: 81: must match \
               `containerPort` when `hostNetwork` is true"],
        ),
        (
            CONTAINER,
            "resources",
            json!({"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}),
            &[
                "spec.template.spec.containers[0].resources.requests: Invalid value: \"2\": must be \
               less than or equal to cpu limit of 1",
            ],
        ),
    ]
}

#[test]
fn kubectl_was_told_the_same_word_for_word() {
    let cases =
        [of_update_strategies(), of_names_and_selectors(), of_pods(), of_containers()].concat();
    assert_eq!(cases.len(), 28);
    for (parent, name, value, expected) in cases {
        let mut manifest = manifest();
        let parent = manifest.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(name);
        } else {
            parent.insert(name.to_owned(), value);
        }
        let problems = daemon_set_from_tree(&manifest.clone().into()).err().unwrap_or_default();
        let errors: Vec<String> =
            problems.into_iter().filter(Problem::is_error).map(|it| it.message).collect();
        assert_eq!(errors, expected, "{manifest}");
    }
}
