//! Which nodes an action is for.

use std::collections::BTreeSet;

use crate::control::NodeId;
use crate::scenario::{Among, NodeSelection};
use crate::world::cx::Cx;

/// The nodes of a selection among those that exist now, sorted; `drawing` names the draw.
pub(super) fn select(selection: &NodeSelection, drawing: u64, cx: &Cx<'_>) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = match &selection.among {
        // Names are looked up, since events of single nodes may be many.
        Among::Names(names) => {
            let known = names.iter().filter_map(|name| cx.cluster.node_called(name));
            // A name that is written twice is one node.
            let known: BTreeSet<NodeId> = known.collect();
            known.into_iter().filter(|&node| cx.cluster.node(node).exists).collect()
        }
        among @ (Among::All | Among::Pool(_) | Among::Labels(_)) => {
            let is_meant = among.test();
            let is_meant = |&id: &NodeId| is_meant(&cx.cluster.traits(id));
            cx.cluster.existing_nodes().filter(is_meant).collect()
        }
    };
    if let Some(count) = selection.take.drawn_of(nodes.len()) {
        let drawn = |&node: &NodeId| {
            (cx.settings.streams.bits("selection", cx.cluster.node(node).name_hash, drawing), node)
        };
        nodes.sort_by_cached_key(drawn);
        nodes.truncate(count);
    }
    nodes.sort_unstable();
    nodes
}
