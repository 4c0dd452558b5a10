//! What the pictures of all blocks are called.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::docs::address::whole;
use crate::cli::docs::load::Prepared;
use crate::cli::docs::problems::{Problems, at_key};
use crate::docs::{Block, FoundBlock, Taken, is_name, stem_of};

/// A block that waits for a name.
pub(super) struct Nameless<'a> {
    pub(super) page: &'a str,
    /// The folder for its pictures.
    pub(super) folder: &'a Path,
    pub(super) found: &'a FoundBlock,
    pub(super) prepared: &'a Prepared,
}

/// A name for each block: what it says, else what it is called already, else its page and a number.
/// Two blocks that say the same are told.
pub(super) fn name_all(blocks: &[Nameless<'_>], problems: &mut Problems) -> Vec<String> {
    let mut folders: BTreeMap<Vec<String>, Taken> = BTreeMap::new();
    let mut names: Vec<Option<String>> = vec![None; blocks.len()];
    let owner = |it: &Nameless<'_>| format!("{}:{}", it.page, it.found.line);
    for (block, name) in blocks.iter().zip(&mut names) {
        let Some(said) = &block.prepared.block.name else { continue };
        let taken = folders.entry(whole(block.folder)).or_default();
        match taken.take(&stems(said, &block.prepared.block), &owner(block)) {
            Ok(()) => *name = Some(said.clone()),
            Err(other) => {
                let message = format!("the name `{said}` is taken by the block at {other}");
                let hint = "names of pictures in one folder differ";
                problems.tell_block(block.found, vec![at_key("name-taken", "name", message, hint)]);
            }
        }
    }
    for (block, name) in blocks.iter().zip(&mut names) {
        let had = block.found.region.as_ref().map(|it| it.marker.name.clone());
        let Some(had) = had.filter(|it| name.is_none() && is_name(it)) else { continue };
        let taken = folders.entry(whole(block.folder)).or_default();
        if taken.take(&stems(&had, &block.prepared.block), &owner(block)).is_ok() {
            *name = Some(had);
        }
    }
    let next = |(block, name): (&Nameless<'_>, Option<String>)| {
        let taken = folders.entry(whole(block.folder)).or_default();
        let stems = |name: &str| stems(name, &block.prepared.block);
        name.unwrap_or_else(|| taken.take_next(&stem_of(block.page), stems, &owner(block)))
    };
    blocks.iter().zip(names).map(next).collect()
}

/// The names of a block's files, without their endings.
fn stems(name: &str, block: &Block) -> Vec<String> {
    match block.charts.as_slice() {
        [_] => vec![name.to_owned()],
        several => several.iter().map(|kind| format!("{name}-{kind}")).collect(),
    }
}

/// The names of a block's pictures.
pub(super) fn files(name: &str, block: &Block) -> Vec<String> {
    let ending = block.look.format.ending();
    stems(name, block).into_iter().map(|stem| format!("{stem}.{ending}")).collect()
}
