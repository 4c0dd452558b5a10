//! The user's text: YAML or JSON in, values or every problem with its position out.
//!
//! A [`Source`] is read into one [`Tree`] per document ([`read_documents`]), trees are decoded
//! into plain serde structs ([`decode`]), problems are given their line and column ([`locate`])
//! and shown with the line itself ([`render`]). Nothing here knows Kubernetes or scenarios; the
//! only rules taken from there are how `kubectl` reads YAML (see `scalar.rs`).

mod decode;
mod json;
mod locate;
mod locate_json;
mod path;
mod problem;
mod render;
mod scalar;
mod skim;
mod source;
mod syntax;
mod template;
mod tree;
mod yaml;

pub use decode::{decode, did_you_mean};
pub use locate::locate;
pub use path::{FieldPath, ParsePathError, Segment};
pub use problem::{Position, Problem, Severity};
pub use render::{render, visible};
pub use source::{Limits, Source};
pub use tree::{SetError, Tree};
pub use yaml::{Document, read_documents};

#[cfg(test)]
mod tests;
