//! Journals as they are found: whose they are, and what of them can be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::disk::plainly;
use crate::cli::exit::Failure;
use crate::cli::journal::lines::each_line;
use crate::cli::journal::packed::is_packed;
use crate::report::compare::{Header, JournalError, Line, ReadRow, read_line};
use crate::report::readable::part;
use crate::study::{Collected, Row, Shard, Sweep};

/// A journal as it was found.
pub(in crate::cli) struct Found {
    /// What it is about, with all seeds that any of its headers names; none if it lost them all.
    pub(in crate::cli) header: Option<Header>,
    /// The runs of which it has a row, by setting and seed, and the number of the first such line.
    pub(in crate::cli) runs: BTreeMap<(usize, u64), u64>,
    /// Where the last complete line ends, in bytes.
    pub(in crate::cli) end: u64,
    /// The digest of its sweep, as headers and other lines say it.
    digest: Option<u64>,
    lines: u64,
    torn: Torn,
}

/// Lines that cannot be read: the log was cut there, or lines were written over each other.
#[derive(Default)]
struct Torn {
    lines: u64,
    /// The number of the first.
    first: u64,
    /// Whether one of them was a packed block of ours.
    packed: bool,
}

/// Reads a journal; none if there is no such file, or nothing in it. Lines that cannot be read do
/// not count, as long as any can: their runs are missing, and can be run again.
pub(in crate::cli) fn find(path: &Path, hint: &str) -> Result<Option<Found>, Failure> {
    let mut found = Found {
        header: None,
        runs: BTreeMap::new(),
        end: 0,
        digest: None,
        lines: 0,
        torn: Torn::default(),
    };
    let mut each = |number, line: &str| {
        found.add(number, line).map_err(|error| wrong(path, error, number, hint))
    };
    let Some(end) = each_line(path, &mut each)? else { return Ok(None) };
    found.end = end;
    if found.lines == 0 {
        return Ok(None);
    }
    if found.torn.lines == found.lines && !found.torn.packed {
        return Err(wrong(path, JournalError::NoHeader, 1, hint));
    }
    if let Some(header) = &found.header {
        found.check_runs(&header.sweep, path, hint)?;
    }
    Ok(Some(found))
}

impl Found {
    fn add(&mut self, number: u64, line: &str) -> Result<(), JournalError> {
        self.lines += 1;
        match read_line(line) {
            Ok(Line::Header(header)) => self.add_header(*header)?,
            Ok(Line::Sweep(digest)) => self.add_digest(digest)?,
            Ok(Line::Row(row)) => {
                self.runs.entry((row.setting, row.seed)).or_insert(number);
            }
            Err(error @ JournalError::Contradiction) => return Err(error),
            Err(_) => {
                self.torn.first = if self.torn.lines == 0 { number } else { self.torn.first };
                self.torn.lines += 1;
                self.torn.packed |= is_packed(line);
            }
        }
        Ok(())
    }

    /// The logs of a part that was begun twice hold two headers, and so does a journal to which seeds
    /// were added.
    fn add_header(&mut self, mut header: Header) -> Result<(), JournalError> {
        self.add_digest(header.digest())?;
        if let Some(before) = &self.header {
            if header.difference(before).is_some() {
                return Err(JournalError::OtherHeader);
            }
            header.sweep.seeds = header.sweep.seeds.with(&before.sweep.seeds);
        }
        self.header = Some(header);
        Ok(())
    }

    fn add_digest(&mut self, digest: u64) -> Result<(), JournalError> {
        let known = *self.digest.get_or_insert(digest);
        if known == digest { Ok(()) } else { Err(JournalError::OtherHeader) }
    }

    /// Why it does not belong to what `header` is about, if it does not. One that lost its headers
    /// belongs to the sweep that its other lines name.
    pub(in crate::cli) fn difference(&self, header: &Header) -> Option<String> {
        match (&self.header, self.digest) {
            (Some(own), _) => own.difference(header),
            (None, None) if self.runs.is_empty() => None,
            (None, Some(digest)) if digest == header.digest() => None,
            (None, Some(_)) => Some(
                "it has lost its first line, and its other lines name another scenario, other \
                 settings or another version"
                    .to_owned(),
            ),
            (None, None) => Some(
                "it has lost its first line, and no other line of it names its sweep".to_owned(),
            ),
        }
    }

    /// Whether it has runs of such a part of its sweep, and not all of them.
    pub(in crate::cli) fn is_cut_off(&self, shard: Shard) -> bool {
        let all = self.header.as_ref().map(|header| shard.many(header.sweep.runs()));
        !self.runs.is_empty() && all.is_none_or(|all| self.runs.len() < all)
    }

    /// Whether each of its runs is one of the sweep.
    pub(in crate::cli) fn check_runs(
        &self,
        sweep: &Sweep,
        path: &Path,
        hint: &str,
    ) -> Result<(), Failure> {
        let is_other =
            |&(&(setting, seed), _): &(&(usize, u64), &u64)| sweep.run_of(setting, seed).is_none();
        let others = self.runs.iter().filter(is_other);
        match others.min_by_key(|&(_, &line)| line) {
            None => Ok(()),
            Some((&(setting, seed), &line)) => {
                Err(wrong(path, JournalError::UnknownRun { setting, seed }, line, hint))
            }
        }
    }

    /// What of it cannot be read, in a line for people; empty if all can.
    pub(in crate::cli) fn note(&self, path: &Path) -> String {
        let Torn { lines, first, .. } = self.torn;
        if lines == 0 {
            return String::new();
        }
        let (lines, path) = (part(lines, self.lines, "line"), path.display());
        format!(
            "note: {path}: {lines} cannot be read, the first is line {first}; their runs count as \
             missing\n"
        )
    }
}

/// Reads a journal, and adds those of its rows that are runs of the sweep.
pub(in crate::cli) fn collect(
    path: &Path,
    hint: &str,
    sweep: &Sweep,
    known: &mut Collected,
) -> Result<(), Failure> {
    let mut each = |number, line: &str| {
        let Ok(Line::Row(row)) = read_line(line) else { return Ok(()) };
        let ReadRow { setting, seed, metrics } = *row;
        let agrees = sweep.run_of(setting, seed).is_none_or(|run| known.add(Row { run, metrics }));
        let other = JournalError::OtherResult { setting, seed };
        if agrees { Ok(()) } else { Err(wrong(path, other, number, hint)) }
    };
    each_line(path, &mut each).map(|_| ())
}

fn wrong(path: &Path, error: JournalError, line: u64, hint: &str) -> Failure {
    let path = path.display();
    Failure::InvalidInput(format!(
        "error[bad-journal]: {path}:{line} cannot be read: {error}\nhint: {hint}\n"
    ))
}

/// The journals of a folder, in the order of their names, or the one that is given.
pub(in crate::cli) fn of_folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let what = || Failure::of(format!("cannot read {}", path.display()));
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(plainly).map_err(what())? {
        let name = entry.map_err(plainly).map_err(what())?.file_name();
        let text = name.to_string_lossy();
        if text.starts_with("runs") && text.ends_with(".jsonl") {
            found.push(path.join(&name));
        }
    }
    found.sort();
    Ok(found)
}
