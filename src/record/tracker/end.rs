//! What is known of a DaemonSet only when a run is over.

use std::collections::BTreeMap;

use crate::record::alerts::AlertRule;
use crate::record::causes::Causes;
use crate::record::losses::{Losses, NodeOff};
use crate::record::nodes_off::OffTime;
use crate::record::summary::DaemonSetSummary;
use crate::record::timeline::Point;
use crate::record::tracker::hits::hits;
use crate::record::tracker::{Followed, NodeTruth, Tracker};
use crate::time::SimDuration;

/// A node that has had no serving pod for this long does not just wait for the next one: a pod takes
/// its seconds to be pulled, started and ready.
const LEAST_OUT: SimDuration = SimDuration::from_secs(60);

/// What is known of the nodes when a run is over.
pub(in crate::record) struct NodesAtEnd<'a, N> {
    /// Resolves the index of a node.
    pub(in crate::record) name: &'a N,
    /// Those that were off at some time.
    pub(in crate::record) off: &'a BTreeMap<usize, OffTime>,
}

impl Tracker {
    pub(in crate::record) fn finish(
        mut self,
        end: SimDuration,
        at_rest: bool,
        causes: &Causes,
        nodes: &NodesAtEnd<'_, impl Fn(usize) -> String>,
    ) -> (DaemonSetSummary, Vec<Point>) {
        self.close_breach(end);
        self.close_rollout(end);
        for rollout in &mut self.summary.rollouts {
            let last = rollout.decided_by.pop();
            rollout.decided_by = last.map(|fact| causes.chain(fact)).unwrap_or_default();
        }
        self.summary.losses = self.losses_at_end(end, nodes);
        let measured = self.gaps.finish(end);
        self.summary.node_time_without = measured.total;
        self.summary.gaps = measured.stats;
        self.summary.node_gaps = measured.totals;
        self.summary.open_gaps = measured.open;
        self.summary.slowest = measured.slowest.map(|(node, gap)| ((nodes.name)(node), gap));
        self.summary.longest_gap = measured.longest;
        self.summary.pods_created = self.pods.created;
        self.summary.pods_deleted = self.pods.deleted;
        self.summary.alerts = self.alerts.finish(end, at_rest);
        let stuck = self.summary.alert(AlertRule::RolloutStuck).map(|alert| alert.fired);
        self.summary.hits = hits(&self.nodes, stuck);
        (self.summary, self.points)
    }

    fn losses_at_end(
        &mut self,
        end: SimDuration,
        nodes: &NodesAtEnd<'_, impl Fn(usize) -> String>,
    ) -> Losses {
        let counts = std::mem::take(&mut self.losses);
        let two_at_once = std::mem::take(&mut self.overlaps).finish(end, nodes.name);
        let is_left = |node| {
            let truth = self.node(node);
            let is_off = nodes.off.get(&node).is_some_and(|time| time.at_end);
            !is_off && !truth.wanted && !truth.serves_anybody()
        };
        let (lost, preempted) = counts.finish(nodes.name, is_left);
        let off = nodes.off.iter().filter_map(|(&node, time)| {
            let without = self.gaps.total_until(end, node)?;
            Some(NodeOff { node: (nodes.name)(node), why: time.why, off: time.total, without })
        });
        Losses { lost, two_at_once, nodes_off: off.collect(), preempted }
    }

    /// Counts what is known of the last rollout only when the run is over.
    fn close_rollout(&mut self, end: SimDuration) {
        let begun = self.summary.rollouts.len();
        let is_behind = |node: &&Followed| {
            let NodeTruth { wanted, serving, serving_updated, .. } = node.truth;
            wanted && node.reached < begun && !(serving && serving_updated)
        };
        let not_updated = self.nodes.iter().filter(is_behind).count();
        self.summary.not_updated = u32::try_from(not_updated).unwrap_or(u32::MAX);
        let is_out = |node: usize, it: &Followed| {
            let since =
                self.gaps.since(node).filter(|_| it.served && !self.live_nodes.is_off(node));
            since.is_some_and(|since| end.saturating_sub(since) >= LEAST_OUT)
        };
        let is_lost = |(node, it): &(usize, &Followed)| {
            it.crashed_after == begun && begun > 0 || it.truth.wanted && is_out(*node, it)
        };
        let lost_again = self.nodes.iter().enumerate().filter(is_lost).count();
        let always_served = self.live_nodes.always_served() && self.truth.serving_updated > 0;
        if let Some(last) = self.summary.rollouts.last_mut() {
            if last.finished.is_some() {
                last.afterwards.lost_again = u32::try_from(lost_again).unwrap_or(u32::MAX);
            }
            if always_served {
                last.live_updated.get_or_insert(last.started);
            }
        }
    }
}
