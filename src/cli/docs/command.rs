//! `rollcast docs`: reads pages, draws what changed, and writes it below the blocks.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cli::docs::address::whole;
use crate::cli::docs::args::DocsArgs;
use crate::cli::docs::book;
use crate::cli::docs::disk::{PageFile, read_pages, remove_if, write};
use crate::cli::docs::draw::{DrawnBlock, Runs};
use crate::cli::docs::job::Job;
use crate::cli::docs::load::prepare;
use crate::cli::docs::names::{Nameless, name_all};
use crate::cli::docs::problems::Problems;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::terminal::{note, print};
use crate::docs::{Edit, Found, FoundBlock, Region, find, with_edits, without_room};
use crate::input::Source;
use crate::report::readable::{count, number};

/// Folders for pictures beside pages.
pub(super) const CHARTS: &str = "charts";

/// A page, and what is to be done with it.
struct Page {
    file: PageFile,
    jobs: Vec<Job>,
    orphans: Vec<Region>,
    /// The folder of its pictures.
    folder: PathBuf,
}

/// What was done.
#[derive(Default)]
struct Done {
    blocks: usize,
    drawn: usize,
    pages: usize,
}

/// Does what the arguments say.
pub(in crate::cli) fn docs(args: &DocsArgs) -> Result<Outcome, Failure> {
    if args.mdbook {
        return book::preprocess(args);
    }
    let pages = read(args)?;
    if args.check { check(&pages, args) } else { draw(&pages, args) }
}

/// Reads all pages and their scenarios, or tells everything that is wrong.
fn read(args: &DocsArgs) -> Result<Vec<Page>, Failure> {
    let mut problems = Problems::default();
    let mut pages = Vec::new();
    for file in read_pages(&args.files)? {
        let Found { blocks, orphans, .. } = found(&file.path, &file.text, &mut problems);
        let prepared = |found: FoundBlock| {
            let prepared = prepare(&found, &file.path, &args.root, &mut problems)?;
            Some((found, prepared))
        };
        let blocks: Vec<_> = blocks.into_iter().filter_map(prepared).collect();
        let folder = args.out.clone().unwrap_or_else(|| file.folder().join(CHARTS));
        pages.push((file, folder, blocks, orphans));
    }
    let all = pages.iter().flat_map(|(file, folder, blocks, _)| {
        let page = &file.path;
        blocks.iter().map(move |(found, prepared)| Nameless { page, folder, found, prepared })
    });
    let mut names = name_all(&all.collect::<Vec<_>>(), &mut problems).into_iter();
    if let Some(text) = problems.into_text() {
        return Err(Failure::InvalidInput(text));
    }
    let page = |(file, folder, blocks, orphans): (PageFile, PathBuf, Vec<_>, _)| {
        let pairs = blocks.into_iter().zip(names.by_ref());
        let job = |((found, prepared), name)| Job::new(found, prepared, folder.clone(), name);
        let jobs = pairs.map(job).collect();
        Page { file, jobs, orphans, folder }
    };
    Ok(pages.into_iter().map(page).collect())
}

/// The blocks of a page; what is wrong with where they stand is told.
pub(super) fn found(path: &str, text: &str, problems: &mut Problems) -> Found {
    let found = find(path, text);
    let source = Source::new(path, text);
    if found.problems.is_empty() {
        problems.tell(&source, &without_room(path, text, &found));
    } else {
        problems.tell(&source, &found.problems);
    }
    found
}

/// Lists what is not up to date.
fn check(pages: &[Page], args: &DocsArgs) -> Result<Outcome, Failure> {
    let (mut lines, mut blocks) = (Vec::new(), 0);
    for Page { file, jobs, orphans, .. } in pages {
        blocks += jobs.len();
        for job in jobs {
            let (page, line) = (&file.path, job.found.line);
            let why = job.stale();
            lines.extend(why.map(|why| format!("{page}:{line}: {}: {why}\n", job.shown())));
        }
        for Region { line, marker, .. } in orphans {
            let (page, name) = (&file.path, &marker.name);
            lines.push(format!("{page}:{line}: {name}: the block above it is gone\n"));
        }
    }
    print(&lines.concat())?;
    if !args.quiet {
        let verdict = match lines.len() {
            0 => "everything is up to date".to_owned(),
            1 => "one is not up to date; `rollcast docs` brings it up to date".to_owned(),
            many => {
                let many = number(many as u64);
                format!("{many} are not up to date; `rollcast docs` brings them up to date")
            }
        };
        note(&format!("{}: {verdict}\n", blocks_on(blocks, pages.len())));
    }
    Ok(if lines.is_empty() { Outcome::Ok } else { Outcome::ExpectationBroken })
}

