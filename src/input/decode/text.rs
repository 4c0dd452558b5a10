//! For values that are written as text and have a type of their own.

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

/// Decodes a value with its `FromStr`; anything but text is told that `expected` belongs here
/// (`` a duration like `90s` ``). The body of many a `Deserialize` implementation.
pub fn from_text<'de, D, T>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    deserializer.deserialize_str(Text { expected, numbers: false, value: PhantomData })
}

/// The same, where a bare number is written as often as text: `cpu: 1`, `maxUnavailable: 10%`.
pub fn from_text_or_number<'de, D, T>(
    deserializer: D,
    expected: &'static str,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    deserializer.deserialize_str(Text { expected, numbers: true, value: PhantomData })
}

struct Text<T> {
    expected: &'static str,
    numbers: bool,
    value: PhantomData<T>,
}

impl<T: FromStr<Err: Display>> Text<T> {
    fn number<E: Error>(self, number: impl Display, found: Unexpected<'_>) -> Result<T, E> {
        if self.numbers {
            self.visit_str(&number.to_string())
        } else {
            Err(E::invalid_type(found, &self))
        }
    }
}

impl<T: FromStr<Err: Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.number(number, Unexpected::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.number(number, Unexpected::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.number(number, Unexpected::Float(number))
    }
}
