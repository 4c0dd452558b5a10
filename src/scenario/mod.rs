//! Scenarios: what may be written, what is valid, and every problem in between.
//!
//! [`read`] takes the text of a scenario and gives a [`Scenario`] that needs no further checks,
//! or a [`Report`] of everything that is wrong with it and with its manifests, with line and
//! column. Nothing here runs anything; files are read through [`Files`], which `cli` provides.

mod valid;
pub mod written;

pub use valid::*;
