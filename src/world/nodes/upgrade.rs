//! Rolling upgrades of nodes: as many at a time as are allowed, each cordoned, drained, rebooted and
//! uncordoned.
//!
//! This is what `kured`, the kubeadm upgrade guide and managed node pools that upgrade in place have
//! in common. A machine that does not come back stops the upgrade, as it does there.

use crate::control::NodeId;
use crate::control::node_lifecycle::NodeHealth;
use crate::scenario::NodeUpgrade;
use crate::time::SimDuration;
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::nodes::controllers::Nodes;
use std::collections::VecDeque;

/// The rolling upgrades of a run.
#[derive(Debug, Default)]
pub(super) struct Upgrades(Vec<Upgrade>);

/// A rolling upgrade.
#[derive(Debug)]
struct Upgrade {
    plan: UpgradePlan,
    /// How many nodes are being upgraded.
    under_way: u32,
    waiting: VecDeque<NodeId>,
}

/// How far a node is in an upgrade.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upgrading {
    upgrade: usize,
    is_rebooted: bool,
}

/// How an upgrade goes about its nodes.
#[derive(Debug)]
pub(in crate::world) struct UpgradePlan {
    /// How many nodes are upgraded at the same time; more than none.
    at_once: u32,
    /// Whether background pods are evicted first.
    drain: bool,
    /// How long each machine is off.
    off_for: SimDuration,
    /// The action of the scenario that asks for it.
    action: u32,
    /// What the scenario calls it.
    label: String,
}

impl UpgradePlan {
    /// What an action asks for, if it selects so many nodes.
    pub(in crate::world) fn new(
        asked: &NodeUpgrade,
        selected: usize,
        action: u32,
        label: &str,
    ) -> Self {
        Self {
            at_once: asked.at_once.scaled_up(u32::try_from(selected).unwrap_or(u32::MAX)),
            drain: asked.drain,
            off_for: asked.duration,
            action,
            label: label.to_owned(),
        }
    }
}

impl Upgrade {
    /// The next node, if one may be upgraded now.
    fn next(&mut self) -> Option<NodeId> {
        if self.under_way < self.plan.at_once { self.waiting.pop_front() } else { None }
    }
}

impl Nodes {
    /// Whether a rolling upgrade is under way.
    pub(in crate::world) fn are_upgrading(&self) -> bool {
        let is_over = |it: &Upgrade| it.under_way == 0 && it.waiting.is_empty();
        !self.upgrades.0.iter().all(is_over)
    }

    /// A rolling upgrade of nodes begins.
    pub(in crate::world) fn upgrade(
        &mut self,
        nodes: Vec<NodeId>,
        plan: UpgradePlan,
        cx: &mut Cx<'_>,
    ) {
        self.upgrades.0.push(Upgrade { plan, under_way: 0, waiting: nodes.into() });
        self.go_on_upgrading(self.upgrades.0.len() - 1, cx);
    }

    /// The next nodes of an upgrade have their turn. One that is off, is gone, or is being upgraded
    /// already is passed over.
    fn go_on_upgrading(&mut self, upgrade: usize, cx: &mut Cx<'_>) {
        while let Some(id) = self.upgrades.0[upgrade].next() {
            let node = cx.cluster.node(id);
            if !node.exists {
                continue;
            }
            let is_upgrading = self.bookkeeping(id).upgrading.is_some();
            if is_upgrading || !node.alive && !self.bookkeeping(id).stalled {
                let why = if is_upgrading { "is being upgraded already" } else { "is off" };
                let message = format!("{} {why} and was not upgraded", node.name);
                let label = &self.upgrades.0[upgrade].plan.label;
                cx.record.action_failed(cx.now, cx.cause, label, message);
                continue;
            }
            self.upgrades.0[upgrade].under_way += 1;
            self.bookkeeping(id).upgrading = Some(Upgrading { upgrade, is_rebooted: false });
            if self.upgrades.0[upgrade].plan.drain {
                self.drain(id, cx);
            } else {
                self.set_unschedulable(id, true, cx);
                self.reboot_for_upgrade(id, cx);
            }
        }
        let Upgrade { under_way, ref waiting, ref plan } = self.upgrades.0[upgrade];
        if under_way == 0 && waiting.is_empty() {
            cx.at(cx.now, Event::Upgraded { index: plan.action });
        }
    }

    /// A node is cordoned, and drained if it is to be: an upgrade reboots it.
    pub(super) fn reboot_for_upgrade(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let Some(upgrading) = &mut self.bookkeeping(id).upgrading else { return };
        if !std::mem::replace(&mut upgrading.is_rebooted, true) {
            let upgrade = upgrading.upgrade;
            let off_for = self.upgrades.0[upgrade].plan.off_for;
            self.reboot_node(id, off_for, cx);
        }
    }

    /// A kubelet says that its node is Ready: if an upgrade rebooted it, it is upgraded.
    pub(super) fn ready_after_upgrade(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let is_ready = cx.cluster.node(id).conditions.health == NodeHealth::Ready;
        if is_ready && self.bookkeeping(id).upgrading.is_some_and(|it| it.is_rebooted) {
            self.set_unschedulable(id, false, cx);
            self.end_upgrade(id, cx);
        }
    }

    /// A node leaves the upgrade that it is in, if it is in one, and makes room for the next.
    pub(super) fn end_upgrade(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if let Some(Upgrading { upgrade, .. }) = self.bookkeeping(id).upgrading.take() {
            self.upgrades.0[upgrade].under_way -= 1;
            self.go_on_upgrading(upgrade, cx);
        }
    }
}
