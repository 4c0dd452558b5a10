//! Which nodes something happens to.

use crate::scenario::written::amount::Percent;
use crate::scenario::written::selector::Selector;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Which nodes: `all`, a name, a list of names, or a map.
#[derive(Clone, Debug, PartialEq)]
pub enum Nodes {
    /// Every node.
    All,
    /// By name.
    Names(Vec<String>),
    /// By pool or labels, and how many of them.
    Filter(NodeFilter),
}

/// Nodes by pool, labels or names, and how many of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeFilter {
    /// Nodes of this pool.
    pub pool: Option<String>,
    /// Nodes whose labels match: `disktype=ssd,tier in (a,b)`.
    pub labels: Option<Selector>,
    /// These nodes.
    pub names: Option<Vec<String>>,
    /// So many of them, drawn by the seed; all if there are fewer.
    pub count: Option<u32>,
    /// A share of them, drawn by the seed and rounded up.
    pub percent: Option<Percent>,
}

impl<'de> Deserialize<'de> for Nodes {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(NodesVisitor)
    }
}

struct NodesVisitor;

impl<'de> Visitor<'de> for NodesVisitor {
    type Value = Nodes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nodes: `all`, a name, a list of names, or a map such as `{pool: workers}`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Nodes, E> {
        match text {
            "all" => Ok(Nodes::All),
            name => Ok(Nodes::Names(vec![name.to_owned()])),
        }
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<Nodes, E> {
        let hint = format!("hint: write `{{count: {count}}}`");
        Err(E::custom(format!("expected nodes, found the number `{count}`\n{hint}")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Nodes, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = items.next_element()? {
            names.push(name);
        }
        Ok(Nodes::Names(names))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Nodes, A::Error> {
        NodeFilter::deserialize(MapAccessDeserializer::new(map)).map(Nodes::Filter)
    }
}

impl JsonSchema for Nodes {
    fn schema_name() -> Cow<'static, str> {
        "Nodes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let filter = generator.subschema_for::<NodeFilter>();
        json_schema!({
            "description": "Which nodes: `all`, a name, a list of names, or a map: \
                            `{pool: workers, count: 3}`, `{labels: disktype=ssd, percent: 10%}`.",
            "examples": ["all", "worker-3", ["worker-1", "worker-2"], { "pool": "workers" }],
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } },
                filter
            ]
        })
    }
}
