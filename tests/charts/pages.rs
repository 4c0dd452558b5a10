//! Pictures of blocks in pages have no results beside them: their blocks are run here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rollcast::docs::{Block, Changes, FoundBlock, Given, find, read_block};
use rollcast::input::{FieldPath, Limits, Source, Tree, read_documents};
use rollcast::scenario::Override;
use rollcast::study::{Assignment, Dimension, Proposal, Variant, Varied, propose};

use crate::known_run::known;
use crate::numbers::Known;
use crate::root;
use crate::subject::Subject;

/// What is known of each picture, by its path.
static KNOWN: LazyLock<BTreeMap<PathBuf, Known>> = LazyLock::new(|| {
    let mut pages = vec![root().join("README.md")];
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|it| it.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|it| it == "md")));
    pages.iter().flat_map(|page| of_page(page)).collect()
});

/// What is known of a picture, if it is that of a block.
pub(crate) fn of_picture(path: &Path) -> Option<Known> {
    KNOWN.get(path).cloned()
}

fn of_page(page: &Path) -> Vec<(PathBuf, Known)> {
    let text = fs::read_to_string(page).unwrap();
    let found = find(&page.display().to_string(), &text);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let folder = page.parent().unwrap().to_owned();
    found.blocks.iter().flat_map(|block| of_block(&folder, block)).collect()
}

/// The pictures of a block, which all show the same runs; the address of each is in the page.
fn of_block(folder: &Path, found: &FoundBlock) -> Vec<(PathBuf, Known)> {
    let (block, problems) = read_block(&found.source, found.line);
    assert!(problems.is_empty(), "{problems:?}");
    let known = known_of(&runs(&block.unwrap()));
    let region = found.region.as_ref().expect("a picture");
    let address = |file: &str| {
        let links = region.body.split("](").skip(1).filter_map(|it| it.split(')').next());
        let mut links =
            links.filter(|link| Path::new(link).file_name().is_some_and(|it| it == file));
        folder.join(links.next().expect("an image"))
    };
    region.marker.pictures.iter().map(|it| (address(&it.file), known.clone())).collect()
}

fn known_of(runs: &[Subject]) -> Known {
    match runs {
        [run] => known(run),
        runs => Known::of_runs(runs.iter().map(|it| (it.name.clone(), known(it))).collect()),
    }
}

/// The runs of a block: each setting, as `rollcast docs` makes them.
fn runs(block: &Block) -> Vec<Subject> {
    let Given::File(file) = &block.scenario else { panic!("a scenario in a file") };
    let path = root().join(file);
    let text = Source::from_bytes(file, fs::read(&path).unwrap());
    let tree = read_documents(&text, &Limits::STREAM).unwrap().swap_remove(0).tree;
    let settings = settings(block, &tree);
    let are_several = settings.len() > 1;
    let run = |setting: Proposal| {
        let mut overrides = setting.overrides.clone();
        let seed = block.seed.map(|it| Tree::Int(it.into()));
        overrides.extend(seed.map(|it| Override::new(FieldPath::ROOT.key("seed"), it)));
        let run = Subject::at(&path, &overrides);
        if are_several { Subject { name: setting.name(), ..run } } else { run }
    };
    settings.into_iter().map(run).collect()
}

fn settings(block: &Block, tree: &Tree) -> Vec<Proposal> {
    let assigned = |changes: &Changes| -> Vec<Assignment> {
        changes.iter().map(|(name, value)| Assignment::new(name, value.clone())).collect()
    };
    let dimension = |(name, values): &(String, Vec<Tree>)| {
        let values = values.iter().map(|it| Assignment::new(name, it.clone()));
        Dimension::new(name.as_str(), values.collect()).unwrap()
    };
    let dimensions: Vec<Dimension> = block.compare.iter().map(dimension).collect();
    let variant =
        |(name, set): &(String, Changes)| Variant::new(name.as_str(), assigned(set)).unwrap();
    let variants: Vec<Variant> = block.settings.iter().map(variant).collect();
    let varied = Varied { dimensions: &dimensions, variants: &variants, ..Varied::default() };
    propose(&[(String::new(), tree)], &assigned(&block.set), varied, 1, u64::MAX).unwrap()
}
