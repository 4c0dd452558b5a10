//! Where in a JSON text a path leads, without parsing what lies beside it.
//!
//! The YAML library keeps every token of a document, which is too much for the hundreds of
//! megabytes that a cluster prints. Here the text is skimmed (see `skim.rs`). Whatever is not JSON
//! is left to the YAML library.

use std::collections::BTreeMap;

use crate::input::locate::{Wanted, note};
use crate::input::path::Segment;
use crate::input::problem::Problem;
use crate::input::skim::Skimmer;

/// Gives the problems that are wanted of each document their places. `None` if the text is not
/// JSON maps, one after the other; some problems may have got places all the same.
pub(super) fn locate(
    text: &str,
    problems: &mut [Problem],
    wanted: &BTreeMap<usize, Wanted>,
) -> Option<()> {
    let mut skimmer = Skimmer::new(text);
    let mut document = 0;
    skimmer.skip_blanks();
    while document == 0 || skimmer.peek().is_some() {
        if skimmer.peek() != Some(b'{') {
            return None;
        }
        match wanted.get(&document) {
            Some(wanted) => {
                let start = skimmer.position(skimmer.at());
                note(problems, wanted, start, start);
                skimmer.value(problems, wanted)?;
            }
            None => skimmer.skip_value()?,
        }
        skimmer.skip_blanks();
        document += 1;
    }
    Some(())
}

impl Skimmer<'_> {
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
            let key_at = self.at();
            let key: String = serde_json::from_str(self.string()?).ok()?;
            self.expect(b':')?;
            match wanted.below.get(&Segment::Key(key)) {
                Some(wanted) => {
                    let (key_at, value_at) = (self.position(key_at), self.position(self.at()));
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
                    let at = self.position(self.at());
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
    fn finds_what_stands_in_later_maps() {
        let check = |text: &str, document: usize, at: [usize; 2]| {
            let path: FieldPath = "b.c".parse().unwrap();
            let mut problems = [Problem::error("x", path, "x").in_document(document)];
            locate(&Source::new("x", text), &Limits::WRITTEN, &mut problems);
            let [problem] = problems;
            assert_eq!(problem.at.map(|at| [at.line, at.column]), Some(at), "{text:?}");
        };
        check("{\"b\": {\"c\": 1}}{\"b\": {\"c\": 2}}", 0, [1, 13]);
        check("{\"b\": {\"c\": 1}}{\"b\": {\"c\": 2}}", 1, [1, 28]);
        check("{\"a\": 1}\n{\"b\":\n {\"c\": 2}}\n", 1, [3, 8]);
        // As YAML, for there is a `---`.
        check("{\"a\": 1}\n---\n{\"a\": 1} {\"b\":\n  {\"c\": 2}}", 2, [4, 9]);
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
