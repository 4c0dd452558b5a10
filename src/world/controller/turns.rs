//! In which order the nodes that wait for a pod, or for a rolling update, take turns.
//!
//! Upstream walks a Go map, anew at each sync: of the nodes that wait, each is as likely as any
//! other to come first, one whose last pod failed as well; and who waited longest for its pod to go is
//! not the first to get a new one. To draw that order at each sync would
//! let syncs decide who is slow when: settings that are compared have different syncs, and would
//! differ by luck. Here each node draws once, when it begins to wait, how far its turn is from the
//! latest one, and distances are exponential. What is left of such a distance is distributed as the
//! whole was, however far the turns have come. So at each sync, whatever was picked before, each
//! node that waits is as likely as any other to be next, as upstream; and nodes that nothing happens
//! to come in the same order in every setting.
//!
//! A node that had its turn in vain, because a call failed, is the next again: what failed had
//! nothing to do with it.

use crate::control::NodeId;
use crate::control::daemonset::{Line, OrderKey};
use crate::engine::{Delay, Streams, fnv1a64_chain};
use crate::scenario::PickingOrder;
use crate::time::SimDuration;
use crate::world::cluster::Cluster;
use crate::world::ids::{DaemonSetId, Table};
use crate::world::settings::Settings;

/// How far turns are on average, in units of [`OrderKey`]: so many that two nodes hardly ever draw
/// the same, so few that no run comes to the end of a key.
const MEAN: SimDuration = SimDuration::from_micros(1_000_000_000);

/// The turns of all nodes with regard to one DaemonSet.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// By [`NodeId`].
    drawn: Table<NodeId, Turn>,
    /// The latest turn that was taken, by [`Line`].
    latest: [OrderKey; 2],
}

#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    key: OrderKey,
    /// How many times it was drawn.
    draws: u64,
}

/// What turns are drawn from.
#[derive(Clone, Copy)]
pub(super) struct Lots<'a> {
    pub(super) daemon_set: DaemonSetId,
    pub(super) settings: &'a Settings,
    pub(super) cluster: &'a Cluster,
}

impl Turns {
    /// The place of a node in the picking order, a new one if it joins a line; always the same if the
    /// scenario asks for an order.
    pub(super) fn of(&mut self, node: NodeId, joins: Option<Line>, lots: Lots<'_>) -> OrderKey {
        match lots.settings.order {
            PickingOrder::Seeded => {}
            PickingOrder::Name | PickingOrder::Zone => return lots.cluster.node(node).order,
        }
        let turn = self.drawn.ensure(node, Turn::default);
        if let Some(line) = joins {
            let distance = lots.distance(node, turn.draws);
            let latest = self.latest[line as usize].0;
            *turn = Turn { key: OrderKey(latest.saturating_add(distance)), draws: turn.draws + 1 };
        }
        turn.key
    }

    /// The last of some nodes of a line had its turn, if any had.
    pub(super) fn take(&mut self, line: Line, turn: Option<OrderKey>) {
        let latest = &mut self.latest[line as usize];
        *latest = turn.map_or(*latest, |turn| turn.max(*latest));
    }
}

impl Lots<'_> {
    fn distance(self, node: NodeId, ordinal: u64) -> u64 {
        let daemon_set = self.cluster.daemon_sets[self.daemon_set].name_hash;
        let entity = fnv1a64_chain(self.cluster.node(node).name_hash, daemon_set);
        distance(&self.settings.streams, entity, ordinal)
    }
}

fn distance(streams: &Streams, entity: u64, ordinal: u64) -> u64 {
    let delay = Delay::exponential(MEAN).unwrap_or(Delay::ZERO);
    delay.sample(streams.uniform("turn", entity, ordinal)).as_micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of five nodes that wait again as soon as they had their turn, each is next in a fifth of all
    /// cases, whoever was before.
    #[test]
    fn a_node_that_had_its_turn_is_as_likely_as_any_other_to_be_next() {
        let streams = Streams::new(1);
        let mut turns = [0, 1, 2, 3, 4].map(|node| distance(&streams, node, 0));
        let mut followed = [[0_u32; 5]; 5];
        let mut before = 0;
        for ordinal in 1..=50_000 {
            let (node, latest) = (0..).zip(turns).min_by_key(|&(_, turn)| turn).unwrap_or_default();
            turns[node] = latest + distance(&streams, node as u64, ordinal);
            followed[before][node] += 1;
            before = node;
        }
        // A standard deviation is 40.
        let fair = |count: &u32| (1_840..=2_160).contains(count);
        assert!(followed.as_flattened().iter().all(fair), "{followed:?}");
    }
}
