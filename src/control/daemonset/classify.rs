//! One node, judged on its own: what manage wants there, what the status counts, and what a
//! rolling update sees.
//!
//! No other node is looked at, and nothing is decided: budgets belong to
//! [`crate::control::daemonset::rolling_update`].

use crate::api::{PodPhase, UpdateStrategy};
use crate::control::daemonset::eligibility::Eligibility;
use crate::control::ids::PodId;
use crate::time::{SimDuration, SimTime};

/// What the controller sees of a pod.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field or label of the object")]
pub struct PodView<'a> {
    pub id: PodId,
    /// `metadata.name`: the last criterion of the sort order.
    pub name: &'a str,
    /// `metadata.creationTimestamp`, whole seconds.
    pub created: SimTime,
    /// `spec.nodeName` is set.
    pub bound: bool,
    /// `status.phase`.
    pub phase: PodPhase,
    /// `lastTransitionTime` of a Ready condition that is True, whole seconds.
    pub ready_since: Option<SimTime>,
    /// `metadata.deletionTimestamp` is set.
    pub terminating: bool,
    /// Its label `controller-revision-hash` is that of the current revision.
    pub has_current_hash: bool,
    /// It is updated: by that label, or by the label `pod-template-generation`.
    ///
    /// Source: `pkg/controller/daemon/util/daemonset_util.go › IsPodUpdated`.
    pub updated: bool,
}

/// What the controller sees of a node and of the DaemonSet's pods that target it.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    /// Whether a Node object of that name is in the cache, and if so whether pods belong there.
    pub node: Option<Eligibility>,
    /// Pods bound or pinned to the node, in any order.
    pub pods: &'a [PodView<'a>],
}

/// Which branch of the code a DaemonSet's update strategy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrategyKind {
    /// `OnDelete`, or `RollingUpdate` without surge: at most one pod a node.
    Replace,
    /// `RollingUpdate` whose `maxSurge` is more than zero: a new pod beside the old.
    Surge,
}

impl StrategyKind {
    /// The branch for an update strategy.
    pub fn of(strategy: UpdateStrategy) -> Self {
        if strategy.surge().is_some() { Self::Surge } else { Self::Replace }
    }
}

/// What a DaemonSet says that matters for judging a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether two pods may share a node during an update.
    pub strategy: StrategyKind,
    /// `spec.minReadySeconds`.
    pub min_ready: SimDuration,
    /// Whether a pod counts as available *at* `lastTransitionTime + minReadySeconds` (from 1.32 on)
    /// or only after it (1.31).
    ///
    /// Source: `pkg/api/v1/pod/util.go › IsPodAvailable`.
    pub available_at_boundary: bool,
}

impl Rules {
    /// The first instant at which a pod Ready since `ready_since` is available.
    fn available_from(&self, ready_since: SimTime) -> SimTime {
        if self.min_ready.is_zero() {
            return ready_since;
        }
        let strictly_after = SimDuration::from_micros(u64::from(!self.available_at_boundary));
        ready_since + self.min_ready + strictly_after
    }

    fn is_available(&self, pod: &PodView<'_>, now: SimTime) -> bool {
        pod.ready_since
            .is_some_and(|since| self.min_ready.is_zero() || self.available_from(since) <= now)
    }
}

/// A node's share of `DaemonSetStatus`.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a counter of the API's status")]
pub struct NodeStatus {
    /// `desiredNumberScheduled`.
    pub desired: bool,
    /// `currentNumberScheduled`.
    pub current: bool,
    /// `numberMisscheduled`.
    pub misscheduled: bool,
    /// `numberReady`.
    pub ready: bool,
    /// `numberAvailable`.
    pub available: bool,
    /// `updatedNumberScheduled`.
    pub updated: bool,
}

/// The non-terminating pods of a node, as a rolling update sees them.
///
/// Source: `pkg/controller/daemon/update.go › rollingUpdate, findUpdatedPodsOnNode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slot {
    /// No pod belongs here and none is here: the update does not look at the node.
    #[default]
    Outside,
    /// No pod, or only terminating ones.
    Empty,
    /// Several old pods, or several new ones.
    Excess,
    /// One pod, which is updated.
    New {
        /// Whether it is available.
        available: bool,
    },
    /// One pod, which is not updated.
    Old {
        old: PodId,
        /// Whether it is available.
        available: bool,
    },
    /// One of each.
    Both {
        /// The pod that is not updated.
        old: PodId,
        /// Whether it is available.
        old_available: bool,
        /// Whether the updated pod is.
        new_available: bool,
    },
}

