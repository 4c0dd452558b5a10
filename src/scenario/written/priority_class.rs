//! Priority classes of the cluster.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// Priority classes by name.
pub type PriorityClasses = BTreeMap<String, PriorityClass>;

/// A priority class, as its manifest says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriorityClass {
    /// The priority of its pods: at most 1000000000.
    pub value: i32,
    /// Whether pods without a class get it. Default: false.
    #[serde(default)]
    pub global_default: bool,
    /// Whether its pods may make less important ones leave. Default: `PreemptLowerPriority`.
    #[serde(default)]
    pub preemption_policy: PreemptionPolicy,
}

/// Whether pods may make less important ones leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum PreemptionPolicy {
    /// They may.
    #[default]
    PreemptLowerPriority,
    /// They wait until there is room.
    Never,
}
