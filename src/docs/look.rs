//! How a chart is drawn, as a block says it: the options of `rollcast chart`.

use serde::Deserialize;

use crate::docs::block::Notes;
use crate::input::Tree;
use crate::report::chart::{Size, Theme};
use crate::time::SimDuration;

/// The kinds of charts of runs; the first is drawn if a block names none.
pub const KINDS: [&str; 8] =
    ["availability", "states", "raster", "gantt", "gaps", "duration", "limits", "waiters"];

/// How charts are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub size: Option<Size>,
    pub theme: Theme,
    pub format: Format,
    pub title: Option<String>,
    /// The nodes that are drawn, where a chart does not draw all.
    pub nodes: Vec<String>,
    /// The part of the run that is drawn, since its start.
    pub from: Option<SimDuration>,
    pub to: Option<SimDuration>,
}

/// The format of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Svg,
    Png,
}

impl Format {
    /// What names of files end in.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// The type of its bytes, for browsers.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// What a block says of the looks of its charts.
pub(super) fn look(notes: &mut Notes, block: &Tree) -> Look {
    let look = Look {
        size: size(notes, block),
        theme: notes.decode(block, "theme").unwrap_or_default(),
        format: notes.decode(block, "format").unwrap_or_default(),
        title: notes.decode(block, "title"),
        nodes: words(notes, block, "nodes", "write names of nodes: `[worker-1, worker-2]`"),
        from: moment(notes, block, "from"),
        to: moment(notes, block, "to"),
    };
    if let (Some(from), Some(to)) = (look.from, look.to)
        && from >= to
    {
        let message = format!("nothing is between {from} and {to}");
        notes.error("bad-time", &["to"], message, "`to` must be later than `from`");
    }
    look
}

/// `800x400`, or `800` alone.
fn size(notes: &mut Notes, block: &Tree) -> Option<Size> {
    let written = written(block, "size")?;
    let size = written.parse().ok();
    if size.is_none() {
        let hint = format!(
            "write the width, from {} to {}, and the height, from {} to {}: `800x400`; or the width \
             alone",
            Size::WIDTHS.start(),
            Size::WIDTHS.end(),
            Size::HEIGHTS.start(),
            Size::HEIGHTS.end()
        );
        notes.error("bad-size", &["size"], format!("`{written}` is no size of a picture"), hint);
    }
    size
}

/// What is written behind a key.
fn written(block: &Tree, key: &str) -> Option<String> {
    let value = block.get(key).filter(|it| **it != Tree::Null)?;
    Some(value.as_text().map_or_else(|| value.to_canonical_json(), str::to_owned))
}

/// A moment of the run.
fn moment(notes: &mut Notes, block: &Tree, key: &str) -> Option<SimDuration> {
    let written = written(block, key)?;
    let read = written.parse().ok();
    if read.is_none() {
        let hint = "write the time since the start of the run, such as `90s` or `2m30s`";
        notes.error("bad-time", &[key], format!("`{written}` is no time"), hint);
    }
    read
}

/// One word or several, each at its key and index.
pub(super) fn words(notes: &mut Notes, block: &Tree, key: &str, hint: &str) -> Vec<String> {
    let tree = block.get(key).unwrap_or(&Tree::Null);
    let items = match tree {
        Tree::Null => &[],
        Tree::List(items) => items.as_slice(),
        Tree::Text(_) | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Map(_) => {
            std::slice::from_ref(tree)
        }
    };
    let mut words = Vec::new();
    for item in items {
        match item {
            Tree::Text(word) => words.push(word.clone()),
            Tree::Null
            | Tree::Bool(_)
            | Tree::Int(_)
            | Tree::Float(_)
            | Tree::List(_)
            | Tree::Map(_) => {
                let message = format!("expected text or a list of texts, found {}", item.kind());
                notes.error("wrong-type", &[key], message, hint.to_owned());
            }
        }
    }
    words
}