/// Why a node counts against a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spend {
    /// The node has no pod, although one belongs there.
    NoPod,
    /// The node's pods are all terminating.
    Terminating,
    /// The new pod is not Ready.
    NotReady,
    /// The new pod is Ready, for less than `minReadySeconds`.
    Settling,
    /// The old pod is not available; it is being replaced whatever the budget.
    OldUnavailable,
    /// An old and a new pod share the node.
    BothPods,
    /// Several pods of one kind share the node.
    Excess,
}

impl Spend {
    /// All reasons, in their order.
    pub const ALL: [Self; 7] = [
        Self::NoPod,
        Self::Terminating,
        Self::NotReady,
        Self::Settling,
        Self::OldUnavailable,
        Self::BothPods,
        Self::Excess,
    ];
}

/// The judgment of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeClass {
    /// Whether a Node object exists.
    pub in_cluster: bool,
    /// Manage wants a pod created here.
    pub needs_pod: bool,
    /// Pods that manage wants deleted; none on most nodes.
    pub unwanted: Option<Box<Unwanted>>,
    /// What the status counts.
    pub status: NodeStatus,
    /// What a rolling update sees.
    pub slot: Slot,
    /// Why the node counts against `maxUnavailable`, if it does.
    pub spends: Option<Spend>,
    /// When the judgment next changes by itself, because a pod becomes available.
    pub changes_at: Option<SimTime>,
}

/// Pods that manage wants deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unwanted {
    /// Whatever the backoff.
    pub excess: Vec<PodId>,
    /// Pods of phase Succeeded among them, each worth an event.
    pub succeeded: Vec<PodId>,
    /// Failed pods, which manage deletes as their backoff allows, one a sync.
    pub failed: Vec<PodId>,
}

impl Unwanted {
    const NONE: Self = Self { excess: Vec::new(), succeeded: Vec::new(), failed: Vec::new() };
}

/// What a node may wait for, with others, until it is its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It should have a pod and has none.
    Creation,
    /// Its only pod is an old one, and available.
    Update,
}

impl NodeClass {
    /// Pods that manage wants deleted.
    pub fn unwanted(&self) -> &Unwanted {
        const NONE: &Unwanted = &Unwanted::NONE;
        self.unwanted.as_deref().unwrap_or(NONE)
    }

    /// What the node waits for, if anything.
    pub fn waits_for(&self) -> Option<Line> {
        match self.slot {
            _ if self.needs_pod => Some(Line::Creation),
            Slot::Old { available: true, .. } => Some(Line::Update),
            Slot::Outside
            | Slot::Empty
            | Slot::Excess
            | Slot::New { .. }
            | Slot::Old { .. }
            | Slot::Both { .. } => None,
        }
    }
}

/// Judges one node at the instant `now`.
///
/// Pods that are both terminal and terminating are passed over, as the controller does everywhere
/// but in its clean-up of revisions (`getNodesToDaemonPods`).
pub fn classify(view: &NodeView<'_>, rules: &Rules, now: SimTime) -> NodeClass {
    let counts = |pod: &&PodView<'_>| !(pod.terminating && pod.phase.is_terminal());
    match view.pods {
        [] => judge(view.node, &[], rules, now),
        [pod] if counts(&pod) => judge(view.node, &[pod], rules, now),
        pods => {
            let mut pods: Vec<&PodView<'_>> = pods.iter().filter(counts).collect();
            pods.sort_by(|a, b| sort_order(a, b));
            judge(view.node, &pods, rules, now)
        }
    }
}

