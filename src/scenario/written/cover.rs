//! DaemonSets that stand for each other.

use crate::scenario::written::deferred::Deferred;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One group of names, or a list of groups.
#[derive(Clone, Debug, Default)]
pub struct Cover(pub Vec<Deferred<CoverItem>>);

/// A name, or a group of names.
#[derive(Clone, Debug)]
pub enum CoverItem {
    /// `agent`, or `namespace/agent`.
    Name(String),
    /// Names that stand for each other.
    Group(Vec<String>),
}

impl<'de> Deserialize<'de> for Cover {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(CoverVisitor)
    }
}

struct CoverVisitor;

impl<'de> Visitor<'de> for CoverVisitor {
    type Value = Cover;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of DaemonSets such as `[a, b]`, or of such lists")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Cover, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Cover)
    }
}

impl<'de> Deserialize<'de> for CoverItem {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = CoverItem;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a DaemonSet, or a list of names such as `[a, b]`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<CoverItem, E> {
        Ok(CoverItem::Name(name.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<CoverItem, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(CoverItem::Group)
    }
}

impl JsonSchema for Cover {
    fn schema_name() -> Cow<'static, str> {
        "Cover".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let group = json_schema!({ "type": "array", "items": { "type": "string" } });
        json_schema!({
            "description": "DaemonSets that stand for each other, so that a node needs a pod of one \
                            of them; or a list of such groups.",
            "examples": [["exporter-old", "exporter-new"], [["a", "b"], ["c", "d"]]],
            "anyOf": [group, { "type": "array", "items": group }]
        })
    }
}
