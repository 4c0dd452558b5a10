//! A cluster as the planner sees it: nodes, and the pods on each.

use rollcast::api::PodPhase;
use rollcast::control::daemonset::{
    Eligibility, NodeView, OrderKey, PodView, Rules, Tally, classify,
};
use rollcast::control::{NodeId, PodId};
use rollcast::time::SimTime;

/// A pod; times in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field or label of the object")]
pub(crate) struct Pod {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) created: u64,
    pub(crate) bound: bool,
    pub(crate) phase: PodPhase,
    pub(crate) ready_since: Option<u64>,
    pub(crate) terminating: bool,
    pub(crate) has_current_hash: bool,
    pub(crate) updated: bool,
}

impl Pod {
    fn view(&self) -> PodView<'_> {
        PodView {
            id: PodId(self.id),
            name: &self.name,
            created: SimTime::from_secs(self.created),
            bound: self.bound,
            phase: self.phase,
            ready_since: self.ready_since.map(SimTime::from_secs),
            terminating: self.terminating,
            has_current_hash: self.has_current_hash,
            updated: self.updated,
        }
    }
}

/// A node *name* and the pods that target it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Node {
    /// None if there is no Node object.
    pub(crate) judged: Option<Eligibility>,
    pub(crate) pods: Vec<Pod>,
}

/// Judges node number `index` again.
pub(crate) fn judge(
    tally: &mut Tally,
    index: usize,
    node: &Node,
    key: u64,
    now: u64,
    rules: Rules,
) {
    let pods: Vec<PodView<'_>> = node.pods.iter().map(Pod::view).collect();
    let view = NodeView { node: node.judged, pods: &pods };
    let class = classify(&view, &rules, SimTime::from_secs(now));
    tally.replace(node_id(index), OrderKey(key), class);
}

/// A tally from scratch; `order` gives each node its place in the picking order.
pub(crate) fn tally(nodes: &[Node], order: impl Fn(usize) -> u64, now: u64, rules: Rules) -> Tally {
    let mut tally = Tally::default();
    for (index, node) in nodes.iter().enumerate() {
        judge(&mut tally, index, node, order(index), now, rules);
    }
    tally
}

fn node_id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap())
}
