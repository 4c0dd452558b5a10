//! The first difference between a file as it was written and as it is made again.

/// The first line that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Counted from 1.
    pub line: usize,
    /// As it was written; none if the file ends before it.
    pub written: Option<String>,
    /// As it is now; none if the file would end before it.
    pub now: Option<String>,
}

/// Compares a text that comes in pieces with one that is there, and keeps the first difference.
#[derive(Debug)]
pub struct Comparison<'a> {
    written: &'a str,
    /// How much of `written` was compared.
    at: usize,
    line: usize,
    first: Option<Difference>,
}

/// More of a line says nothing.
const MOST_SHOWN: usize = 400;

impl<'a> Comparison<'a> {
    /// A comparison with a text.
    pub fn new(written: &'a str) -> Self {
        Self { written, at: 0, line: 1, first: None }
    }

    /// The difference so far, if there is one; the comparison goes on with the next line.
    pub fn take(&mut self) -> Option<Difference> {
        let found = self.first.take()?;
        let line = self.written[self.at..].split_inclusive('\n').next();
        self.at += line.unwrap_or_default().len();
        self.line += 1;
        Some(found)
    }

    /// The next whole lines.
    pub fn push(&mut self, now: &str) {
        if self.first.is_some() {
            return;
        }
        if self.written[self.at..].starts_with(now) {
            self.at += now.len();
            self.line += now.bytes().filter(|&byte| byte == b'\n').count();
            return;
        }
        for line in now.split_inclusive('\n') {
            let written = self.written[self.at..].split_inclusive('\n').next();
            if written != Some(line) {
                self.differs(written, Some(line));
                return;
            }
            self.at += line.len();
            self.line += 1;
        }
    }

    /// Nothing comes any more.
    pub fn finish(mut self) -> Option<Difference> {
        if self.first.is_none()
            && let Some(rest) = self.written[self.at..].split_inclusive('\n').next()
        {
            self.differs(Some(rest), None);
        }
        self.first
    }

    fn differs(&mut self, written: Option<&str>, now: Option<&str>) {
        let (written, now) = (written.map(shown), now.map(shown));
        self.first = Some(Difference { line: self.line, written, now });
    }
}

/// The first difference of two texts.
pub fn first_difference(written: &str, now: &str) -> Option<Difference> {
    let mut comparison = Comparison::new(written);
    comparison.push(now);
    comparison.finish()
}

impl Difference {
    /// Both sides in two lines.
    pub fn in_words(&self) -> String {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "(it ends)".to_owned());
        format!("  written: {}\n  now:     {}\n", side(&self.written), side(&self.now))
    }
}

fn shown(line: &str) -> String {
    let line = line.trim_end_matches('\n');
    let mut shown: String = line.chars().take(MOST_SHOWN).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, now: &[&str], expected: Option<(usize, &str, &str)>) {
        let mut comparison = Comparison::new(written);
        for piece in now {
            comparison.push(piece);
        }
        let found = comparison.finish().map(|it| {
            (
                it.line,
                it.written.unwrap_or_else(|| "-".into()),
                it.now.unwrap_or_else(|| "-".into()),
            )
        });
        let expected = expected.map(|(line, a, b)| (line, a.to_owned(), b.to_owned()));
        assert_eq!(found, expected, "{written:?} {now:?}");
    }

    #[test]
    fn the_first_line_that_differs_is_found_however_the_text_comes() {
        check("a\nb\n", &["a\n", "b\n"], None);
        check("a\nb\n", &["a\nb\n"], None);
        check("a\nb\nc\n", &["a\n", "x\nc\n"], Some((2, "b", "x")));
        check("a\nb\n", &["a\n"], Some((2, "b", "-")));
        check("a\n", &["a\n", "b\n", "c\n"], Some((2, "-", "b")));
        check("a\nb", &["a\n", "b\n"], Some((2, "b", "b")));
        check("", &[], None);
        check("é\n", &["e\n"], Some((1, "é", "e")));
    }

    #[test]
    fn a_comparison_may_go_on_behind_a_difference() {
        let mut comparison = Comparison::new("a\nb\nc\n");
        comparison.push("x\n");
        assert_eq!(comparison.take().map(|it| it.line), Some(1));
        assert_eq!(comparison.take(), None);
        comparison.push("b\nd\n");
        assert_eq!(comparison.finish().map(|it| it.line), Some(3));
    }
}
