//! Rust source as words and marks: no comments, and of the texts only those that are paths.

/// A word, a mark (`::` is one), or a path written as text, and the line it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
    /// Whether it was between quotes, as in `#[serde(with = "crate::api::nullable")]`.
    pub(crate) quoted: bool,
}

/// The tokens of a file, in order.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while !rest.is_empty() {
        let (length, kind) = piece(rest);
        let (text, after) = rest.split_at(length);
        let inside = text.trim_matches('"');
        match kind {
            Kind::Code => tokens.push(Token { text, line, quoted: false }),
            Kind::Text if is_path(inside) => {
                tokens.push(Token { text: inside, line, quoted: true });
            }
            Kind::Text | Kind::Nothing => {}
        }
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Whether a text is a path from the root of the crate.
fn is_path(text: &str) -> bool {
    text.starts_with("crate::") && text.chars().all(|c| is_word(c) || c == ':')
}

enum Kind {
    Code,
    Text,
    Nothing,
}

/// How long the first piece of a source is, and what it is.
fn piece(source: &str) -> (usize, Kind) {
    let word = source.find(|c| !is_word(c)).unwrap_or(source.len());
    if source.starts_with("//") {
        (source.find('\n').unwrap_or(source.len()), Kind::Nothing)
    } else if source.starts_with("/*") {
        (block_comment(source), Kind::Nothing)
    } else if source.starts_with('"') {
        (text(source), Kind::Text)
    } else if source.starts_with('\'') {
        (character_or_lifetime(source), Kind::Nothing)
    } else if matches!(&source[..word], "r" | "br" | "cr") && raw_text(&source[word..]).is_some() {
        (word + raw_text(&source[word..]).unwrap_or_default(), Kind::Nothing)
    } else if word > 0 {
        (word, Kind::Code)
    } else if source.starts_with("::") {
        (2, Kind::Code)
    } else {
        let first = source.chars().next().unwrap_or_default();
        (first.len_utf8(), if first.is_whitespace() { Kind::Nothing } else { Kind::Code })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Block comments nest.
fn block_comment(source: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < source.len() {
        let (step, change) = match &source.as_bytes()[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        at += step;
        depth += change;
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a text with its quotes.
fn text(source: &str) -> usize {
    let mut escaped = false;
    let is_end = |c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    };
    source[1..].find(is_end).map_or(source.len(), |end| end + 2)
}

/// The length of a text that begins with `"` or with hashes and `"`.
fn raw_text(source: &str) -> Option<usize> {
    let hashes = source.find(|c| c != '#')?;
    let body = source[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", &source[..hashes]);
    Some(body.find(&end).map_or(source.len(), |at| hashes + 1 + at + end.len()))
}

/// `'a'`, `'\''` or `'a`.
fn character_or_lifetime(source: &str) -> usize {
    let mut chars = source.char_indices().skip(1);
    let (first, second) = (chars.next(), chars.next());
    match (first, second) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            source[after..].find('\'').map_or(source.len(), |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1 + source[1..].find(|c| !is_word(c)).unwrap_or(source.len() - 1),
    }
}

#[test]
fn comments_and_texts_are_no_code() {
    let check = |source: &str, expected: &[&str]| {
        let found: Vec<_> = tokens(source).iter().map(|token| token.text).collect();
        assert_eq!(found, expected, "{source}");
    };
    check("a::b // c\n/// d\n/* e /* f */ g */ h", &["a", "::", "b", "h"]);
    check(r#"("a \" b", 'c', '"', '\'', b"d") e"#, &["(", ",", ",", ",", ",", "b", ")", "e"]);
    check(r##"r#"a " b"# c r"d" e"##, &["c", "e"]);
    check("&'a str", &["&", "str"]);
    check(
        r#"#[serde(with = "crate::api::x")]"#,
        &["#", "[", "serde", "(", "with", "=", "crate::api::x", ")", "]"],
    );
}
