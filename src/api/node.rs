//! A node, as a snapshot of a cluster shows it.

use serde::Deserialize;

use crate::api::container::ResourceList;
use crate::api::metadata::{ObjectMeta, time};
use crate::api::nullable::null_as_default;
use crate::api::taint::Taint;
use crate::input::{Problem, Tree, decode};
use crate::time::SimTime;

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Node {
    pub metadata: ObjectMeta,
    /// What keeps pods away.
    #[serde(deserialize_with = "null_as_default")]
    pub spec: NodeSpec,
    /// What it offers and how it is.
    #[serde(deserialize_with = "null_as_default")]
    pub status: NodeStatus,
}

/// What keeps pods away from a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct NodeSpec {
    /// Marks that pods must tolerate.
    #[serde(deserialize_with = "null_as_default")]
    pub taints: Vec<Taint>,
    /// Whether it is cordoned; DaemonSets only look at the taint that follows from it.
    #[serde(deserialize_with = "null_as_default")]
    pub unschedulable: bool,
}

/// What a node offers and how it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct NodeStatus {
    /// What pods may request together.
    #[serde(deserialize_with = "null_as_default")]
    pub allocatable: ResourceList,
    /// `Ready`, `DiskPressure`, ….
    #[serde(deserialize_with = "null_as_default")]
    pub conditions: Vec<Condition>,
}

/// One aspect of how a node or a pod is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// Which aspect, such as `Ready`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Since when, in whole seconds.
    #[serde(deserialize_with = "time")]
    pub last_transition_time: Option<SimTime>,
    /// Why, in one word.
    #[serde(deserialize_with = "null_as_default")]
    pub reason: String,
    /// Why, in a sentence.
    #[serde(deserialize_with = "null_as_default")]
    pub message: String,
}

impl Node {
    /// The node that `tree` is.
    ///
    /// # Errors
    ///
    /// Every value of a wrong type.
    pub fn from_tree(tree: &Tree) -> Result<Self, Vec<Problem>> {
        decode(tree)
    }
}

impl Condition {
    /// Whether the status is `True`.
    pub fn is_true(&self) -> bool {
        self.status == "True"
    }
}

/// The condition of this kind.
pub(super) fn condition<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_read() {
        let json = r#"{"metadata":{"name":"n"},"spec":{"unschedulable":true,
            "taints":[{"key":"a","effect":"NoExecute"}]},"status":{"allocatable":{"cpu":"3900m"},
            "conditions":[{"type":"Ready","status":"True"}]}}"#;
        let tree = serde_json::from_str::<serde_json::Value>(json).unwrap().into();
        let node = Node::from_tree(&tree).unwrap();
        assert!(node.status.conditions[0].is_true() && node.spec.unschedulable);
        assert_eq!(node.spec.taints[0].to_string(), "a:NoExecute");
        assert_eq!(node.status.allocatable["cpu"].millis(), 3_900);
        assert!(Node::from_tree(&Tree::Text("x".to_owned())).is_err());
    }
}
