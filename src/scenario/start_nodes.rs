//! The nodes at the start of a run. Those of pools are made when somebody asks for them, so a million
//! of them take no room.

use crate::scenario::pool::PoolNodes;
use crate::scenario::valid::{NodePool, NodeSpec, PoolId};

/// The nodes at the start: those of the pools first, in the order of the scenario.
#[derive(Clone, Debug, Default)]
pub struct StartNodes {
    pools: Vec<PoolNodes>,
    others: Vec<NodeSpec>,
}

impl StartNodes {
    /// All nodes of these pools, and others.
    pub(super) fn new(pools: &[NodePool], others: Vec<NodeSpec>) -> Self {
        let pools = (0..).map(PoolId).zip(pools);
        Self { pools: pools.map(|(id, pool)| pool.start_nodes(id)).collect(), others }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pools.iter().map(PoolNodes::len).sum::<usize>() + self.others.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = NodeSpec> {
        self.pools.iter().flat_map(PoolNodes::iter).chain(self.others.iter().cloned())
    }

    /// The node at a place, from 0.
    pub fn get(&self, mut place: usize) -> Option<NodeSpec> {
        for pool in &self.pools {
            match place.checked_sub(pool.len()) {
                None => return pool.get(place),
                Some(rest) => place = rest,
            }
        }
        self.others.get(place).cloned()
    }
}

impl FromIterator<NodeSpec> for StartNodes {
    /// Nodes as they are given, whatever pools they belong to.
    fn from_iter<I: IntoIterator<Item = NodeSpec>>(nodes: I) -> Self {
        Self { pools: Vec::new(), others: nodes.into_iter().collect() }
    }
}
