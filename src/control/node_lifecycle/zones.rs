//! How fast nodes get the taint that evicts their pods: one zone at a time, and slower or not at
//! all when too much is broken for it to be the nodes' fault.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › ComputeZoneState,
//! handleDisruption, setLimiterInZone` and
//! `pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go`.

use std::collections::{BTreeSet, VecDeque};

use crate::control::ids::NodeId;
use crate::control::rate_limit::{Rate, TokenBucket};
use crate::control::ticks::Ticks;
use crate::time::{SimDuration, SimTime};

/// What the flags of kube-controller-manager say about zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneRules {
    /// `--node-eviction-rate`.
    pub rate: Rate,
    /// `--secondary-node-eviction-rate`, of a large zone of which too much is down.
    pub secondary_rate: Rate,
    /// `--large-cluster-size-threshold`: a zone with more nodes is large.
    pub large_zone: u32,
    /// `--unhealthy-zone-threshold`, in thousandths.
    pub unhealthy_permille: u32,
}

impl Default for ZoneRules {
    /// One node in ten seconds, or in a hundred; 50 nodes; 55 %.
    fn default() -> Self {
        Self {
            rate: Rate::millis_per_second(100),
            secondary_rate: Rate::millis_per_second(10),
            large_zone: 50,
            unhealthy_permille: 550,
        }
    }
}

/// How often a queue is looked at.
///
/// Source: `node_lifecycle_controller.go › nodeEvictionPeriod`.
pub const POLL_PERIOD: SimDuration = SimDuration::from_millis(100);

/// How much of a zone is down. Nodes with the label `node.kubernetes.io/exclude-disruption` do not
/// count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZoneState {
    /// Little.
    #[default]
    Normal,
    /// More than two nodes, and 55 % or more of all.
    PartialDisruption,
    /// All.
    FullDisruption,
}

impl ZoneRules {
    /// The state of a zone with so many nodes that are ready and that are not.
    pub const fn state(&self, ready: u32, not_ready: u32) -> ZoneState {
        let all = ready as u64 + not_ready as u64;
        let threshold = all * self.unhealthy_permille as u64;
        if ready == 0 && not_ready > 0 {
            ZoneState::FullDisruption
        } else if not_ready > 2 && not_ready as u64 * 1_000 >= threshold {
            ZoneState::PartialDisruption
        } else {
            ZoneState::Normal
        }
    }

    /// How many nodes of a zone with `nodes` nodes are tainted in a second.
    pub const fn eviction_rate(&self, state: ZoneState, nodes: u32, all_are_down: bool) -> Rate {
        match state {
            ZoneState::FullDisruption if all_are_down => Rate::ZERO,
            ZoneState::Normal | ZoneState::FullDisruption => self.rate,
            ZoneState::PartialDisruption if nodes > self.large_zone => self.secondary_rate,
            ZoneState::PartialDisruption => Rate::ZERO,
        }
    }
}

/// Whether every zone is down, of at least one. Then the fault is the controller's own: it takes
/// away all `NoExecute` taints and stops every queue; when that ends, every node's grace period
/// begins anew.
pub fn all_are_down(zones: impl IntoIterator<Item = ZoneState>) -> bool {
    let mut zones = zones.into_iter().peekable();
    zones.peek().is_some() && zones.all(|zone| zone == ZoneState::FullDisruption)
}

/// The nodes of a zone that wait for their `NoExecute` taint.
#[derive(Clone, Debug)]
pub struct EvictionQueue {
    waiting: VecDeque<NodeId>,
    /// Those that wait and those that had their turn: a node comes in again only after
    /// [`EvictionQueue::remove`].
    known: BTreeSet<NodeId>,
    rate: Rate,
    bucket: TokenBucket,
    polls: Ticks,
}

impl EvictionQueue {
    /// An empty queue at the normal rate, looked at `phase` after each tenth of a second.
    pub fn new(rate: Rate, phase: SimDuration) -> Self {
        Self {
            waiting: VecDeque::new(),
            known: BTreeSet::new(),
            rate,
            bucket: TokenBucket::new(rate, 1),
            polls: Ticks::new(POLL_PERIOD, phase),
        }
    }

    /// A node is not Ready. Does nothing if it was added before and not removed since.
    pub fn add(&mut self, node: NodeId) {
        if self.known.insert(node) {
            self.waiting.push_back(node);
        }
    }

    /// A node is Ready again, or gone. Costs as much as nodes wait.
    pub fn remove(&mut self, node: NodeId) {
        if self.known.remove(&node) {
            self.waiting.retain(|waiting| *waiting != node);
        }
    }

    /// The zone's rate changed at `now`. A change is no gift: if the next node had to wait, it
    /// waits a whole turn at the new rate.
    ///
    /// Source: `rate_limited_queue.go › SwapLimiter`.
    pub fn set_rate(&mut self, rate: Rate, now: SimTime) {
        if rate == self.rate {
            return;
        }
        let had_to_wait = !self.bucket.try_take(now);
        self.rate = rate;
        self.bucket = TokenBucket::new(rate, 1);
        if rate == Rate::ZERO || had_to_wait {
            // The bucket of upstream's rate 0 never gives anything, not even its first token.
            let _drained = self.bucket.try_take(now);
        }
    }