/// The same for pods in their order.
fn judge(
    node: Option<Eligibility>,
    pods: &[&PodView<'_>],
    rules: &Rules,
    now: SimTime,
) -> NodeClass {
    let mut class = NodeClass { in_cluster: node.is_some(), ..NodeClass::default() };
    let mut unwanted = Unwanted::NONE;
    match node {
        Some(node) => class.needs_pod = manage_node(&mut unwanted, node, pods, rules, now),
        None => unwanted.excess.extend(pods.iter().filter(|pod| !pod.bound).map(|pod| pod.id)),
    }
    class.unwanted = (unwanted != Unwanted::NONE).then(|| Box::new(unwanted));
    let desired = node.is_some_and(|node| node.should_run);
    class.status = status_of(node.is_some(), desired, pods, rules, now);
    class.slot = slot_of(desired, pods, rules, now);
    class.spends = spend_of(class.slot, pods);
    class.changes_at = pods
        .iter()
        .filter_map(|pod| pod.ready_since.map(|since| rules.available_from(since)))
        .filter(|&at| at > now)
        .min();
    class
}

/// Bound pods first, then the older, then by name.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › podByCreationTimestampAndPhase`.
fn sort_order(a: &PodView<'_>, b: &PodView<'_>) -> std::cmp::Ordering {
    b.bound.cmp(&a.bound).then(a.created.cmp(&b.created)).then_with(|| a.name.cmp(b.name))
}

/// What manage wants on a node that exists: which pods it does not want goes to `unwanted`. Says
/// whether it wants one created.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`.
fn manage_node(
    unwanted: &mut Unwanted,
    node: Eligibility,
    pods: &[&PodView<'_>],
    rules: &Rules,
    now: SimTime,
) -> bool {
    if pods.is_empty() {
        return node.should_run;
    }
    let staying = pods.iter().copied().filter(|pod| !pod.terminating);
    if !node.should_continue {
        unwanted.excess.extend(staying.map(|pod| pod.id));
        return false;
    }
    for pod in staying.clone() {
        match pod.phase {
            PodPhase::Failed => unwanted.failed.push(pod.id),
            PodPhase::Succeeded => {
                unwanted.succeeded.push(pod.id);
                unwanted.excess.push(pod.id);
            }
            PodPhase::Pending | PodPhase::Running | PodPhase::Unknown => {}
        }
    }
    let mut running = staying.filter(|pod| !pod.phase.is_terminal());
    match rules.strategy {
        StrategyKind::Replace => {
            unwanted.excess.extend(running.skip(1).map(|pod| pod.id));
            false
        }
        StrategyKind::Surge => match running.next() {
            None => node.should_run,
            Some(first) => {
                let running: Vec<&PodView<'_>> = std::iter::once(first).chain(running).collect();
                unwanted.excess.extend(surge_excess(&running, rules, now));
                false
            }
        },
    }
}

/// With surge, one old and one new pod may stay, the old one until the new one is available.
/// Only the hash label tells them apart here.
fn surge_excess(running: &[&PodView<'_>], rules: &Rules, now: SimTime) -> Vec<PodId> {
    if running.len() < 2 {
        return Vec::new();
    }
    let newest = running.iter().find(|pod| pod.has_current_hash);
    let oldest = running.iter().find(|pod| !pod.has_current_hash);
    let kept = |pod: &PodView<'_>| {
        [newest, oldest].into_iter().flatten().any(|keeper| keeper.id == pod.id)
    };
    let mut excess: Vec<PodId> =
        running.iter().filter(|pod| !kept(pod)).map(|pod| pod.id).collect();
    if let (Some(new), Some(old)) = (newest, oldest)
        && (old.ready_since.is_none() || rules.is_available(new, now))
    {
        excess.push(old.id);
    }
    excess
}

fn status_of(
    in_cluster: bool,
    desired: bool,
    pods: &[&PodView<'_>],
    rules: &Rules,
    now: SimTime,
) -> NodeStatus {
    let Some(first) = pods.first().filter(|_| in_cluster) else {
        return NodeStatus { desired, ..NodeStatus::default() };
    };
    if !desired {
        return NodeStatus { misscheduled: true, ..NodeStatus::default() };
    }
    NodeStatus {
        desired,
        current: true,
        misscheduled: false,
        ready: first.ready_since.is_some(),
        available: rules.is_available(first, now),
        updated: first.updated,
    }
}

fn slot_of(desired: bool, pods: &[&PodView<'_>], rules: &Rules, now: SimTime) -> Slot {
    if pods.is_empty() {
        return if desired { Slot::Empty } else { Slot::Outside };
    }
    let (mut old, mut new) = (None, None);
    for pod in pods.iter().copied().filter(|pod| !pod.terminating) {
        let seat = if pod.updated { &mut new } else { &mut old };
        if seat.replace(pod).is_some() {
            return Slot::Excess;
        }
    }
    match (old, new) {
        (None, None) => Slot::Empty,
        (None, Some(new)) => Slot::New { available: rules.is_available(new, now) },
        (Some(old), None) => Slot::Old { old: old.id, available: rules.is_available(old, now) },
        (Some(old), Some(new)) => Slot::Both {
            old: old.id,
            old_available: rules.is_available(old, now),
            new_available: rules.is_available(new, now),
        },
    }
}

fn spend_of(slot: Slot, pods: &[&PodView<'_>]) -> Option<Spend> {
    let settles = || {
        let staying = pods.iter().find(|pod| !pod.terminating);
        staying.is_some_and(|pod| pod.ready_since.is_some())
    };
    match slot {
        Slot::Outside | Slot::New { available: true } | Slot::Old { available: true, .. } => None,
        Slot::Empty if pods.is_empty() => Some(Spend::NoPod),
        Slot::Empty => Some(Spend::Terminating),
        Slot::Excess => Some(Spend::Excess),
        Slot::New { available: false } if settles() => Some(Spend::Settling),
        Slot::New { available: false } => Some(Spend::NotReady),
        Slot::Old { available: false, .. } => Some(Spend::OldUnavailable),
        Slot::Both { .. } => Some(Spend::BothPods),
    }
}
