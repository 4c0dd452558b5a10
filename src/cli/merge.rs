//! `rollcast merge`: the parts of a sweep, joined to what one machine would have written.

use std::path::PathBuf;

use crate::cli::args::MergeArgs;
use crate::cli::compare::finish;
use crate::cli::comparison::check_complete;
use crate::cli::disk::Folder;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::journal::{self, Found};
use crate::cli::sweep::refuse;
use crate::report::compare::Header;
use crate::study::{Collected, ProposalError};

const PARTS: &str = "name folders that `rollcast compare --shard K/N` wrote to";
const FINISH: &str = "finish each part with `--resume`, and name the folders of all of them";

/// Reads the parts, joins them, writes, prints.
pub(super) fn merge(args: &MergeArgs) -> Result<Outcome, Failure> {
    let mut paths = Vec::new();
    for part in &args.parts {
        paths.extend(journal::of_folder(part)?);
    }
    let mut sources: Vec<(PathBuf, Found)> = Vec::new();
    for path in paths {
        let found = journal::find(&path, PARTS)?;
        sources.extend(found.map(|found| (path, found)));
    }
    let header = common_header(&sources)?;
    let mut collected = Collected::new(&header.sweep);
    for (path, _) in &sources {
        journal::collect(path, PARTS, &header.sweep, &mut collected)?;
    }
    check_complete(&header, &collected, FINISH)?;
    let folder = Folder::open(args.out.clone())?;
    journal::write_ordered(&folder, &header, &sources)?;
    finish(&folder, header, collected, &args.print)
}

/// What all journals are about, with the seeds of all of them.
fn common_header(sources: &[(PathBuf, Found)]) -> Result<Header, Failure> {
    let mut common: Option<Header> = None;
    for (path, Found { header, .. }) in sources {
        let Some(common) = &mut common else {
            common = Some(header.clone());
            continue;
        };
        let view = (header.view != common.view)
            .then(|| "its goal, its baseline or another option of its report differs".to_owned());
        if let Some(why) = header.difference(common).or(view) {
            let message = format!("{} is of another sweep: {why}", path.display());
            let hint =
                "join only parts of one sweep, made with the same arguments but for the seeds";
            return Err(refuse(ProposalError::new("other-sweep", message, hint)));
        }
        common.sweep.seeds = common.sweep.seeds.with(&header.sweep.seeds);
    }
    common.ok_or_else(|| {
        refuse(ProposalError::new("no-journal", "there is no part of a sweep", PARTS))
    })
}
