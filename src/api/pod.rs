//! A pod, as a snapshot of a cluster shows it.

use serde::Deserialize;

use crate::api::container_status::ContainerStatus;
use crate::api::metadata::{ObjectMeta, time};
use crate::api::node::{Condition, condition};
use crate::api::nullable::null_as_default;
use crate::api::pod_template::PodSpec;
use crate::api::{convert, defaults, written};
use crate::input::{FieldPath, Problem, Tree, decode};
use crate::time::SimTime;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// Name, labels, owner, ….
    pub metadata: ObjectMeta,
    /// What it runs and where.
    pub spec: PodSpec,
    /// How far it is.
    pub status: PodStatus,
}

/// How far a pod is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// How far its containers are.
    #[serde(deserialize_with = "null_as_default")]
    pub phase: PodPhase,
    /// `Ready`, `PodScheduled`, ….
    #[serde(deserialize_with = "null_as_default")]
    pub conditions: Vec<Condition>,
    /// Why it failed as a whole, in one word; empty for most.
    #[serde(deserialize_with = "null_as_default")]
    pub reason: String,
    /// Why it failed as a whole, in a sentence.
    #[serde(deserialize_with = "null_as_default")]
    pub message: String,
    /// When its kubelet first saw it, before it pulled an image.
    #[serde(deserialize_with = "time")]
    pub start_time: Option<SimTime>,
    /// How the containers are that initialize it.
    #[serde(deserialize_with = "null_as_default")]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// How its other containers are.
    #[serde(deserialize_with = "null_as_default")]
    pub container_statuses: Vec<ContainerStatus>,
}

/// How far a pod's containers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum PodPhase {
    /// Not all of them were started.
    #[default]
    Pending,
    /// At least one runs.
    Running,
    /// All ended well and will not be restarted.
    Succeeded,
    /// All ended, at least one badly, and will not be restarted; or the node refused the pod.
    Failed,
    /// Its node does not answer. Not set any more.
    Unknown,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    metadata: ObjectMeta,
    spec: written::PodSpec,
    #[serde(deserialize_with = "null_as_default")]
    status: PodStatus,
}

impl Pod {
    /// The pod that `tree` is.
    ///
    /// # Errors
    ///
    /// Every value of a wrong type, and the first that this version does not know.
    pub fn from_tree(tree: &Tree) -> Result<Self, Vec<Problem>> {
        let mut written: Written = decode(tree)?;
        defaults::pod_spec(&mut written.spec);
        let unknown = |why: convert::UnknownValue| {
            vec![Problem::error("unknown-value", FieldPath::ROOT.key("spec"), why.to_string())]
        };
        let spec = convert::pod_spec(written.spec).map_err(unknown)?;
        Ok(Self { metadata: written.metadata, spec, status: written.status })
    }

    /// The node it is bound to, or else the one that its affinity pins it to.
    ///
    /// Mirrors `pkg/controller/daemon/util/daemonset_util.go` › `GetTargetNodeName`.
    pub fn target_node(&self) -> Option<&str> {
        let pinned = || self.spec.node_affinity_required.as_ref()?.target_node();
        self.spec.node_name.as_deref().or_else(pinned)
    }

    /// Whether it takes something of its node: it is bound to one and has not ended for good.
    pub fn is_placed(&self) -> bool {
        self.spec.node_name.is_some() && !self.status.phase.is_terminal()
    }

    /// Its condition `Ready`.
    pub fn ready_condition(&self) -> Option<&Condition> {
        condition(&self.status.conditions, "Ready")
    }

    /// Whether one of its readiness gates is not `True`.
    ///
    /// Mirrors `pkg/kubelet/status/generate.go` › `GeneratePodReadyCondition`.
    pub fn awaits_readiness_gate(&self) -> bool {
        let holds = |gate: &String| {
            condition(&self.status.conditions, gate).is_some_and(Condition::is_true)
        };
        !self.spec.readiness_gates.iter().all(holds)
    }

    /// Since when it has been ready without a break, in whole seconds; none if it is not.
    pub fn ready_since(&self) -> Option<SimTime> {
        since(self.ready_condition())
    }

    /// Since when all its containers have been ready without a break, in whole seconds; none if they
    /// are not. A node that is not heard from leaves this alone, unlike [`Pod::ready_since`].
    pub fn containers_ready_since(&self) -> Option<SimTime> {
        let told = condition(&self.status.conditions, "ContainersReady");
        since(told.or_else(|| self.ready_condition()))
    }

    /// When it was bound to its node, in whole seconds; none if it was not yet.
    pub fn scheduled_at(&self) -> Option<SimTime> {
        since(condition(&self.status.conditions, "PodScheduled"))
    }

    /// Why no scheduler bound it, in one word, if one said so: `Unschedulable`.
    pub fn unscheduled_reason(&self) -> Option<&str> {
        let scheduled = condition(&self.status.conditions, "PodScheduled");
        let refused = scheduled.filter(|it| self.spec.node_name.is_none() && it.status == "False");
        refused.map(|it| it.reason.as_str())
    }

    /// Why no scheduler bound it, in a sentence, if one said so.
    pub fn unscheduled_message(&self) -> Option<&str> {
        let scheduled = condition(&self.status.conditions, "PodScheduled");
        let refused = scheduled.filter(|it| self.spec.node_name.is_none() && it.status == "False");
        let message = refused.map(|it| it.message.trim_end_matches('.'));
        message.filter(|message| !message.is_empty())
    }

