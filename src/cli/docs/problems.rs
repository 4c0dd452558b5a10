//! Everything that is wrong with the blocks of some pages.

use crate::cli::terminal::color;
use crate::docs::FoundBlock;
use crate::input::{FieldPath, Limits, Position, Problem, Source, locate, render};

/// What is wrong, as paragraphs, each once.
#[derive(Default)]
pub(super) struct Problems {
    told: Vec<String>,
}

impl Problems {
    /// Tells problems of a text that have their places.
    pub(super) fn tell(&mut self, source: &Source, problems: &[Problem]) {
        if !problems.is_empty() {
            self.tell_text(render(source, problems, color()));
        }
    }

    /// Tells problems of a block, at its keys.
    pub(super) fn tell_block(&mut self, block: &FoundBlock, mut problems: Vec<Problem>) {
        locate(&block.source, &Limits::WRITTEN, &mut problems);
        let start = Position { line: block.line, column: 1 };
        for problem in &mut problems {
            problem.at = problem.at.or(Some(start));
        }
        self.tell(&block.source, &problems);
    }

    /// Tells what was rendered already. What several blocks have in common is told once.
    pub(super) fn tell_text(&mut self, text: String) {
        if !self.told.contains(&text) {
            self.told.push(text);
        }
    }

    /// All of it; nothing if nothing is wrong.
    pub(super) fn into_text(self) -> Option<String> {
        (!self.told.is_empty()).then(|| self.told.join("\n"))
    }
}

/// A problem of the value at a key of a block.
pub(super) fn at_key(
    code: &'static str,
    key: &str,
    message: impl Into<String>,
    hint: impl Into<Box<str>>,
) -> Problem {
    Problem::error(code, FieldPath::ROOT.key(key), message).with_hint(hint)
}
