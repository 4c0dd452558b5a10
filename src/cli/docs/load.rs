//! From a block of a page to scenarios that can be run.

use std::path::{Path, PathBuf};

use crate::cli::args::ManifestArgs;
use crate::cli::disk::{Kept, is_there, read_source};
use crate::cli::docs::disk::folder_of;
use crate::cli::docs::problems::{Problems, at_key};
use crate::cli::docs::sets::{Places, settings};
use crate::cli::exit::{Failure, refuse};
use crate::cli::given::{Given, given_of};
use crate::cli::terminal::color;
use crate::docs::{self, Block, FoundBlock, read_block};
use crate::engine::fnv1a64;
use crate::input::{FieldPath, Limits, Problem, Tree, read_documents, render};
use crate::scenario::{self, Loaded, Override, Report};
use crate::study::Proposal;

/// A block that can be drawn. Scenarios may be large: they are read again when they are run.
pub(super) struct Prepared {
    pub(super) block: Block,
    /// At least one; the name says nothing if it is the only one.
    pub(super) settings: Vec<NamedRun>,
    /// The hash of all that the runs depend on.
    pub(super) hash: u64,
    page: String,
    root: PathBuf,
}

/// What a setting is called, and what its run is known by: equal keys have equal runs.
pub(super) struct NamedRun {
    pub(super) name: String,
    pub(super) key: Key,
}

/// The hash of a scenario, and its name.
pub(super) type Key = (u64, String);

/// A scenario with the changes of a setting.
struct Setting {
    name: String,
    loaded: Box<Loaded>,
}

impl Prepared {
    /// The scenario of the setting with this index.
    pub(super) fn scenario(&self, index: usize) -> Result<Box<Loaded>, Failure> {
        let loaded = load(&self.block, &self.page, &self.root).ok();
        let setting = loaded.and_then(|settings| settings.into_iter().nth(index));
        setting.map(|it| it.loaded).ok_or_else(|| {
            let message = format!("a scenario of {} changed while it was read", self.page);
            refuse("unreadable", &message, "run it again")
        })
    }
}

/// Reads a block and its scenario in all settings, or tells everything that is wrong with them.
pub(super) fn prepare(
    found: &FoundBlock,
    page: &str,
    root: &Path,
    problems: &mut Problems,
) -> Option<Prepared> {
    let (block, wrong) = read_block(&found.source, found.line);
    let is_fine = wrong.is_empty();
    problems.tell(&found.source, &wrong);
    let block = block?;
    match load(&block, page, root) {
        Ok(settings) => {
            let hash = hash_of(&settings);
            let run = |Setting { name, loaded }| NamedRun {
                name,
                key: (loaded.hash, loaded.scenario.name),
            };
            let settings = settings.into_iter().map(run).collect();
            let (page, root) = (page.to_owned(), root.to_owned());
            is_fine.then_some(Prepared { block, settings, hash, page, root })
        }
        Err(Wrong { in_block, elsewhere }) => {
            for text in elsewhere {
                problems.tell_text(text);
            }
            problems.tell_block(found, in_block);
            None
        }
    }
}

/// What is wrong with the scenario of a block.
#[derive(Default)]
struct Wrong {
    /// At keys of the block.
    in_block: Vec<Problem>,
    /// In other texts, or in the scenario that is written in the block; as paragraphs.
    elsewhere: Vec<String>,
}

impl Wrong {
    fn is_empty(&self) -> bool {
        self.in_block.is_empty() && self.elsewhere.is_empty()
    }

    /// Adds what is not known: settings have problems in common.
    fn add(&mut self, more: Self) {
        for problem in more.in_block {
            if !self.in_block.contains(&problem) {
                self.in_block.push(problem);
            }
        }
        self.elsewhere.extend(more.elsewhere);
    }
}

impl From<Vec<Problem>> for Wrong {
    fn from(in_block: Vec<Problem>) -> Self {
        Self { in_block, elsewhere: Vec::new() }
    }
}

