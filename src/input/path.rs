//! Where a value sits in a document: `spec.template.spec.containers[0].image`.
//!
//! A path is written the same way in messages and on the command line (`--set PATH=VALUE`). It
//! knows nothing of trees or text.

use std::fmt;
use std::str::FromStr;

/// The most segments a written path may have. Far above any real document, and low enough that
/// a tree grown along the path stays shallow.
const MAX_SEGMENTS: usize = 64;

/// The way from the root of a document to one of its values. The empty path is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<Segment>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into a map, by key.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

/// Why a written path cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParsePathError {
    /// Nothing was written, or nothing stands between two dots.
    #[error("a part of the path `{0}` is empty")]
    EmptyPart(String),
    /// A `[` without its `]`.
    #[error("a `[` in the path `{0}` is never closed")]
    Unclosed(String),
    /// Text directly after `]`, or a lone `]`.
    #[error("the path `{0}` needs a `.` or `[` after a `]`")]
    AfterBracket(String),
    /// More than 64 parts.
    #[error("the path has more than {MAX_SEGMENTS} parts")]
    TooLong,
}

impl FieldPath {
    /// The path of the document itself.
    pub const ROOT: Self = Self(Vec::new());

    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether this is the document itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path of the value that holds this one; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The last step; `None` for the root.
    pub fn last(&self) -> Option<&Segment> {
        self.0.last()
    }

    /// This path, one key deeper.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.child(Segment::Key(key.into()))
    }

    /// This path, one list index (from 0) deeper.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.child(Segment::Index(index))
    }

    /// This path, one step deeper.
    #[must_use]
    pub fn child(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// `below`, seen from where this path starts.
    #[must_use]
    pub fn join(&self, below: &Self) -> Self {
        Self(self.0.iter().chain(&below.0).cloned().collect())
    }

    /// Whether `above` is this path or an ancestor of it.
    pub fn starts_with(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }

    /// Goes one step deeper in place.
    pub fn push(&mut self, segment: Segment) {
        self.0.push(segment);
    }

    /// Goes one step up in place; does nothing at the root.
    pub fn pop(&mut self) -> Option<Segment> {
        self.0.pop()
    }
}

impl From<Vec<Segment>> for FieldPath {
    fn from(segments: Vec<Segment>) -> Self {
        Self(segments)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if needs_quotes(key) => write!(f, "[{key:?}]")?,
                Segment::Key(key) if needs_brackets(key) => write!(f, "[{key}]")?,
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for FieldPath {
    type Err = ParsePathError;

    /// Reads `a.b[0].c[kubernetes.io/x]["0"]`: digits in brackets are an index, anything else in
    /// brackets is a key, and quotes make a key of digits.
    fn from_str(text: &str) -> Result<Self, ParsePathError> {
        let mut segments = Vec::new();
        let mut rest = text;
        loop {
            let (segment, after) = match rest.strip_prefix('[') {
                Some(inside) => bracketed(inside, text)?,
                None => dotted(rest, text)?,
            };
            segments.push(segment);
            if segments.len() > MAX_SEGMENTS {
                return Err(ParsePathError::TooLong);
            }
            rest = match after.strip_prefix('.') {
                Some(next) => next,
                None if after.is_empty() => return Ok(Self(segments)),
                None if after.starts_with('[') => after,
                None => return Err(ParsePathError::AfterBracket(text.to_owned())),
            };
        }
    }
}

/// Whether a key would be mistaken for something else inside plain brackets.
fn needs_quotes(key: &str) -> bool {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit());
    digits || key.contains(|c: char| matches!(c, '[' | ']' | '"' | '\\') || c.is_control())
}

/// Whether a key would be mistaken for several steps without brackets.
fn needs_brackets(key: &str) -> bool {
    !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}

fn dotted<'text>(rest: &'text str, whole: &str) -> Result<(Segment, &'text str), ParsePathError> {
    let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
    let (key, after) = rest.split_at(end);
    match key {
        "" => Err(ParsePathError::EmptyPart(whole.to_owned())),
        key => Ok((Segment::Key(key.to_owned()), after)),
    }
}

fn bracketed<'text>(
    inside: &'text str,
    whole: &str,
) -> Result<(Segment, &'text str), ParsePathError> {
    if inside.starts_with('"') {
        return quoted(inside, whole);
    }
    let Some((key, after)) = inside.split_once(']') else {
        return Err(ParsePathError::Unclosed(whole.to_owned()));
    };
    match key.parse() {
        _ if key.is_empty() => Err(ParsePathError::EmptyPart(whole.to_owned())),
        Ok(index) => Ok((Segment::Index(index), after)),
        Err(_) => Ok((Segment::Key(key.to_owned()), after)),
    }
}

/// A key between double quotes, in which a backslash takes the next character as it is.
fn quoted<'text>(inside: &'text str, whole: &str) -> Result<(Segment, &'text str), ParsePathError> {
    let mut key = String::new();
    let mut characters = inside.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                return match inside[at + 1..].strip_prefix(']') {
                    Some(after) => Ok((Segment::Key(key), after)),
                    None => Err(ParsePathError::Unclosed(whole.to_owned())),
                };
            }
            '\\' => key.extend(characters.next().map(|(_, escaped)| escaped)),
            plain => key.push(plain),
        }
    }
    Err(ParsePathError::Unclosed(whole.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Segment {
        Segment::Key(text.to_owned())
    }

    fn check(written: &str, segments: &[Segment]) {
        let path: FieldPath = written.parse().unwrap();
        assert_eq!(path.segments(), segments, "reading {written}");
        assert_eq!(path.to_string(), written, "writing {written}");
    }

    #[test]
    fn reads_and_writes_paths() {
        check("seed", &[key("seed")]);
        check(
            "spec.containers[0].image",
            &[key("spec"), key("containers"), Segment::Index(0), key("image")],
        );
        check(
            "metadata.annotations[kubernetes.io/x]",
            &[key("metadata"), key("annotations"), key("kubernetes.io/x")],
        );
        check("[a.b][1][2].c", &[key("a.b"), Segment::Index(1), Segment::Index(2), key("c")]);
        check(r#"a["0"]["x]\"y"]"#, &[key("a"), key("0"), key("x]\"y")]);
    }

    #[test]
    fn refuses_broken_paths() {
        for broken in ["", ".", "a..b", "a.", "a[", "a[]", "a[0", "a[0]b", "a]", r#"a["x"#] {
            assert!(broken.parse::<FieldPath>().is_err(), "{broken}");
        }
        let deep = vec!["a"; MAX_SEGMENTS + 1].join(".");
        assert_eq!(deep.parse::<FieldPath>(), Err(ParsePathError::TooLong));
    }

    #[test]
    fn knows_its_ancestors() {
        let path: FieldPath = "a.b[0]".parse().unwrap();
        assert_eq!(path.parent().unwrap().to_string(), "a.b");
        assert!(path.starts_with(&"a".parse().unwrap()));
        assert!(!path.starts_with(&"b".parse().unwrap()));
        assert_eq!(FieldPath::ROOT.join(&path), path);
    }
}
