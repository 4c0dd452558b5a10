//! Journals that grow: in a file, or on standard output.

#![expect(clippy::disallowed_methods, reason = "a part of cli that touches the disk")]

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::disk::plainly;
use crate::cli::exit::Failure;
use crate::cli::journal::find::Found;
use crate::cli::journal::packed::Packer;
use crate::report::compare::{Header, header_line, row_line, sweep_line};
use crate::study::{Row, Shard, Sweep};

/// What to do about a journal that `compare` wrote and cannot read.
pub(in crate::cli) const BEGIN_ANEW: &str = "delete it to begin anew";

/// On standard output, so many runs come after a line that names their sweep.
const RUNS_WITHOUT_NAME: usize = 50;

/// On standard output, the header comes again after so many bytes, or so many times its own.
const BYTES_WITHOUT_HEADER: usize = 256 << 10;
const TIMES_THE_HEADER: usize = 16;

/// The name of a journal: that of a part says which.
pub(in crate::cli) fn file_name(shard: Shard) -> String {
    if shard == Shard::WHOLE {
        return "runs.jsonl".to_owned();
    }
    format!("runs-{}-of-{}.jsonl", shard.part, shard.of)
}

/// A journal that grows.
pub(in crate::cli) struct Journal {
    path: PathBuf,
    out: Box<dyn Write>,
    /// What is said again in a log; a file does not lose its beginning.
    again: Option<Again>,
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

impl Journal {
    /// A new journal, with its header.
    pub(in crate::cli) fn create(path: &Path, header: &Header) -> Result<Self, Failure> {
        let file = File::create(path).map_err(plainly);
        let journal = Self::over(path, Box::new(file.map_err(Failure::of(cannot(path)))?));
        journal.begun(header)
    }

    /// A journal on standard output, packed or not.
    pub(in crate::cli) fn on_stdout(header: &Header, packed: bool) -> Result<Self, Failure> {
        let out: Box<dyn Write> = if packed {
            Box::new(Packer::new(io::stdout(), sweep_line(header)))
        } else {
            Box::new(io::stdout())
        };
        let again = Some(Again::default());
        Self { again, ..Self::over(Path::new("-"), out) }.begun(header)
    }

    /// Goes on behind the last complete line, with a header of its own if the last one was another.
    pub(in crate::cli) fn resume(
        path: &Path,
        found: &Found,
        header: &Header,
    ) -> Result<Self, Failure> {
        let open = || -> io::Result<File> {
            let file = OpenOptions::new().append(true).open(path)?;
            file.set_len(found.end)?;
            Ok(file)
        };
        let file = open().map_err(plainly).map_err(Failure::of(cannot(path)))?;
        let mut journal = Self::over(path, Box::new(file));
        if found.header.as_ref() != Some(header) {
            journal.begin(header);
        }
        Ok(journal)
    }

    /// From here on, runs are those of this sweep.
    pub(in crate::cli) fn begin(&mut self, header: &Header) {
        let line = header_line(header);
        self.write(&line);
        if let Some(again) = &mut self.again {
            *again = Again::after(line, sweep_line(header));
        }
    }

    fn begun(mut self, header: &Header) -> Result<Self, Failure> {
        self.begin(header);
        self.check()?;
        Ok(self)
    }

    fn over(path: &Path, out: Box<dyn Write>) -> Self {
        Self { path: path.to_owned(), out, again: None, state: State::Open }
    }

    /// Adds a run. What goes wrong is told by [`Journal::check`]; whether another one can be added
    /// is returned.
    pub(in crate::cli) fn add(&mut self, sweep: &Sweep, row: &Row) -> bool {
        let line = row_line(sweep, row);
        if let Some(again) = self.again.as_mut().and_then(|it| it.before(line.len())) {
            self.write(&again);
        }
        self.write(&line);
        matches!(self.state, State::Open)
    }

    fn write(&mut self, line: &str) {
        if !matches!(self.state, State::Open) {
            return;
        }
        let written = self.out.write_all(line.as_bytes());
        self.state = self.state_after(written);
    }

    /// Nothing is kept back any longer.
    pub(in crate::cli) fn flush(&mut self) {
        if matches!(self.state, State::Open) {
            let flushed = self.out.flush();
            self.state = self.state_after(flushed);
        }
    }

    fn state_after(&self, written: io::Result<()>) -> State {
        match written {
            Ok(()) => State::Open,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => State::Unread,
            Err(error) => State::Failed(Failure::of(cannot(&self.path))(plainly(error))),
        }
    }

    /// Whether nobody reads what would be added.
    pub(in crate::cli) fn is_unread(&self) -> bool {
        matches!(self.state, State::Unread)
    }

    /// Tells what went wrong, if something did.
    pub(in crate::cli) fn check(&mut self) -> Result<(), Failure> {
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

/// What a log says again, as its beginning may be lost: which sweep this is, and from time to time
/// all of the header.
#[derive(Default)]
struct Again {
    header: String,
    sweep: String,
    /// Runs since either of them.
    runs: usize,
    /// Bytes since the header.
    bytes: usize,
}

impl Again {
    /// After a header, which is given as its line beside the shorter one.
    fn after(header: String, sweep: String) -> Self {
        Self { header, sweep, runs: 0, bytes: 0 }
    }

    /// The line to say before the next run, which takes so many bytes, if there is one.
    fn before(&mut self, bytes: usize) -> Option<String> {
        self.runs += 1;
        self.bytes += bytes;
        let most = BYTES_WITHOUT_HEADER.max(self.header.len().saturating_mul(TIMES_THE_HEADER));
        if self.bytes > most {
            (self.runs, self.bytes) = (0, 0);
            return Some(self.header.clone());
        }
        if self.runs < RUNS_WITHOUT_NAME {
            return None;
        }
        self.runs = 0;
        Some(self.sweep.clone())
    }
}
