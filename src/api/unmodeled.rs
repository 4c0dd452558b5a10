//! Fields of a pod template that decide where or when pods run, and that rollcast does not follow.
//!
//! What lives here: [`warnings`], and what a result leaves out for each field. What is not named
//! here is modeled, or decides nothing; docs/not-modeled.md has a table of all.

use crate::api::image::{image_problem, is_placeholder};
use crate::input::{FieldPath, Problem, Tree};

/// Warnings about what the template of the DaemonSet in `tree` asks for and does not get.
pub(super) fn warnings(tree: &Tree) -> Vec<Problem> {
    let path = FieldPath::ROOT.key("spec").key("template").key("spec");
    let Some(spec) = tree.at(&path) else { return Vec::new() };
    let mut found = Found { path, spec, problems: Vec::new() };
    found.scheduling();
    found.volumes();
    found.kubelet();
    found.containers();
    found.problems
}

/// What was found in a pod's spec.
struct Found<'a> {
    path: FieldPath,
    spec: &'a Tree,
    problems: Vec<Problem>,
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// The fields that matter as soon as they are there, and what the result leaves out.
const SCHEDULING: [(&str, &str, &str); 6] = [
    (
        "runtimeClassName",
        "the RuntimeClass is not read: the overhead, node selector and tolerations that it adds \
         to pods are left out",
        "write `overhead`, `nodeSelector` and `tolerations` into the template",
    ),
    (
        "resourceClaims",
        "resource claims are not modeled: devices are not allocated, and no pod waits for one",
        "read the result as if every claim could be allocated",
    ),
    (
        "resources",
        "resources of the whole pod are not modeled: only those of its containers count",
        "write `resources` at the containers",
    ),
    ("schedulingGroup", "gang scheduling is not modeled: no pod waits for others", EACH_ALONE),
    ("workloadRef", "gang scheduling is not modeled: no pod waits for others", EACH_ALONE),
    (
        "readinessGates",
        "no pod that is created in the run becomes Ready: nobody sets the conditions of its \
         readiness gates",
        "remove the gates to see the rollout as if their conditions were set at once",
    ),
];

const EACH_ALONE: &str = "read the result as if each pod could be scheduled alone";

/// Sources of volumes that the scheduler or the kubelet waits for.
const VOLUMES: [(&str, &str); 8] = [
    (
        "persistentVolumeClaim",
        "the claim is taken to be bound, to a volume that every node can use",
    ),
    ("ephemeral", "its claim is taken to be bound at once, on every node"),
    ("csi", "its driver is taken to be on every node, with room for another volume"),
    ("image", "the pull of its image is left out"),
    ("gcePersistentDisk", ATTACHED),
    ("awsElasticBlockStore", ATTACHED),
    ("iscsi", ATTACHED),
    ("rbd", ATTACHED),
];

const ATTACHED: &str = "it is taken to be free for every node";

