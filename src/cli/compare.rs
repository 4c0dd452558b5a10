//! `rollcast compare`: many settings, many seeds, one comparison.

use std::path::PathBuf;

use crate::cli::args::{CompareArgs, CompareFormat, PrintArgs};
use crate::cli::array_task::shard;
use crate::cli::comparison::Comparison;
use crate::cli::disk::Folder;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::interrupt::stop_on_interrupt;
use crate::cli::job::job;
use crate::cli::journal::{self, Journal};
use crate::cli::output::remove_other_charts;
use crate::cli::sweep::{Prepared, prepare, refuse};
use crate::cli::sweep_runs::Runs;
use crate::cli::terminal::{note, print};
use crate::report::compare::{
    Header, compare_csv, compare_json, compare_markdown, compare_table, job_manifest,
};
use crate::study::{Collected, ProposalError, Seeds, Shard};

/// Reads, runs, compares, writes, prints.
pub(super) fn compare(args: &CompareArgs) -> Result<Outcome, Failure> {
    refuse_packed_file(args)?;
    let mut prepared = prepare(args)?;
    if let Some(parts) = args.job {
        refuse_auto_parts(&prepared)?;
        return print(&job_manifest(&job(args, &prepared, parts)?));
    }
    if !args.print.quiet {
        note(&prepared.warnings);
    }
    let shard = shard(args.shard.as_deref())?;
    if shard != Shard::WHOLE {
        refuse_auto_parts(&prepared)?;
    }
    let mut runs = Runs::begin(&mut prepared, &args.effort, args.print.quiet)?;
    let (mut target, mut collected) = Target::open(args, &mut prepared.header, shard)?;
    let stop = stop_on_interrupt(args.print.quiet);
    loop {
        let pending: Vec<usize> = collected.missing().filter(|&run| shard.has(run)).collect();
        runs.make(&prepared, pending, &stop, |row| {
            let can_go_on = target.journal.add(&prepared.header.sweep, &row);
            collected.add(row);
            can_go_on
        });
        target.journal.flush();
        target.journal.check()?;
        if target.journal.is_unread() {
            return Ok(Outcome::Ok);
        }
        let left = collected.missing().filter(|&run| shard.has(run)).count();
        if left > 0 {
            let all = shard.many(prepared.header.sweep.runs());
            return Ok(interrupted(args, left, all));
        }
        let Some(more) = more_seeds(args, &prepared, &collected) else { break };
        let before = prepared.header.sweep.clone();
        prepared.header.sweep.seeds = more;
        collected = collected.with_seeds_of(&before, &prepared.header.sweep);
        target.journal.begin(&prepared.header);
    }
    match target.folder {
        Some(folder) if shard == Shard::WHOLE => {
            let path = folder.path().join(journal::file_name(shard));
            journal::write_ordered(&folder, &prepared.header, &[path])?;
            finish(&folder, prepared.header, collected, &args.print)
        }
        Some(folder) => {
            if !args.print.quiet {
                let path = folder.path().join(journal::file_name(shard));
                let path = path.display();
                note(&format!("wrote {path}; join all parts with `rollcast merge`\n"));
            }
            Ok(Outcome::Ok)
        }
        None => Ok(Outcome::Ok),
    }
}

struct Target {
    journal: Journal,
    folder: Option<Folder>,
}

impl Target {
    /// Opens the journal before the long run. With `--resume` it goes on where it ended, and its
    /// seeds are run beside those that are asked for.
    fn open(
        args: &CompareArgs,
        header: &mut Header,
        shard: Shard,
    ) -> Result<(Self, Collected), Failure> {
        if prints(args) {
            let journal = Journal::on_stdout(header, args.packed)?;
            return Ok((Self { journal, folder: None }, Collected::new(&header.sweep)));
        }
        let folder = Folder::open(out_folder(args, &header.view.title))?;
        let path = folder.path().join(journal::file_name(shard));
        let found = journal::find(&path, journal::BEGIN_ANEW)?;
        let (journal, collected) = match found {
            Some(found) if args.resume => {
                if let Some(why) = found.difference(header) {
                    return Err(other_sweep(&path, &why));
                }
                if let Some(own) = &found.header {
                    header.sweep.seeds = header.sweep.seeds.with(&own.sweep.seeds);
                }
                found.check_runs(&header.sweep, &path, journal::BEGIN_ANEW)?;
                if !args.print.quiet {
                    note(&found.note(&path));
                }
                let mut collected = Collected::new(&header.sweep);
                journal::collect(&path, journal::BEGIN_ANEW, &header.sweep, &mut collected)?;
                (Journal::resume(&path, &found, header)?, collected)
            }
            found => {
                if let Some(found) = found {
                    refuse_to_overwrite(&path, &found, shard)?;
                }
                (Journal::create(&path, header)?, Collected::new(&header.sweep))
            }
        };
        Ok((Self { journal, folder: Some(folder) }, collected))
    }
}

