//! Which of its kinds a line of a journal is.

use serde::Deserialize;

use crate::report::compare::journal::{Header, JournalError, ReadRow, read_header, read_row};

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What is run.
    Header(Box<Header>),
    /// The digest of the sweep that the lines around it belong to: see [`Header::digest`].
    Sweep(u64),
    /// A run.
    Row(Box<ReadRow>),
}

impl Header {
    /// A number that says of which sweep a row is: equal for headers without a
    /// [difference](Header::difference).
    pub fn digest(&self) -> u64 {
        self.sweep.digest(&self.version)
    }
}

/// A line that names the sweep, with its line break: a log whose beginning is lost still has some.
pub fn sweep_line(header: &Header) -> String {
    format!("{{\"sweep\":\"{:016x}\"}}\n", header.digest())
}

/// Reads a line of any kind.
///
/// # Errors
///
/// If it is none of them, or contradicts itself.
pub fn read_line(text: &str) -> Result<Line, JournalError> {
    if text.starts_with("{\"rollcast\"") {
        return read_header(text).map(|header| Line::Header(Box::new(header)));
    }
    if text.starts_with("{\"sweep\"") {
        let read: SweepLine = serde_json::from_str(text).map_err(|_| JournalError::NoRun)?;
        let digest = u64::from_str_radix(&read.sweep, 16).map_err(|_| JournalError::NoRun)?;
        return Ok(Line::Sweep(digest));
    }
    read_row(text).map(|row| Line::Row(Box::new(row)))
}

/// The setting, by its index, and the seed of the line of a run; none if it is no such line.
pub fn run_of_line(text: &str) -> Option<(usize, u64)> {
    let ReadRow { setting, seed, .. } = read_row(text).ok()?;
    Some((setting, seed))
}

#[derive(Deserialize)]
struct SweepLine {
    sweep: String,
}
