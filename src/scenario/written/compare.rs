//! What `rollcast compare` varies.

use crate::scenario::written::amount::{NodesOrPercent, Share};
use crate::scenario::written::deferred::Deferred;
use crate::scenario::written::duration::Duration;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What `rollcast compare` varies, unless its options say otherwise.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Compare {
    /// Fields, each with the values it takes in turn; every combination is a setting. Names are
    /// `maxUnavailable`, `maxSurge`, `minReadySeconds`, `nodes`, `order`, `kubernetes`, those of
    /// the latencies, or paths as `--set` takes them.
    pub vary: Deferred<BTreeMap<String, Vec<Value>>>,
    /// The same of fields that nobody decides on, whatever they are called: a setting is recommended
    /// if it reaches the goal in all circumstances. The number of nodes, latencies, bandwidths,
    /// versions and faults are circumstances in `vary`, too.
    pub given: Deferred<BTreeMap<String, Vec<Value>>>,
    /// Every setting is tried also with images that are bad: `crash`, `crash:90s` (so long after
    /// each start), `neverReady`, `pullError`.
    pub with_faults: Vec<String>,
    /// Settings beside these, each a name with the fields that it changes.
    pub variants: Deferred<BTreeMap<String, BTreeMap<String, Value>>>,
    /// Every setting is run with each of these seeds: `1..50`, or `1,5,9`; `auto` adds seeds until
    /// every verdict is clear, `auto..400` 400 at most. Default: `1..100`.
    pub seeds: Option<Deferred<SeedRange>>,
    /// The setting that the others are compared with. Default: the first.
    pub baseline: Option<String>,
    /// What a rollout should keep to; the cheapest setting that does is recommended.
    pub goal: Deferred<CompareGoal>,
    /// What makes a setting cheap: `worst` (the share of nodes unavailable at the worst moment, the
    /// default), `duration`, `nodeMinutes` (without a serving pod), `surgePods` (beside one for each
    /// node), or `hit` (the nodes that the worst image hits).
    pub cheapest: Option<String>,
    /// The share of all seeds that must reach the goal. Default: `95%`.
    pub share: Option<Deferred<Share>>,
    /// How sure verdicts, bounds and intervals are. Default: `95%`.
    pub confidence: Option<Deferred<Share>>,
    /// Rollouts are observed for this long after their end, to see whether the pods last. Default:
    /// 10m; a scenario whose `until` is a duration ends then.
    pub soak: Option<Duration>,
}

/// What a rollout should keep to.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CompareGoal {
    /// It completes within this time.
    pub within: Option<Duration>,
    /// At no moment do more nodes lack a serving pod: `10`, or `10%` of the nodes.
    pub worst: Option<NodesOrPercent>,
    /// An update with a bad image takes the service of at most this many nodes: `5`, or `5%`.
    pub hit: Option<NodesOrPercent>,
}

/// Seeds: a text or a number.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SeedRange {
    /// One seed.
    One(u64),
    /// `1..50`, `1,5,9`, or `auto`.
    Several(String),
}
