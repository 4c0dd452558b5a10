//! Tables, texts and images in Markdown.

use std::fmt::Write as _;

/// A table; the first row is its header.
pub(super) fn grid(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| escape(&sentence(index, cell))).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
        if index == 0 {
            let rule: Vec<&str> = row.iter().map(|_| "---").collect();
            let _ = writeln!(text, "| {} |", rule.join(" | "));
        }
    }
    text
}

/// Headers in small letters.
fn sentence(row: usize, cell: &str) -> String {
    if row == 0 { cell.to_lowercase() } else { cell.to_owned() }
}

/// A sentence of a report for GitHub: nothing in it is taken for a table, a tag or a style; code
/// stays code.
pub(super) fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*").replace('~', "\\~")
}

/// An image: the words for those who do not see it, and its address, which may be the path of a file.
pub fn image(alt: &str, address: &str) -> String {
    format!("![{}]({})", plain(alt), link(address))
}

/// Plain text as Markdown that shows just that, on one line, in GitHub's and in Python's dialect.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' => shown.extend(['\\', character]),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            _ => shown.push(character),
        }
    }
    shown
}

/// An address as it stands in a link: with `%` codes for what would end it.
fn link(address: &str) -> String {
    let mut shown = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            ' ' | '\t' | '\n' | '\r' | '(' | ')' | '<' | '>' | '"' | '\\' => {
                let _ = write!(shown, "%{:02X}", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(plain("a_b [1] <x> & `y`\nz"), r"a\_b \[1\] &lt;x&gt; &amp; \`y\` z");
    }

    #[test]
    fn nothing_in_an_address_ends_an_image() {
        assert_eq!(image("a [b]", "c.svg"), r"![a \[b\]](c.svg)");
        let address = "my charts/c (1) <2>.svg";
        assert_eq!(image("a", address), "![a](my%20charts/c%20%281%29%20%3C2%3E.svg)");
    }
}