/// Whether the journal goes to standard output.
fn prints(args: &CompareArgs) -> bool {
    args.out.as_deref().is_some_and(|out| out.as_os_str() == "-")
}

/// A file is read as it is, and has room.
fn refuse_packed_file(args: &CompareArgs) -> Result<(), Failure> {
    if !args.packed || prints(args) {
        return Ok(());
    }
    let message = "`--packed` is for a journal that is printed";
    Err(refuse(ProposalError::new("packed-file", message, "add `--out -`, or leave it out")))
}

/// A part of a sweep does not know what the other parts find, so it cannot tell when to stop.
fn refuse_auto_parts(prepared: &Prepared) -> Result<(), Failure> {
    if prepared.auto_seeds.is_none() {
        return Ok(());
    }
    let message = "a part of a sweep cannot tell when there are enough seeds";
    let hint = "give the seeds, such as `--seeds 1..400`, or leave out `--shard` and `--job`";
    Err(refuse(ProposalError::new("auto-in-parts", message, hint)))
}

/// The seeds to go on with if seeds are added and a verdict is not clear.
fn more_seeds(args: &CompareArgs, prepared: &Prepared, collected: &Collected) -> Option<Seeds> {
    let Header { sweep, view, .. } = &prepared.header;
    let more = prepared.auto_seeds?.next(&sweep.seeds)?;
    let runs = (more.numbers().len() as u64).saturating_mul(sweep.settings.len() as u64);
    let study = collected.clone().finish(sweep.clone(), view.clone())?;
    if !study.is_undecided() {
        return None;
    }
    if runs > args.max_runs && !args.print.quiet {
        note("no more seeds are added: raise the limit with `--max-runs`\n");
    }
    Some(more).filter(|_| runs <= args.max_runs)
}

fn out_folder(args: &CompareArgs, title: &str) -> PathBuf {
    let named = || PathBuf::from("results").join(format!("{}-compare", title.replace(' ', "-")));
    args.out.clone().unwrap_or_else(named)
}

fn other_sweep(path: &std::path::Path, why: &str) -> Failure {
    let message = format!("{} is of another sweep: {why}", path.display());
    let hint = "go on with the arguments that it began with, or choose another folder";
    refuse(ProposalError::new("other-sweep", message, hint))
}

/// What took long to make is not thrown away without being asked.
fn refuse_to_overwrite(
    path: &std::path::Path,
    found: &journal::Found,
    shard: Shard,
) -> Result<(), Failure> {
    if !found.is_cut_off(shard) {
        return Ok(());
    }
    let all = found.header.as_ref().map(|header| shard.many(header.sweep.runs()));
    let of_all = all.map(|all| format!(" of {all}")).unwrap_or_default();
    let (path, done) = (path.display(), found.runs.len());
    let message = format!("{path} has {done}{of_all} runs of a sweep that was cut off");
    let hint = "add `--resume` to go on, or delete it to begin anew";
    Err(refuse(ProposalError::new("unfinished-sweep", message, hint)))
}

/// The runs that are left after a sweep was stopped, and how to make them.
fn interrupted(args: &CompareArgs, left: usize, all: usize) -> Outcome {
    let again = if prints(args) {
        String::new()
    } else {
        "hint: run the same command with `--resume` to go on\n".to_owned()
    };
    note(&format!("stopped: {left} of {all} runs are left to do\n{again}"));
    Outcome::Interrupted
}

/// Writes the files of a finished sweep, and prints what was asked for.
///
/// # Panics
///
/// If a run is missing.
pub(super) fn finish(
    folder: &Folder,
    header: Header,
    collected: Collected,
    args: &PrintArgs,
) -> Result<Outcome, Failure> {
    let comparison = Comparison::of(header, collected).expect("no run is missing");
    let Comparison { study, version, .. } = &comparison;
    let files = comparison.files(&args.charts);
    folder.write(&files)?;
    remove_other_charts(folder, &files)?;
    print(&match args.output {
        CompareFormat::Table => compare_table(study, args.wide),
        CompareFormat::Csv => compare_csv(study),
        CompareFormat::Json => compare_json(study, version),
        CompareFormat::Markdown => compare_markdown(study),
    })?;
    if !args.quiet {
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        note(&format!("wrote {}/{{{},runs.jsonl}}\n", folder.path().display(), names.join(",")));
    }
    Ok(Outcome::Ok)
}
