//! What is wrong with a record.

use crate::input::visible;

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// Counted from 1.
    pub line: usize,
    /// The line itself, or its beginning.
    pub text: String,
    /// A stable name for the kind of problem.
    pub code: &'static str,
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// More of a line says nothing.
const MOST_SHOWN: usize = 160;

impl ReadError {
    pub(in crate::inspect) fn new(line: usize, text: &str, what: Problem) -> Self {
        let Problem { code, message, hint } = what;
        let text = text.trim_end_matches(['\r', '\n']);
        let kept = text.char_indices().nth(MOST_SHOWN).map_or(text.len(), |(end, _)| end);
        let mut shown = visible(&text[..kept]);
        if kept < text.len() {
            shown.push('…');
        }
        Self { line, text: shown, code, message: visible(&message), hint }
    }
}

/// What is wrong with one line.
pub(in crate::inspect) struct Problem {
    pub(in crate::inspect) code: &'static str,
    pub(in crate::inspect) message: String,
    pub(in crate::inspect) hint: &'static str,
}

const RUN_AGAIN: &str = "make the record again with `rollcast run`";

impl Problem {
    pub(in crate::inspect) fn broken(message: impl Into<String>) -> Self {
        Self { code: "bad-record", message: message.into(), hint: RUN_AGAIN }
    }

    pub(in crate::inspect) fn missing(key: &str) -> Self {
        Self::broken(format!("the key `{key}` is missing"))
    }
}
