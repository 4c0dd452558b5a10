//! A study turned into bytes: the journal of its runs, tables, CSV, JSON, Markdown and charts.

mod advice;
mod columns;
mod command;
mod csv;
mod differences;
mod fit;
mod job;
mod journal;
mod journal_line;
mod json;
mod markdown;
mod metric_format;
mod missing;
mod table;
mod waiting;

pub use advice::{advice_lines, why_stuck};
pub(in crate::report) use advice::{behind, goal_words, obstacles, reached};
pub use command::compare_command;
pub use csv::compare_csv;
pub(in crate::report) use differences::difference;
pub use job::{Job, OUT, job_manifest};
pub use journal::{Header, JournalError, MOST_RUNS, ReadRow, header_line, row_line};
pub use journal_line::{Line, read_line, run_of_line, sweep_line};
pub use json::compare_json;
pub(in crate::report) use json::{Entry, entry};
pub use markdown::compare_markdown;
pub(in crate::report) use metric_format::{median, of_seeds, range, spread, value};
pub use missing::missing_runs;
pub use table::compare_table;
