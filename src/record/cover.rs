//! DaemonSets that stand for each other, so that a node needs a pod of one of them.

use crate::record::gaps::Gaps;
use crate::record::overlap::{Overlaps, TwoAtOnce};
use crate::record::summary::GapStats;
use crate::record::tracker::Tracker;
use crate::time::SimDuration;

/// Why DaemonSets are taken to stand for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alike {
    /// The scenario says so.
    Asked,
    /// One was deleted and created anew under its name.
    Name,
    /// One was created and the other deleted, and they use the same port of the node.
    HostPort(u16),
    /// One was created and the other deleted, and they run the same image, whatever its tag.
    Image(String),
}

impl Alike {
    /// As `summary.json` has it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked => "cover",
            Self::Name => "same-name",
            Self::HostPort(_) => "same-host-port",
            Self::Image(_) => "same-image",
        }
    }
}

/// The worst moment: it lasted until one node more had a pod again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JointWorst {
    /// Nodes that had lost the last pod of any of them.
    pub without: u32,
    /// Nodes on which a pod of one of them belongs.
    pub wanted: u32,
    pub at: SimDuration,
}

/// A time at which no node had a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blackout {
    pub from: SimDuration,
    pub until: SimDuration,
}

/// How DaemonSets together covered their nodes.
#[derive(Clone, Debug)]
pub struct CoverSummary {
    /// What each is called, in the order of their creation.
    pub daemon_sets: Vec<String>,
    /// Which of the summary's DaemonSets they are.
    pub members: Vec<usize>,
    /// `namespace/name` of those that the scenario named, sorted.
    pub names: Vec<String>,
    pub why: Alike,
    pub worst: JointWorst,
    /// The longest time at which no node had a pod.
    pub blackout: Option<Blackout>,
    /// Time without a pod of any, added up over nodes.
    pub node_time_without: SimDuration,
    /// The same per node.
    pub gaps: GapStats,
    /// The longest uninterrupted gap of any node.
    pub longest_gap: SimDuration,
    /// The longest one after a pod had served there, and its node.
    pub slowest: Option<(String, SimDuration)>,
    /// Nodes on which pods of two of them ran at the same time, if one took the place of another.
    pub two_at_once: Option<TwoAtOnce>,
}

/// What is true of a node for all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Joint {
    wanted: bool,
    serving: bool,
    served: bool,
}

/// Follows DaemonSets that stand for each other.
#[derive(Debug)]
pub(super) struct Cover {
    why: Alike,
    /// DaemonSets of these names belong to it.
    names: Vec<String>,
    members: Vec<usize>,
    nodes: Vec<Joint>,
    gaps: Gaps,
    wanted: u32,
    serving: u32,
    lost: u32,
    worst: JointWorst,
    blackout_since: Option<SimDuration>,
    blackout: Option<Blackout>,
    pub(super) overlaps: Overlaps,
    /// One was created or deleted in this instant: all nodes are looked at again when it ends.
    stale: bool,
    /// Nodes were looked at before.
    begun: bool,
}

impl Cover {
    pub(super) fn new(names: Vec<String>, why: Alike) -> Self {
        Self {
            why,
            names,
            members: Vec::new(),
            nodes: Vec::new(),
            gaps: Gaps::default(),
            wanted: 0,
            serving: 0,
            lost: 0,
            worst: JointWorst::default(),
            blackout_since: None,
            blackout: None,
            overlaps: Overlaps::default(),
            stale: false,
            begun: false,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|it| it == name)
    }

    pub(super) fn is_member(&self, daemon_set: usize) -> bool {
        self.members.contains(&daemon_set)
    }

    pub(super) fn add(&mut self, daemon_set: usize) {
        self.members.push(daemon_set);
        self.stale = true;
    }

    /// One of them was deleted.
    pub(super) fn look_again(&mut self) {
        self.stale = true;
    }

    /// Something changed on a node for one of them.
    pub(super) fn node_changed(&mut self, at: SimDuration, node: usize, trackers: &[Tracker]) {
        if self.begun {
            self.set(at, node, trackers);
        }
    }