    /// When the next node gets its taint, seen from `now`; none if nobody waits or the zone is
    /// left alone.
    pub fn next_at(&self, now: SimTime) -> Option<SimTime> {
        let at = self.bucket.next_token(now);
        let is_moving = !self.waiting.is_empty() && at < SimTime::MAX;
        is_moving.then(|| self.polls.at_or_after(at))
    }

    /// The node that gets its taint at `now`, which should be what [`EvictionQueue::next_at`] said.
    pub fn take(&mut self, now: SimTime) -> Option<NodeId> {
        let node = *self.waiting.front()?;
        self.bucket.try_take(now).then(|| {
            self.waiting.pop_front();
            node
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::millis_per_second(100);
    const SECONDARY_RATE: Rate = Rate::millis_per_second(10);

    fn check_state(ready: u32, not_ready: u32, expected: ZoneState) {
        assert_eq!(ZoneRules::default().state(ready, not_ready), expected, "{ready} {not_ready}");
    }

    #[test]
    fn zones_are_judged_by_how_many_nodes_are_down() {
        check_state(0, 0, ZoneState::Normal);
        check_state(0, 1, ZoneState::FullDisruption);
        check_state(1, 2, ZoneState::Normal);
        check_state(2, 3, ZoneState::PartialDisruption);
        check_state(9, 11, ZoneState::PartialDisruption);
        check_state(46, 54, ZoneState::Normal);
        check_state(45, 55, ZoneState::PartialDisruption);
    }

    #[test]
    fn rates_follow_from_the_state() {
        let rate = |state, nodes, all| ZoneRules::default().eviction_rate(state, nodes, all);
        assert_eq!(rate(ZoneState::Normal, 100, false), RATE);
        assert_eq!(rate(ZoneState::PartialDisruption, 51, false), SECONDARY_RATE);
        assert_eq!(rate(ZoneState::PartialDisruption, 50, false), Rate::ZERO);
        assert_eq!(rate(ZoneState::FullDisruption, 1, false), RATE);
        assert_eq!(rate(ZoneState::FullDisruption, 1, true), Rate::ZERO);
        assert!(!all_are_down([]));
        assert!(all_are_down([ZoneState::FullDisruption; 2]));
        assert!(!all_are_down([ZoneState::FullDisruption, ZoneState::Normal]));
    }

    fn millis(at: u64) -> SimTime {
        SimTime::from_micros(at * 1_000)
    }

    /// Nodes and milliseconds at which they are tainted, from `now` on.
    fn drain(queue: &mut EvictionQueue, mut now: SimTime) -> Vec<(u32, u64)> {
        std::iter::from_fn(|| {
            now = queue.next_at(now)?;
            queue.take(now).map(|node| (node.0, now.as_micros() / 1_000))
        })
        .collect()
    }

    fn queue(nodes: u32) -> EvictionQueue {
        let mut queue = EvictionQueue::new(RATE, SimDuration::from_millis(30));
        (0..nodes).for_each(|node| queue.add(NodeId(node)));
        queue
    }

    #[test]
    fn one_node_in_ten_seconds_is_tainted() {
        assert_eq!(drain(&mut queue(3), millis(0)), [(0, 30), (1, 10_030), (2, 20_030)]);
        assert_eq!(queue(0).next_at(millis(0)), None);
    }

    #[test]
    fn a_node_has_one_turn_until_it_is_ready_again() {
        let mut queue = queue(2);
        queue.remove(NodeId(0));
        assert_eq!(drain(&mut queue, millis(0)), [(1, 30)]);
        queue.add(NodeId(1));
        assert_eq!(queue.next_at(millis(60_000)), None);
        queue.remove(NodeId(1));
        queue.add(NodeId(1));
        assert_eq!(queue.next_at(millis(60_000)), Some(millis(60_030)));
    }

    #[test]
    fn a_zone_that_is_left_alone_gets_not_even_the_first_taint() {
        let mut queue = queue(1);
        queue.set_rate(Rate::ZERO, millis(0));
        assert_eq!((queue.next_at(millis(0)), queue.take(millis(900_000))), (None, None));
        queue.set_rate(RATE, millis(1_000));
        assert_eq!(queue.next_at(millis(1_000)), Some(millis(11_030)));
    }

    #[test]
    fn a_change_of_rate_does_not_speed_up() {
        let mut queue = queue(2);
        assert_eq!(queue.take(millis(30)), Some(NodeId(0)));
        queue.set_rate(SECONDARY_RATE, millis(1_000));
        assert_eq!(queue.next_at(millis(1_000)), Some(millis(101_030)));
        queue.set_rate(Rate::ZERO, millis(2_000));
        assert_eq!((queue.next_at(millis(2_000)), queue.take(millis(900_000))), (None, None));
        queue.set_rate(RATE, millis(3_000));
        assert_eq!(queue.next_at(millis(3_000)), Some(millis(13_030)));
    }
}
