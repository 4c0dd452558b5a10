//! The nodes.

use crate::scenario::written::resources::{Allocatable, OtherRequests};
use crate::scenario::written::taint::Taint;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The nodes at the start: pools of like ones, single ones, or just a number.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Cluster {
    /// Groups of like nodes.
    #[schemars(with = "Vec<NodePool>")]
    pub node_pools: Vec<super::Deferred<NodePool>>,
    /// Single nodes; or a number, which is short for one pool `node` of so many nodes.
    pub nodes: Option<SingleNodes>,
    /// A file that `kubectl get ds,nodes,pods,controllerrevisions -A -o json` (or yaml) wrote: the
    /// run goes on from its nodes, pods, DaemonSets and revisions as they are. It starts at the
    /// newest time in the file.
    pub snapshot: Option<String>,
}

/// A group of like nodes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePool {
    /// Its name, which is also the value of the node label `rollcast.dev/pool`.
    pub name: String,
    /// How many nodes there are at the start. Default: 1. With 0 the pool only says what nodes
    /// are like that join later.
    #[serde(default = "one")]
    pub count: u32,
    /// How a node is named; `{i}` stands for its number, from 1. Default: the name of the pool
    /// and `-{i}`.
    pub node_name: Option<String>,
    /// Labels of every node, besides those that a node has of itself: `kubernetes.io/hostname`,
    /// `kubernetes.io/os` (linux) and `kubernetes.io/arch` (amd64).
    #[serde(default)]
    pub labels: NodeLabels,
    /// Taints of every node.
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Taints that a node has when it joins, each until the pod of a DaemonSet on it is ready:
    /// `{taint: "node.cilium.io/agent-not-ready:NoExecute", removedBy: cilium}`.
    #[serde(default)]
    pub startup_taints: Vec<StartupTaint>,
    /// Zones that the nodes are spread over in turn, as label `topology.kubernetes.io/zone`.
    #[serde(default)]
    pub zones: Vec<String>,
    /// What pods may request on a node.
    #[serde(default)]
    pub allocatable: Allocatable,
    /// Pods that belong to no DaemonSet and run on a node already. Default: none.
    #[serde(default)]
    pub other_pods: OtherPods,
}

/// A taint that a node has when it joins.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartupTaint {
    /// The taint.
    pub taint: Taint,
    /// The DaemonSet that takes it off when its pod on the node is ready, `name` or
    /// `namespace/name`.
    pub removed_by: String,
}

/// One node.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Labels, besides those that a node has of itself.
    #[serde(default)]
    pub labels: NodeLabels,
    /// Taints.
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Its zone, as label `topology.kubernetes.io/zone`.
    pub zone: Option<String>,
    /// What pods may request on it.
    #[serde(default)]
    pub allocatable: Allocatable,
    /// Pods that belong to no DaemonSet and run on it already. Default: none.
    #[serde(default)]
    pub other_pods: OtherPods,
}

/// Pods that belong to no DaemonSet and run on a node already.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OtherPods {
    /// How many pods there are. Default: 0.
    pub count: u32,
    /// What they request together; each requests an equal share.
    pub requests: OtherRequests,
    /// Their priority. Daemon pods of a higher one make them leave if there is no room; they do
    /// not come back. Default: 0.
    pub priority: i32,
}

/// Labels; a key without a value means the empty value, as in the API.
pub type NodeLabels = BTreeMap<String, Option<String>>;

fn one() -> u32 {
    1
}

/// Nodes one by one, or a number of like ones.
#[derive(Clone, Debug)]
pub enum SingleNodes {
    /// Short for one pool of so many nodes.
    Count(u32),
    /// One by one.
    List(Vec<super::Deferred<Node>>),
}

impl<'de> Deserialize<'de> for SingleNodes {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(SingleNodesVisitor)
    }
}

struct SingleNodesVisitor;

impl<'de> Visitor<'de> for SingleNodesVisitor {
    type Value = SingleNodes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of nodes, or a list of nodes such as `- name: node-1`")
    }

    fn visit_i64<E: Error>(self, count: i64) -> Result<SingleNodes, E> {
        Err(E::custom(format!("`{count}` must not be negative")))
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<SingleNodes, E> {
        let too_many = |_| E::custom(format!("`{count}` nodes are too many"));
        u32::try_from(count).map(SingleNodes::Count).map_err(too_many)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<SingleNodes, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = items.next_element()? {
            nodes.push(node);
        }
        Ok(SingleNodes::List(nodes))
    }
}

impl JsonSchema for SingleNodes {
    fn schema_name() -> Cow<'static, str> {
        "SingleNodes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let node = generator.subschema_for::<Node>();
        json_schema!({
            "description": "Single nodes; or a number, short for one pool `node` of so many.",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": 2_000_000 },
                { "type": "array", "items": node }
            ]
        })
    }
}
