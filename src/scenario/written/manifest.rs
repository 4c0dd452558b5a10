//! Where a manifest is: in a file, or right here.
//!
//! A manifest itself is the business of `api`; only its place is read here. It is fetched from
//! the tree of the scenario, so that nothing of it is lost.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A manifest: the path of a file, or the manifest itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// In a file, relative to the scenario.
    Path(String),
    /// Right here.
    Inline,
}

impl<'de> Deserialize<'de> for Manifest {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ManifestVisitor)
    }
}

struct ManifestVisitor;

impl<'de> Visitor<'de> for ManifestVisitor {
    type Value = Manifest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path of a manifest, or the manifest itself")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<Manifest, E> {
        path_of(path).map(Manifest::Path)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Manifest, A::Error> {
        IgnoredAny::deserialize(MapAccessDeserializer::new(map)).map(|_| Manifest::Inline)
    }
}

fn path_of<E: Error>(path: &str) -> Result<String, E> {
    match path {
        "" => Err(E::custom("the path of the manifest is empty")),
        path => Ok(path.to_owned()),
    }
}

impl JsonSchema for Manifest {
    fn schema_name() -> Cow<'static, str> {
        "Manifest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The path of a manifest relative to the scenario, or the DaemonSet \
                            itself, unchanged as `kubectl apply` takes it. A file may hold \
                            several documents; its DaemonSets are picked out.",
            "examples": ["node-exporter.yaml"],
            "anyOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "object",
                    "properties": {
                        "apiVersion": { "const": "apps/v1" },
                        "kind": { "const": "DaemonSet" },
                        "metadata": { "type": "object" },
                        "spec": { "type": "object" }
                    },
                    "required": ["apiVersion", "kind", "metadata", "spec"]
                }
            ]
        })
    }
}

/// An entry that is nothing but a manifest: `{manifest: …}`, or in short the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestEntry {
    /// Under the key `manifest`.
    Wrapped(Manifest),
    /// In short: the path of a file. (A manifest itself in short is recognized before decoding.)
    Bare(String),
}

/// The long form.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wrapper {
    /// The path of a manifest relative to the scenario, or the manifest itself.
    manifest: Manifest,
}

impl<'de> Deserialize<'de> for ManifestEntry {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = ManifestEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path of a manifest, or `manifest: PATH`")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<ManifestEntry, E> {
        path_of(path).map(ManifestEntry::Bare)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ManifestEntry, A::Error> {
        let wrapper = Wrapper::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ManifestEntry::Wrapped(wrapper.manifest))
    }
}

impl JsonSchema for ManifestEntry {
    fn schema_name() -> Cow<'static, str> {
        "ManifestEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let bare = generator.subschema_for::<Manifest>();
        let wrapped = generator.subschema_for::<Wrapper>();
        json_schema!({ "anyOf": [wrapped, bare] })
    }
}
