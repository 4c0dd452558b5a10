//! What a sync does, read off the tally alone.
//!
//! Every node that is left with an old pod is covered by a [`Hold`]. Any picking order gives the
//! same counts.

use crate::api::{IntOrPercent, UpdateStrategy};
use crate::control::daemonset::backoff::FailedPodBackoff;
use crate::control::daemonset::classify::{Line, NodeClass, Slot, Spend, StrategyKind, Unwanted};
use crate::control::daemonset::picks::{OrderKey, merged};
use crate::control::daemonset::tally::Tally;
use crate::control::ids::{NodeId, PodId};
use crate::time::{SimDuration, SimTime};

/// At most this many pods are created, and as many deleted, by one call of syncNodes.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › BurstReplicas`.
pub const BURST_REPLICAS: usize = 250;

/// A failed pod that manage decided to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedPod {
    /// The node whose backoff advances.
    pub node: NodeId,
    pub pod: PodId,
}

/// What manage does: at most one pod on each node that should have one, none elsewhere.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagePlan {
    /// Nodes that get a pod, [`BURST_REPLICAS`] at most.
    pub creates: Vec<NodeId>,
    /// Pods to delete, [`BURST_REPLICAS`] at most.
    pub deletes: Vec<PodId>,
    /// Failed pods found, each worth a `FailedDaemonPod` event and one step of its node's
    /// backoff, whether or not its deletion fits in this burst.
    pub failed: Vec<FailedPod>,
    /// Succeeded pods found, each worth a `SucceededDaemonPod` event.
    pub succeeded: Vec<(NodeId, PodId)>,
    /// When the DaemonSet must be looked at again because of nodes in backoff: the full delay of
    /// each, of which the shortest counts.
    pub requeue_after: Option<SimDuration>,
    /// The place in the picking order of the last node that gets a pod, if any does.
    pub turn: Option<OrderKey>,
}

/// Decides manage.
///
/// `generation` is `status.observedGeneration`, part of the backoff's key. Upstream lists pods node
/// by node, and after them those that wait for a Node that does not exist: what comes first goes
/// first if there is more than a burst.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › manage, syncNodes`.
pub fn manage(
    tally: &Tally,
    backoff: &FailedPodBackoff,
    generation: i64,
    now: SimTime,
) -> ManagePlan {
    let mut plan = ManagePlan::default();
    let mut without_node = Vec::new();
    for node in merged(&tally.has_failed, &tally.has_excess) {
        let class = tally.class(node);
        let Unwanted { excess, succeeded, failed } = class.unwanted();
        if let Some(&pod) = failed.first() {
            let delay = backoff.active(generation, node, now);
            if delay.is_none() {
                plan.failed.push(FailedPod { node, pod });
                plan.deletes.push(pod);
            }
            if delay.is_some() || failed.len() > 1 {
                // A second failed pod of the node runs into the delay that the first one starts.
                let wait = delay.unwrap_or_else(|| backoff.next_delay(generation, node, now));
                plan.requeue_after = Some(plan.requeue_after.map_or(wait, |least| least.min(wait)));
            }
        }
        let deletes = if class.in_cluster { &mut plan.deletes } else { &mut without_node };
        deletes.extend(excess);
        plan.succeeded.extend(succeeded.iter().map(|&pod| (node, pod)));
    }
    plan.deletes.append(&mut without_node);
    plan.deletes.truncate(BURST_REPLICAS);
    plan.creates = picks(tally.needs_pod.iter(), BURST_REPLICAS);
    plan.turn = tally.last_turn(Line::Creation, &plan.creates);
    plan
}

fn picks<T>(from: impl Iterator<Item = T>, most: usize) -> Vec<T> {
    from.take(most).collect()
}

/// How many nodes an update may disturb at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// `maxUnavailable`, scaled, in nodes.
    pub max_unavailable: u32,
    /// `maxSurge`, scaled, in nodes.
    pub max_surge: u32,
}

impl Budget {
    /// What an update strategy allows on `desired` nodes: nothing if it is `OnDelete`.
    pub fn of(strategy: UpdateStrategy, desired: u32) -> Self {
        match strategy {
            UpdateStrategy::OnDelete => Self { max_unavailable: 0, max_surge: 0 },
            UpdateStrategy::RollingUpdate { max_unavailable, max_surge } => {
                Self::scaled(max_unavailable, max_surge, desired)
            }
        }
    }

    /// Scales both settings to `desired` nodes: percentages round **up**, and if that leaves no
    /// room at all, one node may be unavailable.
    ///
    /// Source: `pkg/controller/daemon/update.go › updatedDesiredNodeCounts`.
    pub fn scaled(max_unavailable: IntOrPercent, max_surge: IntOrPercent, desired: u32) -> Self {
        let max_surge = max_surge.scaled_up(desired);
        let max_unavailable = max_unavailable.scaled_up(desired);
        let no_room = desired > 0 && max_unavailable == 0 && max_surge == 0;
        Self { max_unavailable: if no_room { 1 } else { max_unavailable }, max_surge }
    }
}

/// Why a node keeps its old pod, or why it counts against the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HoldReason {
    /// The old pod is available and waits for its turn: the budget is spent.
    BudgetSpent,
    /// A node that counts against the budget, and why.
    Spends(Spend),
    /// The same on a node where no pod belongs any more: it is outside desired.
    SpendsOutside(Spend),
    /// With surge: the new pod is not available yet.
    SurgePending,
    /// With surge: a pod that should not run is kept until enough others are available.
    NotEnoughAvailable,
}

