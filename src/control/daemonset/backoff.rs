//! How often a failed pod on a node may be replaced.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode` and
//! `client-go/util/flowcontrol/backoff.go`. Upstream keys an entry by the DaemonSet's UID, its
//! `status.observedGeneration` and the node; here one value belongs to one DaemonSet.

use crate::control::backoff::{Doubling, Pause};
use crate::control::ids::NodeId;
use crate::time::{SimDuration, SimTime};

/// A second at first, at most a quarter of an hour.
const DELAYS: Doubling =
    Doubling { first: SimDuration::from_secs(1), longest: SimDuration::from_secs(15 * 60) };

#[derive(Clone, Copy, Debug)]
struct Entry {
    generation: i64,
    delay: Pause,
}

/// The delays in force, of the latest generation of the spec that a node had one for: the
/// generation only rises, and nothing asks for an older one again.
#[derive(Clone, Debug, Default)]
pub struct FailedPodBackoff {
    /// By [`NodeId`].
    entries: Vec<Option<Entry>>,
}

impl FailedPodBackoff {
    /// The full delay in force if the node is in backoff at `now`; none if a failed pod may be
    /// deleted.
    pub fn active(&self, generation: i64, node: NodeId, now: SimTime) -> Option<SimDuration> {
        let delay = self.delay(generation, node).filter(|delay| delay.is_known(now, DELAYS))?;
        (now.since(delay.since) < delay.length).then_some(delay.length)
    }

    /// Starts the next delay: the first is one second, each further one twice the last, up to 15
    /// minutes; forgotten after 30 minutes without one.
    pub fn advance(&mut self, generation: i64, node: NodeId, now: SimTime) {
        let delay = self.next(generation, node, now);
        if self.entries.len() <= node.index() {
            self.entries.resize(node.index() + 1, None);
        }
        self.entries[node.index()] = Some(Entry { generation, delay });
    }

    /// The delay that [`FailedPodBackoff::advance`] would start.
    pub fn next_delay(&self, generation: i64, node: NodeId, now: SimTime) -> SimDuration {
        self.next(generation, node, now).length
    }

    fn next(&self, generation: i64, node: NodeId, now: SimTime) -> Pause {
        Pause::next(self.delay(generation, node), now, now, DELAYS)
    }

    /// The last delay of a node, forgotten or not.
    fn delay(&self, generation: i64, node: NodeId) -> Option<Pause> {
        let entry = (*self.entries.get(node.index())?)?;
        (entry.generation == generation).then_some(entry.delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `TestDaemonKillFailedPodsBackoff`: in backoff until one tick before the delay's end.
    #[test]
    fn doubles_from_a_second_to_a_quarter_of_an_hour() {
        let node = NodeId(3);
        let mut backoff = FailedPodBackoff::default();
        let mut now = SimTime::from_secs(100);
        let mut delays = Vec::new();
        for _ in 0..12 {
            assert_eq!(backoff.active(1, node, now), None);
            backoff.advance(1, node, now);
            let delay = backoff.active(1, node, now).unwrap();
            let last_tick = SimDuration::from_micros(delay.as_micros() - 1);
            assert_eq!(backoff.active(1, node, now + last_tick), Some(delay));
            delays.push(delay.as_secs());
            now += delay;
        }
        assert_eq!(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn a_new_generation_starts_afresh() {
        let mut backoff = FailedPodBackoff::default();
        backoff.advance(1, NodeId(0), SimTime::ZERO);
        assert!(backoff.active(1, NodeId(0), SimTime::ZERO).is_some());
        assert!(backoff.active(2, NodeId(0), SimTime::ZERO).is_none());
    }
}
