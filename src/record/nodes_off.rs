//! Machines that are off while their Node objects are there.

use std::collections::BTreeMap;

use crate::record::losses::Off;
use crate::time::SimDuration;

/// A node that was off at some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct OffTime {
    pub(super) why: Off,
    since: Option<SimDuration>,
    pub(super) total: SimDuration,
    /// Whether it is off when the run ends.
    pub(super) at_end: bool,
}

impl OffTime {
    fn close(&mut self, at: SimDuration) {
        if let Some(since) = self.since.take() {
            self.total += at.saturating_sub(since);
        }
    }
}

/// All of them, by the index of the node.
#[derive(Debug, Default)]
pub(super) struct NodesOff {
    by_node: BTreeMap<usize, OffTime>,
}

impl NodesOff {
    /// A machine goes off, or is found so; the first reason stays.
    pub(super) fn off(&mut self, at: SimDuration, node: usize, why: Off) {
        let fresh = OffTime { why, since: None, total: SimDuration::ZERO, at_end: false };
        self.by_node.entry(node).or_insert(fresh).since.get_or_insert(at);
    }

    /// It works again, or is no longer part of the cluster.
    pub(super) fn over(&mut self, at: SimDuration, node: usize) {
        if let Some(time) = self.by_node.get_mut(&node) {
            time.close(at);
        }
    }

    /// The nodes that are off now.
    pub(super) fn now(&self) -> impl Iterator<Item = usize> {
        self.by_node.iter().filter(|(_, time)| time.since.is_some()).map(|(&node, _)| node)
    }

    /// Ends what goes on at `end`.
    pub(super) fn finish(mut self, end: SimDuration) -> BTreeMap<usize, OffTime> {
        for time in self.by_node.values_mut() {
            time.at_end = time.since.is_some();
            time.close(end);
        }
        self.by_node
    }
}
