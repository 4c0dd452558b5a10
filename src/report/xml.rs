//! Text in XML.

/// The text with everything that XML has no place for replaced: control characters and the two
/// code points that are no characters. On one line.
pub(super) fn printable(text: &str) -> String {
    let fit = |it: char| match it {
        it if it.is_whitespace() => ' ',
        it if it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
        it => it,
    };
    text.chars().map(fit).collect()
}

/// Text between tags or in an attribute.
pub(super) fn escape(text: &str) -> String {
    let text = printable(text).replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("a<\"b\">&\n\u{1b}'"), "a&lt;&quot;b&quot;&gt;&amp; \u{fffd}&apos;");
    }
}
