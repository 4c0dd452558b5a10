//! Texts of others on their way to a terminal.

/// The text with what would act on the terminal made visible.
///
/// Source: `cli-runtime/pkg/printers/terminal.go › WriteEscaped`.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\u{1b}', "^[").replace('\r', "\\r")
}
