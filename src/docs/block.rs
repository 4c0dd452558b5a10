//! What a block says, or everything that is wrong with it.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::docs::inline::inline;
use crate::docs::look::{KINDS, Look, look, words};
use crate::docs::names::{LONGEST_NAME, is_name};
use crate::engine::fnv1a64;
use crate::input::{
    FieldPath, Limits, Position, Problem, Severity, Source, Tree, decode, did_you_mean, locate,
    read_documents,
};

/// What a block says.
#[derive(Clone, Debug)]
pub struct Block {
    pub scenario: Given,
    /// What is changed in the scenario: names as `rollcast compare --set` takes them, and values.
    pub set: Changes,
    /// What takes several values in turn, in one picture.
    pub compare: Vec<(String, Vec<Tree>)>,
    /// Named settings in one picture.
    pub settings: Vec<(String, Changes)>,
    pub seed: Option<u64>,
    /// Kinds of charts, each from [`KINDS`]; at least one.
    pub charts: Vec<String>,
    pub look: Look,
    /// The sentence below the picture, as Markdown; without it, one is made of the run.
    pub caption: Option<String>,
    /// What the pictures are called.
    pub name: Option<String>,
    /// FNV-1a, 64 bit, of what the block says, however it is written.
    pub hash: u64,
}

/// Fields and their values.
pub type Changes = Vec<(String, Tree)>;

/// The scenario of a block.
#[derive(Clone, Debug)]
pub enum Given {
    /// In a file beside the page, or below the root.
    File(String),
    /// In the block.
    Inline(Source),
}

/// The keys of a block; each is decoded on its own, so that what is wrong with one hides nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "this says which keys there are")]
struct Keys {
    scenario: IgnoredAny,
    set: Option<IgnoredAny>,
    compare: Option<IgnoredAny>,
    settings: Option<IgnoredAny>,
    seed: Option<IgnoredAny>,
    chart: Option<IgnoredAny>,
    size: Option<IgnoredAny>,
    theme: Option<IgnoredAny>,
    format: Option<IgnoredAny>,
    title: Option<IgnoredAny>,
    nodes: Option<IgnoredAny>,
    from: Option<IgnoredAny>,
    to: Option<IgnoredAny>,
    caption: Option<IgnoredAny>,
    name: Option<IgnoredAny>,
}

/// A setting with a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSetting {
    name: String,
    #[serde(rename = "set")]
    _set: Option<IgnoredAny>,
}

/// What is wrong with a block.
#[derive(Debug, Default)]
pub(super) struct Notes {
    problems: Vec<Problem>,
}

impl Notes {
    /// Notes an error about the value at these keys.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        keys: &[&str],
        message: String,
        hint: impl Into<Box<str>>,
    ) {
        let path = keys.iter().fold(FieldPath::ROOT, |path, key| path.key(*key));
        self.problems.push(Problem::error(code, path, message).with_hint(hint));
    }

    /// The value of a key of the block, if it is there and right.
    pub(super) fn decode<T: DeserializeOwned>(&mut self, block: &Tree, key: &str) -> Option<T> {
        let value = block.get(key).filter(|it| **it != Tree::Null)?;
        let below = |it: Problem| it.below(&FieldPath::ROOT.key(key));
        decode(value).map_err(|wrong| self.problems.extend(wrong.into_iter().map(below))).ok()
    }
}

/// Reads a block, and tells everything that is wrong with it, with its place in the page. `line` is
/// its first line there.
///
/// If something is wrong, the block is what could be read, unless that is no scenario.
pub fn read_block(source: &Source, line: usize) -> (Option<Block>, Vec<Problem>) {
    let mut notes = Notes::default();
    let block = match tree_of(source) {
        Ok(tree) => block_of(&mut notes, source, &tree),
        Err(problems) => {
            notes.problems = problems;
            None
        }
    };
    locate(source, &Limits::WRITTEN, &mut notes.problems);
    for problem in &mut notes.problems {
        problem.at = problem.at.or(Some(Position { line, column: 1 }));
    }
    (block, notes.problems)
}

fn tree_of(source: &Source) -> Result<Tree, Vec<Problem>> {
    let refuse = |message: String| {
        let problem = Problem::error("not-a-block", FieldPath::ROOT, message);
        Err(vec![problem.with_hint("name a scenario: `scenario: FILE`")])
    };
    let documents = read_documents(source, &Limits::WRITTEN).map_err(|problem| vec![problem])?;
    match <[_; 1]>::try_from(documents) {
        Ok([document]) if !matches!(document.tree, Tree::Map(_)) => {
            refuse(format!("a block is a map, this is {}", document.tree.kind()))
        }
        Ok([document]) if document.warnings.is_empty() => Ok(document.tree),
        // A key that is there twice is a slip here.
        Ok([document]) => {
            let error = |it| Problem { severity: Severity::Error, ..it };
            let hint = "remove the others";
            Err(document.warnings.into_iter().map(|it| error(it).with_hint(hint)).collect())
        }
        Err(several) => refuse(format!("a block is one document, this is {}", several.len())),
    }
}

