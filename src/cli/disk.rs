//! The disk: scenarios, manifests and snapshots in, results out.

#![expect(clippy::disallowed_methods, reason = "the one place that touches the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;

use crate::cli::exit::Failure;
use crate::input::{Document, Limits, Source};
use crate::scenario::Files;

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";

/// Reads a file, or standard input for `-`.
///
/// One that is larger than the limit is not read to its end; what was read is enough for the
/// reader to refuse it.
pub(super) fn read_source(path: &str, limits: &Limits) -> Result<Source, Failure> {
    let bytes = match path {
        "-" => read_limited(io::stdin().lock(), limits),
        file => File::open(file).and_then(|file| read_limited(file, limits)),
    };
    let name = if path == "-" { STDIN } else { path };
    match bytes {
        Ok(bytes) => Ok(Source::from_bytes(name, bytes)),
        Err(error) => Err(Failure::InvalidInput(format!(
            "error[unreadable]: cannot read {name}: {}\n{}",
            reason(&error),
            hint(path)
        ))),
    }
}

/// The ending of files that are packed.
const GZ: &str = "gz";

/// No file of results is larger: a record of some ten million facts.
const MOST_RESULTS: u64 = 2 << 30;

/// No line of a record is longer: a DaemonSet has 1.5 MB at most in etcd.
const MOST_LINE: u64 = 16 << 20;

/// A file of a few megabytes at most; none if it is not there, or larger.
pub(super) fn read_bytes(path: &Path) -> Option<Vec<u8>> {
    const MOST: u64 = 16 << 20;
    let bytes = read_up_to(path, MOST).ok()?;
    (bytes.len() as u64 <= MOST).then_some(bytes)
}

/// The bytes of a file, up to one more than `most`.
pub(super) fn read_up_to(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file of results, which may be larger than what people write, and packed.
pub(super) fn read_whole(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = open_results(path)?.read_to_string(&mut text);
    read.map_err(|error| broken(path, &reason(&error)))?;
    if text.len() as u64 > MOST_RESULTS {
        return Err(broken(path, "it has more than 2 GiB"));
    }
    Ok(text)
}

/// The lines of such a file one after the other, with their line breaks.
pub(super) fn read_lines(
    path: &Path,
    mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut from = BufReader::new(open_results(path)?);
    let (mut line, mut sum) = (Vec::new(), 0);
    loop {
        line.clear();
        let read = from.by_ref().take(MOST_LINE).read_until(b'\n', &mut line);
        let length = read.map_err(|error| broken(path, &reason(&error)))? as u64;
        sum += length;
        if length == MOST_LINE || sum > MOST_RESULTS {
            let what = if length == MOST_LINE { "a line of it has 16 MiB" } else { "it has 2 GiB" };
            return Err(broken(path, &format!("{what} or more")));
        }
        if length == 0 {
            return Ok(());
        }
        each(&line)?;
    }
}

/// It is not what `rollcast run` wrote.
fn broken(path: &Path, why: &str) -> Failure {
    Failure::InvalidInput(format!(
        "error[unreadable]: cannot read {}: {why}\nhint: make it again with `rollcast run`\n",
        path.display()
    ))
}

/// A file of results, up to a little more than is read of one.
fn open_results(path: &Path) -> Result<impl Read, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &reason(&error)))?;
    let is_packed = path.extension().is_some_and(|it| it == GZ);
    let from: Box<dyn Read> = if is_packed {
        Box::new(MultiGzDecoder::new(BufReader::new(file)))
    } else {
        Box::new(file)
    };
    Ok(from.take(MOST_RESULTS + 1))
}

/// A file or a folder that cannot be read.
pub(super) fn unreadable(path: &Path, why: &str) -> Failure {
    let shown = path.display();
    Failure::InvalidInput(format!("error[unreadable]: cannot read {shown}: {why}\n"))
}

/// More files than this are no folder of manifests.
const MOST_FILES: usize = 10_000;

/// The files with manifests in a folder and below it, in the order of their names; none if it is no
/// folder. Links to folders are not followed, as `kubectl apply -R` does not.
pub(super) fn manifests_below(path: &str) -> Result<Option<Vec<String>>, Failure> {
    if !Path::new(path).is_dir() {
        return Ok(None);
    }
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(path)];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|error| unreadable(&folder, &reason(&error)))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder, &reason(&error)))?;
            let file_type =
                entry.file_type().map_err(|error| unreadable(&folder, &reason(&error)))?;
            if file_type.is_dir() {
                folders.push(entry.path());
            } else if has_manifests(&entry.path()) && !entry.path().is_dir() {
                files.push(entry.path().to_string_lossy().into_owned());
            }
        }
        if files.len() > MOST_FILES {
            return Err(unreadable(
                Path::new(path),
                &format!("it has more than {MOST_FILES} files"),
            ));
        }
    }
    files.sort_unstable();
    Ok(Some(files))
}

