//! When a node that is silent is held for dead.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth,
//! tryUpdateNodeHealth`.

use crate::api::KubernetesVersion;
use crate::control::ticks::Ticks;
use crate::time::{SimDuration, SimTime};

/// How often a kubelet renews its lease, and looks whether its node's status has changed.
///
/// Source: `pkg/kubelet/kubelet.go › nodeLeaseRenewIntervalFraction` of a lease of 40 s, and
/// `pkg/kubelet/apis/config/v1beta1/defaults.go › NodeStatusUpdateFrequency`.
pub const HEARTBEAT_PERIOD: SimDuration = SimDuration::from_secs(10);

/// What the node-lifecycle controller knows of a node's health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeHealth {
    /// Ready is True.
    #[default]
    Ready,
    /// Ready is False: its kubelet says so.
    NotReady,
    /// Ready is Unknown: its kubelet is silent.
    Unknown,
}

/// After how long without a sign of life a node's Ready turns Unknown.
///
/// Source: `pkg/controller/nodelifecycle/config › NodeMonitorGracePeriod`, 50 s since 1.32.
pub const fn monitor_grace_period(version: KubernetesVersion) -> SimDuration {
    match version {
        KubernetesVersion::V1_31 => SimDuration::from_secs(40),
        KubernetesVersion::V1_36 => SimDuration::from_secs(50),
    }
}

/// The controller's look at all nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monitor {
    passes: Ticks,
    grace: SimDuration,
}

impl Monitor {
    /// Looks that are `phase` after each multiple of `period` (`--node-monitor-period`), at nodes
    /// that may be silent for `grace` (`--node-monitor-grace-period`).
    pub fn new(period: SimDuration, grace: SimDuration, phase: SimDuration) -> Self {
        Self { passes: Ticks::new(period, phase), grace }
    }

    /// The first look at `at` or later: a node that is Ready again loses its `NoExecute` taint
    /// then, and one that is not enters its zone's queue.
    pub fn pass_at_or_after(&self, at: SimTime) -> SimTime {
        self.passes.at_or_after(at)
    }

    /// The look that turns a node's Ready to Unknown, if the last sign of life reached the API
    /// server at `last_sign` and none comes after it.
    ///
    /// The grace period is counted from the look that saw the sign, by the controller's own clock.
    /// Upstream's looks drift by the time that each takes, so the one at the very end of the grace
    /// period is already late enough.
    pub fn unknown_at(&self, last_sign: SimTime) -> SimTime {
        self.passes.at_or_after(self.passes.at_or_after(last_sign) + self.grace)
    }
}

/// Whether all pods of a node are marked as not Ready: only if the controller itself turns the
/// node's Ready from True to something else. A kubelet that reports itself not ready has changed
/// the condition before the controller looks, and its pods stay as they are.
///
/// `observed` is what the condition was when the look began, `concluded` what it is at its end.
pub const fn marks_pods_not_ready(observed: NodeHealth, concluded: NodeHealth) -> bool {
    matches!(observed, NodeHealth::Ready) && !matches!(concluded, NodeHealth::Ready)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(at: u64) -> SimTime {
        SimTime::from_micros(at * 1_000)
    }

    fn check(version: KubernetesVersion, last_sign: u64, unknown: u64) {
        let [period, phase] = [5, 2].map(SimDuration::from_secs);
        let monitor = Monitor::new(period, monitor_grace_period(version), phase);
        assert_eq!(monitor.unknown_at(millis(last_sign)), millis(unknown));
    }

    #[test]
    fn a_silent_node_is_unknown_after_the_grace_period_from_when_it_was_seen() {
        check(KubernetesVersion::V1_36, 2_000, 52_000);
        check(KubernetesVersion::V1_36, 2_001, 57_000);
        check(KubernetesVersion::V1_36, 7_000, 57_000);
        check(KubernetesVersion::V1_31, 7_000, 47_000);
    }

    #[test]
    fn only_the_controller_itself_marks_pods() {
        assert!(marks_pods_not_ready(NodeHealth::Ready, NodeHealth::Unknown));
        assert!(!marks_pods_not_ready(NodeHealth::NotReady, NodeHealth::NotReady));
        assert!(!marks_pods_not_ready(NodeHealth::NotReady, NodeHealth::Unknown));
        assert!(!marks_pods_not_ready(NodeHealth::Ready, NodeHealth::Ready));
    }
}
