//! Fields that Kubernetes does not know but that look like one that a rollout depends on.
//!
//! What lives here: [`warnings`], and which fields the objects on the way to a container have. A
//! field that is none of them has no effect in a cluster (kubectl refuses it unless told not to
//! validate), so the user had better know.

use crate::input::{FieldPath, Problem, Tree, did_you_mean};

/// Warnings about every field of the DaemonSet in `tree` that Kubernetes does not know.
pub(super) fn warnings(tree: &Tree) -> Vec<Problem> {
    let mut found = Vec::new();
    look(tree, &FieldPath::ROOT, &DAEMON_SET, &mut found);
    found
}

/// The fields of an object, separated by blanks, and those behind which further objects are.
struct Fields {
    known: &'static str,
    below: &'static [(&'static str, &'static Fields)],
}

fn look(tree: &Tree, path: &FieldPath, fields: &Fields, found: &mut Vec<Problem>) {
    match tree {
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                look(item, &path.index(index), fields, found);
            }
        }
        Tree::Map(entries) => {
            for (key, value) in entries {
                let path = path.key(key);
                if !fields.known.split_whitespace().any(|known| known == key) {
                    found.push(warning(key, path, fields));
                } else if let Some((_, below)) = fields.below.iter().find(|(name, _)| name == key) {
                    look(value, &path, below, found);
                }
            }
        }
        Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Text(_) => {}
    }
}

fn warning(key: &str, path: FieldPath, fields: &Fields) -> Problem {
    let message =
        format!("unknown field `{key}` has no effect; `kubectl apply` refuses the manifest for it");
    let problem = Problem::warning("unknown-field", path, message).on_key();
    match did_you_mean(key, fields.known.split_whitespace()) {
        Some(meant) => problem.with_hint(format!("did you mean `{meant}`?")),
        None => problem.with_hint("remove it; kubectl drops it only with `--validate=warn`"),
    }
}

static DAEMON_SET: Fields = Fields {
    known: "apiVersion kind metadata spec status",
    below: &[("metadata", &METADATA), ("spec", &SPEC)],
};

static METADATA: Fields = Fields {
    known: "name generateName namespace selfLink uid resourceVersion generation creationTimestamp \
            deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences \
            finalizers managedFields clusterName",
    below: &[],
};

static SPEC: Fields = Fields {
    known: "selector template updateStrategy minReadySeconds revisionHistoryLimit",
    below: &[("selector", &SELECTOR), ("template", &TEMPLATE), ("updateStrategy", &STRATEGY)],
};

static SELECTOR: Fields =
    Fields { known: "matchLabels matchExpressions", below: &[("matchExpressions", &REQUIREMENT)] };

static REQUIREMENT: Fields = Fields { known: "key operator values", below: &[] };

static STRATEGY: Fields =
    Fields { known: "type rollingUpdate", below: &[("rollingUpdate", &ROLLING_UPDATE)] };

static ROLLING_UPDATE: Fields = Fields { known: "maxUnavailable maxSurge", below: &[] };

static TEMPLATE: Fields =
    Fields { known: "metadata spec", below: &[("metadata", &METADATA), ("spec", &POD_SPEC)] };

static POD_SPEC: Fields = Fields {
    known: "activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig \
            dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork \
            hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName \
            nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates \
            resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates \
            schedulingGroup securityContext serviceAccount serviceAccountName \
            setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds \
            tolerations topologySpreadConstraints volumes workloadRef",
    below: &[
        ("affinity", &AFFINITY),
        ("containers", &CONTAINER),
        ("initContainers", &CONTAINER),
        ("tolerations", &TOLERATION),
    ],
};

static AFFINITY: Fields = Fields {
    known: "nodeAffinity podAffinity podAntiAffinity",
    below: &[("nodeAffinity", &NODE_AFFINITY)],
};

