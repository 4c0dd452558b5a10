//! Machines and their Node objects.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::api::well_known::TAINT_NODE_OUT_OF_SERVICE;
use crate::api::{Labels, Taint, TaintEffect};
use crate::control::daemonset::OrderKey;
use crate::control::node_lifecycle::{NodeConditions, NodeHealth};
use crate::control::{NodeId, PodId};
use crate::record::FactId;
use crate::scenario::{NodeSpec, NodeTraits, PoolId, StartupTaint};
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::capacity::Capacity;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::{ImageId, VersionId};

/// A machine and its Node object.
#[derive(Clone, Debug)]
pub(in crate::world) struct Node {
    pub(in crate::world) name: Arc<str>,
    pub(in crate::world) name_hash: u64,
    /// When within each second its kubelet looks at its containers.
    pub(in crate::world) relist_phase: SimDuration,
    pub(in crate::world) pool: Option<PoolId>,
    /// Its place in the picking order, if the scenario asks for one.
    pub(in crate::world) order: OrderKey,
    /// Whether the Node object exists.
    pub(in crate::world) exists: bool,
    /// Whole seconds.
    pub(in crate::world) created: SimTime,
    /// Its labels and taints.
    pub(in crate::world) version: VersionId,
    /// Whether the machine runs.
    pub(in crate::world) alive: bool,
    /// Its conditions as the API server has them, and whether it is cordoned.
    pub(in crate::world) conditions: NodeConditions,
    /// Since when its condition Ready is as it is, if it ever turned.
    pub(in crate::world) health_since: Option<SimTime>,
    /// Whether it is shutting down gracefully: its kubelet takes no pod.
    pub(in crate::world) shutting_down: bool,
    /// Rises with each failure, recovery, deletion and registration, so that what was planned
    /// before is void.
    pub(in crate::world) epoch: u32,
    /// Pods bound or pinned to it that exist.
    pub(in crate::world) pods: SmallVec<[PodId; 2]>,
    /// Images that were pulled.
    pub(in crate::world) images: SmallVec<[ImageId; 4]>,
    /// How many draws about requests and watches it has had.
    pub(in crate::world) api_draws: u32,
    /// Taints that a daemon takes off when it is ready.
    pub(in crate::world) startup_taints: Box<[StartupTaint]>,
    /// The latest fact about its health.
    pub(in crate::world) health_fact: Option<FactId>,
    /// What it has for pods, and what is taken.
    pub(in crate::world) capacity: Capacity,
    /// How many draws about the scheduler's requests and watches it has had.
    pub(in crate::world) scheduler_draws: u32,
}

/// Labels and taints of a node, from one change to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::world) struct NodeVersion {
    pub(in crate::world) labels: Labels,
    pub(in crate::world) taints: Vec<Taint>,
}

impl Node {
    /// Whether what runs on it may be running: a machine whose kubelet says that it is not Ready has
    /// not died.
    pub(in crate::world) fn runs_pods(&self) -> bool {
        self.alive || self.exists && self.conditions.health == NodeHealth::NotReady
    }
}

impl Cluster {
    /// A node as selections look at it.
    pub(in crate::world) fn traits(&self, id: NodeId) -> NodeTraits<'_> {
        let node = self.node(id);
        NodeTraits { name: &node.name, pool: node.pool, labels: &self.version_of(id).labels }
    }

    pub(in crate::world) fn new_version(
        &mut self,
        labels: Labels,
        taints: Vec<Taint>,
    ) -> VersionId {
        self.versions.push(NodeVersion { labels, taints })
    }

    pub(in crate::world) fn version_of(&self, node: NodeId) -> &NodeVersion {
        &self.versions[self.node(node).version]
    }

    /// How the next node of a pool is made.
    pub(in crate::world) fn next_of_pool(&mut self, pool: PoolId) -> NodeSpec {
        let template = &mut self.pools[pool.0];
        template.count += 1;
        template.node(pool, template.count)
    }

    /// Pods that exist and are bound or pinned to a node.
    pub(in crate::world) fn pods_on(&self, id: NodeId) -> impl Iterator<Item = PodId> + Clone {
        self.node(id).pods.iter().copied()
    }

    /// Pods that exist and are bound to a node.
    pub(in crate::world) fn bound_to(&self, id: NodeId) -> Vec<PodId> {
        self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect()
    }

    pub(in crate::world) fn existing_nodes(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.ids().filter(|&node| self.node(node).exists)
    }

    /// Whether a node has a taint that drives pods away.
    pub(in crate::world) fn drives_pods_away(&self, id: NodeId) -> bool {
        self.version_of(id).taints.iter().any(|taint| taint.effect == TaintEffect::NoExecute)
    }

    pub(in crate::world) fn is_out_of_service(&self, id: NodeId) -> bool {
        self.version_of(id).taints.iter().any(|taint| taint.key == TAINT_NODE_OUT_OF_SERVICE)
    }
}
