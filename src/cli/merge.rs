//! `rollcast merge`: the parts of a sweep, joined to what one machine would have written.

use std::path::PathBuf;

use crate::cli::args::MergeArgs;
use crate::cli::compare::finish;
use crate::cli::disk::Folder;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::journal::{self, Found};
use crate::cli::sweep::refuse;
use crate::report::compare::Header;
use crate::report::readable::{number, part};
use crate::study::{Collected, ProposalError};

const PARTS: &str = "name folders that `rollcast compare --shard K/N` wrote to";
/// Runs that are missing are named up to so many.
const MOST_NAMED: usize = 3;

/// Reads the parts, joins them, writes, prints.
pub(super) fn merge(args: &MergeArgs) -> Result<Outcome, Failure> {
    let mut paths = Vec::new();
    for part in &args.parts {
        paths.extend(journal::of_folder(part)?);
    }
    let header = common_header(&paths)?;
    let mut collected = Collected::new(&header.sweep);
    let mut sources: Vec<(PathBuf, Found)> = Vec::new();
    for path in paths {
        let found = journal::find(&path, Some(&mut collected), PARTS)?;
        sources.extend(found.map(|found| (path, found)));
    }
    check_complete(&header, &collected)?;
    let folder = Folder::open(args.out.clone())?;
    journal::write_ordered(&folder, &header, &sources)?;
    finish(&folder, header, collected, args.output, args.quiet)
}

/// What all journals are about.
fn common_header(paths: &[PathBuf]) -> Result<Header, Failure> {
    let mut common: Option<Header> = None;
    for path in paths {
        let Some(header) = journal::header(path, PARTS)? else { continue };
        let why = common.as_ref().and_then(|common| header.difference(common));
        if let Some(why) = why {
            let message = format!("{} is of another sweep: {why}", path.display());
            let hint = "join only parts of one sweep, made with the same arguments";
            return Err(refuse(ProposalError::new("other-sweep", message, hint)));
        }
        common.get_or_insert(header);
    }
    common.ok_or_else(|| {
        refuse(ProposalError::new("no-journal", "there is no part of a sweep", PARTS))
    })
}

fn check_complete(header: &Header, collected: &Collected) -> Result<(), Failure> {
    let missing: Vec<usize> = collected.missing().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let sweep = &header.sweep;
    let name = |&run: &usize| {
        let (setting, seed) = sweep.run(run);
        format!("{} with seed {seed}", sweep.settings[setting].name)
    };
    let named: Vec<String> = missing.iter().take(MOST_NAMED).map(name).collect();
    let more = match missing.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(", and {} more", number(more as u64)),
    };
    let runs = part(missing.len() as u64, sweep.runs() as u64, "run");
    let are = if missing.len() == 1 { "is" } else { "are" };
    let message = format!("{runs} {are} missing: {}{more}", named.join("; "));
    let hint = "finish each part with `--resume`, and name the folders of all of them";
    Err(refuse(ProposalError::new("incomplete", message, hint)))
}
