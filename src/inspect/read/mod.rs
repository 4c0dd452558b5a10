//! `facts.jsonl`, read back.

mod error;
mod line;
mod whats;

pub use error::ReadError;
pub(super) use line::LONGEST_RUN;
pub use line::Reader;
