//! Indented lines with cells, as `kubectl describe` writes them before they are aligned.

use std::fmt::Display;

use crate::api::minor_version;
use crate::report::escaped::escaped;
use crate::report::kubectl::describe::tabs::align;

/// A description that is being written, as the kubectl of a version does.
#[derive(Debug)]
pub(super) struct Lines {
    text: String,
    /// Of 1.36 it is 36.
    minor: u32,
}

impl Lines {
    /// Nothing yet. `kubernetes_version` is one such as `1.36`.
    pub(super) fn of(kubernetes_version: &str) -> Self {
        Self { text: String::new(), minor: minor_version(kubernetes_version) }
    }

    /// Whether it is the kubectl of 1.`minor` or of a later version.
    pub(super) const fn is_since(&self, minor: u32) -> bool {
        self.minor >= minor
    }

    /// A line; each level indents it by two blanks.
    pub(super) fn line(&mut self, level: usize, text: impl Display) {
        self.part(level, text);
        self.text.push('\n');
    }

    /// A line `title:` and its value, in cells of their own.
    pub(super) fn entry(&mut self, level: usize, title: &str, value: impl Display) {
        self.line(level, format_args!("{title}:\t{value}"));
    }

    /// A title and its values, one a line; `<none>` without any.
    pub(super) fn entries(&mut self, title: &str, values: &[String]) {
        let mut values = values.iter();
        let first = values.next().map_or("<none>", String::as_str);
        self.entry(0, title, first);
        for value in values {
            self.line(0, format_args!("\t{value}"));
        }
    }

    /// The beginning of a line.
    fn part(&mut self, level: usize, text: impl Display) {
        self.text.extend(std::iter::repeat_n("  ", level));
        self.text.push_str(&escaped(&text.to_string()));
    }

    /// The whole text with tabs between its cells, as `rollout history` leaves it.
    pub(super) fn with_tabs(self) -> String {
        self.text
    }

    /// The whole text, aligned.
    pub(super) fn finish(self) -> String {
        align(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_below_one_another() {
        let mut lines = Lines::of("1.36");
        lines.entries("Labels", &["a=1".to_owned(), "b=2".to_owned()]);
        lines.entries("  Annotations", &[]);
        lines.line(1, "\u{1b}[31mred\r");
        assert_eq!(
            lines.finish(),
            "Labels:         a=1\n                b=2\n  Annotations:  <none>\n  ^[[31mred\\r\n"
        );
    }
}
