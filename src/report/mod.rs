//! A record turned into bytes: tables, sentences, CSV, JSON and charts.
//!
//! Every function here takes facts, timelines or summaries and returns text; equal records give
//! equal bytes. Nothing here knows the world that a record came from, and nothing touches the disk.

pub mod beliefs;
mod cause;
pub mod chart;
pub mod compare;
pub mod csv;
pub mod diff;
pub mod difference;
mod escaped;
pub mod facts;
pub mod forecast;
mod holds;
pub mod json;
pub mod kubectl;
mod losses;
pub mod markdown;
pub mod metrics;
pub mod objects;
pub mod over_seeds;
pub mod perfetto;
pub mod plan;
pub mod preflight;
pub mod preflight_json;
pub mod readable;
pub mod run_warnings;
pub mod shell;
mod spread_entry;
mod table;
mod timeouts;
pub mod verdict;
mod waiters;
mod waiting_entry;
pub mod why;
mod xml;
