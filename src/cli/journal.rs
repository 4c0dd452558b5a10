//! Journals on the disk: a line per run as it is done, so that a sweep that is cut off can go on.

#![expect(clippy::disallowed_methods, reason = "a part of cli that touches the disk")]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::cli::disk::{Folder, plainly};
use crate::cli::exit::Failure;
use crate::report::compare::{Header, JournalError, header_line, read_header, read_row, row_line};
use crate::study::{Collected, Row, Shard};

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
    /// What it is about.
    pub(super) header: Header,
    /// Where the line of each run stands: from which byte, and how many.
    pub(super) lines: BTreeMap<usize, (u64, usize)>,
    /// Where the last complete line ends, in bytes.
    pub(super) end: u64,
}

impl Journal {
    /// A new journal, with its header.
    pub(super) fn create(path: &Path, header: &Header) -> Result<Self, Failure> {
        let file = File::create(path).map_err(plainly);
        let mut journal = Self::over(path, Box::new(file.map_err(Failure::of(cannot(path)))?));
        journal.write(&header_line(header));
        journal.checked()
    }

    /// A journal on standard output.
    pub(super) fn on_stdout(header: &Header) -> Result<Self, Failure> {
        let mut journal = Self::over(Path::new("-"), Box::new(io::stdout()));
        journal.write(&header_line(header));
        journal.checked()
    }

    /// Goes on behind the last complete line.
    pub(super) fn resume(path: &Path, found: &Found) -> Result<Self, Failure> {
        let open = || -> io::Result<File> {
            let mut file = OpenOptions::new().write(true).open(path)?;
            file.set_len(found.end)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(plainly).map_err(Failure::of(cannot(path)))?;
        Ok(Self::over(path, Box::new(file)))
    }

    fn over(path: &Path, out: Box<dyn Write>) -> Self {
        Self { path: path.to_owned(), out, state: State::Open }
    }

    /// Adds a run. What goes wrong is told by [`Journal::checked`]; whether another one can be added
    /// is returned.
    pub(super) fn add(&mut self, row: &Row) -> bool {
        self.write(&row_line(row));
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

    /// The journal, unless something went wrong.
    pub(super) fn checked(self) -> Result<Self, Failure> {
        match self.state {
            State::Failed(failure) => Err(failure),
            State::Open | State::Unread => Ok(self),
        }
    }
}

fn cannot(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// Reads a journal and adds its rows; none if there is no such file. A last line that is cut off
/// was not written to its end and does not count.
pub(super) fn find(
    path: &Path,
    mut known: Option<&mut Collected>,
    hint: &str,
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
            // The logs of a part that was begun twice hold two headers.
            Some(found) if line.starts_with("{\"rollcast\"") => {
                let header = read_header(&line).map_err(|error| wrong(error, number))?;
                if header != found.header {
                    return Err(wrong(JournalError::OtherHeader, number));
                }
            }
            Some(found) => {
                let row = read_row(&line).map_err(|error| wrong(error, number))?;
                let (run, runs) = (row.run, found.header.sweep.runs());
                if run >= runs {
                    return Err(wrong(JournalError::UnknownRun { run, runs }, number));
                }
                if known.as_deref_mut().is_some_and(|known| !known.add(row)) {
                    return Err(wrong(JournalError::OtherResult { run }, number));
                }
                found.lines.entry(run).or_insert((offset, line.len()));
            }
        }
        offset += line.len() as u64 + 1;
        if let Some(found) = &mut found {
            found.end = offset;
        }
    }
    Ok(found)
}

/// What a journal is about; none if there is no such file, or nothing in it.
pub(super) fn header(path: &Path, hint: &str) -> Result<Option<Header>, Failure> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    let Some(line) = next_line(&mut BufReader::new(file), path)? else { return Ok(None) };
    read_header(&line).map(Some).map_err(|error| wrong(path, error, 1, hint))
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
        lines.extend(found.lines.iter().map(|(&run, &(at, long))| (run, (source, at, long))));
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
