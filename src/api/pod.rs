//! A pod, as a snapshot of a cluster shows it.

use serde::Deserialize;

use super::metadata::ObjectMeta;
use super::node::{Condition, condition};
use super::nullable::null_as_default;
use super::pod_template::PodSpec;
use super::{convert, defaults, written};
use crate::input::{FieldPath, Problem, Tree, decode};

/// A pod.
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
#[serde(default)]
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

    /// Its condition `Ready`.
    pub fn ready_condition(&self) -> Option<&Condition> {
        condition(&self.status.conditions, "Ready")
    }
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
    use crate::time::SimTime;

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
    fn a_pod_tells_since_when_it_is_ready() {
        let pod = pod("{}");
        let ready = pod.ready_condition().unwrap();
        assert!(ready.is_true() && !pod.status.phase.is_terminal());
        assert_eq!(ready.last_transition_time, Some(SimTime::from_secs(9)));
    }
}
