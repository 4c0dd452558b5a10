//! A results folder, opened to be looked into.

use std::path::{Path, PathBuf};

use crate::cli::disk::{is_there, read_lines, read_whole};
use crate::cli::exit::{Failure, refuse};
use crate::cli::output::{FACTS, PACKED_FACTS, RUN, SUMMARY};
use crate::inspect::SummaryFile;
use crate::inspect::{ReadError, Reader, Run};
use crate::report::json::RunInfo;
use crate::time::SimDuration;

/// What a results folder holds.
pub(super) struct Opened {
    pub(super) run: Run,
    /// `summary.json`; none if there is no such file.
    pub(super) summary: Option<SummaryFile>,
    /// `run.json`; none if there is no such file.
    pub(super) info: Option<RunInfo>,
}

impl Opened {
    /// When the run ended.
    pub(super) fn end(&self) -> SimDuration {
        self.summary.as_ref().map(SummaryFile::end).unwrap_or_default().max(self.run.end())
    }

    /// The moment that is asked for, or the end of the run; what comes later is unknown.
    pub(super) fn moment(&self, asked: Option<SimDuration>) -> Result<SimDuration, Failure> {
        let end = self.end();
        let at = asked.unwrap_or(end);
        if at <= end {
            return Ok(at);
        }
        let message = format!("the run ended after {end}: nothing is known of {at}");
        let hint = "give an earlier time; a longer `until` in the scenario makes the run longer";
        Err(refuse("after-the-end", &message, hint))
    }
}

/// Opens a results folder, which may be named by the facts in it.
pub(super) fn open(path: &Path) -> Result<Opened, Failure> {
    let folder = match path.file_name() {
        Some(name) if name == FACTS || name == PACKED_FACTS => {
            path.parent().unwrap_or(Path::new("")).to_owned()
        }
        Some(_) | None => path.to_owned(),
    };
    let facts = facts_in(&folder).ok_or_else(|| no_record(path, &folder))?;
    let mut reader = Reader::default();
    let refused = |error: ReadError| unreadable(&facts, &error);
    read_lines(&facts, |line| reader.push(line).map_err(refused))?;
    let run = reader.finish().map_err(refused)?;
    let info = read_info(&folder)?;
    let summary = read_summary(&folder, &run, info.as_ref())?;
    Ok(Opened { run, summary, info })
}

/// The file with the facts, packed or not.
pub(super) fn facts_in(folder: &Path) -> Option<PathBuf> {
    let names = [FACTS, PACKED_FACTS];
    names.map(|name| folder.join(name)).into_iter().find(|path| is_there(path))
}

fn no_record(path: &Path, folder: &Path) -> Failure {
    let shown = path.display();
    let is_name = ["ds/", "daemonset/", "pod/", "node/"].iter().any(|it| path.starts_with(it));
    let (what, hint) = if is_name && !is_there(path) {
        (
            "this is the name of an object, not a folder",
            "`--help` says where the results folder goes",
        )
    } else if path.is_file() {
        ("this is not a record", "give the folder that `rollcast run` wrote")
    } else if !is_there(path) {
        ("there is no such folder", "`rollcast run SCENARIO` makes one in results/")
    } else if is_there(&folder.join("compare.json")) {
        ("these are the results of a comparison", "`rollcast run` keeps what happened in one run")
    } else {
        ("there is no facts.jsonl in it", "give the folder that `rollcast run` wrote")
    };
    Failure::InvalidInput(format!("error[no-record]: {shown}: {what}\nhint: {hint}\n"))
}

fn unreadable(facts: &Path, error: &ReadError) -> Failure {
    let ReadError { line, text, code, message, hint } = error;
    let shown = facts.display();
    Failure::InvalidInput(format!(
        "error[{code}]: {message}\n --> {shown}:{line}\n  | {text}\nhint: {hint}\n"
    ))
}

/// `summary.json`, if it is there and of this run.
fn read_summary(
    folder: &Path,
    run: &Run,
    info: Option<&RunInfo>,
) -> Result<Option<SummaryFile>, Failure> {
    let Some((path, text)) = beside(folder, SUMMARY)? else { return Ok(None) };
    let refuse = |code: &str, message: &str| {
        let shown = path.display();
        Failure::InvalidInput(format!(
            "error[{code}]: {message}\n --> {shown}\nhint: give the folder that `rollcast run` wrote, \
             with all its files\n"
        ))
    };
    let summary = SummaryFile::read(&text, run).map_err(|error| {
        refuse("bad-summary", &format!("summary.json does not say how the run ended: {error}"))
    })?;
    if let Some(info) = info {
        if format!("{:016x}", info.digest) != summary.digest {
            return Err(refuse("other-run", "summary.json and run.json are of different runs"));
        }
        let header = &run.header;
        if info.scenario != header.scenario || info.seed != header.seed {
            return Err(refuse("other-run", "summary.json and the facts are of different runs"));
        }
    }
    Ok(Some(summary))
}

/// `run.json`, if it is there.
pub(super) fn read_info(folder: &Path) -> Result<Option<RunInfo>, Failure> {
    let Some((path, text)) = beside(folder, RUN)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        let shown = path.display();
        Failure::InvalidInput(format!(
            "error[bad-run]: run.json does not say how the run was made: {error}\n --> {shown}\nhint: \
             make it again with `rollcast run`\n"
        ))
    })
}

/// A file beside the facts, if it is there.
fn beside(folder: &Path, name: &str) -> Result<Option<(PathBuf, String)>, Failure> {
    let path = folder.join(name);
    if !is_there(&path) {
        return Ok(None);
    }
    let text = read_whole(&path)?;
    Ok(Some((path, text)))
}
