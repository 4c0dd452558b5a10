//! The line above what was written into a page: of what it was made, so that only what changed is
//! drawn again.

use std::fmt::{self, Display};

use crate::engine::fnv1a64;

/// What the line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marker {
    /// What the pictures of the block are called, without their kinds and endings.
    pub name: String,
    /// The hash of the block.
    pub block: u64,
    /// The hash of the scenario with all files that it names, in all settings.
    pub scenario: u64,
    /// The hash of the text between the markers.
    pub text: u64,
    /// The version of rollcast that drew the pictures.
    pub version: String,
    pub pictures: Vec<Drawn>,
}

/// A picture that was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The name of its file.
    pub file: String,
    /// [`picture_hash`] of what was written.
    pub hash: u64,
}

impl Marker {
    /// Reads the line. What cannot be read is empty or 0, which nothing is equal to: it is drawn
    /// again.
    pub fn parse(text: &str) -> Self {
        let mut marker = Self::default();
        for (index, word) in text.split_whitespace().enumerate() {
            let hash = |text: &str| u64::from_str_radix(text, 16).unwrap_or_default();
            match word.split_once('=') {
                None if index == 0 => word.clone_into(&mut marker.name),
                Some(("block", value)) => marker.block = hash(value),
                Some(("scenario", value)) => marker.scenario = hash(value),
                Some(("text", value)) => marker.text = hash(value),
                Some(("version", value)) => value.clone_into(&mut marker.version),
                Some(("picture", value)) => {
                    let (file, of) = value.rsplit_once(':').unwrap_or((value, ""));
                    marker.pictures.push(Drawn { file: file.to_owned(), hash: hash(of) });
                }
                Some(_) | None => {}
            }
        }
        marker
    }
}

impl Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, block, scenario, text, version, pictures } = self;
        write!(f, "<!-- rollcast: begin {name} version={version} block={block:016x} ")?;
        write!(f, "scenario={scenario:016x} text={text:016x}")?;
        for Drawn { file, hash } in pictures {
            write!(f, " picture={file}:{hash:016x}")?;
        }
        f.write_str(" -->")
    }
}

/// The hash of a picture and of its text for those who do not see it. How a checkout ends lines
/// does not matter.
pub fn picture_hash(picture: &[u8], alt: &[u8]) -> u64 {
    let both = picture.iter().chain(b"\0").chain(alt);
    fnv1a64(&both.copied().filter(|byte| *byte != b'\r').collect::<Vec<u8>>())
}

/// The hash of the text between markers, whatever quote or list it stands in.
pub(super) fn text_hash(text: &str) -> u64 {
    let lines = text.lines().map(|line| line.trim_matches([' ', '\t', '>', '\r']));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    fnv1a64(lines.join("\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let marker = Marker {
            name: "page-1".to_owned(),
            block: 1,
            scenario: u64::MAX,
            text: 3,
            version: "0.1.0".to_owned(),
            pictures: vec![Drawn { file: "page-1.svg".to_owned(), hash: 4 }],
        };
        let line = marker.to_string();
        let inside = line.strip_prefix("<!-- rollcast: begin ").unwrap();
        assert_eq!(Marker::parse(inside.strip_suffix(" -->").unwrap()), marker);
        assert_eq!(
            Marker::parse("block=x picture=y = z"),
            Marker { pictures: vec![Drawn { file: "y".to_owned(), hash: 0 }], ..Marker::default() }
        );
    }

    #[test]
    fn how_lines_end_does_not_matter() {
        assert_eq!(picture_hash(b"a\r\nb", b"c"), picture_hash(b"a\nb", b"c"));
        assert_ne!(picture_hash(b"ab", b""), picture_hash(b"a", b"b"));
        assert_eq!(text_hash("> a\r\n>\r\n> b"), text_hash("\na\n\nb\n"));
        assert_ne!(text_hash("a b"), text_hash("a\nb"));
    }
}
