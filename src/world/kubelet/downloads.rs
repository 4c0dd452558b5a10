//! Downloads that share the bandwidth of a registry and of their nodes.
//!
//! What lives here: [`Downloads`], two levels of processor sharing. Every node that downloads gets
//! an equal share of what the registry sends, but no more than it can receive; what it cannot
//! receive nobody else gets either, which is exact as long as all nodes can receive the same (then
//! the shares are max-min fair). Several downloads of one node share its part equally.
//!
//! Nothing is computed per download as time goes by: the registry keeps what one node has received
//! since the beginning (its virtual time), and each node the same for one of its downloads. A
//! download ends when that reaches what it was at its start plus its size, so a start, an end or a
//! cancellation costs O(log n). All amounts are integers, in 2⁻²⁰ bytes, and every division is
//! rounded so that nothing ends before its last byte came: at most a microsecond late.

use std::collections::{BTreeMap, BTreeSet};

use crate::control::NodeId;
use crate::time::{MICROS_PER_SECOND, SimDuration, SimTime};
use crate::world::event::Ticket;

/// Parts of a byte that are counted.
const PARTS: u128 = 1 << 20;

/// Downloads under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Downloads {
    /// Bytes per second of the registry and of each node; none for any number.
    registry: Option<u64>,
    node: Option<u64>,
    /// When `received` was right.
    at: SimTime,
    /// What a node has received that has been downloading since the beginning.
    received: u128,
    nodes: BTreeMap<NodeId, NodeDownloads>,
    /// What `received` will be when the first download of each node ends.
    ends: BTreeSet<(u128, NodeId)>,
}

/// The downloads of one node.
#[derive(Clone, Debug, Default)]
struct NodeDownloads {
    /// The registry's `received` when `each` was right.
    at: u128,
    /// What each download has received that has been under way since the beginning.
    each: u128,
    /// What `each` will be at the end of each download.
    ends: BTreeSet<(u128, Ticket)>,
}

impl Downloads {
    /// Nobody downloads, from a registry and by nodes of these bandwidths (bytes per second, more
    /// than zero; none for any number).
    pub(in crate::world) fn new(registry: Option<u64>, node: Option<u64>) -> Self {
        Self { registry, node, ..Self::default() }
    }

    /// Whether no download takes any time.
    pub(super) fn are_instant(&self) -> bool {
        self.registry.is_none() && self.node.is_none()
    }

    /// A download of `bytes` begins.
    pub(super) fn start(&mut self, node: NodeId, ticket: Ticket, bytes: u64, now: SimTime) {
        self.advance(now);
        let mut its = self.take(node);
        its.ends.insert((its.each + u128::from(bytes) * PARTS, ticket));
        self.put(node, its);
    }

    /// A download is broken off, if it is under way.
    pub(super) fn cancel(&mut self, node: NodeId, ticket: Ticket, now: SimTime) {
        self.advance(now);
        let mut its = self.take(node);
        its.ends.retain(|&(_, other)| other != ticket);
        self.put(node, its);
    }

    /// A download that has ended by now, if there is one; it is forgotten.
    pub(super) fn take_ended(&mut self, now: SimTime) -> Option<(NodeId, Ticket)> {
        self.advance(now);
        let &(end, node) = self.ends.first().filter(|(end, _)| *end <= self.received)?;
        let mut its = self.take(node);
        debug_assert!(end <= self.received, "an end that has come");
        let ended = its.ends.pop_first().map(|(_, ticket)| (node, ticket));
        self.put(node, its);
        ended
    }

    /// When the next download ends, if nothing else happens until then.
    pub(super) fn next_end(&self) -> Option<SimTime> {
        let &(end, _) = self.ends.first()?;
        let missing = end.saturating_sub(self.received);
        let Some((rate, shares)) = self.rate() else { return Some(self.at) };
        let micros = (missing * shares * u128::from(MICROS_PER_SECOND)).div_ceil(rate * PARTS);
        Some(self.at + SimDuration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX)))
    }

    /// What each node receives: bytes per second, and by how many nodes they are divided; none for
    /// any number.
    fn rate(&self) -> Option<(u128, u128)> {
        let nodes = self.nodes.len() as u128;
        let (registry, node) = (self.registry.map(u128::from), self.node.map(u128::from));
        match (registry, node) {
            (Some(registry), Some(node)) if registry > node * nodes => Some((node, 1)),
            (Some(registry), _) => Some((registry, nodes)),
            (None, node) => Some((node?, 1)),
        }
    }

    fn advance(&mut self, now: SimTime) {
        let micros = u128::from(now.since(self.at).as_micros());
        self.at = self.at.max(now);
        let Some(&(end, _)) = self.ends.last() else { return };
        self.received = match self.rate() {
            Some((rate, shares)) => {
                self.received + micros * rate * PARTS / (shares * u128::from(MICROS_PER_SECOND))
            }
            None => end.max(self.received),
        };
    }

    /// Takes a node out, its downloads brought up to date.
    fn take(&mut self, node: NodeId) -> NodeDownloads {
        let mut its = self.nodes.remove(&node).unwrap_or_default();
        if let Some(end) = its.end() {
            self.ends.remove(&(end, node));
            its.each += (self.received - its.at) / its.ends.len() as u128;
        }
        its.at = self.received;
        its
    }

    /// Puts a node back, if it downloads anything.
    fn put(&mut self, node: NodeId, its: NodeDownloads) {
        if let Some(end) = its.end() {
            self.ends.insert((end, node));
            self.nodes.insert(node, its);
        }
    }
}

