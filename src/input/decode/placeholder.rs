//! A value made up for a required field that is missing or wrong.
//!
//! Only with something in its place do the other problems of the same map come to light. What is
//! decoded from it is thrown away.

use crate::input::decode::deserializer::{Entries, Path};
use crate::input::decode::error::DecodeError;
use crate::input::decode::repairs::Repairs;
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, Visitor};

/// Becomes the emptiest value of whatever type is asked for.
pub(super) struct Placeholder<'a> {
    repairs: &'a Repairs,
    path: &'a Path<'a>,
}

impl<'a> Placeholder<'a> {
    pub(super) fn new(repairs: &'a Repairs, path: &'a Path<'a>) -> Self {
        Self { repairs, path }
    }

    fn entries(&self) -> Entries<'a> {
        let entries = self.repairs.filled_keys().map(|(key, _)| (key, None)).collect();
        Entries::new(entries, self.repairs, self.path)
    }
}

/// Implements methods that ignore the type's name and shape.
macro_rules! become_value {
    ($($method:ident($($argument:ty),*) => $visit:ident($($value:expr)?);)*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $(_: $argument,)*
            visitor: V,
        ) -> Result<V::Value, DecodeError> {
            visitor.$visit($($value)?)
        }
    )*};
}

fn no_items() -> SeqDeserializer<std::iter::Empty<bool>, DecodeError> {
    SeqDeserializer::new(std::iter::empty())
}

impl<'de> Deserializer<'de> for Placeholder<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        Err(DecodeError::custom("a placeholder for an unknown type"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_map(self.entries())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_map(self.entries())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let first = variants.first().copied().unwrap_or_default();
        visitor.visit_enum(StrDeserializer::new(first))
    }

    become_value! {
        deserialize_bool() => visit_bool(false);
        deserialize_i8() => visit_i8(1);
        deserialize_i16() => visit_i16(1);
        deserialize_i32() => visit_i32(1);
        deserialize_i64() => visit_i64(1);
        deserialize_i128() => visit_i128(1);
        deserialize_u8() => visit_u8(1);
        deserialize_u16() => visit_u16(1);
        deserialize_u32() => visit_u32(1);
        deserialize_u64() => visit_u64(1);
        deserialize_u128() => visit_u128(1);
        deserialize_f32() => visit_f32(1.0);
        deserialize_f64() => visit_f64(1.0);
        deserialize_char() => visit_char('x');
        deserialize_str() => visit_str("");
        deserialize_string() => visit_str("");
        deserialize_bytes() => visit_bytes(b"");
        deserialize_byte_buf() => visit_bytes(b"");
        deserialize_unit() => visit_unit();
        deserialize_unit_struct(&'static str) => visit_unit();
        deserialize_seq() => visit_seq(no_items());
        deserialize_tuple(usize) => visit_seq(no_items());
        deserialize_tuple_struct(&'static str, usize) => visit_seq(no_items());
        deserialize_identifier() => visit_str("");
        deserialize_ignored_any() => visit_unit();
    }
}
