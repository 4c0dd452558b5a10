//! Text of others in Markdown: it may hold anything, and must stay text.

/// A text of at most this many characters; what is longer ends with dots.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A code span, in which nothing has a meaning: neither HTML nor a name after `@`.
pub(super) fn code(text: &str) -> String {
    let blank = |it: char| if it.is_control() || is_hidden(it) { ' ' } else { it };
    let text: String = text.chars().map(blank).collect();
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A blank at each end is taken off again.
    let needs_room = text.starts_with('`') || text.ends_with('`') || text.trim().is_empty();
    let room = if needs_room { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A code span in a table.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A sentence in which literals stand in backticks: they become code spans, and the rest has no
/// marks.
pub(super) fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let last = text.matches('`').count();
    let shown = parts.map(|(index, part)| match index % 2 {
        // A backtick that is never closed is a letter.
        1 if index < last || last.is_multiple_of(2) => code(part),
        _ => escape(part),
    });
    shown.collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '@' => escaped.push_str("@\u{200b}"),
            '\\' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '|' | '~' | '&' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(it);
            }
            _ if it.is_control() || is_hidden(it) => escaped.push(' '),
            _ => escaped.push(it),
        }
    }
    escaped
}

/// Characters that change how others are read.
fn is_hidden(it: char) -> bool {
    matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\n# b"), "`a # b`");
        assert_eq!(prose("set `a_b` to <1>"), "set `a_b` to \\<1\\>");
        assert_eq!(prose("it's `open"), "it's open");
        assert_eq!(prose("x@sha256"), "x@\u{200b}sha256");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
    }
}
