//! The command-line tool: arguments, the disk, the terminal, exit codes.
//!
//! Nothing else reads or writes files, looks at the environment or prints.

mod args;
mod asked;
mod check;
mod compare;
mod disk;
mod dispatch;
mod exit;
mod forecast;
mod given;
mod job;
mod journal;
mod merge;
mod output;
mod plan;
mod progress;
mod run;
mod sweep;
mod terminal;

pub use dispatch::main;
