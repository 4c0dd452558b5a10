//! The control plane as it is meant: what takes time in it, and what limits it.

use crate::engine::Delay;
use crate::time::SimDuration;

/// How the API server and the controllers keep each other waiting.
#[derive(Clone, Debug)]
pub struct ControlPlane {
    /// From sending a request until the API server has carried it out and answered.
    pub request_latency: Delay,
    /// From a change until those who watch hear of it.
    pub watch_latency: Delay,
    /// How many requests the DaemonSet controller's client may make; none for any number.
    pub client: Option<ClientLimit>,
    /// How many DaemonSets are synced at the same time; at least one.
    pub concurrent_daemonset_syncs: u32,
    /// What a sync takes besides its requests. If requests take no time, it takes none either.
    pub sync_time: SyncTime,
    /// How nodes are looked after; none if taints come and go exactly when their reason does.
    pub node_lifecycle: Option<NodeLifecycle>,
    /// The scheduler; without one a pod is bound to its node after [`super::PhaseDelays::schedule`],
    /// whatever is there.
    pub scheduler: Option<Scheduler>,
}

/// Flags of the node-lifecycle controller. With it come the taint-eviction controller and the
/// phases of the pod garbage collector and of the kubelets' leases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeLifecycle {
    /// `--node-monitor-period`; more than zero.
    pub monitor_period: SimDuration,
    /// `--node-monitor-grace-period`; none for the one of the version.
    pub monitor_grace_period: Option<SimDuration>,
    /// `--node-eviction-rate`, in thousandths of a node per second.
    pub eviction_millis_per_second: u32,
    /// `--secondary-node-eviction-rate`, in thousandths of a node per second.
    pub secondary_millis_per_second: u32,
    /// `--large-cluster-size-threshold`.
    pub large_zone: u32,
    /// `--unhealthy-zone-threshold`, in thousandths.
    pub unhealthy_permille: u32,
}

impl Default for NodeLifecycle {
    /// Source: `pkg/controller/nodelifecycle/config/v1alpha1/defaults.go`.
    fn default() -> Self {
        Self {
            monitor_period: SimDuration::from_secs(5),
            monitor_grace_period: None,
            eviction_millis_per_second: 100,
            secondary_millis_per_second: 10,
            large_zone: 50,
            unhealthy_permille: 550,
        }
    }
}

/// The CPU time of a sync, for each node in the cluster: each part of a sync goes over all nodes and
/// their pods.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › manage, updateDaemonSetStatus` and
/// `update.go › rollingUpdate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncTime {
    /// Which pods are missing or too many.
    pub manage: SimDuration,
    /// Which nodes are updated next.
    pub rolling_update: SimDuration,
    /// What the status says.
    pub status: SimDuration,
}

impl SyncTime {
    /// A sync takes no time of its own.
    pub const ZERO: Self = Self {
        manage: SimDuration::ZERO,
        rolling_update: SimDuration::ZERO,
        status: SimDuration::ZERO,
    };
}

impl Default for SyncTime {
    /// As measured on one core of 2026 with Kubernetes 1.36: 46, 59 and 48 ms with 5,000 nodes.
    fn default() -> Self {
        Self {
            manage: SimDuration::from_micros(9),
            rolling_update: SimDuration::from_micros(12),
            status: SimDuration::from_micros(10),
        }
    }
}

/// How the scheduler keeps pods waiting.
#[derive(Clone, Debug)]
pub struct Scheduler {
    /// How many requests its client may make; none for any number. Events have a client of their
    /// own.
    pub client: Option<ClientLimit>,
    /// How long it is busy with one pod, in which no other gets its turn.
    pub cycle: Delay,
}

/// How many requests pass: a token bucket of those who make them, or of who takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLimit {
    /// Thousandths of a request per second.
    pub millis_per_second: u32,
    /// Requests that may be made at once, after a pause.
    pub burst: u32,
}

impl ControlPlane {
    /// Nothing takes time and nothing is limited.
    pub const OFF: Self = Self {
        request_latency: Delay::ZERO,
        watch_latency: Delay::ZERO,
        client: None,
        concurrent_daemonset_syncs: 1,
        sync_time: SyncTime::ZERO,
        node_lifecycle: None,
        scheduler: None,
    };

    /// Whether requests take neither time nor tokens.
    pub fn is_instant(&self) -> bool {
        self.client.is_none() && self.request_latency.as_constant() == Some(SimDuration::ZERO)
    }
}
