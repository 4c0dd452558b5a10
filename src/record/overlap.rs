//! Nodes on which two pods ran at the same time where one is meant to.

use std::collections::BTreeMap;

use crate::time::SimDuration;

/// Nodes on which two pods ran at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoAtOnce {
    /// In the order of the cluster.
    pub nodes: Vec<String>,
    /// The time of the node where it lasted least.
    pub shortest: SimDuration,
    /// The time of the node where it lasted longest.
    pub longest: SimDuration,
}

/// What is counted while a run goes on; nodes that never had two pods cost nothing.
#[derive(Debug, Default)]
pub(super) struct Overlaps {
    since: BTreeMap<usize, SimDuration>,
    totals: BTreeMap<usize, SimDuration>,
}

impl Overlaps {
    /// From `at` on, two pods run on a node or not.
    pub(super) fn set(&mut self, at: SimDuration, node: usize, two: bool) {
        if two {
            self.since.entry(node).or_insert(at);
        } else if let Some(since) = self.since.remove(&node) {
            self.add(node, at.saturating_sub(since));
        }
    }

    fn add(&mut self, node: usize, lasted: SimDuration) {
        // Two changes of the same instant are no time at which two pods ran.
        if !lasted.is_zero() {
            *self.totals.entry(node).or_default() += lasted;
        }
    }

    pub(super) fn finish(
        mut self,
        end: SimDuration,
        node_name: &impl Fn(usize) -> String,
    ) -> Option<TwoAtOnce> {
        for (node, since) in std::mem::take(&mut self.since) {
            self.add(node, end.saturating_sub(since));
        }
        Some(TwoAtOnce {
            shortest: self.totals.values().copied().min()?,
            longest: self.totals.values().copied().max()?,
            nodes: self.totals.keys().map(|&node| node_name(node)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_two_pods_add_up_per_node() {
        let at = SimDuration::from_secs;
        let mut overlaps = Overlaps::default();
        let steps = [(0, 7, true), (5, 7, false), (6, 7, true), (7, 2, true), (7, 2, false)];
        for (second, node, two) in steps {
            overlaps.set(at(second), node, two);
        }
        let found = overlaps.finish(at(9), &|node| format!("n{node}")).unwrap();
        assert_eq!(found.nodes, ["n7"]);
        assert_eq!((found.shortest, found.longest), (at(8), at(8)));
        assert!(Overlaps::default().finish(at(9), &|node| node.to_string()).is_none());
    }
}
