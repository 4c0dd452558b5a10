//! How often a failed pod on a node may be replaced.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode` and
//! `client-go/util/flowcontrol/backoff.go`. Upstream keys an entry by the DaemonSet's UID, its
//! `status.observedGeneration` and the node; here one value belongs to one DaemonSet.

use std::collections::BTreeMap;

use crate::control::ids::NodeId;
use crate::time::{SimDuration, SimTime};

/// The first delay.
const INITIAL: SimDuration = SimDuration::from_secs(1);
/// The longest delay.
const MAX: SimDuration = SimDuration::from_secs(15 * 60);

#[derive(Clone, Copy, Debug)]
struct Entry {
    delay: SimDuration,
    updated: SimTime,
}

/// The delays in force, by generation of the spec and node.
#[derive(Clone, Debug, Default)]
pub struct FailedPodBackoff {
    entries: BTreeMap<(i64, NodeId), Entry>,
}

impl FailedPodBackoff {
    /// The full delay in force if the node is in backoff at `now`; none if a failed pod may be
    /// deleted.
    pub fn active(&self, generation: i64, node: NodeId, now: SimTime) -> Option<SimDuration> {
        let entry = self.entries.get(&(generation, node))?;
        let age = now.since(entry.updated);
        (!expired(age) && age < entry.delay).then_some(entry.delay)
    }

    /// Starts the next delay: the first is one second, each further one twice the last, up to 15
    /// minutes; forgotten after 30 minutes without one.
    pub fn advance(&mut self, generation: i64, node: NodeId, now: SimTime) {
        let delay = self.next_delay(generation, node, now);
        self.entries.insert((generation, node), Entry { delay, updated: now });
    }

    /// The delay that [`FailedPodBackoff::advance`] would start.
    pub fn next_delay(&self, generation: i64, node: NodeId, now: SimTime) -> SimDuration {
        match self.entries.get(&(generation, node)) {
            Some(entry) if !expired(now.since(entry.updated)) => entry.delay.times(2).min(MAX),
            Some(_) | None => INITIAL,
        }
    }

    /// Drops what expired, and every entry of older generations, which nothing asks for again.
    pub fn collect_garbage(&mut self, generation: i64, now: SimTime) {
        self.entries
            .retain(|&(of, _), entry| of >= generation && !expired(now.since(entry.updated)));
    }
}

fn expired(age: SimDuration) -> bool {
    age > MAX.times(2)
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
