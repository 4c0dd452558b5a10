//! A results folder, opened to be looked into.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::disk::{is_there, read_whole};
use crate::cli::exit::Failure;
use crate::cli::output::{FACTS, PACKED_FACTS};
use crate::inspect::{ReadError, Run};

/// What a results folder holds.
pub(super) struct Opened {
    pub(super) folder: PathBuf,
    pub(super) run: Run,
    /// `summary.json`; null if there is none.
    pub(super) summary: Value,
    /// `run.json`; null if there is none.
    #[expect(dead_code, reason = "no question needs it yet")]
    pub(super) info: Value,
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
    let text = read_whole(&facts)?;
    let run = Run::read(&text).map_err(|error| unreadable(&facts, &error))?;
    let (summary, info) = (json(&folder, "summary.json")?, json(&folder, "run.json")?);
    Ok(Opened { folder, run, summary, info })
}

/// The file with the facts, packed or not.
pub(super) fn facts_in(folder: &Path) -> Option<PathBuf> {
    let names = [FACTS, PACKED_FACTS];
    names.map(|name| folder.join(name)).into_iter().find(|path| is_there(path))
}

fn no_record(path: &Path, folder: &Path) -> Failure {
    let shown = path.display();
    let (what, hint) = if !is_there(path) {
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

/// A file beside the facts, as far as it is there.
fn json(folder: &Path, name: &str) -> Result<Value, Failure> {
    let path = folder.join(name);
    if !is_there(&path) {
        return Ok(Value::Null);
    }
    serde_json::from_str(&read_whole(&path)?).map_err(|error| {
        let shown = path.display();
        Failure::InvalidInput(format!(
            "error[bad-record]: this is no JSON: {error}\n --> {shown}\nhint: make it again with \
             `rollcast run`\n"
        ))
    })
}
