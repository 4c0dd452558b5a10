//! Values with a short form: one text instead of a map.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A map that is mostly written as one text.
pub trait ShortForm: Sized {
    /// What is expected, for messages.
    const EXPECTED: &'static str;

    /// What the text means, for editors.
    const TEXT: &'static str;

    /// Reads the short form; the error may end in `\nhint: …`.
    fn from_text(text: &str) -> Result<Self, String>;

    /// Reads a number as the short form; none if it means nothing.
    fn from_number(_number: u64) -> Option<Self> {
        None
    }
}

/// A `T`, written as a map or in short.
#[derive(Clone, Debug, PartialEq)]
pub struct MapOrText<T>(pub T);

impl<'de, T: ShortForm + Deserialize<'de>> Deserialize<'de> for MapOrText<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(MapOrTextVisitor(PhantomData)).map(Self)
    }
}

struct MapOrTextVisitor<T>(PhantomData<T>);

impl<'de, T: ShortForm + Deserialize<'de>> Visitor<'de> for MapOrTextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::from_number(number).ok_or_else(|| E::invalid_type(Unexpected::Unsigned(number), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

impl<T: ShortForm + JsonSchema> JsonSchema for MapOrText<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}OrText", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": ["string", "integer"], "description": T::TEXT }, map] })
    }
}
