//! Journals on the disk: a line per run as it is done, so that a sweep that is cut off can go on.

#![expect(clippy::disallowed_methods, reason = "a part of cli that touches the disk")]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::cli::disk::{Folder, plainly};
use crate::cli::exit::Failure;
use crate::report::compare::{
    Header, JournalError, ReadRow, header_line, read_header, read_row, row_line,
};
use crate::study::{Collected, Row, Shard, Sweep};

/// What to do about a journal that `compare` wrote and cannot read.
pub(super) const BEGIN_ANEW: &str = "delete it to begin anew";

/// A line longer than this is none of ours.
const LONGEST_LINE: u64 = 64 << 20;

/// The name of a journal: that of a part says which.
pub(super) fn file_name(shard: Shard) -> String {
    if shard == Shard::WHOLE {
        return "runs.jsonl".to_owned();
    }
    format!("runs-{}-of-{}.jsonl", shard.part, shard.of)
}

/// A journal that grows.
pub(super) struct Journal {
    path: PathBuf,
    out: Box<dyn Write>,
    /// Nothing is written after the first thing that went wrong.
    state: State,
}

/// Whether lines can be added.
enum State {
    Open,
    /// The reader of standard output has seen enough, which is no failure.
    Unread,
    Failed(Failure),
}

/// A journal as it was found.
pub(super) struct Found {
    /// What it is about, with all seeds that any of its headers names.
    pub(super) header: Header,
    /// Where the line of each run stands, by setting and seed: from which byte, and how many.
    pub(super) lines: BTreeMap<(usize, u64), (u64, usize)>,
    /// Where the last complete line ends, in bytes.
    pub(super) end: u64,
}

impl Journal {
    /// A new journal, with its header.
    pub(super) fn create(path: &Path, header: &Header) -> Result<Self, Failure> {
        let file = File::create(path).map_err(plainly);
        let journal = Self::over(path, Box::new(file.map_err(Failure::of(cannot(path)))?));
        journal.begun(header)
    }

    /// A journal on standard output.
    pub(super) fn on_stdout(header: &Header) -> Result<Self, Failure> {
        Self::over(Path::new("-"), Box::new(io::stdout())).begun(header)
    }

    /// Goes on behind the last complete line, with a header of its own if the last one was another.
    pub(super) fn resume(path: &Path, found: &Found, header: &Header) -> Result<Self, Failure> {
        let open = || -> io::Result<File> {
            let mut file = OpenOptions::new().write(true).open(path)?;
            file.set_len(found.end)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(plainly).map_err(Failure::of(cannot(path)))?;
        let mut journal = Self::over(path, Box::new(file));
        if found.header != *header {
            journal.begin(header);
        }
        Ok(journal)
    }

    /// From here on, runs are those of this sweep.
    pub(super) fn begin(&mut self, header: &Header) {
        self.write(&header_line(header));
    }

    fn begun(mut self, header: &Header) -> Result<Self, Failure> {
        self.begin(header);
        self.check()?;
        Ok(self)
    }

    fn over(path: &Path, out: Box<dyn Write>) -> Self {
        Self { path: path.to_owned(), out, state: State::Open }
    }

    /// Adds a run. What goes wrong is told by [`Journal::check`]; whether another one can be added
    /// is returned.
    pub(super) fn add(&mut self, sweep: &Sweep, row: &Row) -> bool {
        self.write(&row_line(sweep, row));
        matches!(self.state, State::Open)
    }

    fn write(&mut self, line: &str) {
        if !matches!(self.state, State::Open) {
            return;
        }
        self.state = match self.out.write_all(line.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => State::Open,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => State::Unread,
            Err(error) => State::Failed(Failure::of(cannot(&self.path))(plainly(error))),
        };
    }

    /// Whether nobody reads what would be added.
    pub(super) fn is_unread(&self) -> bool {
        matches!(self.state, State::Unread)
    }

    /// Tells what went wrong, if something did.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        match std::mem::replace(&mut self.state, State::Open) {
            State::Failed(failure) => Err(failure),
            state @ (State::Open | State::Unread) => {
                self.state = state;
                Ok(())
            }
        }
    }
}

