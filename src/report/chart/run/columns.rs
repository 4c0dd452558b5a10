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

#[cfg(test)]
mod tests {
    use super::*;

    /// So many nodes on the new revision, and so many with a pod that starts.
    fn counts(seconds: u64, new: u32, starting: u32) -> NodeCounts {
        let mut nodes = [0; OnNode::ALL.len()];
        nodes[OnNode::New as usize] = new;
        nodes[OnNode::Starting as usize] = starting;
        NodeCounts { at: SimDuration::from_secs(seconds), nodes }
    }

    fn check(from: u64, to: u64, expected: &[u32]) {
        let all = [counts(0, 9, 0), counts(10, 6, 3), counts(11, 8, 1), counts(20, 9, 0)];
        let time = [from, to].map(SimDuration::from_secs);
        let found = columns(&all, &TimeScale::new((0, 4), time.into()));
        assert_eq!(found.iter().map(serving).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(|it| wanted(it) == 9));
    }

    #[test]
    fn a_column_has_its_worst_instant() {
        check(0, 40, &[9, 6, 8, 9]);
        check(11, 19, &[8, 8, 8, 8]);
        check(20, 24, &[9, 9, 9, 9]);
    }
}
