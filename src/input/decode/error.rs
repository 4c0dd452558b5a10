//! What a deserializer reports, before it is put into words.

use crate::input::path::FieldPath;
use serde::de::{Error, Expected, Unexpected};
use std::fmt;

/// An error with the path of the value it is about, as soon as that is known.
#[derive(Debug)]
pub(super) struct DecodeError {
    pub(super) kind: Kind,
    pub(super) path: Option<FieldPath>,
    /// Whether the key is wrong rather than the value behind it.
    pub(super) on_key: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    UnknownField {
        name: String,
        known: &'static [&'static str],
    },
    MissingField(&'static str),
    UnknownVariant {
        name: String,
        known: &'static [&'static str],
    },
    /// An enum needs one key; it has none or several.
    NotOneVariant {
        known: &'static [&'static str],
        found: Vec<String>,
    },
    WrongType {
        expected: String,
    },
    WrongValue {
        found: String,
        expected: String,
    },
    WrongLength {
        length: usize,
        expected: String,
    },
    Custom(String),
}

impl DecodeError {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, path: None, on_key: false }
    }

    /// The same, about the value at `path` unless it already is about another.
    pub(super) fn at(mut self, path: impl Into<FieldPath>) -> Self {
        if self.path.is_none() {
            self.path = Some(path.into());
        }
        self
    }

    /// The same, about the key at the end of `path`.
    pub(super) fn at_key(self, path: impl Into<FieldPath>) -> Self {
        Self { on_key: true, ..self.at(path) }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Custom(message) => f.write_str(message),
            kind @ (Kind::UnknownField { .. }
            | Kind::MissingField(_)
            | Kind::UnknownVariant { .. }
            | Kind::NotOneVariant { .. }
            | Kind::WrongType { .. }
            | Kind::WrongValue { .. }
            | Kind::WrongLength { .. }) => write!(f, "{kind:?}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Custom(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Kind::WrongType { expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        Self::new(Kind::WrongValue { found: as_written(found), expected })
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(Kind::WrongLength { length, expected: expected.to_string() })
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownVariant { name: name.to_owned(), known })
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownField { name: name.to_owned(), known })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Kind::MissingField(name))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::custom(format!("the field `{name}` is given twice, under two names"))
    }
}

/// A value as the user wrote it.
fn as_written(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Float(value) => value.to_string(),
        Unexpected::Char(value) => value.to_string(),
        Unexpected::Str(value) | Unexpected::Other(value) => value.to_owned(),
        found @ (Unexpected::Bytes(_)
        | Unexpected::Unit
        | Unexpected::Option
        | Unexpected::NewtypeStruct
        | Unexpected::Seq
        | Unexpected::Map
        | Unexpected::Enum
        | Unexpected::UnitVariant
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant) => found.to_string(),
    }
}
