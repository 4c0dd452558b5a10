//! Going through JSON without parsing it: strings and brackets are all that is understood.

use crate::input::problem::Position;

/// A text in parts that the YAML library can read: before each JSON map that follows another one
/// without a `---` between them, a part begins. Any other text is one part.
///
/// `kubectl` reads JSON maps one after the other, as `kubectl get -o json` of several files prints
/// them; to YAML the second one is an error.
///
/// Source: `k8s.io/apimachinery/pkg/util/yaml/decoder.go` › `YAMLOrJSONDecoder`.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut skimmer = Skimmer::new(text);
    skimmer.skip_blanks();
    skimmer.skip_marker();
    while skimmer.is_at_map() && skimmer.skip_value().is_some() {
        skimmer.skip_blanks();
        if skimmer.is_at_map() {
            parts.push(&text[begin..skimmer.at()]);
            begin = skimmer.at();
        } else {
            skimmer.skip_marker();
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// Goes through a text from its start to its end.
pub(super) struct Skimmer<'text> {
    text: &'text str,
    /// The byte that comes next.
    at: usize,
    /// The byte whose position was asked for last, and that position.
    passed: usize,
    line: usize,
    column: usize,
}

impl<'text> Skimmer<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { text, at: 0, passed: 0, line: 1, column: 1 }
    }

    /// The byte that comes next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Goes past this byte and the blanks around it.
    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip_blanks();
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        self.skip_blanks();
        Some(())
    }

    /// Where a byte stands; the bytes that are asked for never go back.
    pub(super) fn position(&mut self, offset: usize) -> Position {
        let passed = &self.text[self.passed..offset];
        if let Some((above, line)) = passed.rsplit_once('\n') {
            self.line += above.bytes().filter(|byte| *byte == b'\n').count() + 1;
            self.column = line.chars().count() + 1;
        } else {
            self.column += passed.chars().count();
        }
        self.passed = offset;
        Position { line: self.line, column: self.column }
    }

    /// Goes past a comma, or up to the closing bracket.
    pub(super) fn separator(&mut self, closing: u8) -> Option<()> {
        self.skip_blanks();
        if self.peek()? == closing { Some(()) } else { self.expect(b',') }
    }

    pub(super) fn skip_value(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.peek()? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    self.at += 1;
                    open += 1;
                }
                b'}' | b']' => {
                    self.at += 1;
                    open = open.checked_sub(1)?;
                }
                byte if is_word(byte) => self.skip_word(),
                b',' | b':' if open > 0 => self.at += 1,
                byte if open > 0 && byte.is_ascii_whitespace() => self.skip_blanks(),
                _ => return None,
            }
            if open == 0 {
                return Some(());
            }
        }
    }

    /// A number, or `true`, `false`, `null`.
    fn skip_word(&mut self) {
        while self.peek().is_some_and(is_word) {
            self.at += 1;
        }
    }

    /// Goes past a string; gives it with its quotes.
    pub(super) fn string(&mut self) -> Option<&'text str> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    /// Whether a map begins here that is JSON, not a template's `{{`.
    fn is_at_map(&self) -> bool {
        let rest = self.text.get(self.at..).and_then(|rest| rest.strip_prefix('{'));
        rest.is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
    }

    /// Goes past the `---` between two documents.
    fn skip_marker(&mut self) {
        while self.text.get(self.at..).is_some_and(|rest| rest.starts_with("---")) {
            self.at += 3;
            self.skip_blanks();
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(parts(text), expected, "{text}");
    }

    #[test]
    fn maps_that_follow_each_other_are_parts() {
        check("{\"a\": \"}{\"}{\"b\": {}}", &["{\"a\": \"}{\"}", "{\"b\": {}}"]);
        check("{}\n\n{}\n", &["{}\n\n", "{}\n"]);
        check("---\n{}\n---\n{}\n{}\n---\na: 1\n", &["---\n{}\n---\n{}\n", "{}\n---\na: 1\n"]);
        check("{}\na: 1\n{}", &["{}\na: 1\n{}"]);
        check("{{ .a }}\n{{ .b }}\n", &["{{ .a }}\n{{ .b }}\n"]);
        check("a: {}\n", &["a: {}\n"]);
        check("{\"a\": \"", &["{\"a\": \""]);
        check("", &[""]);
    }
}
