//! A number or a text: `1`, `10%`, the name of a port.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// A value that may be written either way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) enum IntOrString {
    Int(i32),
    Text(String),
}

impl Default for IntOrString {
    /// Go's zero value.
    fn default() -> Self {
        Self::Int(0)
    }
}

impl<'de> serde::Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntOrStringVisitor)
    }
}

struct IntOrStringVisitor;

impl Visitor<'_> for IntOrStringVisitor {
    type Value = IntOrString;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number or text")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<IntOrString, E> {
        i32::try_from(number)
            .map(IntOrString::Int)
            .map_err(|_| E::custom(format!("`{number}` does not fit into 32 bits")))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<IntOrString, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<IntOrString, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<IntOrString, E> {
        Ok(IntOrString::Text(text.to_owned()))
    }
}
