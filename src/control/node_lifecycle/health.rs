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
/// How often all nodes are looked at.
///
/// Source: `pkg/controller/nodelifecycle/config › NodeMonitorPeriod`.
const MONITOR_PERIOD: SimDuration = SimDuration::from_secs(5);
/// How long a node may take to post its first status.
///
/// Source: `pkg/controller/nodelifecycle/config › NodeStartupGracePeriod`.
const STARTUP_GRACE_PERIOD: SimDuration = SimDuration::from_secs(60);

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

/// The controller's look at all nodes, every five seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monitor {
    passes: Ticks,
    grace: SimDuration,
}

impl Monitor {
    /// Looks that are `phase` after each multiple of five seconds.
    pub fn new(version: KubernetesVersion, phase: SimDuration) -> Self {
        Self::with_grace(monitor_grace_period(version), phase)
    }

    /// The same with another `--node-monitor-grace-period`.
    pub fn with_grace(grace: SimDuration, phase: SimDuration) -> Self {
        Self { passes: Ticks::new(MONITOR_PERIOD, phase), grace }
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

    /// The look that turns Ready to Unknown of a node which was created at `created` and has never
    /// posted a status.
    pub fn never_posted_at(&self, created: SimTime) -> SimTime {
        self.passes.at_or_after(created + STARTUP_GRACE_PERIOD)
    }

    /// The same for a kubelet that falls silent at `silent_from` and renews its lease every ten
    /// seconds, `heartbeat_phase` after their multiples: what it renewed last was up to ten
    /// seconds ago.
    pub fn unknown_after_silence(
        &self,
        silent_from: SimTime,
        heartbeat_phase: SimDuration,
    ) -> SimTime {
        let heartbeats = Ticks::new(HEARTBEAT_PERIOD, heartbeat_phase);
        self.unknown_at(heartbeats.at_or_before(silent_from).unwrap_or(SimTime::ZERO))
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
        let monitor = Monitor::new(version, SimDuration::from_secs(2));
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
    fn silence_counts_from_the_last_heartbeat() {
        let monitor = Monitor::new(KubernetesVersion::V1_36, SimDuration::ZERO);
        let unknown = |silent, phase| {
            monitor.unknown_after_silence(millis(silent), SimDuration::from_secs(phase))
        };
        assert_eq!(unknown(29_999, 0), millis(70_000));
        assert_eq!(unknown(30_001, 0), millis(80_000));
        assert_eq!(unknown(29_999, 9), millis(80_000));
        assert_eq!(unknown(1_000, 9), millis(50_000));
    }

    #[test]
    fn a_new_node_has_a_minute() {
        let monitor = Monitor::with_grace(SimDuration::from_secs(1), SimDuration::ZERO);
        assert_eq!(monitor.never_posted_at(millis(7_000)), millis(70_000));
        assert_eq!(monitor.pass_at_or_after(millis(7_000)), millis(10_000));
    }

    #[test]
    fn only_the_controller_itself_marks_pods() {
        assert!(marks_pods_not_ready(NodeHealth::Ready, NodeHealth::Unknown));
        assert!(!marks_pods_not_ready(NodeHealth::NotReady, NodeHealth::NotReady));
        assert!(!marks_pods_not_ready(NodeHealth::NotReady, NodeHealth::Unknown));
        assert!(!marks_pods_not_ready(NodeHealth::Ready, NodeHealth::Ready));
    }
}