fn has_manifests(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json")
}

/// What makes a stream of manifests of a folder.
fn hint(path: &str) -> String {
    let has = |name: &str| is_there(&Path::new(path).join(name));
    let run = match () {
        () if !Path::new(path).is_dir() => return String::new(),
        () if has("Chart.yaml") => format!("it is a chart: helm template {path} | rollcast run -"),
        () if ["kustomization.yaml", "kustomization.yml", "Kustomization"].into_iter().any(has) => {
            format!("it is a kustomization: kubectl kustomize {path} | rollcast run -")
        }
        () => "name a file in it".to_owned(),
    };
    format!("hint: {run}\n")
}

/// Whether there is a file or a folder.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn read_limited(from: impl Read, limits: &Limits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limits.max_bytes).unwrap_or(u64::MAX);
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What went wrong, as a lowercase fragment without the system's numbers.
pub(super) fn reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "no such file"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::IsADirectory, "it is a folder"),
    ];
    let plain = known.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, text)| *text);
    plain.map_or_else(|| without_number(&error.to_string().to_lowercase()), str::to_owned)
}

/// Why something cannot be written, in plain words; what is missing then is a folder.
#[expect(clippy::needless_pass_by_value, reason = "so that it fits `map_err`")]
pub(super) fn plainly(error: io::Error) -> io::Error {
    let known = [
        (io::ErrorKind::NotFound, "no such folder"),
        (io::ErrorKind::AlreadyExists, "a file is in the way"),
        (io::ErrorKind::NotADirectory, "a file is in the way"),
    ];
    let plain = known.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, text)| *text);
    io::Error::new(error.kind(), plain.map_or_else(|| reason(&error), str::to_owned))
}

/// What the system says, without the number at its end.
fn without_number(said: &str) -> String {
    said.split(" (os error").next().unwrap_or(said).to_owned()
}

/// Files beside a scenario.
pub(super) struct Beside {
    folder: PathBuf,
}

impl Beside {
    /// Files named in the scenario at `path` are looked for in its folder; in the working folder
    /// if it comes from standard input.
    pub(super) fn new(path: &str) -> Self {
        let folder = if path == "-" { None } else { Path::new(path).parent() };
        Self { folder: folder.map(Path::to_owned).unwrap_or_default() }
    }
}

impl Files for Beside {
    fn read(&self, path: &str, limits: &Limits) -> Result<Vec<u8>, String> {
        let file = File::open(self.folder.join(path));
        file.and_then(|file| read_limited(file, limits)).map_err(|error| reason(&error))
    }
}

/// Files beside a scenario, each read once: all settings of a sweep see the same bytes.
pub(super) struct Kept {
    beside: Beside,
    known: Mutex<BTreeMap<String, Result<Vec<u8>, String>>>,
    /// What manifests hold, so that they are parsed once for all settings.
    parsed: Mutex<BTreeMap<String, Arc<Vec<Document>>>>,
    /// How files are called that the scenario calls otherwise.
    shown: Mutex<BTreeMap<String, String>>,
}

impl Kept {
    /// As [`Beside::new`].
    pub(super) fn new(path: &str) -> Self {
        Self {
            beside: Beside::new(path),
            known: Mutex::default(),
            parsed: Mutex::default(),
            shown: Mutex::default(),
        }
    }

    /// From now on, a file with this path has these bytes, whatever the disk has; messages call it
    /// as `shown` says.
    pub(super) fn keep(&self, path: &str, shown: &str, bytes: Vec<u8>) {
        let mut names = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(path.to_owned(), shown.to_owned());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.to_owned(), Ok(bytes));
    }

    /// What was read, with its path.
    pub(super) fn read_so_far(&self) -> Vec<(String, Vec<u8>)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let read = known.iter().filter_map(|(path, bytes)| Some((path, bytes.as_ref().ok()?)));
        read.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    }
}

impl Files for Kept {
    fn parsed(&self, path: &str) -> Option<Arc<Vec<Document>>> {
        let parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.get(path).cloned()
    }

    fn keep_parsed(&self, path: &str, documents: &Arc<Vec<Document>>) {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.insert(path.to_owned(), Arc::clone(documents));
    }

    fn shown(&self, path: &str) -> String {
        let names = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(path).cloned().unwrap_or_else(|| path.to_owned())
    }

    fn read(&self, path: &str, limits: &Limits) -> Result<Vec<u8>, String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = known.get(path) {
            return bytes.clone();
        }
        let bytes = self.beside.read(path, limits);
        known.insert(path.to_owned(), bytes.clone());
        bytes
    }
}

/// A file of which nobody sees anything before it is complete.
pub(super) struct Growing {
    name: &'static str,
    file: Grown,
    /// Why it could not be written, once that has happened.
    error: Option<io::Error>,
}

/// Where it grows.
enum Grown {
    Plain(BufWriter<NamedTempFile>),
    Gzip(Box<GzEncoder<BufWriter<NamedTempFile>>>),
}

