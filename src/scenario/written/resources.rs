//! Amounts of resources, by the names that Kubernetes gives them.

use crate::api::{Quantity, ResourceList, is_huge_page};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// What pods may request on a node.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(default, extend("additionalProperties" = false))]
pub struct Allocatable {
    /// Cores: `4`, `3920m`. Default: 4.
    #[schemars(schema_with = "quantity")]
    pub cpu: Option<Quantity>,
    /// Bytes: `16Gi`. Default: 16Gi.
    #[schemars(schema_with = "quantity")]
    pub memory: Option<Quantity>,
    /// Pods. Default: 110, as kubelets have it.
    pub pods: Option<u32>,
    /// Others by name: `nvidia.com/gpu: 8`, `hugepages-2Mi: 1Gi`, `ephemeral-storage: 100Gi`. Of
    /// what is not named a node has nothing, but enough `ephemeral-storage`.
    #[schemars(flatten, schema_with = "others")]
    pub others: ResourceList,
}

/// What pods of others request together.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(default, extend("additionalProperties" = false))]
pub struct OtherRequests {
    /// Cores. Default: 0.
    #[schemars(schema_with = "quantity")]
    pub cpu: Option<Quantity>,
    /// Bytes. Default: 0.
    #[schemars(schema_with = "quantity")]
    pub memory: Option<Quantity>,
    /// Others by name: `nvidia.com/gpu: 2`. Default: none.
    #[schemars(flatten, schema_with = "others")]
    pub others: ResourceList,
}

fn quantity(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number"], "examples": ["500m", "4", "16Gi"] })
}

/// Names of resources that are neither cores nor memory nor pods.
fn others(_: &mut SchemaGenerator) -> Schema {
    let amount = json_schema!({ "type": ["string", "number"], "examples": ["1", "100Gi"] });
    json_schema!({
        "type": "object",
        "patternProperties": { "^(ephemeral-storage|hugepages-.+|[^/]+/[^/]+)$": amount },
        "additionalProperties": false
    })
}

/// What is filled in, resource by resource.
trait Amounts: Default {
    /// Names that are accepted, the last two as examples of their kinds.
    const KNOWN: &'static [&'static str];

    /// Where the number of pods is written, if that is one of the amounts.
    fn pods(&mut self) -> Option<&mut Option<u32>>;

    /// Where cores and memory are written.
    fn cores_and_memory(&mut self) -> [&mut Option<Quantity>; 2];

    /// Where all others are written.
    fn others(&mut self) -> &mut ResourceList;

    fn put(&mut self, name: String, amount: Option<Quantity>) {
        let [cpu, memory] = self.cores_and_memory();
        match name.as_str() {
            "cpu" => *cpu = amount,
            "memory" => *memory = amount,
            _ => self.others().extend(amount.map(|amount| (name, amount))),
        }
    }
}

impl Amounts for Allocatable {
    const KNOWN: &'static [&'static str] =
        &["cpu", "memory", "pods", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu"];

    fn pods(&mut self) -> Option<&mut Option<u32>> {
        Some(&mut self.pods)
    }

    fn cores_and_memory(&mut self) -> [&mut Option<Quantity>; 2] {
        [&mut self.cpu, &mut self.memory]
    }

    fn others(&mut self) -> &mut ResourceList {
        &mut self.others
    }
}

impl Amounts for OtherRequests {
    const KNOWN: &'static [&'static str] =
        &["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu"];

    fn pods(&mut self) -> Option<&mut Option<u32>> {
        None
    }

    fn cores_and_memory(&mut self) -> [&mut Option<Quantity>; 2] {
        [&mut self.cpu, &mut self.memory]
    }

    fn others(&mut self) -> &mut ResourceList {
        &mut self.others
    }
}

/// The name of a resource that `T` has.
struct Name<T>(String, PhantomData<T>);

impl<'de, T: Amounts> Deserialize<'de> for Name<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let name = String::deserialize(reader)?;
        if T::KNOWN.contains(&name.as_str()) || is_huge_page(&name) || name.contains('/') {
            return Ok(Self(name, PhantomData));
        }
        if matches!(name.as_str(), "gpu" | "gpus") {
            let hint = "write a domain and a name, such as `nvidia.com/gpu`";
            return Err(D::Error::custom(format!("`{name}` is no resource\nhint: {hint}")));
        }
        Err(D::Error::unknown_field(&name, T::KNOWN))
    }
}

struct AmountsVisitor<T>(PhantomData<T>);

impl<'de, T: Amounts> Visitor<'de> for AmountsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of resources and amounts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut amounts = T::default();
        while let Some(Name(name, _)) = map.next_key::<Name<T>>()? {
            match amounts.pods() {
                Some(pods) if name == "pods" => *pods = map.next_value()?,
                Some(_) | None => amounts.put(name, map.next_value()?),
            }
        }
        Ok(amounts)
    }
}

impl<'de> Deserialize<'de> for Allocatable {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(AmountsVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for OtherRequests {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(AmountsVisitor(PhantomData))
    }
}