impl Found<'_> {
    fn warn(&mut self, at: &FieldPath, left_out: impl Into<String>, hint: &str) {
        let path = self.path.join(at);
        self.problems
            .push(Problem::warning("not-modeled", path, left_out).with_hint(hint).on_key());
    }

    fn field(&self, key: &str) -> Option<&Tree> {
        self.spec.get(key).filter(|value| is_something(value))
    }

    fn scheduling(&mut self) {
        for (kind, what) in [
            ("podAffinity", "pods are placed whether or not the pods that they need are there"),
            ("podAntiAffinity", "pods are placed beside those that they must not meet"),
        ] {
            let terms = self.field("affinity").and_then(|it| it.get(kind)?.get(REQUIRED));
            if terms.is_some_and(is_something) {
                let at = FieldPath::ROOT.key("affinity").key(kind).key(REQUIRED);
                let left_out = format!("affinity between pods is not modeled: {what}");
                self.warn(&at, left_out, "a real scheduler may leave pods Pending here");
            }
        }
        let spread = items(self.spec, "topologySpreadConstraints").position(|(_, constraint)| {
            constraint.get("whenUnsatisfiable").and_then(Tree::as_text) != Some("ScheduleAnyway")
        });
        if let Some(index) = spread {
            let at = FieldPath::ROOT.key("topologySpreadConstraints").index(index);
            let left_out =
                "spreading over topologies is not modeled: pods are placed whatever the skew";
            self.warn(&at, left_out, "a real scheduler may leave pods Pending here");
        }
        let scheduler = self.field("schedulerName").and_then(Tree::as_text);
        if let Some(name) = scheduler.filter(|name| *name != "default-scheduler") {
            let left_out = format!(
                "the scheduler `{name}` is not modeled: pods are placed by the rules of the default \
                 one"
            );
            let hint = "read the result as if `default-scheduler` placed the pods";
            self.warn(&FieldPath::ROOT.key("schedulerName"), left_out, hint);
        }
        for (key, left_out, hint) in SCHEDULING {
            if self.field(key).is_some() {
                self.warn(&FieldPath::ROOT.key(key), left_out, hint);
            }
        }
        self.gates();
    }

    /// Source: `pkg/apis/core/validation/validation.go › ValidatePodCreate`.
    fn gates(&mut self) {
        if self.field("schedulingGates").is_none() {
            return;
        }
        let at = FieldPath::ROOT.key("schedulingGates");
        if self.field("nodeName").is_some() {
            let left_out = "the API server will refuse every pod: spec.nodeName: Forbidden: cannot be \
                            set until all schedulingGates have been cleared; here they stay Pending";
            return self.warn(&at, left_out, "remove `schedulingGates` or `nodeName`");
        }
        let left_out = "every pod that is created in the run stays Pending: nobody takes its \
                        scheduling gates off";
        self.warn(
            &at,
            left_out,
            "remove the gates to see the rollout as if they were taken off at once",
        );
    }

    fn volumes(&mut self) {
        for (index, volume) in items(self.spec, "volumes") {
            let source = VOLUMES.iter().find(|(key, _)| volume.get(key).is_some_and(is_something));
            if let Some((key, what)) = source {
                let at = FieldPath::ROOT.key("volumes").index(index).key(*key);
                let left_out = format!("waiting for volumes is not modeled: {what}");
                self.warn(&at, left_out, "read the result as if the volume were there");
            }
        }
    }

    fn kubelet(&mut self) {
        let sysctls = self.field("securityContext").and_then(|it| it.get("sysctls"));
        if sysctls.is_some_and(is_something) {
            let at = FieldPath::ROOT.key("securityContext").key("sysctls");
            let left_out = "sysctls are not modeled: a kubelet that does not allow one refuses the \
                            pod (SysctlForbidden)";
            self.warn(&at, left_out, "read the result as if every kubelet allowed them");
        }
    }

    /// An image that kubelets refuse: in the run it is pulled like any other.
    fn image(&mut self, container: &Tree, at: &FieldPath) {
        let Some(image) = container.get("image").and_then(Tree::as_text) else { return };
        let Some(why) = image_problem(image) else { return };
        let message = format!(
            "kubelets refuse the image `{image}` (InvalidImageName): {why}; in a run it is pulled \
             all the same"
        );
        let hint = if is_placeholder(image) {
            "is it a placeholder that was not filled in?"
        } else {
            "write `registry/repository:tag`"
        };
        let path = self.path.join(at).key("image");
        self.problems.push(Problem::warning("invalid-image", path, message).with_hint(hint));
    }

    fn containers(&mut self) {
        for list in ["initContainers", "containers"] {
            for (index, container) in items(self.spec, list) {
                let at = FieldPath::ROOT.key(list).index(index);
                self.image(container, &at);
                let post_start = container.get("lifecycle").and_then(|it| it.get("postStart"));
                if post_start.is_some_and(is_something) {
                    let at = at.key("lifecycle").key("postStart");
                    let left_out =
                        "postStart hooks are not modeled: their time is left out, and none fails";
                    self.warn(&at, left_out, "add their time to `latencies.containerStart`");
                }
                if container.get("restartPolicyRules").is_some_and(is_something) {
                    let left_out =
                        "restart rules are not modeled: a container that exits is started again";
                    let hint = "read the result as if no rule applied";
                    self.warn(&at.key("restartPolicyRules"), left_out, hint);
                }
            }
        }
    }
}

