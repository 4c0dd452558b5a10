//! The text that is written below a block: its pictures and a caption, between two comments.

use std::fmt::Write as _;

use crate::docs::marker::{Marker, text_hash};

/// A picture as a page shows it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The picture in words.
    pub alt: String,
    /// Where it is, as an address relative to the page.
    pub address: String,
}

/// What a page shows below a block.
#[derive(Clone, Debug)]
pub struct RegionText {
    pub pictures: Vec<Picture>,
    /// A sentence below them, as Markdown.
    pub caption: String,
}

impl RegionText {
    /// A caption of plain text.
    pub fn plain_caption(text: &str) -> String {
        escaped(text)
    }

    /// The lines that are shown, without markers.
    fn body(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for Picture { alt, address } in &self.pictures {
            lines.extend([format!("![{}]({})", escaped(alt), link(address)), String::new()]);
        }
        let caption = self.caption.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_marked = caption.contains('*') || caption.replace("\\_", "").contains('_');
        lines.push(if is_marked { caption } else { format!("_{caption}_") });
        lines
    }

    /// All lines, between markers.
    pub fn with_markers(&self, marker: Marker) -> Vec<String> {
        let body = self.body();
        let marker = Marker { text: text_hash(&body.join("\n")), ..marker };
        let first = [marker.to_string(), String::new()];
        let last = [String::new(), "<!-- rollcast: end -->".to_owned()];
        first.into_iter().chain(body).chain(last).collect()
    }

    /// The lines for a page that nobody edits.
    pub fn without_markers(&self) -> Vec<String> {
        self.body()
    }
}

/// Plain text as Markdown that shows just that, in GitHub's and in Python's dialect.
fn escaped(text: &str) -> String {
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
            ' ' | '(' | ')' | '<' | '>' | '"' | '\\' => {
                let _ = write!(shown, "%{:02X}", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// The bytes of a picture as an address.
pub fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = format!("data:{media_type};base64,");
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place)) & 63;
            let letter = LETTERS.get(sextet as usize).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_an_address() {
        // The vectors of RFC 4648.
        for (bytes, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(data_uri("a/b", bytes.as_bytes()), format!("data:a/b;base64,{expected}"));
        }
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(escaped("a_b [1] <x> & `y`\nz"), r"a\_b \[1\] &lt;x&gt; &amp; \`y\` z");
        assert_eq!(link("a b/(c).svg"), "a%20b/%28c%29.svg");
    }

    #[test]
    fn captions_are_set_apart() {
        let body = |caption: &str| {
            let text = RegionText { pictures: Vec::new(), caption: caption.to_owned() };
            text.body().concat()
        };
        assert_eq!(body("One\nat a time."), "_One at a time._");
        assert_eq!(body("*One* at a time."), "*One* at a time.");
        assert_eq!(body(&RegionText::plain_caption("a_b")), r"_a\_b_");
    }
}