impl NodeDownloads {
    /// What the registry's `received` will be when the first download ends.
    fn end(&self) -> Option<u128> {
        let &(end, _) = self.ends.first()?;
        Some(self.at + end.saturating_sub(self.each) * self.ends.len() as u128)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn millis(at: u64) -> SimTime {
        SimTime::from_micros(at * 1_000)
    }

    /// Downloads `(node, start in ms, bytes)` in the order of their starts: when each ends, in
    /// microseconds.
    fn run(mut downloads: Downloads, all: &[(u32, u64, u64)]) -> Vec<u64> {
        let mut ends = vec![0; all.len()];
        let mut starts = all.iter().enumerate().peekable();
        loop {
            let start = starts.peek().map(|(_, (_, at, _))| millis(*at));
            match downloads.next_end() {
                Some(end) if start.is_none_or(|start| end < start) => {
                    while let Some((_, ticket)) = downloads.take_ended(end) {
                        ends[ticket as usize] = end.as_micros();
                    }
                }
                Some(_) | None => {
                    let Some((i, &(node, at, bytes))) = starts.next() else { return ends };
                    let ticket = u32::try_from(i).unwrap();
                    downloads.start(NodeId(node), ticket, bytes, millis(at));
                }
            }
        }
    }

    fn check(registry: u64, node: u64, all: &[(u32, u64, u64)], expected: &[u64]) {
        let some = |rate| (rate > 0).then_some(rate);
        let ends = run(Downloads::new(some(registry), some(node)), all);
        assert_eq!(ends, expected.iter().map(|at| at * 1_000).collect::<Vec<_>>());
    }

    #[test]
    fn two_at_once_take_twice_as_long() {
        check(1_000, 0, &[(1, 0, 1_000)], &[1_000]);
        check(1_000, 0, &[(1, 0, 1_000), (2, 0, 1_000)], &[2_000, 2_000]);
        check(1_000, 0, &[(1, 0, 1_000), (2, 500, 1_000)], &[1_500, 2_000]);
    }

    #[test]
    fn a_node_receives_no_more_than_it_can() {
        check(1_000, 100, &[(1, 0, 100), (2, 0, 100)], &[1_000, 1_000]);
        check(0, 100, &[(1, 0, 100), (2, 0, 200)], &[1_000, 2_000]);
        check(150, 100, &[(1, 0, 100), (2, 0, 75)], &[1_250, 1_000]);
    }

    #[test]
    fn downloads_of_one_node_share_its_part() {
        check(1_000, 0, &[(1, 0, 500), (1, 0, 250), (2, 0, 1_000)], &[1_500, 1_000, 1_750]);
    }

    #[test]
    fn what_is_broken_off_leaves_its_share_to_the_others() {
        let mut downloads = Downloads::new(Some(1_000), None);
        downloads.start(NodeId(1), 1, 1_000, millis(0));
        downloads.start(NodeId(2), 2, 1_000, millis(0));
        downloads.cancel(NodeId(1), 1, millis(1_000));
        assert_eq!(downloads.next_end(), Some(millis(1_500)));
        assert_eq!(downloads.take_ended(millis(1_499)), None);
        assert_eq!(downloads.take_ended(millis(1_500)), Some((NodeId(2), 2)));
        assert_eq!(downloads.next_end(), None);
    }

    /// What the registry can have sent while anybody was downloading, in millionths of a byte.
    fn capacity(registry: u64, node: Option<u64>, all: &[(u32, u64, u64)], ends: &[u64]) -> u128 {
        let starts = all.iter().map(|(_, at, _)| at * 1_000);
        let times: BTreeSet<u64> = starts.chain(ends.iter().copied()).collect();
        let times: Vec<u64> = times.into_iter().collect();
        let of_span = |span: &[u64]| {
            let is_busy =
                |(it, end): &(&(u32, u64, u64), &u64)| it.1 * 1_000 <= span[0] && **end >= span[1];
            let busy = all.iter().zip(ends).filter(is_busy).map(|((node, _, _), _)| *node);
            let nodes = busy.collect::<BTreeSet<u32>>().len() as u128;
            let most = node.map_or(u128::MAX, |rate| u128::from(rate) * nodes);
            let rate = if nodes == 0 { 0 } else { u128::from(registry).min(most) };
            rate * u128::from(span[1] - span[0])
        };
        times.windows(2).map(of_span).sum()
    }

    proptest! {
        /// Bytes are neither lost nor made: whatever ends has taken the time that the registry and
        /// its own node need at least, and while anybody downloads the registry is used as far as
        /// the nodes can receive.
        #[test]
        fn bytes_are_conserved(
            registry in 1_000..10_000_000u64,
            node in prop::option::of(1_000..10_000_000u64),
            mut all in prop::collection::vec((0..8u32, 0..5_000u64, 1..1_000_000u64), 1..40),
        ) {
            all.sort_by_key(|(_, at, _)| *at);
            let ends = run(Downloads::new(Some(registry), node), &all);
            let capacity = capacity(registry, node, &all, &ends);
            let count = all.len() as u128;
            let bytes = all.iter().map(|it| u128::from(it.2)).sum::<u128>() * 1_000_000;
            // Each end is rounded up to a microsecond.
            let slack = u128::from(registry) * (2 * count + 2) + 1_000_000 * count;
            prop_assert!(capacity >= bytes.saturating_sub(slack), "{} < {}", capacity, bytes);
            prop_assert!(capacity <= bytes + slack, "{} > {}", capacity, bytes);
            for ((_, at, bytes), end) in all.iter().zip(&ends) {
                let rate = u128::from(node.map_or(registry, |node| node.min(registry)));
                let least = u128::from(*bytes) * 1_000_000 / rate;
                prop_assert!(u128::from(end - at * 1_000) + 1 >= least);
            }
        }
    }
}