/// The items of a list with their indices; nothing if it is no list.
fn items<'a>(spec: &'a Tree, key: &str) -> impl Iterator<Item = (usize, &'a Tree)> {
    let items = if let Some(Tree::List(items)) = spec.get(key) { items.as_slice() } else { &[] };
    items.iter().enumerate()
}

/// Whether a value says anything: it is not empty.
fn is_something(value: &Tree) -> bool {
    match value {
        Tree::Null => false,
        Tree::Text(text) => !text.is_empty(),
        Tree::List(items) => !items.is_empty(),
        Tree::Map(_) | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields that a pod's spec is warned of, in the order of the warnings.
    fn check(spec: &str, expected: &[&str]) {
        let json = format!("{{\"spec\":{{\"template\":{{\"spec\":{spec}}}}}}}");
        let tree = serde_json::from_str::<serde_json::Value>(&json).unwrap().into();
        let found = warnings(&tree);
        let paths: Vec<String> = found.iter().map(|it| it.path.to_string()).collect();
        let short: Vec<_> =
            paths.iter().filter_map(|it| it.strip_prefix("spec.template.spec.")).collect();
        assert_eq!(short, expected, "{spec}");
        assert!(found.iter().all(|it| !it.is_error() && it.hint.is_some()));
    }

    #[test]
    fn affinity_between_pods_is_told_of_if_it_is_required() {
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        check(
            r#"{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{}]},
            "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{}]}}}"#,
            &[
                &format!("affinity.podAffinity.{required}"),
                &format!("affinity.podAntiAffinity.{required}"),
            ],
        );
        check(
            r#"{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{}],
            "requiredDuringSchedulingIgnoredDuringExecution":[]},"nodeAffinity":{}}}"#,
            &[],
        );
        check(
            r#"{"topologySpreadConstraints":[{"whenUnsatisfiable":"ScheduleAnyway"},
            {"whenUnsatisfiable":"DoNotSchedule"}]}"#,
            &["topologySpreadConstraints[1]"],
        );
    }

    #[test]
    fn what_others_decide_is_told_of() {
        check(r#"{"schedulerName":"default-scheduler","runtimeClassName":""}"#, &[]);
        check(r#"{"schedulerName":"volcano"}"#, &["schedulerName"]);
        check(r#"{"runtimeClassName":"gvisor"}"#, &["runtimeClassName"]);
        check(r#"{"resourceClaims":[{"name":"a"}]}"#, &["resourceClaims"]);
        check(r#"{"resources":{"requests":{"cpu":1}}}"#, &["resources"]);
        check(r#"{"schedulingGroup":{"podGroupName":"a"}}"#, &["schedulingGroup"]);
        check(r#"{"readinessGates":[{"conditionType":"a"}]}"#, &["readinessGates"]);
        check(r#"{"schedulingGates":[{"name":"a"}],"nodeName":"n"}"#, &["schedulingGates"]);
        check(r#"{"securityContext":{"sysctls":[{"name":"a"}]}}"#, &["securityContext.sysctls"]);
    }

    #[test]
    fn volumes_that_are_waited_for_are_told_of() {
        check(
            r#"{"volumes":[{"hostPath":{"path":"/","type":"Directory"}},{"configMap":{"name":"a"}},
            {"persistentVolumeClaim":{"claimName":"a"}},{"ephemeral":{}},{"csi":{"driver":"a"}}]}"#,
            &["volumes[2].persistentVolumeClaim", "volumes[3].ephemeral", "volumes[4].csi"],
        );
    }

    #[test]
    fn containers_are_looked_at_one_by_one() {
        check(
            r#"{"containers":[{},{"lifecycle":{"postStart":{"exec":{}},"preStop":{}}}],
            "initContainers":[{"restartPolicyRules":[{"action":"Restart"}]}]}"#,
            &["initContainers[0].restartPolicyRules", "containers[1].lifecycle.postStart"],
        );
    }

    #[test]
    fn what_is_no_template_gets_no_warning() {
        check(r#""text""#, &[]);
        check(r#"{"volumes":5,"affinity":[],"containers":{"a":1}}"#, &[]);
        assert_eq!(warnings(&Tree::Null), []);
    }
}
