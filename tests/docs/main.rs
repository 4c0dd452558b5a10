//! `rollcast docs`: pages with blocks are drawn, checked, and refused with the place of each error.

#![expect(clippy::disallowed_methods, reason = "pages and pictures on the disk are tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

mod book;
mod broken;
mod check;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod folder;
mod pages;
#[path = "../shared/tool.rs"]
mod tool;
