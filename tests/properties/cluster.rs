//! What these tests ask of a cluster, and the settings under which they look at it.

use rollcast::control::PodId;
use rollcast::control::daemonset::{Rules, StrategyKind};
use rollcast::time::SimDuration;

pub(crate) use crate::shared::{Node, Pod, judge, tally};

/// The instant at which small worlds are judged, in seconds.
pub(crate) const NOW: u64 = 1_000;

/// `minReadySeconds` in all of these tests.
pub(crate) const MIN_READY: u64 = 10;

impl Pod {
    pub(crate) fn is_available(&self, now: u64) -> bool {
        self.ready_since.is_some_and(|since| since + MIN_READY <= now)
    }

    pub(crate) fn is_passed_over(&self) -> bool {
        self.terminating && self.phase.is_terminal()
    }
}

impl Node {
    pub(crate) fn should_run(&self) -> bool {
        self.judged.is_some_and(|judged| judged.should_run)
    }

    pub(crate) fn should_continue(&self) -> bool {
        self.judged.is_some_and(|judged| judged.should_continue)
    }

    /// The pods that the controller does not pass over, in its sort order.
    pub(crate) fn seen(&self) -> Vec<&Pod> {
        let mut pods: Vec<&Pod> = self.pods.iter().filter(|pod| !pod.is_passed_over()).collect();
        pods.sort_by_key(|pod| (!pod.bound, pod.created, pod.name.clone()));
        pods
    }
}

pub(crate) fn rules(strategy: StrategyKind) -> Rules {
    let min_ready = SimDuration::from_secs(MIN_READY);
    Rules { strategy, min_ready, available_at_boundary: true }
}

/// The node on which a pod is.
pub(crate) fn node_of(nodes: &[Node], PodId(id): PodId) -> usize {
    nodes.iter().position(|node| node.pods.iter().any(|pod| pod.id == id)).unwrap()
}
