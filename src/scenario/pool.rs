//! How the nodes of a pool are made: at the start, and when one joins.

use std::sync::Arc;

use crate::api::Labels;
use crate::api::well_known::{LABEL_ARCH, LABEL_HOSTNAME, LABEL_OS, LABEL_TOPOLOGY_ZONE};
use crate::scenario::selection::NodeTraits;
use crate::scenario::valid::{NodePool, NodeSpec, PoolId};

/// The label that tells a node's pool.
pub const POOL_LABEL: &str = "rollcast.dev/pool";

/// What stands for a node's number in a pattern.
pub(super) const NUMBER: &str = "{i}";

impl NodePool {
    /// The name of the pool's node with this number, from 1.
    pub fn name_of(&self, number: u32) -> String {
        match self.node_name.split_once(NUMBER) {
            Some((before, after)) => [before, &number.to_string(), after].concat(),
            None => self.node_name.clone(),
        }
    }

    /// The pool's node with this number, from 1.
    pub fn node(&self, id: PoolId, number: u32) -> NodeSpec {
        self.start_nodes(id).node(number)
    }

    /// All nodes that it has at the start.
    pub(super) fn start_nodes(&self, id: PoolId) -> PoolNodes {
        let own_hostnames = !self.labels.contains_key(LABEL_HOSTNAME);
        PoolNodes {
            id,
            labels: self.shared_labels(),
            hostname: own_hostnames.then(|| LABEL_HOSTNAME.into()),
            pool: self.clone(),
        }
    }

    /// The labels that nodes of it share: a set for each of its zones, in their order.
    fn shared_labels(&self) -> Vec<Labels> {
        let of_zone = |zone: Option<&String>| {
            let mut labels: Labels =
                [(LABEL_OS, "linux"), (LABEL_ARCH, "amd64")].into_iter().collect();
            labels.insert(POOL_LABEL, &*self.name);
            labels.extend(zone.map(|zone| (LABEL_TOPOLOGY_ZONE, &**zone)));
            labels.extend(self.labels.iter());
            labels.into_shared()
        };
        let zones = self.zones.iter().map(Some);
        let none = self.zones.is_empty().then_some(None);
        zones.chain(none).map(of_zone).collect()
    }

    /// The number of the node that is called `name`; none if this pool never makes one.
    pub fn number_of(&self, name: &str) -> Option<u32> {
        let Some((before, after)) = self.node_name.split_once(NUMBER) else {
            return (self.node_name == name).then_some(1);
        };
        let digits = name.strip_prefix(before)?.strip_suffix(after)?;
        // Neither `+1` nor `01`.
        digits.starts_with(|digit| matches!(digit, '1'..='9')).then(|| digits.parse().ok())?
    }
}

/// The nodes of a pool, made when they are asked for.
#[derive(Clone, Debug)]
pub(super) struct PoolNodes {
    id: PoolId,
    pool: NodePool,
    /// What its nodes share: a set of labels for each of its zones, in their order.
    labels: Vec<Labels>,
    /// The label that each has of its own, unless the pool sets it.
    hostname: Option<Arc<str>>,
}

impl PoolNodes {
    pub(super) fn len(&self) -> usize {
        self.pool.count as usize
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = NodeSpec> {
        (1..=self.pool.count).map(|number| self.node(number))
    }

    /// The node at a place, from 0.
    pub(super) fn get(&self, place: usize) -> Option<NodeSpec> {
        let number = u32::try_from(place).ok()?.checked_add(1)?;
        (number <= self.pool.count).then(|| self.node(number))
    }

    /// The node with a number, from 1. Zones take turns.
    fn node(&self, number: u32) -> NodeSpec {
        let name: Arc<str> = self.pool.name_of(number).into();
        let turn = (number as usize).saturating_sub(1) % self.labels.len();
        let mut labels = self.labels[turn].clone();
        if let Some(key) = &self.hostname {
            labels.insert(Arc::clone(key), Arc::clone(&name));
        }
        NodeSpec {
            name,
            pool: Some(self.id),
            labels,
            taints: self.pool.taints.clone(),
            allocatable: Arc::clone(&self.pool.allocatable),
            other_pods: Arc::clone(&self.pool.other_pods),
        }
    }
}

impl NodeSpec {
    /// What selections ask of it.
    pub fn traits(&self) -> NodeTraits<'_> {
        NodeTraits { name: &self.name, pool: self.pool, labels: &self.labels }
    }
}

/// The labels that a kubelet gives its node.
///
/// Source: `pkg/kubelet/kubelet_node_status.go` › `initialNode`.
pub(super) fn own_labels(name: &str) -> Labels {
    [(LABEL_HOSTNAME, name), (LABEL_OS, "linux"), (LABEL_ARCH, "amd64")].into_iter().collect()
}
