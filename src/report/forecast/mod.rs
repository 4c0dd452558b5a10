//! What becomes of a cluster's rollouts: as text for people, as Markdown, as JSON for programs.
//!
//! - `shown`: all that is shown
//! - `words`: sentences and rows that text and Markdown share
//! - `table`, `markdown`, `json`: one file per format

mod json;
mod markdown;
mod shown;
mod table;
mod words;

pub use json::forecast_json;
pub use markdown::forecast_markdown;
pub use shown::Shown;
pub use table::forecast_table;
