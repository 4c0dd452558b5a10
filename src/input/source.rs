//! A text as the user gave it, and what can be told about it before it is parsed.
//!
//! The checks here protect the parser: it keeps every token of a document in memory, so what is
//! too big or too nested is refused on a look at the bytes.

use crate::input::json;
use crate::input::path::FieldPath;
use crate::input::problem::{Position, Problem};

/// How much a source may ask for. Every loop and every allocation of reading is bounded by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the text in bytes. All text values together, aliases expanded, may be four
    /// times this.
    pub max_bytes: usize,
    /// The size of a text that only the YAML parser can read, in bytes. It needs some 20 bytes of
    /// memory for each of the text; JSON needs a tenth of that.
    pub max_yaml_bytes: usize,
    /// Values and keys in all documents together, aliases expanded.
    pub max_nodes: usize,
    /// Lists and maps within each other; the YAML library itself stops at 128.
    pub max_depth: usize,
    /// Whether `{{ … }}` in a value may mean itself. What people write is rendered by nobody, but
    /// what a cluster prints was rendered before, and such arguments are for somebody else.
    pub may_hold_templates: bool,
}

impl Limits {
    /// For what people write: 4 MiB, a million values and keys.
    pub const WRITTEN: Self = Self {
        max_bytes: 4 << 20,
        max_yaml_bytes: 4 << 20,
        max_nodes: 1_000_000,
        max_depth: 100,
        may_hold_templates: false,
    };
    /// For manifests, which tools write, too: 64 MiB, ten million values and keys.
    pub const STREAM: Self = Self {
        max_bytes: 64 << 20,
        max_yaml_bytes: 64 << 20,
        max_nodes: 10_000_000,
        ..Self::WRITTEN
    };
    /// For what kubectl prints of a large cluster: 2 GiB of JSON or 64 MiB of YAML, 200 million
    /// values.
    pub const SNAPSHOT: Self = Self {
        max_bytes: 2 << 30,
        max_yaml_bytes: 64 << 20,
        max_nodes: 200_000_000,
        max_depth: 100,
        may_hold_templates: true,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::WRITTEN
    }
}

/// A text and the name to call it by in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    broken: Option<Problem>,
}

/// Opening brackets without their closing ones, in text or not, beyond which no real file goes.
const MAX_OPEN_BRACKETS: usize = 10_000;

impl Source {
    /// A text under the name the user gave it; `-` is called `<stdin>`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, mut text) = (name.into(), text.into());
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let name = if name == "-" { "<stdin>".to_owned() } else { name };
        Self { name, text, broken: None }
    }

    /// The same from bytes: UTF-8, or UTF-16 behind a byte order mark, as Windows writes it and
    /// `kubectl` takes it. Bytes that are neither are reported when the source is read.
    ///
    /// Source: `k8s.io/cli-runtime/pkg/resource/visitor.go` › `FileVisitor.Visit`.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        if let Some(text) = utf16(&bytes) {
            return Self::new(name, text);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(name, text),
            Err(error) => {
                let valid_up_to = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let source = Self::new(name, String::from_utf8_lossy(&bytes));
                let problem = not_utf8(&bytes).at(source.position(valid_up_to));
                Self { broken: Some(problem), ..source }
            }
        }
    }

    /// The name for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line (from 1), without its line break; empty if there is none.
    pub fn line(&self, line: usize) -> &str {
        line.checked_sub(1).and_then(|index| self.text.lines().nth(index)).unwrap_or_default()
    }

    /// Where the byte at `offset` stands; the end of the text if it is beyond.
    pub fn position(&self, offset: usize) -> Position {
        let boundary = |end: &usize| self.text.is_char_boundary(*end);
        let end = (0..=offset.min(self.text.len())).rev().find(boundary).unwrap_or(0);
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// Where `part` starts, if it is a slice of this text.
    pub(super) fn offset_of(&self, part: &str) -> Option<usize> {
        let offset = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = offset.checked_add(part.len())?;
        (end <= self.text.len()).then_some(offset)
    }

    /// Refuses what must not be read at all.
    pub(super) fn check(&self, limits: &Limits) -> Result<(), Problem> {
        self.check_size(limits)?;
        if let Some(problem) = &self.broken {
            return Err(problem.clone());
        }
        self.check_characters()
    }

    /// Refuses what passed [`Self::check`] but must not reach the YAML parser.
    pub(super) fn check_structure(&self, limits: &Limits) -> Result<(), Problem> {
        if self.text.len() > limits.max_yaml_bytes {
            return Err(self.too_large_for_yaml(limits));
        }
        let structure = Structure::of(&self.text);
        if structure.most_open > MAX_OPEN_BRACKETS {
            return Err(too_deep(limits));
        }
        if structure.most_nodes > limits.max_nodes {
            return Err(too_many_nodes(limits));
        }
        Ok(())
    }

    fn check_size(&self, limits: &Limits) -> Result<(), Problem> {
        if self.text.len() <= limits.max_bytes {
            return Ok(());
        }
        let most = megabytes(limits.max_bytes);
        // Whoever reads files stops one byte behind the limit.
        let message = if self.text.len() <= limits.max_bytes.saturating_add(1) {
            format!("the file has more than the {most} that are read")
        } else {
            format!(
                "the file has {}, more than the {most} that are read",
                megabytes(self.text.len())
            )
        };
        Err(root_problem("too-large", message).with_hint("is this the right file?"))
    }

    /// That this is too much YAML; of JSON, why it could not be read as such.
    fn too_large_for_yaml(&self, limits: &Limits) -> Problem {
        let (size, most) = (megabytes(self.text.len()), megabytes(limits.max_yaml_bytes));
        if let Some(problem) = json::broken(self) {
            return problem;
        }
        let message = format!("the file has {size} of YAML, more than the {most} that are read");
        root_problem("too-large", message)
            .with_hint("print it with `-o json`: of JSON much more can be read")
    }

    fn check_characters(&self) -> Result<(), Problem> {
        let Some((offset, found)) = first_bad_character(&self.text) else { return Ok(()) };
        let message = format!("the character U+{:04X} cannot stand in YAML", u32::from(found));
        Err(root_problem("bad-character", message)
            .with_hint("is this a text file? write it as `\"\\u....\"` if it is meant")
            .at(self.position(offset)))
    }
}

