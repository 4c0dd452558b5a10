//! Which nodes an action is for.

use crate::control::NodeId;
use crate::scenario::{Among, NodeSelection, Take};
use crate::world::cx::Cx;

/// The nodes of a selection among those that exist now, sorted; `drawing` names the draw.
pub(super) fn select(selection: &NodeSelection, drawing: u64, cx: &Cx<'_>) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = match &selection.among {
        Among::All => cx.cluster.existing_nodes().collect(),
        Among::Names(names) => {
            let known = names.iter().filter_map(|name| cx.cluster.node_ids.get(name).copied());
            known.filter(|&node| cx.cluster.node(node).exists).collect()
        }
        Among::Pool(pool) => cx
            .cluster
            .existing_nodes()
            .filter(|&node| cx.cluster.node(node).pool == Some(*pool))
            .collect(),
        Among::Labels(selector) => {
            let matches = |&node: &NodeId| selector.matches(&cx.cluster.version_of(node).labels);
            cx.cluster.existing_nodes().filter(matches).collect()
        }
    };
    let count = match selection.take {
        Take::All => nodes.len(),
        Take::Count(count) => count as usize,
        Take::Percent(percent) => (nodes.len() * percent as usize).div_ceil(100),
    };
    if count < nodes.len() {
        let luck = |&node: &NodeId| {
            (cx.settings.streams.bits("selection", cx.cluster.node(node).name_hash, drawing), node)
        };
        nodes.sort_by_cached_key(luck);
        nodes.truncate(count);
    }
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
