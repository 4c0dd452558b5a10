//! Which nodes an action is for.

use crate::control::NodeId;
use crate::scenario::{Among, NodeSelection, Take};
use crate::world::state::World;

impl World {
    /// The nodes of a selection among those that exist now, sorted; `drawing` names the draw.
    pub(super) fn select(&self, selection: &NodeSelection, drawing: u64) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = match &selection.among {
            Among::All => self.existing_nodes().collect(),
            Among::Names(names) => {
                let known = names.iter().filter_map(|name| self.node_ids.get(name).copied());
                known.filter(|&node| self.node(node).exists).collect()
            }
            Among::Pool(pool) => {
                self.existing_nodes().filter(|&node| self.node(node).pool == Some(*pool)).collect()
            }
            Among::Labels(selector) => {
                let matches = |&node: &NodeId| selector.matches(&self.version_of(node).labels);
                self.existing_nodes().filter(matches).collect()
            }
        };
        let count = match selection.take {
            Take::All => nodes.len(),
            Take::Count(count) => count as usize,
            Take::Percent(percent) => (nodes.len() * percent as usize).div_ceil(100),
        };
        if count < nodes.len() {
            let luck = |&node: &NodeId| {
                (self.streams.bits("selection", self.node(node).name_hash, drawing), node)
            };
            nodes.sort_by_cached_key(luck);
            nodes.truncate(count);
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    pub(super) fn existing_nodes(&self) -> impl Iterator<Item = NodeId> {
        let ids = (0..u32::try_from(self.nodes.len()).expect("fewer than 2^32 nodes")).map(NodeId);
        ids.filter(|&node| self.node(node).exists)
    }
}
