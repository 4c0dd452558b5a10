//! Journals: a line per run as it is done, so that a sweep that is cut off can go on.
//!
//! Files and standard output get the lines of [`crate::report::compare`]; logs may get them packed.
//! What is read may be any mix of both, without its beginning, cut off, or torn in the middle.

mod find;
mod lines;
mod ordered;
mod packed;
mod write;

pub(super) use find::{Found, collect, find, of_folder};
pub(super) use ordered::write_ordered;
pub(super) use write::{BEGIN_ANEW, Journal, file_name};
