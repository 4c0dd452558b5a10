//! Values that are written as one text.

use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A value with a written form of its own.
pub(super) trait Written: Sized {
    /// What is expected, for messages: ``a duration such as `90s` ``.
    const EXPECTED: &'static str;

    /// Reads the text; the error may end in `\nhint: …`.
    fn from_text(text: &str) -> Result<Self, String>;

    /// Reads a number that needs no quotes; none if numbers are not taken.
    fn from_number(_number: f64) -> Option<Result<Self, String>> {
        None
    }

    /// Reads `true` or `false`, which `on` and `off` are too; none if they are not taken.
    fn from_bool(_on: bool) -> Option<Result<Self, String>> {
        None
    }
}

/// Reads a [`Written`] value.
pub(super) fn read<'de, D: Deserializer<'de>, T: Written>(reader: D) -> Result<T, D::Error> {
    reader.deserialize_any(WrittenVisitor(PhantomData))
}

struct WrittenVisitor<T>(PhantomData<T>);

impl<T: Written> WrittenVisitor<T> {
    fn number<E: Error>(&self, number: f64, unexpected: serde::de::Unexpected<'_>) -> Result<T, E> {
        match T::from_number(number) {
            Some(read) => read.map_err(E::custom),
            None => Err(E::invalid_type(unexpected, self)),
        }
    }
}

impl<T: Written> Visitor<'_> for WrittenVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, on: bool) -> Result<T, E> {
        match T::from_bool(on) {
            Some(read) => read.map_err(E::custom),
            None => Err(E::invalid_type(serde::de::Unexpected::Bool(on), &self)),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "no written value needs more than 53 bits")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.number(number as f64, serde::de::Unexpected::Signed(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "no written value needs more than 53 bits")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.number(number as f64, serde::de::Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.number(number, serde::de::Unexpected::Float(number))
    }
}

/// Lets a type be decoded and described: its schema is a text with these examples.
macro_rules! written_as_text {
    ($type:ty, $name:literal, $schema:tt) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
                super::text::read(reader)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

pub(super) use written_as_text;
