//! How long each node was without a serving pod.

use crate::record::rank::nearest_rank;
use crate::record::summary::GapStats;
use crate::time::SimDuration;

#[derive(Clone, Copy, Debug, Default)]
struct NodeGap {
    /// Whether a pod ever belonged here: only then is the node measured.
    measured: bool,
    /// While the node is without: since when.
    since: Option<SimDuration>,
    /// Whether a pod had served before the gap that goes on.
    interrupts: bool,
    total: SimDuration,
    longest: SimDuration,
    longest_interruption: SimDuration,
}

impl NodeGap {
    fn close(&mut self, at: SimDuration) {
        let Some(since) = self.since.take() else { return };
        let length = at.saturating_sub(since);
        self.total += length;
        self.longest = self.longest.max(length);
        if self.interrupts {
            self.longest_interruption = self.longest_interruption.max(length);
        }
    }
}

/// The gaps of all nodes of one DaemonSet.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    nodes: Vec<NodeGap>,
}

pub(super) struct Measured {
    pub(super) total: SimDuration,
    pub(super) stats: GapStats,
    /// The total of each node, in ascending order.
    pub(super) totals: Vec<SimDuration>,
    /// The node whose pod was missing for the longest time after it had served, if any.
    pub(super) slowest: Option<(usize, SimDuration)>,
    pub(super) longest: SimDuration,
    /// The totals of the nodes that are still without at the end, in ascending order.
    pub(super) open: Vec<SimDuration>,
}

impl Gaps {
    /// From `at` on a pod belongs on a node or not. `without` is given if it has none, and says
    /// whether one had served there before.
    pub(super) fn set(
        &mut self,
        at: SimDuration,
        node: usize,
        wanted: bool,
        without: Option<bool>,
    ) {
        if self.nodes.len() <= node {
            self.nodes.resize(node + 1, NodeGap::default());
        }
        let gap = &mut self.nodes[node];
        gap.measured |= wanted;
        match without {
            None => gap.close(at),
            Some(_) if gap.since.is_some() => {}
            Some(served) => {
                gap.since = Some(at);
                gap.interrupts = served;
            }
        }
    }

    /// Since when a node is without, if it is.
    pub(super) fn since(&self, node: usize) -> Option<SimDuration> {
        self.nodes.get(node)?.since
    }

    /// How long a node was without until `end`, if a pod ever belonged there.
    pub(super) fn total_until(&self, end: SimDuration, node: usize) -> Option<SimDuration> {
        let mut gap = *self.nodes.get(node).filter(|gap| gap.measured)?;
        gap.close(end);
        Some(gap.total)
    }

    /// Ends every gap at `end` and adds up.
    pub(super) fn finish(mut self, end: SimDuration) -> Measured {
        let (mut totals, mut open) = (Vec::new(), Vec::new());
        let (mut total, mut longest) = (SimDuration::ZERO, SimDuration::ZERO);
        let mut slowest: Option<(usize, SimDuration)> = None;
        for (node, gap) in self.nodes.iter_mut().enumerate().filter(|(_, gap)| gap.measured) {
            let is_out = gap.since.is_some();
            gap.close(end);
            if is_out {
                open.push(gap.total);
            }
            totals.push(gap.total);
            total += gap.total;
            longest = longest.max(gap.longest);
            if gap.longest_interruption > slowest.map_or(SimDuration::ZERO, |(_, most)| most) {
                slowest = Some((node, gap.longest_interruption));
            }
        }
        totals.sort_unstable();
        open.sort_unstable();
        let stats = stats_of(&totals);
        Measured { total, stats, totals, slowest, longest, open }
    }
}

fn stats_of(sorted: &[SimDuration]) -> GapStats {
    let at = |percent| nearest_rank(sorted, percent).copied().unwrap_or_default();
    GapStats {
        nodes: u32::try_from(sorted.len()).unwrap_or(u32::MAX),
        p50: at(50),
        p90: at(90),
        p99: at(99),
        max: at(100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_add_up_per_node() {
        let at = SimDuration::from_secs;
        let mut gaps = Gaps::default();
        gaps.set(at(0), 0, true, None);
        gaps.set(at(0), 1, true, Some(false));
        gaps.set(at(0), 2, false, None);
        gaps.set(at(5), 1, true, None);
        gaps.set(at(6), 1, true, Some(true));
        let measured = gaps.finish(at(9));
        assert_eq!(measured.total, at(8));
        assert_eq!(measured.longest, at(5));
        assert_eq!(measured.slowest, Some((1, at(3))));
        assert_eq!(measured.stats.nodes, 2);
        assert_eq!((measured.stats.p50, measured.stats.max), (at(0), at(8)));
        assert_eq!(measured.open, [at(8)]);
    }
}