impl Growing {
    /// Writes more; what goes wrong is told by [`Folder::write_with`].
    pub(super) fn push(&mut self, text: &str) {
        if self.error.is_none() {
            let written = match &mut self.file {
                Grown::Plain(file) => file.write_all(text.as_bytes()),
                Grown::Gzip(file) => file.write_all(text.as_bytes()),
            };
            self.error = written.err();
        }
    }

    fn finish(self) -> io::Result<NamedTempFile> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let file = match self.file {
            Grown::Plain(file) => file,
            Grown::Gzip(file) => file.finish()?,
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

/// A file in a folder that gets its name once it is complete; others may read it then.
pub(super) fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

/// A folder for results that can be written to.
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder, and finds out before a long run whether files can be made in it.
    pub(super) fn open(path: PathBuf) -> Result<Self, Failure> {
        let what = || format!("cannot write to {}", path.display());
        fs::create_dir_all(&path).map_err(plainly).map_err(Failure::of(what()))?;
        NamedTempFile::new_in(&path).map_err(plainly).map_err(Failure::of(what()))?;
        Ok(Self { path })
    }

    /// Writes all files, or none of them: each is complete before any takes its name.
    pub(super) fn write<N: AsRef<str>, B: AsRef<[u8]>>(
        &self,
        files: &[(N, B)],
    ) -> Result<(), Failure> {
        for (name, _) in files {
            let path = self.path.join(name.as_ref());
            if path.is_dir() {
                let what = format!("cannot write {}", path.display());
                return Err(Failure::of(what)(io::Error::other("a folder is in the way")));
            }
        }
        let mut ready = Vec::new();
        for (name, bytes) in files {
            let name = name.as_ref();
            let what = format!("cannot write {}", self.path.join(name).display());
            let file = self.prepare(bytes.as_ref()).map_err(plainly).map_err(Failure::of(what))?;
            ready.push((name, file));
        }
        for (name, file) in ready {
            let path = self.path.join(name);
            let what = format!("cannot write {}", path.display());
            let kept = file.persist(path).map_err(|error| error.error);
            kept.map_err(plainly).map_err(Failure::of(what))?;
        }
        Ok(())
    }

    /// Begins a file that grows while a run goes on.
    pub(super) fn begin(&self, name: &'static str) -> Result<Growing, Failure> {
        let what = || format!("cannot write {}", self.path.join(name).display());
        let file = self.temporary().map_err(plainly).map_err(Failure::of(what()))?;
        let file = BufWriter::new(file);
        let is_packed = Path::new(name).extension().is_some_and(|it| it == GZ);
        let file = if is_packed {
            Grown::Gzip(Box::new(GzEncoder::new(file, Compression::default())))
        } else {
            Grown::Plain(file)
        };
        Ok(Growing { name, file, error: None })
    }

    /// Writes all files and the one that grew, or none of them.
    pub(super) fn write_with<N: AsRef<str>, B: AsRef<[u8]>>(
        &self,
        grown: Growing,
        files: &[(N, B)],
    ) -> Result<(), Failure> {
        let path = self.path.join(grown.name);
        let what = || format!("cannot write {}", path.display());
        let file = grown.finish().map_err(plainly).map_err(Failure::of(what()))?;
        self.write(files)?;
        let kept = file.persist(&path).map_err(|error| error.error);
        kept.map(drop).map_err(plainly).map_err(Failure::of(what()))
    }

    /// Removes a file of an earlier run, if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        let what = format!("cannot remove {}", path.display());
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(plainly(error)).map_err(Failure::of(what))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes one file as `fill` says, and gives it its name once it is complete.
    pub(super) fn write_by(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let path = self.path.join(name);
        let what = format!("cannot write {}", path.display());
        let written = || -> io::Result<()> {
            let mut ready = self.temporary()?;
            fill(&mut ready)?;
            ready.as_file().sync_all()?;
            ready.persist(&path).map(drop).map_err(|error| error.error)
        };
        written().map_err(plainly).map_err(Failure::of(what))
    }

    fn prepare(&self, bytes: &[u8]) -> io::Result<NamedTempFile> {
        let mut file = self.temporary()?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    }

    fn temporary(&self) -> io::Result<NamedTempFile> {
        temporary_in(&self.path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: io::ErrorKind, expected: &str) {
        assert_eq!(plainly(io::Error::from(kind)).to_string(), expected);
    }

    #[test]
    fn what_keeps_from_writing_is_told_in_plain_words() {
        check(io::ErrorKind::NotFound, "no such folder");
        check(io::ErrorKind::PermissionDenied, "permission denied");
        check(io::ErrorKind::NotADirectory, "a file is in the way");
        let full = plainly(io::Error::from_raw_os_error(28)).to_string();
        assert!(!full.contains("os error"), "{full}");
    }
}
