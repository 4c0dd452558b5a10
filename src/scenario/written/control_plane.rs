//! What the API server and the controllers keep each other waiting.

use crate::scenario::written::deferred::Deferred;
use crate::scenario::written::delay::Delay;
use crate::scenario::written::duration::Duration;
use crate::scenario::written::switch::Switch;
use schemars::JsonSchema;
use serde::Deserialize;

/// How the API server and the controllers keep each other waiting; what is not written has the
/// default of a real cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ControlPlane {
    /// From sending a request until the API server has answered it.
    /// Half of it passes before a write takes effect. Default: lognormal, median 5ms, p99 30ms, as
    /// measured.
    pub request_latency: Option<Deferred<Delay>>,
    /// From a change until the caches of the controllers have it.
    /// Default: lognormal, median 1500us, p99 10ms, as measured.
    pub watch_latency: Option<Deferred<Delay>>,
    /// Requests per second of each controller's client (`--kube-api-qps`); `0` for no limit.
    /// Default: 20.
    pub kube_api_qps: Option<f64>,
    /// Requests that such a client may make at once (`--kube-api-burst`). Default: 30.
    pub kube_api_burst: Option<u32>,
    /// How many DaemonSets are synced at the same time (`--concurrent-daemonset-syncs`).
    /// Default: 2.
    pub concurrent_daemonset_syncs: Option<u32>,
    /// What a sync takes besides its requests, for each node in the cluster: a part for each of its
    /// three loops over all nodes. Or `off`.
    pub sync_time: Option<Deferred<Switch<SyncTime>>>,
    /// How nodes are looked after: settings of the node-lifecycle controller, or `off`: then
    /// leases, zones, taint eviction and the phases of loops are left out, and taints come and go
    /// exactly when their reason does.
    pub node_lifecycle: Option<Deferred<Switch<NodeLifecycle>>>,
    /// The scheduler: settings, or `off`; then a pod is bound to its node after
    /// `latencies.schedule`, whatever else is there.
    pub scheduler: Option<Deferred<Switch<Scheduler>>>,
}

/// What a sync takes for each node in the cluster; what is not written has the value that was
/// measured with 5,000 nodes on one core.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SyncTime {
    /// Deciding which pods are missing or too many. Default: 9us.
    pub manage: Option<Duration>,
    /// Deciding which nodes are updated next. Default: 12us.
    pub rolling_update: Option<Duration>,
    /// Adding up the status. Default: 10us.
    pub status: Option<Duration>,
}

/// Flags of the node-lifecycle controller; what is not written has Kubernetes' default.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeLifecycle {
    /// How often all nodes are looked at (`--node-monitor-period`). Default: 5s.
    pub node_monitor_period: Option<Duration>,
    /// After how long without a lease a node is held for dead (`--node-monitor-grace-period`).
    /// Default: 50s; 40s in 1.31.
    pub node_monitor_grace_period: Option<Duration>,
    /// Nodes per second and zone that get the taint which evicts their pods
    /// (`--node-eviction-rate`). Default: 0.1.
    pub node_eviction_rate: Option<f64>,
    /// The same in a large zone of which too much is down (`--secondary-node-eviction-rate`).
    /// Default: 0.01.
    pub secondary_node_eviction_rate: Option<f64>,
    /// A zone with more nodes is large (`--large-cluster-size-threshold`). Default: 50.
    pub large_cluster_size_threshold: Option<u32>,
    /// The share of a zone that is too much (`--unhealthy-zone-threshold`), from 0 to 1.
    /// Default: 0.55.
    pub unhealthy_zone_threshold: Option<f64>,
}

/// How the scheduler keeps pods waiting: it takes one after the other, the most important first,
/// and binds those for which their node has room.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Scheduler {
    /// Requests per second of its client (`clientConnection.qps`); `0` for no limit. Every binding
    /// is one. Default: 50.
    pub kube_api_qps: Option<f64>,
    /// Requests that it may make at once (`clientConnection.burst`). Default: 100.
    pub kube_api_burst: Option<u32>,
    /// How long it is busy with one pod.
    /// Default: 300us, as measured.
    pub cycle: Option<Deferred<Delay>>,
}
