//! `rollcast docs --mdbook`: a preprocessor of mdBook. Pictures go into the chapters themselves, so
//! that nothing is written while a book is built; pictures beside the pages that are up to date stay
//! where they are.

use std::path::Path;

use crate::cli::disk::read_source;
use crate::cli::docs::args::DocsArgs;
use crate::cli::docs::command::{CHARTS, found};
use crate::cli::docs::disk::folder_of;
use crate::cli::docs::draw::Runs;
use crate::cli::docs::job::Job;
use crate::cli::docs::load::prepare;
use crate::cli::docs::problems::Problems;
use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::terminal::{note, print};
use crate::docs::{Book, Edit, Found, Region, with_edits};
use crate::input::Limits;
use crate::report::readable::count;

/// Renderers that take pictures within pages.
const RENDERERS: [&str; 2] = ["html", "markdown"];

/// Answers mdBook's question whether a renderer is supported, or draws the blocks of a book.
pub(super) fn preprocess(args: &DocsArgs) -> Result<Outcome, Failure> {
    match args.files.as_slice() {
        [] => draw(args),
        [asks, renderer] if asks == "supports" => Ok(if RENDERERS.contains(&renderer.as_str()) {
            Outcome::Ok
        } else {
            Outcome::Incomplete
        }),
        files => {
            let message = format!("mdBook hands over its book; `{}` is not read", files.join(" "));
            Err(refuse("bad-usage", &message, "leave out `--mdbook` to draw the blocks of pages"))
        }
    }
}

fn draw(args: &DocsArgs) -> Result<Outcome, Failure> {
    let source = read_source("-", &Limits::SNAPSHOT)?;
    let mut book = Book::read(source.text()).map_err(|error| {
        let message = format!("standard input is no book of mdBook: {error}");
        let hint = "`rollcast docs FILES` draws the blocks of pages";
        refuse("not-a-book", &message, hint)
    })?;
    let (root, pages) = (book.root.clone(), Path::new(&book.root).join(&book.pages));
    let mut problems = Problems::default();
    let mut runs = Runs::new(args.max_events);
    let mut chapters = Vec::new();
    book.each_chapter(|path, text| {
        let path = pages.join(path).to_string_lossy().into_owned();
        chapters.push(Chapter::read(path, text, Path::new(&root), &mut problems));
        Ok::<(), Failure>(())
    })?;
    if let Some(text) = problems.into_text() {
        return Err(Failure::InvalidInput(text));
    }
    chapters.iter().flat_map(|it| &it.jobs).for_each(|job| runs.expect(&job.prepared));
    let mut chapters = chapters.into_iter();
    book.each_chapter(|_, text| {
        let chapter = chapters.next();
        chapter.map_or(Ok(()), |chapter| chapter.draw(text, &mut runs))
    })?;
    if !args.quiet {
        note(&format!("rollcast: {} simulated\n", count(runs.simulated as u64, "run")));
    }
    print(&book.write())
}

/// A chapter, and what is to be done with it.
struct Chapter {
    path: String,
    /// Blocks that are not up to date beside the page.
    jobs: Vec<Job>,
    orphans: Vec<Region>,
}

impl Chapter {
    fn read(path: String, text: &str, root: &Path, problems: &mut Problems) -> Self {
        let Found { blocks, orphans, .. } = found(&path, text, problems);
        let mut jobs = Vec::new();
        for block in blocks {
            let Some(prepared) = prepare(&block, &path, root, problems) else { continue };
            let had = block.region.as_ref().map(|it| it.marker.name.clone());
            let name = prepared.block.name.clone().or(had).unwrap_or_default();
            let job = Job::new(block, prepared, folder_of(&path).join(CHARTS), name);
            jobs.extend(Some(job).filter(|job| job.stale().is_some()));
        }
        Self { path, jobs, orphans }
    }

    /// Draws its blocks into its text.
    fn draw(&self, text: &mut String, runs: &mut Runs) -> Result<(), Failure> {
        let mut edits: Vec<Edit> = self.orphans.iter().map(|it| Edit::remove(text, it)).collect();
        for job in &self.jobs {
            edits.push(job.within(job.draw(&self.path, runs)?, text));
        }
        *text = with_edits(text, edits);
        Ok(())
    }
}
