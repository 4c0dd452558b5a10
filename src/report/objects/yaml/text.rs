//! A text in the style in which it is printed: plain, quoted or a block.

use std::fmt::Write as _;

use crate::report::objects::yaml::resolve::is_no_text;

/// Lines are folded at the first blank after so many characters.
const WIDTH: usize = 80;

/// What decides on the style of a text.
///
/// Source: `goyaml.v2/emitterc.go › yaml_emitter_analyze_scalar`.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the library's")]
struct Traits {
    /// It has characters that only double quotes can hold.
    special: bool,
    /// A blank stands before a line break.
    space_break: bool,
    trailing_space: bool,
    /// It would not be read as a plain text.
    indicators: bool,
    edges: bool,
}

/// A key of a map: on one line in any case.
pub(super) fn key(text: &str) -> String {
    let traits = Traits::of(text);
    if text.contains('\n') || is_no_text(text) || traits.special {
        double_quoted(text, 0, None)
    } else if traits.indicators || traits.edges {
        single_quoted(text, 0, None)
    } else {
        text.to_owned()
    }
}

/// A text that begins at `column` and whose further lines begin at `indent`.
pub(super) fn text(text: &str, indent: usize, column: usize) -> String {
    let traits = Traits::of(text);
    if traits.special || traits.space_break {
        return double_quoted(text, indent, Some(column));
    }
    if text.contains('\n') {
        return if traits.trailing_space {
            double_quoted(text, indent, Some(column))
        } else {
            block(text, indent)
        };
    }
    if is_no_text(text) {
        double_quoted(text, indent, Some(column))
    } else if traits.indicators || traits.edges {
        single_quoted(text, indent, Some(column))
    } else {
        folded(text, indent, column)
    }
}

impl Traits {
    fn of(text: &str) -> Self {
        let all: Vec<char> = text.chars().collect();
        let is_blank = |at: Option<&char>| at.is_none_or(|it| matches!(it, ' ' | '\t' | '\n'));
        let edge = |it: Option<&char>| it.is_some_and(|it| matches!(it, ' ' | '\n'));
        let mut traits = Self {
            trailing_space: all.last() == Some(&' '),
            edges: edge(all.first()) || edge(all.last()),
            indicators: text.starts_with("---") || text.starts_with("..."),
            ..Self::default()
        };
        for (index, &it) in all.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|it| all.get(it));
            let ends_word = is_blank(all.get(index + 1));
            traits.special |= !is_printable(it);
            traits.space_break |= it == '\n' && before == Some(&' ');
            traits.indicators |= match it {
                '#' => is_blank(before),
                ':' => ends_word,
                '?' | '-' if index == 0 => ends_word,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => index == 0,
                _ => false,
            };
        }
        traits
    }
}

/// Source: `goyaml.v2/yamlprivateh.go › is_printable`.
fn is_printable(character: char) -> bool {
    match character {
        '\n' | ' '..='~' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
        other => ('\u{a0}'..='\u{fffd}').contains(&other),
    }
}

/// Breaks the line instead of a single blank where it has become too long.
struct Folding {
    out: String,
    indent: usize,
    /// Where the next character goes; none if the text may not be folded.
    column: Option<usize>,
}

impl Folding {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = self.column.map(|it| it + text.chars().count());
    }

    /// Whether a blank that stands here, between these characters, is a line break instead.
    fn breaks(&self, before: Option<char>, after: Option<char>) -> bool {
        self.column.is_some_and(|it| it > WIDTH) && before != Some(' ') && after.is_some()
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', self.indent));
        self.column = Some(self.indent);
    }
}

fn folded(text: &str, indent: usize, column: usize) -> String {
    let mut out = Folding { out: String::new(), indent, column: Some(column) };
    fold(&mut out, text, |character, out| {
        out.push(character.encode_utf8(&mut [0; 4]));
    });
    out.out
}

fn single_quoted(text: &str, indent: usize, column: Option<usize>) -> String {
    let mut out = Folding { out: String::new(), indent, column };
    out.push("'");
    fold(&mut out, text, |character, out| match character {
        '\'' => out.push("''"),
        other => out.push(other.encode_utf8(&mut [0; 4])),
    });
    out.push("'");
    out.out
}

/// Writes each character, and line breaks in place of some blanks.
fn fold(out: &mut Folding, text: &str, mut write: impl FnMut(char, &mut Folding)) {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(it) = characters.next() {
        let after = characters.peek().copied();
        if it == ' ' && before.is_some() && after != Some(' ') && out.breaks(before, after) {
            out.line();
        } else {
            write(it, out);
        }
        before = Some(it);
    }
}

fn double_quoted(text: &str, indent: usize, column: Option<usize>) -> String {
    let mut out = Folding { out: String::new(), indent, column };
    out.push("\"");
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(it) = characters.next() {
        let after = characters.peek().copied();
        if it == ' ' && before.is_some() && out.breaks(before, after) {
            out.line();
            if after == Some(' ') {
                out.push("\\");
            }
        } else {
            out.push(&escaped(it));
        }
        before = Some(it);
    }
    out.push("\"");
    out.out
}

fn escaped(character: char) -> String {
    match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        '\0' => "\\0".to_owned(),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\u{1b}' => "\\e".to_owned(),
        '\u{85}' => "\\N".to_owned(),
        '\u{2028}' => "\\L".to_owned(),
        '\u{2029}' => "\\P".to_owned(),
        it if is_printable(it) => it.to_string(),
        it => match u32::from(it) {
            code @ 0..=0xff => format!("\\x{code:02X}"),
            code @ 0x100..=0xffff => format!("\\u{code:04X}"),
            code => format!("\\U{code:08X}"),
        },
    }
}

/// A literal block. Its header says whether line breaks follow the last line, and how far it is
/// indented if its first line begins with a blank.
fn block(text: &str, indent: usize) -> String {
    let mut out = "|".to_owned();
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    match text.strip_suffix('\n') {
        None => out.push('-'),
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            let _ = write!(out, "{:indent$}{line}", "");
        }
    }
    out
}
