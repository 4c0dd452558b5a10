//! Whether the pictures of a block show what the block says, and if not, why.

use std::fmt::{self, Display};

use crate::docs::find::FoundBlock;
use crate::docs::marker::{Marker, text_hash};

/// Why pictures are drawn again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Nothing was written below the block.
    New,
    Block,
    Scenario,
    /// Another version of rollcast drew it.
    Version {
        drawn_by: String,
    },
    /// The pictures have other names: a page was renamed, or `name:` or `chart:` changed.
    Renamed {
        was: String,
    },
    Missing {
        file: String,
    },
    Edited {
        file: String,
    },
    /// Somebody changed what is between the markers.
    Text,
}

impl Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("not drawn yet"),
            Self::Block => f.write_str("the block changed"),
            Self::Scenario => f.write_str("the scenario changed"),
            Self::Version { drawn_by } if drawn_by.is_empty() => {
                f.write_str("the line above the picture cannot be read")
            }
            Self::Version { drawn_by } => write!(f, "drawn by rollcast {drawn_by}"),
            Self::Renamed { was } => write!(f, "called {was} before"),
            Self::Missing { file } => write!(f, "{file} or its text is missing"),
            Self::Edited { file } => write!(f, "somebody changed {file} or its text"),
            Self::Text => f.write_str("somebody changed the text between the markers"),
        }
    }
}

/// The line above pictures that were drawn now; the hashes of pictures and text come later.
pub fn now(name: &str, block: u64, scenario: u64) -> Marker {
    Marker {
        name: name.to_owned(),
        block,
        scenario,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Marker::default()
    }
}

/// Why the pictures of a block are drawn again; none if they need not be.
///
/// `wanted` is what would be written now, `files` the names of its pictures, and `on_disk` the hash
/// of what is there under a name.
pub fn why_stale(
    block: &FoundBlock,
    wanted: &Marker,
    files: &[String],
    on_disk: impl Fn(&str) -> Option<u64>,
) -> Option<Stale> {
    let Some(region) = &block.region else { return Some(Stale::New) };
    let found = &region.marker;
    if found.version != wanted.version {
        return Some(Stale::Version { drawn_by: found.version.clone() });
    }
    if found.block != wanted.block {
        return Some(Stale::Block);
    }
    if found.scenario != wanted.scenario {
        return Some(Stale::Scenario);
    }
    if !found.pictures.iter().map(|it| &it.file).eq(files) {
        return Some(Stale::Renamed { was: found.name.clone() });
    }
    for picture in &found.pictures {
        let file = picture.file.clone();
        match on_disk(&picture.file) {
            None => return Some(Stale::Missing { file }),
            Some(hash) if hash != picture.hash => return Some(Stale::Edited { file }),
            Some(_) => {}
        }
    }
    (found.text != text_hash(&region.body)).then_some(Stale::Text)
}
