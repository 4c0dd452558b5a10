//! `rollcast merge`: the parts of a sweep, joined to what one machine would have written.

use std::path::{Path, PathBuf};

use crate::cli::args::MergeArgs;
use crate::cli::compare::finish;
use crate::cli::disk::Folder;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::journal::{self, Found};
use crate::cli::sweep::refuse;
use crate::cli::terminal::note;
use crate::cli::unfinished::unfinished;
use crate::report::compare::Header;
use crate::study::{Collected, ProposalError, Shard};

const PARTS: &str = "name folders that `rollcast compare --shard K/N` wrote to";

/// Reads the parts, joins them, writes, prints. What is there is written even if runs are missing.
pub(super) fn merge(args: &MergeArgs) -> Result<Outcome, Failure> {
    let mut sources = Vec::new();
    for part in &args.parts {
        for path in journal::of_folder(part)? {
            sources.extend(journal::find(&path, PARTS)?.map(|found| (path, found)));
        }
    }
    let mut header = common_header(&sources)?;
    sources.extend(joined_before(&args.out, &mut header)?);
    let mut collected = Collected::new(&header.sweep);
    for (path, found) in &sources {
        found.check_runs(&header.sweep, path, PARTS)?;
        journal::collect(path, PARTS, &header.sweep, &mut collected)?;
        if !args.print.quiet {
            note(&found.note(path));
        }
    }
    let folder = Folder::open(args.out.clone())?;
    let paths: Vec<PathBuf> = sources.into_iter().map(|(path, _)| path).collect();
    journal::write_ordered(&folder, &header, &paths)?;
    let unfinished = unfinished(&header, &collected, &args.out);
    if unfinished.is_empty() {
        return finish(&folder, header, collected, &args.print);
    }
    note(&unfinished);
    Ok(Outcome::Interrupted)
}

/// What all journals are about, with the seeds of all of them. One that lost its beginning is known
/// by what the others say.
fn common_header(sources: &[(PathBuf, Found)]) -> Result<Header, Failure> {
    if sources.is_empty() {
        return Err(refuse(ProposalError::new("no-journal", "there is no part of a sweep", PARTS)));
    }
    let first = sources.iter().find_map(|(_, found)| found.header.as_ref());
    let mut common = first.cloned().ok_or_else(no_header)?;
    for (path, found) in sources {
        let view = found.header.as_ref().is_some_and(|header| header.view != common.view);
        let view = view
            .then(|| "its goal, its baseline or another option of its report differs".to_owned());
        if let Some(why) = found.difference(&common).or(view) {
            let message = format!("{} is of another sweep: {why}", path.display());
            let hint =
                "join only parts of one sweep, made with the same arguments but for the seeds";
            return Err(refuse(ProposalError::new("other-sweep", message, hint)));
        }
        if let Some(header) = &found.header {
            common.sweep.seeds = common.sweep.seeds.with(&header.sweep.seeds);
        }
    }
    Ok(common)
}

fn no_header() -> Failure {
    let message = "every part has lost its first line, so none says what was run";
    let hint = "put one into a folder of its own as `runs-K-of-N.jsonl`, and run the same `rollcast \
                compare` with `--shard K/N --resume --out` of that folder: the scenario says it";
    refuse(ProposalError::new("no-header", message, hint))
}

/// What was joined before and misses runs: runs that were added since are not thrown away.
fn joined_before(out: &Path, header: &mut Header) -> Result<Option<(PathBuf, Found)>, Failure> {
    let path = out.join(journal::file_name(Shard::WHOLE));
    let found = journal::find(&path, journal::BEGIN_ANEW)?;
    let Some(found) = found.filter(|it| it.is_cut_off(Shard::WHOLE)) else { return Ok(None) };
    if let Some(why) = found.difference(header) {
        let message = format!("{} has runs of another, unfinished sweep: {why}", path.display());
        let hint = "choose another folder for what is joined, or delete it";
        return Err(refuse(ProposalError::new("unfinished-sweep", message, hint)));
    }
    if let Some(own) = &found.header {
        header.sweep.seeds = header.sweep.seeds.with(&own.sweep.seeds);
    }
    Ok(Some((path, found)))
}
