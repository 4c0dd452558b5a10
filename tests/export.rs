//! What `rollcast export` writes, read back by the tools that it is for, and by readers of our own.
//!
//! `promtool` (Debian's package `prometheus`) and the Python package `perfetto` are asked where they
//! are; a line on standard error says where they are not.

#![expect(clippy::disallowed_methods, reason = "files are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be read back is a failed test")]

#[path = "export/arguments.rs"]
mod arguments;
#[path = "export/exposition.rs"]
mod exposition;
#[path = "export/metrics.rs"]
mod metrics;
#[path = "export/perfetto.rs"]
mod perfetto;
#[path = "export/rules.rs"]
mod rules;
#[path = "export/runs.rs"]
mod runs;
#[path = "shared/tool.rs"]
mod tool;
#[path = "export/trace_reader.rs"]
mod trace_reader;