fn blocks_on(blocks: usize, pages: usize) -> String {
    format!("{} on {}", count(blocks as u64, "block"), count(pages as u64, "page"))
}

/// Draws what is not up to date.
fn draw(pages: &[Page], args: &DocsArgs) -> Result<Outcome, Failure> {
    let why = |job: &Job| {
        let forced = args.force.then(|| "--force".to_owned());
        forced.or_else(|| job.stale().map(|why| why.to_string()))
    };
    let why: Vec<Vec<Option<String>>> =
        pages.iter().map(|page| page.jobs.iter().map(why).collect()).collect();
    let mut runs = Runs::new(args.max_events);
    for (page, why) in pages.iter().zip(&why) {
        let stale = page.jobs.iter().zip(why).filter(|(_, why)| why.is_some());
        stale.for_each(|(job, _)| runs.expect(&job.prepared));
    }
    // All of them before anything is written.
    let mut drawn: Vec<Vec<Option<DrawnBlock>>> = Vec::new();
    for (page, why) in pages.iter().zip(&why) {
        drawn.push(draw_blocks(page, why, &mut runs)?);
    }
    let mut done = Done { pages: pages.len(), ..Done::default() };
    for ((page, why), drawn) in pages.iter().zip(&why).zip(drawn) {
        write_page(page, why, drawn, args, &mut done)?;
    }
    remove_left_behind(pages, &why, args);
    if !args.quiet {
        let Done { blocks, drawn, pages } = done;
        let runs = count(runs.simulated as u64, "run");
        let same = blocks - drawn;
        note(&format!(
            "{}: {drawn} drawn, {same} up to date; {runs} simulated\n",
            blocks_on(blocks, pages)
        ));
    }
    Ok(Outcome::Ok)
}

/// Draws blocks of a page for which there is a reason.
fn draw_blocks(
    page: &Page,
    why: &[Option<String>],
    runs: &mut Runs,
) -> Result<Vec<Option<DrawnBlock>>, Failure> {
    let mut draw = |(job, why): (&Job, &Option<String>)| {
        why.as_ref().map(|_| job.draw(&page.file.path, runs)).transpose()
    };
    page.jobs.iter().zip(why).map(&mut draw).collect()
}

/// Writes the pictures of a page, and the page.
fn write_page(
    page: &Page,
    why: &[Option<String>],
    drawn: Vec<Option<DrawnBlock>>,
    args: &DocsArgs,
    done: &mut Done,
) -> Result<(), Failure> {
    let Page { file, jobs, orphans, .. } = page;
    let mut edits: Vec<Edit> = orphans.iter().map(|it| Edit::remove(&file.text, it)).collect();
    for ((job, why), drawn) in jobs.iter().zip(why).zip(drawn) {
        done.blocks += 1;
        let (Some(why), Some(drawn)) = (why, drawn) else { continue };
        done.drawn += 1;
        edits.push(job.write(drawn, &file.text, &file.folder(), args.url.as_deref())?);
        if !args.quiet {
            let line = job.found.line;
            note(&format!("{}:{line}: drew {}: {why}\n", file.path, job.shown()));
        }
    }
    if edits.is_empty() {
        return Ok(());
    }
    write(file.path.as_ref(), with_edits(&file.text, edits).as_bytes())
}

/// Removes pictures that no block has any more, if nobody changed them.
fn remove_left_behind(pages: &[Page], why: &[Vec<Option<String>>], args: &DocsArgs) {
    let jobs = pages.iter().flat_map(|page| &page.jobs);
    let files = jobs.flat_map(|job| job.files.iter().map(|file| whole(&job.folder.join(file))));
    let used: BTreeSet<Vec<String>> = files.collect();
    for (page, why) in pages.iter().zip(why) {
        let drawn = page.jobs.iter().zip(why).filter(|(_, why)| why.is_some());
        let renamed = drawn.flat_map(|(job, _)| job.left_behind());
        let orphans = page.orphans.iter().flat_map(|it| &it.marker.pictures);
        for picture in renamed.chain(orphans) {
            let path = page.folder.join(&picture.file);
            let is_used = used.contains(&whole(&path));
            if !is_used && remove_if(&page.folder, &picture.file, picture.hash) && !args.quiet {
                note(&format!("removed {}: no block has it any more\n", path.display()));
            }
        }
    }
}
