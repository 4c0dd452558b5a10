//! Blocks in pages of Markdown that say which chart to draw, and what is written below them.
//!
//! [`find`] tells the blocks of a page from everything else, [`read_block`] reads one or says
//! everything that is wrong with it, [`why_stale`] says whether its pictures are up to date, and
//! [`with_edits`] puts what was drawn into the page. Nothing here runs or draws anything, and
//! nothing touches the disk: `cli` does.

mod block;
mod find;
mod inline;
mod lines;
mod look;
mod marker;
mod mdbook;
mod names;
mod page;
mod region;
mod stale;

pub use block::{Block, Changes, Given, read_block};
pub use find::{Found, FoundBlock, MOST_BLOCKS, Region, find};
pub use look::{Format, KINDS, Look};
pub use marker::{Drawn, Marker, picture_hash};
pub use mdbook::{Book, BookError};
pub use names::{Taken, is_name, stem_of};
pub use page::{Edit, with_edits, without_room};
pub use region::{Picture, RegionText, data_uri};
pub use stale::{Stale, now, why_stale};

#[cfg(test)]
mod tests;