    fn set(&mut self, at: SimDuration, node: usize, trackers: &[Tracker]) {
        if self.nodes.len() <= node {
            self.nodes.resize(node + 1, Joint::default());
        }
        let before = self.nodes[node];
        let members = || self.members.iter().map(|&it| &trackers[it]);
        let lives = members().any(Tracker::lives);
        // While none of them lives, the nodes of the last one stay uncovered.
        let wanted = if lives { members().any(|it| it.node(node).wanted) } else { before.wanted };
        let serving = members().any(|it| it.node(node).serves_anybody());
        let stopped_at = members().filter_map(|it| it.stopped_at(node)).max();
        let served = wanted && (before.served || serving || !self.begun && stopped_at.is_some());
        let after = Joint { wanted, serving, served };
        if after == before {
            return;
        }
        self.nodes[node] = after;
        let without = |it: Joint| it.wanted && !it.serving;
        adjust(&mut self.wanted, before.wanted, after.wanted);
        adjust(&mut self.serving, before.wanted && before.serving, wanted && serving);
        adjust(&mut self.lost, without(before) && before.served, without(after) && served);
        // What was lost before the first look began when the pod stopped.
        let since = stopped_at.filter(|_| !self.begun).unwrap_or(at);
        self.gaps.set(since, node, wanted, without(after).then_some(served));
    }

    pub(super) fn instant_ended(&mut self, at: SimDuration, trackers: &[Tracker]) {
        if std::mem::take(&mut self.stale) {
            let nodes = self.members.iter().map(|&it| trackers[it].known_nodes()).max();
            for node in 0..nodes.unwrap_or(0).max(self.nodes.len()) {
                self.set(at, node, trackers);
            }
            let first_look = !std::mem::replace(&mut self.begun, true);
            let since = self.members.iter().filter_map(|&it| trackers[it].all_stopped_at()).max();
            return self.judge(since.filter(|_| first_look).unwrap_or(at), at);
        }
        self.judge(at, at);
    }

    /// `since` is when what is true now began.
    fn judge(&mut self, since: SimDuration, at: SimDuration) {
        if self.lost > self.worst.without {
            self.worst = JointWorst { without: self.lost, wanted: self.wanted, at: since };
        }
        if self.serving == 0 && self.lost > 0 {
            self.blackout_since.get_or_insert(since);
        } else {
            self.end_blackout(at);
        }
    }

    fn end_blackout(&mut self, until: SimDuration) {
        let Some(from) = self.blackout_since.take() else { return };
        let length = |it: Blackout| it.until.saturating_sub(it.from);
        let this = Blackout { from, until };
        if self.blackout.is_none_or(|longest| length(this) > length(longest)) {
            self.blackout = Some(this);
        }
    }

    /// What became of it; nothing if they only resemble each other, and none took the place of
    /// another.
    pub(super) fn finish(
        mut self,
        end: SimDuration,
        trackers: &[Tracker],
        node_name: &impl Fn(usize) -> String,
    ) -> Option<CoverSummary> {
        let is_replaced = self.members.iter().any(|&it| !trackers[it].lives());
        if self.members.is_empty() || self.why != Alike::Asked && !is_replaced {
            return None;
        }
        self.end_blackout(end);
        let measured = self.gaps.finish(end);
        self.names.sort_unstable();
        Some(CoverSummary {
            daemon_sets: self.members.iter().map(|&it| trackers[it].key()).collect(),
            members: self.members,
            names: self.names,
            why: self.why,
            worst: self.worst,
            blackout: self.blackout.filter(|it| it.until > it.from),
            node_time_without: measured.total,
            gaps: measured.stats,
            longest_gap: measured.longest,
            slowest: measured.slowest.map(|(node, gap)| (node_name(node), gap)),
            // Side by side, each runs on every node; it is the change from one to the other that counts.
            two_at_once: self.overlaps.finish(end, node_name).filter(|_| is_replaced),
        })
    }
}

fn adjust(counter: &mut u32, before: bool, after: bool) {
    *counter = *counter - u32::from(before) + u32::from(after);
}
