//! How long nodes were without a serving pod.

use crate::inspect::over_time::on_node::OnNode;
use crate::inspect::over_time::tracks::{DaemonSetTracks, NodeTrack};
use crate::record::nearest_rank;
use crate::time::SimDuration;

/// How long a node was without a serving pod while one belonged there, from the start of the run to
/// its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeGap {
    pub node: String,
    /// All its gaps together.
    pub total: SimDuration,
    /// Whether it is without one at the end, so that nobody knows how long it will be.
    pub is_open: bool,
}

/// The gaps of all nodes on which a pod ever belonged, the shortest first; equal ones in the order of
/// the tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeGaps(pub Vec<NodeGap>);

impl NodeGaps {
    /// The gap that `percent` of the nodes do not exceed, as `gap_per_node` of `summary.json` has it;
    /// none if there are no nodes.
    pub fn quantile(&self, percent: usize) -> Option<SimDuration> {
        nearest_rank(&self.0, percent).map(|gap| gap.total)
    }
}

impl NodeTrack {
    /// Its gap.
    pub fn gap(&self) -> NodeGap {
        let gaps = self.spans.iter().filter(|span| span.state.is_gap());
        let total = gaps.fold(SimDuration::ZERO, |sum, span| sum + span.length());
        let is_open = self.state_at_end().is_gap();
        NodeGap { node: self.node.clone(), total, is_open }
    }

    /// What the node has at the end.
    pub fn state_at_end(&self) -> OnNode {
        self.spans.last().map_or(OnNode::NotWanted, |last| last.state)
    }
}

impl DaemonSetTracks {
    /// The gaps of all its nodes.
    pub fn gaps(&self) -> NodeGaps {
        let mut gaps: Vec<NodeGap> = self.nodes.iter().map(NodeTrack::gap).collect();
        gaps.sort_by_key(|gap| gap.total);
        NodeGaps(gaps)
    }
}
