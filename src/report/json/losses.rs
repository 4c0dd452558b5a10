//! What was lost, for programs.

use serde::Serialize;

use crate::record::{CoverSummary, Losses, LostPods, NodeOff, Off, PreemptedPods, TwoAtOnce};
use crate::report::json::GapEntry;

#[derive(Serialize)]
pub(super) struct LossesEntry<'a> {
    lost_pods: Vec<LostEntry<'a>>,
    two_at_once: Option<TwoEntry<'a>>,
    nodes_off: Vec<OffEntry<'a>>,
    preempted: Vec<PreemptedEntry<'a>>,
}

#[derive(Serialize)]
struct LostEntry<'a> {
    reason: &'static str,
    pods: u32,
    nodes: &'a [String],
    for_good: &'a [String],
}

#[derive(Serialize)]
struct TwoEntry<'a> {
    nodes: &'a [String],
    shortest_us: u64,
    longest_us: u64,
}

#[derive(Serialize)]
struct OffEntry<'a> {
    node: &'a str,
    state: &'static str,
    off_us: u64,
    without_us: u64,
}

#[derive(Serialize)]
struct PreemptedEntry<'a> {
    whose: &'a str,
    pods: u32,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    names: &'a [String],
    nodes: &'a [String],
}

#[derive(Serialize)]
pub(super) struct CoverEntry<'a> {
    daemon_sets: &'a [String],
    why: &'static str,
    worst_without_nodes: u32,
    worst_wanted_nodes: u32,
    worst_at_us: u64,
    no_node_from_us: Option<u64>,
    no_node_until_us: Option<u64>,
    node_time_without_us: u64,
    gap_per_node: GapEntry,
    slowest_node: Option<&'a str>,
    slowest_node_without_us: Option<u64>,
    longest_gap_us: u64,
    two_at_once: Option<TwoEntry<'a>>,
}

impl<'a> LossesEntry<'a> {
    /// Nothing if nothing was lost.
    pub(super) fn new(it: &'a Losses) -> Option<Self> {
        (*it != Losses::default()).then(|| Self {
            lost_pods: it.lost.iter().map(LostEntry::new).collect(),
            two_at_once: it.two_at_once.as_ref().map(TwoEntry::new),
            nodes_off: it.nodes_off.iter().map(OffEntry::new).collect(),
            preempted: it.preempted.iter().map(PreemptedEntry::new).collect(),
        })
    }
}

impl<'a> LostEntry<'a> {
    fn new(it: &'a LostPods) -> Self {
        let LostPods { loss, pods, nodes, for_good } = it;
        Self { reason: loss.name(), pods: *pods, nodes, for_good }
    }
}

impl<'a> TwoEntry<'a> {
    fn new(it: &'a TwoAtOnce) -> Self {
        let (shortest_us, longest_us) = (it.shortest.as_micros(), it.longest.as_micros());
        Self { nodes: &it.nodes, shortest_us, longest_us }
    }
}

impl<'a> OffEntry<'a> {
    fn new(it: &'a NodeOff) -> Self {
        let state = match it.why {
            Off::Down => "off",
            Off::Unreachable => "unreachable",
            Off::NotReady => "not-ready",
        };
        let (off_us, without_us) = (it.off.as_micros(), it.without.as_micros());
        Self { node: &it.node, state, off_us, without_us }
    }
}

impl<'a> PreemptedEntry<'a> {
    fn new(it: &'a PreemptedPods) -> Self {
        let PreemptedPods { whose, pods, names, nodes } = it;
        Self { whose, pods: *pods, names, nodes }
    }
}

impl<'a> CoverEntry<'a> {
    pub(super) fn new(it: &'a CoverSummary) -> Self {
        Self {
            daemon_sets: &it.daemon_sets,
            why: it.why.name(),
            worst_without_nodes: it.worst.without,
            worst_wanted_nodes: it.worst.wanted,
            worst_at_us: it.worst.at.as_micros(),
            no_node_from_us: it.blackout.map(|dark| dark.from.as_micros()),
            no_node_until_us: it.blackout.map(|dark| dark.until.as_micros()),
            node_time_without_us: it.node_time_without.as_micros(),
            gap_per_node: GapEntry::new(it.gaps),
            slowest_node: it.slowest.as_ref().map(|(node, _)| node.as_str()),
            slowest_node_without_us: it.slowest.as_ref().map(|(_, gap)| gap.as_micros()),
            longest_gap_us: it.longest_gap.as_micros(),
            two_at_once: it.two_at_once.as_ref().map(TwoEntry::new),
        }
    }
}
