//! What must hold.

use crate::scenario::written::amount::NodesOrPercent;
use crate::scenario::written::deferred::Deferred;
use crate::scenario::written::duration::Duration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Thresholds; each one that is broken is reported, and the exit code is 3.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expectation {
    /// The DaemonSet it is about, `name` or `namespace/name`. Default: each of them.
    pub daemon_set: Option<String>,
    /// DaemonSets that stand for each other: it is about a pod of any of them. With
    /// `worstUnavailable`, `worstUnavailableAtLeast` and `longestGap`.
    pub cover: Option<Vec<String>>,
    /// Every rollout that no other replaces finishes within this time.
    pub rollout_within: Option<Duration>,
    /// Whether the last rollout finishes: `false` if the scenario shows one that must get stuck.
    pub rollout_completes: Option<bool>,
    /// At no moment of an update do more nodes lack a serving pod: `10`, or `10%` of the nodes.
    pub worst_unavailable: Option<NodesOrPercent>,
    /// At some moment of the last update at least so many nodes lack a serving pod: `10`, or `10%`.
    pub worst_unavailable_at_least: Option<NodesOrPercent>,
    /// Whether the alert `KubeDaemonSetRolloutStuck` of kubernetes-mixin fires: for 15 minutes
    /// the rollout is not complete, and the number of updated nodes has not changed within 5
    /// minutes. `alerts` says how often that is looked at.
    pub stuck_alert: Option<bool>,
    /// Whether the alert `KubeDaemonSetNotScheduled` fires: for 10 minutes, nodes that should have
    /// a pod have none.
    pub not_scheduled_alert: Option<bool>,
    /// Whether the alert `KubeDaemonSetMisScheduled` fires: for 15 minutes, nodes that should not
    /// have a pod have one.
    pub mis_scheduled_alert: Option<bool>,
    /// No node lacks a serving pod for longer.
    pub longest_gap: Option<Duration>,
    /// At the end, at least so many nodes run the current revision.
    pub updated_at_least: Option<u32>,
    /// At the end, at most so many nodes run the current revision.
    pub updated_at_most: Option<u32>,
}

/// One map of thresholds, or a list of them.
#[derive(Clone, Debug, Default)]
pub enum Expectations {
    /// Nothing is expected.
    #[default]
    None,
    /// One map.
    One,
    /// A list.
    List(Vec<Deferred<Expectation>>),
}

impl<'de> Deserialize<'de> for Expectations {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ExpectationsVisitor)
    }
}

struct ExpectationsVisitor;

impl<'de> Visitor<'de> for ExpectationsVisitor {
    type Value = Expectations;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of thresholds such as `rolloutWithin: 20m`, or a list of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Expectations, A::Error> {
        IgnoredAny::deserialize(MapAccessDeserializer::new(map)).map(|_| Expectations::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Expectations, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Expectations::List)
    }
}

impl JsonSchema for Expectations {
    fn schema_name() -> Cow<'static, str> {
        "Expectations".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Expectation>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}
