//! What the API server and the controllers keep each other waiting.

use super::delay::Delay;
use super::part::Part;
use schemars::JsonSchema;
use serde::Deserialize;

/// How the API server and the controllers keep each other waiting; what is not written has the
/// default of a real cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ControlPlane {
    /// From sending a request until the API server has answered it.
    /// Default: uniform, 5ms to 20ms (our judgment, for writes in a healthy cluster).
    pub request_latency: Option<Part<Delay>>,
    /// From a change until the caches of the controllers have it.
    /// Default: uniform, 10ms to 50ms (our judgment).
    pub watch_latency: Option<Part<Delay>>,
    /// Requests per second of each controller's client (`--kube-api-qps`); `0` for no limit.
    /// Default: 20.
    pub kube_api_qps: Option<f64>,
    /// Requests that such a client may make at once (`--kube-api-burst`). Default: 30.
    pub kube_api_burst: Option<u32>,
    /// How many DaemonSets are synced at the same time (`--concurrent-daemonset-syncs`).
    /// Default: 2.
    pub concurrent_daemonset_syncs: Option<u32>,
}
