//! `rollcast docs`: charts in pages of Markdown, by the blocks that say what to draw.

mod address;
mod args;
mod book;
mod command;
mod disk;
mod draw;
mod job;
mod load;
mod names;
mod problems;
mod sets;

pub(super) use args::DocsArgs;
pub(super) use command::docs;