static NODE_AFFINITY: Fields = Fields {
    known: "requiredDuringSchedulingIgnoredDuringExecution \
            preferredDuringSchedulingIgnoredDuringExecution",
    below: &[
        ("requiredDuringSchedulingIgnoredDuringExecution", &NODE_SELECTOR),
        ("preferredDuringSchedulingIgnoredDuringExecution", &PREFERRED_TERM),
    ],
};

static NODE_SELECTOR: Fields =
    Fields { known: "nodeSelectorTerms", below: &[("nodeSelectorTerms", &NODE_SELECTOR_TERM)] };

static PREFERRED_TERM: Fields =
    Fields { known: "weight preference", below: &[("preference", &NODE_SELECTOR_TERM)] };

static NODE_SELECTOR_TERM: Fields = Fields {
    known: "matchExpressions matchFields",
    below: &[("matchExpressions", &REQUIREMENT), ("matchFields", &REQUIREMENT)],
};

static TOLERATION: Fields =
    Fields { known: "key operator value effect tolerationSeconds", below: &[] };

static CONTAINER: Fields = Fields {
    known: "args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports \
            readinessProbe resizePolicy resources restartPolicy restartPolicyRules \
            securityContext startupProbe stdin stdinOnce terminationMessagePath \
            terminationMessagePolicy tty volumeDevices volumeMounts workingDir",
    below: &[
        ("lifecycle", &LIFECYCLE),
        ("livenessProbe", &PROBE),
        ("ports", &PORT),
        ("readinessProbe", &PROBE),
        ("resources", &RESOURCES),
        ("startupProbe", &PROBE),
    ],
};

static LIFECYCLE: Fields = Fields {
    known: "postStart preStop stopSignal",
    below: &[("postStart", &HOOK), ("preStop", &HOOK)],
};

static HOOK: Fields = Fields { known: "exec httpGet sleep tcpSocket", below: &[] };

static PROBE: Fields = Fields {
    known: "exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds \
            successThreshold tcpSocket terminationGracePeriodSeconds timeoutSeconds",
    below: &[],
};

static PORT: Fields = Fields { known: "containerPort hostIP hostPort name protocol", below: &[] };

static RESOURCES: Fields = Fields { known: "claims limits requests", below: &[] };

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, path: &str, hint: Option<&str>) {
        let tree = serde_json::from_str::<serde_json::Value>(json).unwrap().into();
        let found = warnings(&tree);
        let seen: Vec<_> = found.iter().map(|w| (w.path.to_string(), w.hint.as_deref())).collect();
        assert_eq!(seen, [(path.to_owned(), hint)]);
    }

    #[test]
    fn misspelled_fields_are_told_with_the_right_spelling() {
        check(
            r#"{"spec":{"minReadySecond":5}}"#,
            "spec.minReadySecond",
            Some("did you mean `minReadySeconds`?"),
        );
        check(
            r#"{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailble":1}}}}"#,
            "spec.updateStrategy.rollingUpdate.maxUnavailble",
            Some("did you mean `maxUnavailable`?"),
        );
        check(
            r#"{"spec":{"template":{"spec":{"toleration":[]}}}}"#,
            "spec.template.spec.toleration",
            Some("did you mean `tolerations`?"),
        );
        check(
            r#"{"spec":{"template":{"spec":{"containers":[{},{"readynessProbe":{}}]}}}}"#,
            "spec.template.spec.containers[1].readynessProbe",
            Some("did you mean `readinessProbe`?"),
        );
        check(
            r#"{"spec":{"zzz":5}}"#,
            "spec.zzz",
            Some("remove it; kubectl drops it only with `--validate=warn`"),
        );
    }

    #[test]
    fn known_fields_and_labels_are_left_alone() {
        let json = r#"{"kind":"DaemonSet","metadata":{"labels":{"minReadySecond":"x"}},
            "spec":{"template":{"spec":{"hostPID":true,"containers":[{"ports":[{"hostIP":""}]}]}}}}"#;
        let tree = serde_json::from_str::<serde_json::Value>(json).unwrap().into();
        assert_eq!(warnings(&tree), []);
    }
}