fn block_of(notes: &mut Notes, source: &Source, tree: &Tree) -> Option<Block> {
    if let Err(problems) = decode::<Keys>(tree) {
        notes.problems.extend(problems);
    }
    let at = |key: &str| tree.get(key).unwrap_or(&Tree::Null);
    let scenario = given(notes, source, tree);
    let set = changes(notes, at("set"), &FieldPath::ROOT.key("set"));
    let (compare, settings) = (compare(notes, at("compare")), settings(notes, at("settings")));
    let seed = notes.decode(tree, "seed");
    let charts = charts(notes, tree);
    let look = look(notes, tree);
    let caption: Option<String> = notes.decode(tree, "caption");
    check_caption(notes, caption.as_deref());
    let name: Option<String> = notes.decode(tree, "name");
    check_name(notes, name.as_deref());
    let hash = fnv1a64(tree.to_canonical_json().as_bytes());
    let scenario = scenario?;
    Some(Block { scenario, set, compare, settings, seed, charts, look, caption, name, hash })
}

fn given(notes: &mut Notes, source: &Source, tree: &Tree) -> Option<Given> {
    let value = tree.get("scenario").filter(|it| **it != Tree::Null)?;
    if let Some(source) = inline(source, tree, "scenario") {
        return Some(Given::Inline(source));
    }
    let is_file = |it: &&str| !it.is_empty() && !it.contains('\n');
    if let Some(file) = value.as_text().map(str::trim).filter(is_file) {
        return Some(Given::File(file.to_owned()));
    }
    let message = format!("expected a file or a scenario, found {}", value.kind());
    let hint = "write `scenario: FILE`, or the scenario itself, indented, below `scenario:`";
    notes.error("bad-scenario", &["scenario"], message, hint);
    None
}

/// A map from fields to values.
fn changes(notes: &mut Notes, tree: &Tree, path: &FieldPath) -> Changes {
    match tree {
        Tree::Null => Vec::new(),
        Tree::Map(entries) => entries.clone(),
        Tree::Text(_) | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::List(_) => {
            let message = format!("expected a map, found {}", tree.kind());
            let hint = "write fields and their values: `{maxUnavailable: 10%, cluster.nodes: 50}`";
            let problem = Problem::error("wrong-type", path.clone(), message).with_hint(hint);
            notes.problems.push(problem);
            Vec::new()
        }
    }
}

fn compare(notes: &mut Notes, tree: &Tree) -> Vec<(String, Vec<Tree>)> {
    let entries = changes(notes, tree, &FieldPath::ROOT.key("compare"));
    let mut varied = Vec::new();
    for (name, value) in entries {
        let found = value.kind();
        if let Tree::List(values) = value {
            varied.push((name, values));
        } else {
            let message = format!("expected a list of values, found {found}");
            let hint = "write each value that is tried: `[1, 10%]`";
            notes.error("wrong-type", &["compare", &name], message, hint);
        }
    }
    varied
}

fn settings(notes: &mut Notes, tree: &Tree) -> Vec<(String, Changes)> {
    let path = FieldPath::ROOT.key("settings");
    let items = match tree {
        Tree::Null => return Vec::new(),
        Tree::List(items) => items,
        Tree::Text(_) | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Map(_) => {
            let message = format!("expected a list, found {}", tree.kind());
            let hint = "write `[{name: surge, set: {maxSurge: 10%}}, …]`";
            notes.error("wrong-type", &["settings"], message, hint);
            return Vec::new();
        }
    };
    let mut settings = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = path.index(index);
        match decode::<WrittenSetting>(item) {
            Ok(written) => {
                let set = item.get("set").unwrap_or(&Tree::Null);
                settings.push((written.name, changes(notes, set, &path.key("set"))));
            }
            Err(problems) => {
                notes.problems.extend(problems.into_iter().map(|it| it.below(&path)));
            }
        }
    }
    settings
}

fn charts(notes: &mut Notes, block: &Tree) -> Vec<String> {
    let all = KINDS.map(|kind| format!("`{kind}`")).join(", ");
    let charts = words(notes, block, "chart", &format!("the kinds are {all}"));
    let path = FieldPath::ROOT.key("chart");
    for (index, chart) in charts.iter().enumerate() {
        let path = if matches!(block.get("chart"), Some(Tree::List(_))) {
            path.index(index)
        } else {
            path.clone()
        };
        let mut wrong = |message: String, hint: String| {
            notes.problems.push(Problem::error("bad-chart", path.clone(), message).with_hint(hint));
        };
        if !KINDS.contains(&chart.as_str()) {
            let hint = did_you_mean(chart, KINDS).map(|it| format!("did you mean `{it}`?"));
            let hint = hint.unwrap_or_else(|| format!("the kinds are {all}"));
            wrong(format!("there is no chart `{chart}`"), hint);
        } else if charts[..index].contains(chart) {
            wrong(format!("the chart `{chart}` is there twice"), "remove one".to_owned());
        }
    }
    if charts.is_empty() { vec![KINDS[0].to_owned()] } else { charts }
}

/// A name becomes the name of a file and part of an address.
fn check_name(notes: &mut Notes, name: Option<&str>) {
    if let Some(name) = name.filter(|it| !is_name(it)) {
        let message = format!("`{name}` cannot be the name of a picture");
        let hint = format!("write up to {LONGEST_NAME} letters, digits, `-`, `_` and `.`");
        notes.error("bad-name", &["name"], message, hint);
    }
}

/// A caption is a paragraph that cannot end what it stands in.
fn check_caption(notes: &mut Notes, caption: Option<&str>) {
    let Some(caption) = caption else { return };
    let forbidden = ["\n\n", "<!--", "-->"];
    if caption.trim().is_empty() || forbidden.iter().any(|it| caption.contains(it)) {
        let message = "a caption is one paragraph of Markdown without comments".to_owned();
        notes.error("bad-caption", &["caption"], message, "leave it out, or write a sentence");
    }
}