/// A problem with a source as a whole.
pub(super) fn root_problem(code: &'static str, message: impl Into<String>) -> Problem {
    Problem::error(code, FieldPath::ROOT, message)
}

/// The problem of lists and maps that are nested too deeply.
pub(super) fn too_deep(limits: &Limits) -> Problem {
    let message = format!("lists and maps are nested more than {} deep", limits.max_depth);
    root_problem("too-deep", message).with_hint("no Kubernetes object is nested this deeply")
}

/// The problem of too many values.
pub(super) fn too_many_nodes(limits: &Limits) -> Problem {
    let message = format!("the file holds more than {} values and keys", limits.max_nodes);
    root_problem("too-many-values", message)
        .with_hint("aliases (`*name`) count as often as they are used")
}

fn megabytes(bytes: usize) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 20);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

/// The text of UTF-16 behind a byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().copied().map(read).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

fn not_utf8(bytes: &[u8]) -> Problem {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let (message, hint) = if utf16 {
        ("the file is UTF-16, and broken", "save it as UTF-8")
    } else {
        ("the file is not UTF-8 text", "is this a text file? save it as UTF-8")
    };
    root_problem("not-utf-8", message).with_hint(hint)
}

/// The first character that YAML does not take, and where it starts. Lines of plain ASCII, which
/// are most, are looked at all bytes at once.
fn first_bad_character(text: &str) -> Option<(usize, char)> {
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let is_plain = line
            .bytes()
            .fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'));
        if !is_plain && let Some((at, bad)) = line.char_indices().find(|(_, c)| !is_yaml(*c)) {
            return Some((line_start + at, bad));
        }
        line_start += line.len();
    }
    None
}

/// The characters of YAML 1.1 that its scanner takes (spec 5.1, `c-printable`).
fn is_yaml(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}

/// What the indicators of a text allow at most, wherever they stand: within a factor of two, the
/// values it can hold, and how deeply brackets can be nested.
#[derive(Default)]
struct Structure {
    most_nodes: usize,
    most_open: usize,
}

impl Structure {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut structure = Self { most_nodes: 1, most_open: 0 };
        let mut open = 0_usize;
        for (index, byte) in bytes.iter().enumerate() {
            let next = bytes.get(index + 1).copied().unwrap_or(b' ');
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            structure.most_open = structure.most_open.max(open);
            structure.most_nodes += match byte {
                b'[' | b'{' | b',' => 1,
                b'-' | b'?' if next.is_ascii_whitespace() => 1,
                b':' if !next.is_ascii_alphabetic() && next != b'/' => 2,
                _ => 0,
            };
        }
        structure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refused(bytes: &[u8], code: &str, at: Option<(usize, usize)>) {
        let source = Source::from_bytes("x", bytes.to_vec());
        let limits = Limits {
            max_bytes: 100_000,
            max_yaml_bytes: 50_000,
            max_nodes: 100,
            max_depth: 10,
            ..Limits::WRITTEN
        };
        let checked = source.check(&limits).and_then(|()| source.check_structure(&limits));
        let problem = checked.unwrap_err();
        let place = problem.at.map(|position| (position.line, position.column));
        assert_eq!((problem.code, place), (code, at), "{}", problem.message);
    }

    #[test]
    fn refuses_before_parsing() {
        check_refused(&vec![b'x'; 100_001], "too-large", None);
        check_refused(b"a: b\nc: \xff", "not-utf-8", Some((2, 4)));
        check_refused(b"\xff\xfea\0b", "not-utf-8", Some((1, 1)));
        check_refused(b"a: \0", "bad-character", Some((1, 4)));
        check_refused("a: é\u{7}".as_bytes(), "bad-character", Some((1, 5)));
        check_refused(&vec![b'['; 20_000], "too-deep", None);
        check_refused("a,".repeat(101).as_bytes(), "too-many-values", None);
        check_refused(&b"# YAML\n".repeat(10_000), "too-large", None);
        let cut_off = [&b"{\"a\": 1,\n"[..], &vec![b' '; 60_000]].concat();
        check_refused(&cut_off, "bad-syntax", Some((2, 60_000)));
    }

    #[test]
    fn strips_a_byte_order_mark() {
        assert_eq!(Source::new("-", "\u{feff}a: 1").text(), "a: 1");
        assert_eq!(Source::new("-", "").name(), "<stdin>");
        for bytes in [b"\xff\xfea\0\xe9\0", b"\xfe\xff\0a\0\xe9"] {
            assert_eq!(Source::from_bytes("-", bytes.to_vec()).text(), "aé");
        }
    }
}
