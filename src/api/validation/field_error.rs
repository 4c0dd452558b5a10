//! One error about one field, worded as the API server words it.
//!
//! Mirrors apimachinery pkg/util/validation/field/errors.go › `Error.ErrorBody`.

use std::fmt;

use crate::api::written::IntOrString;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum FieldErrorKind {
    /// The value is malformed or contradicts another.
    Invalid,
    /// There must be a value.
    Required,
    /// The value is none of those that are allowed.
    NotSupported,
    /// The value is there twice.
    Duplicate,
    /// The field may not be set.
    Forbidden,
    /// The value refers to something that is not there.
    NotFound,
    /// The value is too long.
    TooLong,
}

/// One error about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct FieldError {
    pub(in crate::api) kind: FieldErrorKind,
    /// The field, such as `spec.template.spec.containers[0].name`.
    pub(in crate::api) field: String,
    /// The value as it appears in the message; not shown for every kind.
    pub(in crate::api) value: String,
    /// What would be right; may be empty.
    pub(in crate::api) detail: String,
}

impl FieldErrorKind {
    /// How the message names the kind, and whether it shows the value.
    const fn wording(self) -> (&'static str, bool) {
        match self {
            Self::Invalid => ("Invalid value", true),
            Self::Required => ("Required value", false),
            Self::NotSupported => ("Unsupported value", true),
            Self::Duplicate => ("Duplicate value", true),
            Self::Forbidden => ("Forbidden", false),
            Self::NotFound => ("Not found", true),
            Self::TooLong => ("Too long", false),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, shows_value) = self.kind.wording();
        write!(f, "{}: {text}", self.field)?;
        if shows_value {
            write!(f, ": {}", self.value)?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// A value as a message shows it: numbers plain, text quoted, anything else as JSON.
pub(super) struct Shown(String);

impl From<&str> for Shown {
    /// Quoted as Go quotes it, which for printable text is as Rust does.
    fn from(text: &str) -> Self {
        Self(format!("{text:?}"))
    }
}

impl From<&String> for Shown {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<i32> for Shown {
    fn from(number: i32) -> Self {
        Self(number.to_string())
    }
}

impl From<i64> for Shown {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<&IntOrString> for Shown {
    fn from(value: &IntOrString) -> Self {
        match value {
            IntOrString::Int(number) => Self::from(*number),
            IntOrString::Text(text) => Self::from(text),
        }
    }
}

impl Shown {
    /// JSON, shown as it is.
    pub(super) fn json(json: impl Into<String>) -> Self {
        Self(json.into())
    }
}

/// The errors found so far, in the order in which they were found.
#[derive(Default)]
pub(super) struct Errors(pub(super) Vec<FieldError>);

impl Errors {
    pub(super) fn invalid(
        &mut self,
        field: &str,
        value: impl Into<Shown>,
        detail: impl Into<String>,
    ) {
        self.push(FieldErrorKind::Invalid, field, value.into(), detail.into());
    }

    pub(super) fn required(&mut self, field: &str, detail: &str) {
        self.push(FieldErrorKind::Required, field, Shown::json(""), detail.to_owned());
    }

    pub(super) fn forbidden(&mut self, field: &str, detail: &str) {
        self.push(FieldErrorKind::Forbidden, field, Shown::json(""), detail.to_owned());
    }

    pub(super) fn duplicate(&mut self, field: &str, value: &str) {
        self.push(FieldErrorKind::Duplicate, field, value.into(), String::new());
    }

    pub(super) fn not_found(&mut self, field: &str, value: &str) {
        self.push(FieldErrorKind::NotFound, field, value.into(), String::new());
    }

    /// A value that must have at most `most` bytes.
    pub(super) fn too_long(&mut self, field: &str, most: usize) {
        let detail = format!("may not be more than {most} bytes");
        self.push(FieldErrorKind::TooLong, field, Shown::json(""), detail);
    }

    pub(super) fn not_supported(
        &mut self,
        field: &str,
        value: impl Into<Shown>,
        supported: &[&str],
    ) {
        let quoted: Vec<String> = supported.iter().map(|name| format!("{name:?}")).collect();
        let detail = format!("supported values: {}", quoted.join(", "));
        self.push(FieldErrorKind::NotSupported, field, value.into(), detail);
    }

    /// One error for each of `problems` with `value`.
    pub(super) fn all_invalid(&mut self, field: &str, value: &str, problems: Vec<String>) {
        for problem in problems {
            self.invalid(field, value, problem);
        }
    }

    /// Mirrors apimachinery pkg/api/validation/generic.go › `ValidateNonnegativeField`.
    pub(super) fn nonnegative(&mut self, field: &str, value: i32) {
        if value < 0 {
            self.invalid(field, value, NEGATIVE);
        }
    }

    fn push(&mut self, kind: FieldErrorKind, field: &str, value: Shown, detail: String) {
        self.0.push(FieldError { kind, field: field.to_owned(), value: value.0, detail });
    }
}

/// What the API server says of a number below zero.
pub(super) const NEGATIVE: &str = "must be greater than or equal to 0";
