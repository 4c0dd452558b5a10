//! One thing that is wrong with what the user wrote.
//!
//! A problem is made where it is found (reading, decoding, validating), gets its position from
//! [`super::locate`] and its looks from [`super::render`].

use crate::input::path::FieldPath;

/// Whether a problem stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input can be used, but probably says something else than meant.
    Warning,
}

/// A place in a source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl Position {
    /// The same place, counted in a part of the text that begins at `start`, in the whole text.
    pub(super) const fn from(self, start: Self) -> Self {
        let column = if self.line == 1 { start.column + self.column - 1 } else { self.column };
        Self { line: start.line + self.line - 1, column }
    }
}

/// One thing that is wrong, and how to put it right.
///
/// Texts are lowercase fragments without a full stop, literals in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops the run.
    pub severity: Severity,
    /// A short stable name in kebab case, such as `unknown-field`.
    pub code: &'static str,
    pub message: String,
    /// What to do about it.
    pub hint: Option<Box<str>>,
    /// The document in its source, from 0.
    pub document: usize,
    /// The value it is about.
    pub path: FieldPath,
    /// Where that is; `None` until it was looked up, or if it is nowhere in the text.
    pub at: Option<Position>,
    /// Whether the key is meant rather than the value behind it.
    pub on_key: bool,
}

impl Problem {
    /// A problem that stops the run, about the value at `path` of the first document.
    pub fn error(code: &'static str, path: FieldPath, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            hint: None,
            document: 0,
            path,
            at: None,
            on_key: false,
        }
    }

    /// A problem that does not stop the run, about the value at `path` of the first document.
    pub fn warning(code: &'static str, path: FieldPath, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, message) }
    }

    /// The same, saying what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<Box<str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same, in another document (from 0) of its source.
    #[must_use]
    pub fn in_document(self, document: usize) -> Self {
        Self { document, ..self }
    }

    /// The same, pointing at the key rather than at the value behind it.
    #[must_use]
    pub fn on_key(self) -> Self {
        Self { on_key: true, ..self }
    }

    /// The same, at a known place.
    #[must_use]
    pub fn at(self, position: Position) -> Self {
        Self { at: Some(position), ..self }
    }

    /// The same, with its path continued from `above`: for a value that was decoded on its own
    /// but stands deeper in its document.
    #[must_use]
    pub fn below(self, above: &FieldPath) -> Self {
        Self { path: above.join(&self.path), ..self }
    }

    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
