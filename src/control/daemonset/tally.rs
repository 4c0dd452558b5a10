//! A sum over nodes: counters, and the nodes that a decision may pick from, in picking order.
//!
//! Replacing the judgment of one node costs O(log n), so that a sync costs what it does and not
//! what the cluster holds. A tally kept up to date equals one made from scratch.

use std::collections::BTreeSet;

use crate::control::daemonset::classify::{Line, NodeClass, NodeStatus, Slot, Spend};
use crate::control::daemonset::picks::{OrderKey, Picks, merged};
use crate::control::ids::{NodeId, PodId};
use crate::time::SimTime;

/// Counters of the API's status, over nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusSum {
    /// `desiredNumberScheduled`.
    pub desired: u32,
    /// `currentNumberScheduled`.
    pub current: u32,
    /// `numberMisscheduled`.
    pub misscheduled: u32,
    /// `numberReady`.
    pub ready: u32,
    /// `numberAvailable`.
    pub available: u32,
    /// `updatedNumberScheduled`.
    pub updated: u32,
}

/// Nodes whose only pod is an old one, apart by whether a pod belongs there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OldNodes {
    pub(super) desired: Picks,
    pub(super) outside: Picks,
}

impl OldNodes {
    /// All of them alike.
    pub(super) fn iter(&self) -> impl Iterator<Item = NodeId> {
        merged(&self.desired, &self.outside)
    }

    pub(super) fn len(&self) -> usize {
        self.desired.len() + self.outside.len()
    }

    fn side(&mut self, desired: bool) -> &mut Picks {
        if desired { &mut self.desired } else { &mut self.outside }
    }
}

/// Everything that decisions read.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    classes: Vec<NodeClass>,
    keys: Vec<OrderKey>,
    pub(super) status: StatusSum,
    /// Nodes that count against the unavailable budget, by reason, apart by whether desired.
    pub(super) spends: [[u32; Spend::ALL.len()]; 2],
    pub(super) needs_pod: Picks,
    pub(super) has_excess: Picks,
    pub(super) has_failed: Picks,
    pub(super) old_available: OldNodes,
    pub(super) old_unavailable: OldNodes,
    pub(super) both_settled: Picks,
    /// Nodes with an old and a not yet available new pod, or with several of a kind.
    pub(super) surging: u32,
    /// Nodes whose old pod (or else new pod) is available.
    pub(super) serving: u32,
    /// Nodes that do not exist and hold only an old pod: they fail a surge update.
    pub(super) vanished_old: u32,
    due: BTreeSet<(SimTime, NodeId)>,
}

impl Tally {
    /// Counts `class` for `node`, in place of what was counted for it before.
    pub fn replace(&mut self, node: NodeId, key: OrderKey, class: NodeClass) {
        if self.classes.len() <= node.index() {
            self.classes.resize_with(node.index() + 1, NodeClass::default);
            self.keys.resize(node.index() + 1, OrderKey::default());
        }
        if self.classes[node.index()] == class && self.keys[node.index()] == key {
            return;
        }
        self.count::<false>(node);
        self.keys[node.index()] = key;
        self.classes[node.index()] = class;
        self.count::<true>(node);
    }

    /// The judgment that is counted for `node`.
    pub fn class(&self, node: NodeId) -> &NodeClass {
        &self.classes[node.index()]
    }

    /// Every node that was judged, and how.
    pub fn classes(&self) -> impl Iterator<Item = (NodeId, &NodeClass)> {
        (0..).map(NodeId).zip(&self.classes)
    }

    /// What `node` waits for, if it was judged before and waits.
    pub fn waits_for(&self, node: NodeId) -> Option<Line> {
        self.classes.get(node.index()).and_then(NodeClass::waits_for)
    }

    /// The place of the last of these nodes, if it waits for its turn in this line.
    pub(super) fn last_turn(&self, line: Line, picked: &[NodeId]) -> Option<OrderKey> {
        let waiting = picked.last().filter(|&&node| self.waits_for(node) == Some(line));
        waiting.map(|node| self.keys[node.index()])
    }

    pub fn status(&self) -> StatusSum {
        self.status
    }

    /// A node whose judgment has changed by itself by `now`; it must be judged again, and replaced,
    /// before anything is decided.
    pub fn next_due(&self, now: SimTime) -> Option<NodeId> {
        self.due.first().filter(|(at, _)| *at <= now).map(|&(_, node)| node)
    }

    /// The old pod of a node whose slot holds one.
    pub(super) fn old_pod(&self, node: NodeId) -> Option<PodId> {
        match self.class(node).slot {
            Slot::Old { old, .. } | Slot::Both { old, .. } => Some(old),
            Slot::Outside | Slot::Empty | Slot::Excess | Slot::New { .. } => None,
        }
    }

    /// Adds (or takes away) the class of `node`.
    fn count<const ADD: bool>(&mut self, node: NodeId) {
        let class = std::mem::take(&mut self.classes[node.index()]);
        let key = self.keys[node.index()];
        let pick = |picks: &mut Picks, member: bool| {
            if member {
                if ADD { picks.insert(key, node) } else { picks.remove(key, node) }
            }
        };
        pick(&mut self.needs_pod, class.needs_pod);
        pick(&mut self.has_excess, !class.unwanted().excess.is_empty());
        pick(&mut self.has_failed, !class.unwanted().failed.is_empty());
        if let Slot::Old { available, .. } = class.slot {
            let side = if available { &mut self.old_available } else { &mut self.old_unavailable };
            pick(side.side(class.status.desired), true);
        }
        pick(&mut self.both_settled, matches!(class.slot, Slot::Both { new_available: true, .. }));
        if let Some(at) = class.changes_at {
            let _ = if ADD { self.due.insert((at, node)) } else { self.due.remove(&(at, node)) };
        }
        self.status.count::<ADD>(class.status);
        self.count_slot::<ADD>(&class);
        self.classes[node.index()] = class;
    }

    fn count_slot<const ADD: bool>(&mut self, class: &NodeClass) {
        if let Some(spend) = class.spends {
            let side = usize::from(!class.status.desired);
            step::<ADD>(&mut self.spends[side][spend as usize], true);
        }
        let surging = match class.slot {
            Slot::Excess => true,
            Slot::Both { new_available, .. } => !new_available,
            Slot::Outside | Slot::Empty | Slot::New { .. } | Slot::Old { .. } => false,
        };
        step::<ADD>(&mut self.surging, surging);
        let serving = match class.slot {
            Slot::New { available } | Slot::Old { available, .. } => available,
            Slot::Both { old_available, .. } => old_available,
            Slot::Outside | Slot::Empty | Slot::Excess => false,
        };
        step::<ADD>(&mut self.serving, serving);
        let vanished = !class.in_cluster && matches!(class.slot, Slot::Old { .. });
        step::<ADD>(&mut self.vanished_old, vanished);
    }
}

impl StatusSum {
    fn count<const ADD: bool>(&mut self, node: NodeStatus) {
        step::<ADD>(&mut self.desired, node.desired);
        step::<ADD>(&mut self.current, node.current);
        step::<ADD>(&mut self.misscheduled, node.misscheduled);
        step::<ADD>(&mut self.ready, node.ready);
        step::<ADD>(&mut self.available, node.available);
        step::<ADD>(&mut self.updated, node.updated);
    }
}

fn step<const ADD: bool>(counter: &mut u32, by_one: bool) {
    let amount = u32::from(by_one);
    *counter = if ADD { *counter + amount } else { *counter - amount };
}
