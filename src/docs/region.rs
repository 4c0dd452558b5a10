//! The text that is written below a block: its pictures and a caption, between two comments.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::docs::marker::{Marker, text_hash};
use crate::report::markdown::image;

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
    /// The lines that are shown, without markers.
    fn body(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for Picture { alt, address } in &self.pictures {
            lines.extend([image(alt, address), String::new()]);
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

/// The bytes of a picture as an address.
pub fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::plain;

    #[test]
    fn bytes_become_an_address() {
        let uri = data_uri("image/png", b"\x89PNG");
        assert_eq!(uri, "data:image/png;base64,iVBORw==");
    }

    #[test]
    fn captions_are_set_apart() {
        let body = |caption: &str| {
            let text = RegionText { pictures: Vec::new(), caption: caption.to_owned() };
            text.body().concat()
        };
        assert_eq!(body("One\nat a time."), "_One at a time._");
        assert_eq!(body("*One* at a time."), "*One* at a time.");
        assert_eq!(body(&plain("a_b")), r"_a\_b_");
    }
}
