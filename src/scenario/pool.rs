//! How the nodes of a pool are made: at the start, and when one joins.

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
        self.node_name.replacen(NUMBER, &number.to_string(), 1)
    }

    /// The pool's node with this number, from 1.
    pub fn node(&self, id: PoolId, number: u32) -> NodeSpec {
        self.node_with(&self.shared_labels(), id, number)
    }

    /// All nodes that it has at the start.
    pub(super) fn nodes(&self, id: PoolId) -> impl Iterator<Item = NodeSpec> {
        let shared = self.shared_labels();
        (1..=self.count).map(move |number| self.node_with(&shared, id, number))
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

    /// Its zones take turns.
    fn node_with(&self, shared: &[Labels], id: PoolId, number: u32) -> NodeSpec {
        let name = self.name_of(number);
        let turn = (number as usize).saturating_sub(1) % shared.len();
        let mut labels = shared[turn].clone();
        if !self.labels.contains_key(LABEL_HOSTNAME) {
            labels.insert(LABEL_HOSTNAME, &*name);
        }
        NodeSpec {
            name,
            pool: Some(id),
            labels,
            taints: self.taints.clone(),
            allocatable: self.allocatable.clone(),
            other_pods: self.other_pods.clone(),
        }
    }

    /// The number of the node that is called `name`; none if this pool never makes one.
    pub(super) fn number_of(&self, name: &str) -> Option<u32> {
        let Some((before, after)) = self.node_name.split_once(NUMBER) else {
            return (self.node_name == name).then_some(1);
        };
        let digits = name.strip_prefix(before)?.strip_suffix(after)?;
        let number: u32 = digits.parse().ok()?;
        (number > 0 && number.to_string() == digits).then_some(number)
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
