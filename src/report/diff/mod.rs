//! What a change does to rollouts, for a reviewer and for the tools around a pull request: one file
//! per format, and the words that they share.

mod json;
mod junit;
mod markdown;
mod sarif;
mod text;
mod words;

pub use json::diff_json;
pub use junit::diff_junit;
pub use markdown::diff_markdown;
pub use sarif::diff_sarif;
