//! `facts.jsonl`, read back.

mod error;
mod line;
mod whats;

pub use error::ReadError;
pub(super) use line::read_lines;