/// Nodes that were left alone for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub reason: HoldReason,
    /// How many; never zero.
    pub nodes: u32,
}

impl HoldReason {
    /// Why a node keeps an update from going on, judged on its own: it counts against the budget,
    /// or, with surge, its new pod is not available yet.
    pub fn of(class: &NodeClass, strategy: StrategyKind) -> Option<Self> {
        let surging = match class.slot {
            Slot::Excess => true,
            Slot::Both { new_available, .. } => !new_available,
            Slot::Outside | Slot::Empty | Slot::New { .. } | Slot::Old { .. } => false,
        };
        match strategy {
            StrategyKind::Surge if surging => Some(Self::SurgePending),
            StrategyKind::Surge if matches!(class.slot, Slot::Both { .. } | Slot::Old { .. }) => {
                None
            }
            StrategyKind::Surge | StrategyKind::Replace if class.status.desired => {
                class.spends.map(Self::Spends)
            }
            StrategyKind::Surge => None,
            StrategyKind::Replace => class.spends.map(Self::SpendsOutside),
        }
    }
}

/// What a rolling update does.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollingPlan {
    /// Old pods to delete, [`BURST_REPLICAS`] at most.
    pub deletes: Vec<PodId>,
    /// Nodes that get a new pod beside the old one, [`BURST_REPLICAS`] at most.
    pub creates: Vec<NodeId>,
    /// Every reason for which a node waits, and what counts against the budget.
    pub holds: Vec<Hold>,
    /// The place in the picking order of the last node whose turn it was, if it was anyone's.
    pub turn: Option<OrderKey>,
}

/// Why a rolling update could not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollingError {
    /// With surge, a node that holds an old pod is gone; the whole update fails until pod GC has
    /// removed that pod.
    NodeGone(NodeId),
}

/// Decides one step of a rolling update.
///
/// Assumes that manage did nothing in this sync, or that its effects were seen. Guarantees that
/// of the available old pods no more are deleted than the budget leaves.
///
/// Source: `pkg/controller/daemon/update.go › rollingUpdate`.
pub fn rolling_update(tally: &Tally, budget: Budget) -> Result<RollingPlan, RollingError> {
    if budget.max_surge == 0 { Ok(replace(tally, budget)) } else { surge(tally, budget) }
}

/// Without surge: old pods that are not available go at once, whatever the budget, and count
/// against it; available ones go as far as it reaches, wherever they are: nobody asks whether a pod
/// belongs on the node, or whether there is a Node at all.
fn replace(tally: &Tally, budget: Budget) -> RollingPlan {
    let unavailable: u32 = tally.spends.iter().flatten().sum();
    let room = budget.max_unavailable.saturating_sub(unavailable) as usize;
    let candidates = tally.old_available.iter().take(room);
    let picked = picks(tally.old_unavailable.iter().chain(candidates), BURST_REPLICAS);
    let waiting = tally.old_available.len().saturating_sub(room);
    let mut holds = Vec::new();
    hold(&mut holds, HoldReason::BudgetSpent, waiting);
    for (i, spend) in Spend::ALL.into_iter().enumerate() {
        hold(&mut holds, HoldReason::Spends(spend), tally.spends[0][i] as usize);
        hold(&mut holds, HoldReason::SpendsOutside(spend), tally.spends[1][i] as usize);
    }
    RollingPlan {
        deletes: picked.iter().filter_map(|&node| tally.old_pod(node)).collect(),
        creates: Vec::new(),
        holds,
        turn: tally.last_turn(Line::Update, &picked),
    }
}

/// With surge: a new pod beside each old one as far as the budget reaches, and the old one goes
/// when the new one is available. Nodes whose old pod is not available get theirs without limit.
fn surge(tally: &Tally, budget: Budget) -> Result<RollingPlan, RollingError> {
    let Tally { both_settled, old_available, old_unavailable, .. } = tally;
    if tally.vanished_old > 0
        && let Some(node) = first_vanished(tally)
    {
        return Err(RollingError::NodeGone(node));
    }
    let room = budget.max_surge.saturating_sub(tally.surging) as usize;
    let spare = tally.serving.saturating_sub(tally.status.desired) as usize;
    let outside = old_available.outside.iter().take(spare);
    let settled = merged(both_settled, &old_unavailable.outside).chain(outside);
    let candidates = old_available.desired.iter().take(room);
    let creates = picks(old_unavailable.desired.iter().chain(candidates), BURST_REPLICAS);
    let waiting = old_available.desired.len().saturating_sub(room);
    let mut holds = Vec::new();
    hold(&mut holds, HoldReason::BudgetSpent, waiting);
    hold(&mut holds, HoldReason::SurgePending, tally.surging as usize);
    let kept = old_available.outside.len().saturating_sub(spare);
    hold(&mut holds, HoldReason::NotEnoughAvailable, kept);
    Ok(RollingPlan {
        deletes: picks(settled.filter_map(|node| tally.old_pod(node)), BURST_REPLICAS),
        turn: tally.last_turn(Line::Update, &creates),
        creates,
        holds,
    })
}

/// The node at which upstream's loop stops.
fn first_vanished(tally: &Tally) -> Option<NodeId> {
    let mut outside = merged(&tally.old_unavailable.outside, &tally.old_available.outside);
    outside.find(|&node| !tally.class(node).in_cluster)
}

fn hold(holds: &mut Vec<Hold>, reason: HoldReason, nodes: usize) {
    if nodes > 0 {
        holds.push(Hold { reason, nodes: u32::try_from(nodes).unwrap_or(u32::MAX) });
    }
}
