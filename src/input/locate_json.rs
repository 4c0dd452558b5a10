//! Where in a JSON text a path leads, without parsing what lies beside it.
//!
//! The YAML library keeps every token of a document, which is too much for the hundreds of
//! megabytes that a cluster prints. Here the text is skimmed: strings and brackets are all that is
//! understood of values off the path. Whatever else is met, the text is left to the YAML library.

use crate::input::locate::{Wanted, note};
use crate::input::path::Segment;
use crate::input::problem::{Position, Problem};

/// Gives the wanted problems their places. `None` if the text is not one JSON map; some problems
/// may have got places all the same.
pub(super) fn locate(text: &str, problems: &mut [Problem], wanted: &Wanted) -> Option<()> {
    let mut skimmer = Skimmer { text, at: 0, passed: 0, line: 1, column: 1 };
    skimmer.skip_blanks();
    if skimmer.peek() != Some(b'{') {
        return None;
    }
    let start = skimmer.position(skimmer.at);
    note(problems, wanted, start, start);
    skimmer.value(problems, wanted)?;
    skimmer.skip_blanks();
    skimmer.peek().is_none().then_some(())
}

/// Goes through a text from its start to its end.
struct Skimmer<'text> {
    text: &'text str,
    /// The byte that comes next.
    at: usize,
    /// The byte whose position was asked for last, and that position.
    passed: usize,
    line: usize,
    column: usize,
}

impl<'text> Skimmer<'text> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Goes past this byte and the blanks around it.
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip_blanks();
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        self.skip_blanks();
        Some(())
    }

    /// Where a byte stands; the bytes that are asked for never go back.
    fn position(&mut self, offset: usize) -> Position {
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

    /// Goes past a value, and into it along the wanted steps.
    fn value(&mut self, problems: &mut [Problem], wanted: &Wanted) -> Option<()> {
        match self.peek()? {
            _ if wanted.below.is_empty() => self.skip_value(),
            b'{' => self.map(problems, wanted),
            b'[' => self.list(problems, wanted),
            _ => self.skip_value(),
        }
    }

    fn map(&mut self, problems: &mut [Problem], wanted: &Wanted) -> Option<()> {
        self.expect(b'{')?;
        while self.peek()? != b'}' {
            let key_at = self.at;
            let key: String = serde_json::from_str(self.string()?).ok()?;
            self.expect(b':')?;
            match wanted.below.get(&Segment::Key(key)) {
                Some(wanted) => {
                    let (key_at, value_at) = (self.position(key_at), self.position(self.at));
                    note(problems, wanted, key_at, value_at);
                    self.value(problems, wanted)?;
                }
                None => self.skip_value()?,
            }
            self.separator(b'}')?;
        }
        self.expect(b'}')
    }

    fn list(&mut self, problems: &mut [Problem], wanted: &Wanted) -> Option<()> {
        self.expect(b'[')?;
        let mut index = 0;
        while self.peek()? != b']' {
            match wanted.below.get(&Segment::Index(index)) {
                Some(wanted) => {
                    let at = self.position(self.at);
                    note(problems, wanted, at, at);
                    self.value(problems, wanted)?;
                }
                None => self.skip_value()?,
            }
            self.separator(b']')?;
            index += 1;
        }
        self.expect(b']')
    }

    /// Goes past a comma, or up to the closing bracket.
    fn separator(&mut self, closing: u8) -> Option<()> {
        self.skip_blanks();
        if self.peek()? == closing { Some(()) } else { self.expect(b',') }
    }

    fn skip_value(&mut self) -> Option<()> {
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
    fn string(&mut self) -> Option<&'text str> {
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
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use crate::input::{FieldPath, Limits, Problem, Source, locate};

    /// Where the key and the value at a path are in a text, and in the same text as YAML: behind
    /// the start of a document.
    fn check(text: &str, path: &str, key: [usize; 2], value: [usize; 2]) {
        let path: FieldPath = path.parse().unwrap();
        let problem = Problem::error("x", path, "x");
        let places = |text: &str| {
            let mut problems = [problem.clone().on_key(), problem.clone()];
            locate(&Source::new("x", text), &Limits::WRITTEN, &mut problems);
            problems.map(|problem| problem.at.map(|at| [at.line, at.column]))
        };
        assert_eq!(places(text), [Some(key), Some(value)], "in {text:?}");
        let below = |[line, column]: [usize; 2]| Some([line + 1, column]);
        assert_eq!(places(&format!("---\n{text}")), [below(key), below(value)], "YAML {text:?}");
    }

    #[test]
    fn finds_keys_and_values() {
        let text = "{\"é\": {\"x\": [1, \"]\\\"\"]},\n \"b\": [{\"c\": 2}, {\"c\": -3e2}],\n \"a\": null}\n";
        check(text, "é", [1, 2], [1, 7]);
        check(text, "é.x[1]", [1, 17], [1, 17]);
        check(text, "b", [2, 2], [2, 7]);
        check(text, "b[1].c", [2, 19], [2, 24]);
        check(text, "a", [3, 2], [3, 7]);
        check("{\"a\\u0062\": {}}", "ab", [1, 2], [1, 13]);
        check("{\"a\": 1, \"a\": 2}", "a", [1, 10], [1, 15]);
    }

    #[test]
    fn falls_back_to_what_is_there() {
        check("\n\n{\"b\": {\"c\": 1}}", "b.d.e", [3, 2], [3, 2]);
        check("{\"b\": {\"c\": 1}}", "b.c.e", [1, 8], [1, 8]);
        check("{\"b\": [1]}", "b[7]", [1, 2], [1, 2]);
        check(" {\"b\": [1]}", "zzz", [1, 2], [1, 2]);
    }

    #[test]
    fn leaves_yaml_to_the_library() {
        check("{a: [x, y]}", "a[1]", [1, 9], [1, 9]);
        check("{\"a\": &x {\"b\": 1}, \"c\": *x, \"d\": {\"e\": 1}}", "d.e", [1, 35], [1, 40]);
    }
}
