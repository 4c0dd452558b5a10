//! The command-line tool: arguments, the disk, the terminal, exit codes.
//!
//! Nothing else reads or writes files, looks at the environment or prints.

mod args;
mod asked;
mod assumed;
mod change;
mod chart;
mod chart_args;
mod check;
mod compare;
mod comparison;
mod describe;
mod describe_args;
mod diff;
mod diff_args;
mod disk;
mod dispatch;
mod docs;
mod draw;
mod draw_lives;
mod exit;
mod export;
mod export_args;
mod forecast;
mod get;
mod get_args;
mod get_request;
mod given;
mod interrupt;
mod job;
mod journal;
mod made;
mod merge;
mod namespaces;
mod opened;
mod output;
mod pairs;
mod picture;
mod plan;
mod progress;
mod rollout;
mod rollout_args;
mod run;
mod side_by_side;
mod sides;
mod study_chart_args;
mod subject;
mod sweep;
mod terminal;
mod two_scenarios;
mod verify;
mod verify_args;
mod watch;
mod why;
mod why_args;

pub use dispatch::main;