    /// When the last of its containers was started, in whole seconds; none unless one runs.
    /// Containers that initialize it do not count.
    pub fn started_at(&self) -> Option<SimTime> {
        let running = self.status.container_statuses.iter().map(|status| &status.state.running);
        running.flatten().filter_map(|running| running.started_at).max()
    }
}

/// Since when this is `True`.
fn since(condition: Option<&Condition>) -> Option<SimTime> {
    condition.filter(|condition| condition.is_true())?.last_transition_time
}

impl PodPhase {
    /// Whether all containers ended for good.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(spec: &str) -> Pod {
        let json = format!(
            r#"{{"metadata":{{"name":"p"}},"spec":{spec},"status":{{"phase":"Running","conditions":
            [{{"type":"Ready","status":"True","lastTransitionTime":"1970-01-01T00:00:09Z"}}]}}}}"#
        );
        let value = serde_json::from_str::<serde_json::Value>(&json).unwrap();
        Pod::from_tree(&value.into()).unwrap()
    }

    fn pinned(names: &str) -> String {
        format!(
            r#"{{"affinity":{{"nodeAffinity":{{"requiredDuringSchedulingIgnoredDuringExecution":
            {{"nodeSelectorTerms":[{{"matchFields":[{{"key":"metadata.name","operator":"In",
            "values":{names}}}]}}]}}}}}}}}"#
        )
    }

    #[test]
    fn a_pod_belongs_to_the_node_it_is_bound_or_pinned_to() {
        assert_eq!(pod(r#"{"nodeName":"n"}"#).target_node(), Some("n"));
        assert_eq!(pod(&pinned(r#"["m"]"#)).target_node(), Some("m"));
        assert_eq!(pod(&pinned(r#"["m","n"]"#)).target_node(), None);
        assert_eq!(pod("{}").target_node(), None);
    }

    #[test]
    fn every_readiness_gate_must_be_true() {
        let gated = |gates: &str| pod(&format!("{{\"readinessGates\":[{gates}]}}"));
        assert!(!gated("").awaits_readiness_gate());
        // The only condition of these pods is that they are ready.
        assert!(!gated(r#"{"conditionType":"Ready"}"#).awaits_readiness_gate());
        let both = r#"{"conditionType":"Ready"},{"conditionType":"example.com/lb"}"#;
        assert!(gated(both).awaits_readiness_gate());
    }

    #[test]
    fn a_pod_tells_since_when_it_is_ready() {
        let pod = pod("{}");
        let ready = pod.ready_condition().unwrap();
        assert!(ready.is_true() && !pod.status.phase.is_terminal());
        assert_eq!(ready.last_transition_time, Some(SimTime::from_secs(9)));
    }

    /// A node that was not heard from for a while, or a readiness gate, is no matter of containers.
    #[test]
    fn containers_may_be_ready_before_the_pod_is() {
        let of = |conditions: serde_json::Value| {
            let pod = serde_json::json!({"metadata": {"name": "p"}, "status": {"conditions": conditions}});
            Pod::from_tree(&pod.into()).unwrap().containers_ready_since()
        };
        let condition = |kind: &str, status: &str, second: u64| {
            let at = format!("1970-01-01T00:00:0{second}Z");
            serde_json::json!({"type": kind, "status": status, "lastTransitionTime": at})
        };
        let (early, late) =
            (condition("ContainersReady", "True", 3), condition("Ready", "True", 9));
        assert_eq!(of(serde_json::json!([early, late])), Some(SimTime::from_secs(3)));
        assert_eq!(of(serde_json::json!([late])), Some(SimTime::from_secs(9)));
        let not_yet = condition("ContainersReady", "False", 3);
        assert_eq!(of(serde_json::json!([not_yet, late])), None);
    }

    fn check_times(status: &str, scheduled: Option<u64>, started: Option<u64>, ready: Option<u64>) {
        let value: serde_json::Value = serde_json::from_str(status).unwrap();
        let tree = serde_json::json!({"metadata": {"name": "p"}, "status": value}).into();
        let pod = Pod::from_tree(&tree).unwrap();
        let times = [pod.scheduled_at(), pod.started_at(), pod.ready_since()];
        let expected = [scheduled, started, ready].map(|at| at.map(SimTime::from_secs));
        assert_eq!(times, expected, "{status}");
    }

    #[test]
    fn a_pod_tells_when_it_got_how_far() {
        check_times("{}", None, None, None);
        check_times(
            r#"{"conditions":[
            {"type":"PodScheduled","status":"True","lastTransitionTime":"1970-01-01T00:00:01Z"},
            {"type":"Ready","status":"False","lastTransitionTime":"1970-01-01T00:00:02Z"}],
            "containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]}"#,
            Some(1),
            None,
            None,
        );
        check_times(
            r#"{"conditions":[
            {"type":"Ready","status":"True","lastTransitionTime":"1970-01-01T00:00:09Z"},
            {"type":"PodScheduled","status":"False","lastTransitionTime":"1970-01-01T00:00:03Z"}],
            "containerStatuses":[{"state":{"running":{"startedAt":"1970-01-01T00:00:05Z"}}},
            {"state":{"running":{"startedAt":"1970-01-01T00:00:04Z"}}},
            {"state":{"terminated":{"startedAt":"1970-01-01T00:00:08Z"}}}]}"#,
            None,
            Some(5),
            Some(9),
        );
    }
}
