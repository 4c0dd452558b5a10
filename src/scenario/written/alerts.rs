//! How Prometheus looks at DaemonSets.

use crate::scenario::written::duration::Duration;
use schemars::JsonSchema;
use serde::Deserialize;

/// How Prometheus looks at DaemonSets, for the alerts of kubernetes-mixin.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Alerts {
    /// How often it scrapes kube-state-metrics and evaluates alerts, from the start of the run; at
    /// most 5m. Default: 30s.
    pub interval: Option<Duration>,
}
