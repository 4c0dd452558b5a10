//! What nodes have in each pixel column.

use crate::inspect::over_time::{NodeCounts, OnNode};
use crate::report::chart::canvas::scale::TimeScale;
use crate::time::SimDuration;

/// How many nodes have what, in the order of [`OnNode::ALL`].
pub(super) type Nodes = [u32; OnNode::ALL.len()];

/// The counts of each pixel column from the left to the right of `time`. Of all that happens within a
/// column it has the worst instant: that with the fewest nodes that serve.
pub(super) fn columns(counts: &[NodeCounts], time: &TimeScale) -> Vec<Nodes> {
    let width = usize::try_from(time.right - time.left).unwrap_or(0).max(1);
    let mut columns: Vec<Option<Nodes>> = vec![None; width];
    for (index, now) in counts.iter().enumerate() {
        let until = counts.get(index + 1).map_or(SimDuration::MAX, |next| next.at);
        if until <= time.from || now.at > time.end {
            continue;
        }
        let (from, to) = (column(now.at, time, width), column(until, time, width));
        for column in &mut columns[from..=to] {
            let is_worse = column.is_none_or(|known| serving(&now.nodes) <= serving(&known));
            if is_worse {
                *column = Some(now.nodes);
            }
        }
    }
    columns.into_iter().map(Option::unwrap_or_default).collect()
}

fn column(at: SimDuration, time: &TimeScale, width: usize) -> usize {
    usize::try_from(time.x(at) - time.left).unwrap_or(0).min(width - 1)
}

/// How many of the nodes have a serving pod.
pub(super) fn serving(nodes: &Nodes) -> u32 {
    sum(nodes, OnNode::serves)
}

/// How many of the nodes are wanted.
pub(super) fn wanted(nodes: &Nodes) -> u32 {
    sum(nodes, OnNode::is_wanted)
}

fn sum(nodes: &Nodes, is_meant: impl Fn(OnNode) -> bool) -> u32 {
    let meant = OnNode::ALL.into_iter().zip(nodes).filter(|(state, _)| is_meant(*state));
    meant.map(|(_, count)| *count).sum()
}
