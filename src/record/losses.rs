//! What a DaemonSet lost, and cost others, besides the pods that its updates replaced.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::overlap::TwoAtOnce;
use crate::time::SimDuration;

/// Why a pod that served was taken from its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// The template of an update does not fit the node; or the node has got a `NoSchedule` taint
    /// since, so that the pod that was there could stay and its replacement cannot come.
    Update,
    /// Labels of the node changed.
    Labels,
    /// The node got a `NoExecute` taint.
    Taints,
    /// `kubectl delete pod`.
    Deleted,
    /// A kubelet evicted it.
    Evicted,
    /// The scheduler made room for a more important pod.
    Preempted,
    /// Its node was taken out of the cluster.
    NodeGone,
}

impl Loss {
    /// Whether it happened since no pod belongs on the node any more.
    pub(super) const fn is_of_node(self) -> bool {
        match self {
            Self::Update | Self::Labels | Self::Taints => true,
            Self::Deleted | Self::Evicted | Self::Preempted | Self::NodeGone => false,
        }
    }

    /// As `summary.json` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Labels => "labels",
            Self::Taints => "taints",
            Self::Deleted => "deleted",
            Self::Evicted => "evicted",
            Self::Preempted => "preempted",
            Self::NodeGone => "node-gone",
        }
    }
}

/// Pods that were lost for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostPods {
    pub loss: Loss,
    pub pods: u32,
    /// Where they were, in the order of the cluster.
    pub nodes: Vec<String>,
    /// The nodes among them on which, for this reason, no pod belongs at the end, and none serves.
    pub for_good: Vec<String>,
}

/// Pods that were asked to leave for pods of the DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreemptedPods {
    /// Whose they were: `namespace/name` of a DaemonSet, `otherPods` of the scenario, or pods of a
    /// snapshot.
    pub whose: String,
    pub pods: u32,
    /// Their names, if they have any.
    pub names: Vec<String>,
    /// Where they were, in the order of the cluster.
    pub nodes: Vec<String>,
}

/// Why a node did nothing for its pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// The machine was off, or shutting down.
    Down,
    /// A snapshot shows that nothing is heard from its kubelet.
    Unreachable,
    /// A snapshot shows that its kubelet says that it is not Ready.
    NotReady,
}

/// A node that was off while it was in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeOff {
    pub node: String,
    pub why: Off,
    /// For how long in all.
    pub off: SimDuration,
    /// For how long it was without a serving pod while one belonged there, in the whole run. A node
    /// that is off has taints, so that mostly none does.
    pub without: SimDuration,
}

/// What a DaemonSet lost, and cost others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    pub lost: Vec<LostPods>,
    /// Nodes on which two of its pods ran at the same time without a surge.
    pub two_at_once: Option<TwoAtOnce>,
    /// Nodes that were off, of those on which a pod belonged at some time.
    pub nodes_off: Vec<NodeOff>,
    pub preempted: Vec<PreemptedPods>,
}

/// Pods on nodes, as they are counted.
#[derive(Debug, Default)]
struct Count {
    pods: u32,
    names: Vec<String>,
    nodes: BTreeSet<usize>,
}

/// What is counted while a run goes on.
#[derive(Debug, Default)]
pub(super) struct LossCounts {
    lost: BTreeMap<Loss, Count>,
    preempted: BTreeMap<String, Count>,
}

impl LossCounts {
    pub(super) fn lose(&mut self, loss: Loss, node: usize) {
        let count = self.lost.entry(loss).or_default();
        count.pods += 1;
        count.nodes.insert(node);
    }

    /// A pod that was counted as lost is taken up again.
    pub(super) fn regain(&mut self, loss: Loss, node: usize) {
        let Some(count) = self.lost.get_mut(&loss) else { return };
        count.pods = count.pods.saturating_sub(1);
        count.nodes.remove(&node);
        if count.pods == 0 {
            self.lost.remove(&loss);
        }
    }

    pub(super) fn preempt(&mut self, whose: String, name: Option<String>, node: usize) {
        let count = self.preempted.entry(whose).or_default();
        count.pods += 1;
        count.names.extend(name);
        count.nodes.insert(node);
    }

    pub(super) fn finish(
        self,
        node_name: &impl Fn(usize) -> String,
        is_left: impl Fn(usize) -> bool,
    ) -> (Vec<LostPods>, Vec<PreemptedPods>) {
        let names =
            |nodes: &mut dyn Iterator<Item = &usize>| nodes.map(|&it| node_name(it)).collect();
        let lost = self.lost.into_iter().map(|(loss, Count { pods, nodes, .. })| LostPods {
            loss,
            pods,
            nodes: names(&mut nodes.iter()),
            for_good: names(&mut nodes.iter().filter(|&&node| loss.is_of_node() && is_left(node))),
        });
        let preempted = self.preempted.into_iter().map(|(whose, count)| PreemptedPods {
            whose,
            pods: count.pods,
            names: count.names,
            nodes: names(&mut count.nodes.iter()),
        });
        (lost.collect(), preempted.collect())
    }
}
