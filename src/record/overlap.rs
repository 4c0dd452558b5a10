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
    /// Until when something runs on a node whose pod was deleted by force.
    left_running: BTreeMap<usize, SimDuration>,
    totals: BTreeMap<usize, SimDuration>,
}

impl Overlaps {
    /// A pod was deleted by force: its containers run on until an instant.
    pub(super) fn leave_running(&mut self, node: usize, until: SimDuration) {
        let known = self.left_running.entry(node).or_default();
        *known = until.max(*known);
    }

    /// Nothing runs on a node any more.
    pub(super) fn stop_all(&mut self, at: SimDuration, node: usize) {
        self.set(at, node, false);
        self.left_running.remove(&node);
    }

    /// From `at` on, so many pods run on a node; what was deleted by force counts as well.
    pub(super) fn set_pods(&mut self, at: SimDuration, node: usize, pods: usize) {
        let left_running = self.left_running.get(&node).is_some_and(|until| *until > at);
        self.set(at, node, pods > 1 || pods == 1 && left_running);
    }

    /// From `at` on, two pods run on a node or not.
    pub(super) fn set(&mut self, at: SimDuration, node: usize, two: bool) {
        if two {
            self.since.entry(node).or_insert(at);
        } else if let Some(since) = self.since.remove(&node) {
            // What a deletion by force left running may have ended before.
            let left = self.left_running.get(&node).filter(|until| **until > since);
            self.add(node, left.map_or(at, |until| at.min(*until)).saturating_sub(since));
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
        for node in self.since.keys().copied().collect::<Vec<_>>() {
            self.set(end, node, false);
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
        let mut forced = Overlaps::default();
        forced.leave_running(1, at(8));
        for (second, pods) in [(2, 0), (3, 1), (9, 0), (10, 1), (11, 2), (13, 1)] {
            forced.set_pods(at(second), 1, pods);
        }
        let found = forced.finish(at(20), &|node| node.to_string()).unwrap();
        assert_eq!(
            found.longest,
            at(5 + 2),
            "until the containers of the first one end, and again"
        );
        assert!(Overlaps::default().finish(at(9), &|node| node.to_string()).is_none());
    }
}