fn load(block: &Block, page: &str, root: &Path) -> Result<Vec<Setting>, Wrong> {
    let Given { source, files, .. } = given(block, page, root)?;
    let documents = read_documents(&source, &Limits::STREAM).unwrap_or_default();
    let tree = documents.into_iter().next().map_or(Tree::Null, |it| it.tree);
    let read = |overrides: &[Override]| scenario::read(source.clone(), &files, overrides);
    let read_all = settings(block, &tree).map_err(Wrong::from).and_then(|(proposals, places)| {
        let read = |overrides: &[Override]| {
            read(overrides).map_err(|report| sort_out(&report, overrides, &places))
        };
        read_settings(block, proposals, read)
    });
    // What is wrong with the scenario itself is not told of each setting.
    read_all.map_err(|wrong| match read(&[]) {
        Ok(_) => wrong,
        Err(report) => sort_out(&report, &[], &Places::new()),
    })
}

fn read_settings(
    block: &Block,
    proposals: Vec<Proposal>,
    read: impl Fn(&[Override]) -> Result<Box<Loaded>, Wrong>,
) -> Result<Vec<Setting>, Wrong> {
    let mut settings = Vec::new();
    let mut wrong = Wrong::default();
    for proposal in proposals {
        let mut overrides = proposal.overrides.clone();
        let seed = block.seed.map(|it| Tree::Int(it.into()));
        overrides.extend(seed.map(|it| Override::new(FieldPath::ROOT.key("seed"), it)));
        match read(&overrides) {
            Ok(loaded) => settings.push(Setting { name: proposal.name(), loaded }),
            Err(more) => wrong.add(more),
        }
    }
    if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
}

/// The text of the scenario, from the block or from a file.
fn given(block: &Block, page: &str, root: &Path) -> Result<Given, Wrong> {
    let (source, files) = match &block.scenario {
        docs::Given::Inline(source) => (source.clone(), Kept::new(page)),
        docs::Given::File(file) => {
            let beside = folder_of(page).join(file);
            let below = root.strip_prefix(".").unwrap_or(root).join(file);
            let path = if is_there(&beside) { &beside } else { &below };
            if !is_there(path) {
                let message = format!("there is no file `{file}`");
                let then = format!(", then as {} (see `--root`)", below.display());
                let then = if below == beside { "" } else { &then };
                let hint = format!("it is looked for as {}{then}", beside.display());
                return Err(vec![at_key("missing-file", "scenario", message, hint)].into());
            }
            let path = path.to_string_lossy().into_owned();
            let source = read_source(&path, &Limits::STREAM).map_err(|failure| {
                let told = failure.to_string();
                let message = told.lines().next().unwrap_or_default();
                let message = message.trim_start_matches("error[unreadable]: ").to_owned();
                vec![at_key("unreadable", "scenario", message, "name the file of a scenario")]
            })?;
            (source, Kept::new(&path))
        }
    };
    let given = given_of(source, files, &ManifestArgs::default(), &[]);
    given.map_err(|failure| Wrong { elsewhere: vec![failure.to_string()], ..Wrong::default() })
}

/// Tells what is wrong with values of the block from what is wrong with the scenario.
fn sort_out(report: &Report, overrides: &[Override], places: &Places) -> Wrong {
    let mut wrong = Wrong::default();
    let mut set = overrides.iter();
    for file in report.files() {
        let errors: Vec<Problem> =
            file.problems.iter().filter(|it| it.is_error()).cloned().collect();
        if file.source.name() != SET {
            let told = (!errors.is_empty()).then(|| render(&file.source, &errors, color()));
            wrong.elsewhere.extend(told);
            continue;
        }
        let path = set.next().map(Override::path);
        let written = places.iter().rev().find(|(it, _)| Some(it) == path).map(|(_, at)| at);
        let place = written.cloned().unwrap_or(FieldPath::ROOT);
        let moved = |it: Problem| Problem {
            path: place.clone(),
            document: 0,
            at: None,
            on_key: false,
            ..it
        };
        wrong.in_block.extend(errors.into_iter().map(moved));
    }
    wrong
}

/// How a report calls what was set from elsewhere.
const SET: &str = "--set";

/// The hash of all scenarios; names are in titles.
fn hash_of(settings: &[Setting]) -> u64 {
    let each = settings.iter().map(|Setting { name, loaded }| {
        format!("{name}\0{}\0{:016x}\0", loaded.scenario.name, loaded.hash)
    });
    fnv1a64(each.collect::<String>().as_bytes())
}
