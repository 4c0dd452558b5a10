//! Which node a name means. The names of a pool's nodes are numbered, so nothing is kept of them but
//! their numbers.

use std::collections::BTreeMap;

use crate::control::NodeId;
use crate::scenario::{NodePool, NodeSpec};
use crate::world::cluster::truth::Cluster;

/// Every node that ever was, by its name.
#[derive(Debug, Default)]
pub(super) struct NodeIds {
    /// By pool, and by number in its pool, from 1.
    of_pools: Vec<Vec<Option<NodeId>>>,
    others: BTreeMap<String, NodeId>,
}

impl NodeIds {
    fn find(&self, name: &str, pools: &[NodePool]) -> Option<NodeId> {
        let of_pool = |(pool, ids): (&NodePool, &Vec<Option<NodeId>>)| {
            *ids.get(pool.number_of(name)? as usize - 1)?
        };
        let mut of_pools = pools.iter().zip(&self.of_pools).filter_map(of_pool);
        of_pools.next().or_else(|| self.others.get(name).copied())
    }

    fn insert(&mut self, spec: &NodeSpec, id: NodeId, pools: &[NodePool]) {
        let number =
            spec.pool.and_then(|pool| Some((pool.0, pools[pool.0].number_of(&spec.name)?)));
        let Some((pool, number)) = number else {
            self.others.insert(spec.name.to_string(), id);
            return;
        };
        self.of_pools.resize_with(pools.len(), Vec::new);
        let (ids, place) = (&mut self.of_pools[pool], number as usize - 1);
        if ids.len() <= place {
            ids.resize(place + 1, None);
        }
        ids[place] = Some(id);
    }
}

impl Cluster {
    /// The node that has, or had, this name.
    pub(in crate::world) fn node_called(&self, name: &str) -> Option<NodeId> {
        self.node_ids.find(name, &self.pools)
    }

    /// A node has got its name.
    pub(in crate::world) fn node_is_called(&mut self, spec: &NodeSpec, id: NodeId) {
        self.node_ids.insert(spec, id, &self.pools);
    }
}