fn cannot(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// Reads a journal; none if there is no such file. A last line that is cut off was not written to
/// its end and does not count.
pub(super) fn find(path: &Path, hint: &str) -> Result<Option<Found>, Failure> {
    scan(path, hint, &mut |_| true)
}

/// Reads a journal, and adds those of its rows that are runs of the sweep.
pub(super) fn collect(
    path: &Path,
    hint: &str,
    sweep: &Sweep,
    known: &mut Collected,
) -> Result<(), Failure> {
    let mut add = |ReadRow { setting, seed, metrics }: ReadRow| {
        sweep.run_of(setting, seed).is_none_or(|run| known.add(Row { run, metrics }))
    };
    scan(path, hint, &mut add).map(|_| ())
}

/// Reads a journal; `each` gets the rows, and says whether a row agrees with those before.
fn scan(
    path: &Path,
    hint: &str,
    each: &mut dyn FnMut(ReadRow) -> bool,
) -> Result<Option<Found>, Failure> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => {
            file.map_err(plainly).map_err(Failure::of(format!("cannot read {}", path.display())))?
        }
    };
    let wrong = |error: JournalError, line| wrong(path, error, line, hint);
    let mut reader = BufReader::new(file);
    let mut found: Option<Found> = None;
    let (mut offset, mut number) = (0_u64, 0_u64);
    loop {
        number += 1;
        let Some(line) = next_line(&mut reader, path)? else { break };
        match &mut found {
            None => {
                let header = read_header(&line).map_err(|error| wrong(error, number))?;
                found = Some(Found { header, lines: BTreeMap::new(), end: 0 });
            }
            // The logs of a part that was begun twice hold two headers, and so does a journal to
            // which seeds were added.
            Some(found) if line.starts_with("{\"rollcast\"") => {
                let mut header = read_header(&line).map_err(|error| wrong(error, number))?;
                if header.difference(&found.header).is_some() {
                    return Err(wrong(JournalError::OtherHeader, number));
                }
                header.sweep.seeds = header.sweep.seeds.with(&found.header.sweep.seeds);
                found.header = header;
            }
            Some(found) => {
                let row = read_row(&line).map_err(|error| wrong(error, number))?;
                let (setting, seed) = (row.setting, row.seed);
                if found.header.sweep.run_of(setting, seed).is_none() {
                    return Err(wrong(JournalError::UnknownRun { setting, seed }, number));
                }
                if !each(row) {
                    return Err(wrong(JournalError::OtherResult { setting, seed }, number));
                }
                found.lines.entry((setting, seed)).or_insert((offset, line.len()));
            }
        }
        offset += line.len() as u64 + 1;
        if let Some(found) = &mut found {
            found.end = offset;
        }
    }
    Ok(found)
}

fn wrong(path: &Path, error: JournalError, line: u64, hint: &str) -> Failure {
    let path = path.display();
    Failure::InvalidInput(format!(
        "error[bad-journal]: {path}:{line} cannot be read: {error}\nhint: {hint}\n"
    ))
}

/// The journals of a folder, in the order of their names, or the one that is given.
pub(super) fn of_folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
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

/// Writes `runs.jsonl` with the runs in their order, whatever the order in which they were done
/// and the journals in which they stand.
pub(super) fn write_ordered(
    folder: &Folder,
    header: &Header,
    sources: &[(PathBuf, Found)],
) -> Result<(), Failure> {
    let mut lines = BTreeMap::new();
    for (source, (_, found)) in sources.iter().enumerate() {
        let run = |&(setting, seed): &(usize, u64)| header.sweep.run_of(setting, seed);
        let known = found.lines.iter().filter_map(|(key, place)| Some((run(key)?, *place)));
        lines.extend(known.map(|(run, (at, long))| (run, (source, at, long))));
    }
    folder.write_by(&file_name(Shard::WHOLE), |out| {
        let mut out = BufWriter::new(out);
        let mut files: Vec<File> =
            sources.iter().map(|(path, _)| File::open(path)).collect::<io::Result<_>>()?;
        out.write_all(header_line(header).as_bytes())?;
        for (source, at, long) in lines.into_values() {
            let mut line = vec![0; long];
            files[source].seek(SeekFrom::Start(at))?;
            files[source].read_exact(&mut line)?;
            line.push(b'\n');
            out.write_all(&line)?;
        }
        out.flush()
    })
}

/// The next line without its break; none at the end, or if what follows has no break.
fn next_line(reader: &mut BufReader<File>, path: &Path) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes);
    read.map_err(plainly).map_err(Failure::of(format!("cannot read {}", path.display())))?;
    if bytes.pop() != Some(b'\n') {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
