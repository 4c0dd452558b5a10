//! What a block says, or everything that is wrong with it.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::docs::inline::inline;
use crate::docs::look::{Format, KINDS, Look, Theme, moment, size, words};
use crate::engine::fnv1a64;
use crate::input::{
    FieldPath, Limits, Problem, Source, Tree, decode, did_you_mean, locate, read_documents,
};

/// Settings in one picture.
const MOST_CHARTS: usize = 8;
/// Letters of a name.
const LONGEST_NAME: usize = 80;

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

/// The keys of a block. What is read by hand is ignored here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "scenario")]
    _scenario: IgnoredAny,
    #[serde(rename = "set", default)]
    _set: Option<IgnoredAny>,
    #[serde(rename = "compare", default)]
    _compare: Option<IgnoredAny>,
    #[serde(rename = "settings", default)]
    _settings: Option<IgnoredAny>,
    #[serde(rename = "chart", default)]
    _chart: Option<IgnoredAny>,
    #[serde(rename = "nodes", default)]
    _nodes: Option<IgnoredAny>,
    seed: Option<u64>,
    size: Option<String>,
    #[serde(default)]
    theme: Theme,
    #[serde(default)]
    format: Format,
    title: Option<String>,
    from: Option<String>,
    to: Option<String>,
    caption: Option<String>,
    name: Option<String>,
}

/// A setting with a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSetting {
    name: String,
    #[serde(rename = "set", default)]
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
}

/// Reads a block.
///
/// # Errors
///
/// Everything that is wrong with it, with its place in the page.
pub fn read_block(source: &Source, line: usize) -> Result<Block, Vec<Problem>> {
    let mut notes = Notes::default();
    let block = tree_of(source, line).and_then(|tree| {
        let block = block_of(&mut notes, source, &tree);
        let problems = std::mem::take(&mut notes.problems);
        block.filter(|_| problems.is_empty()).ok_or(problems)
    });
    block.map_err(|mut problems| {
        locate(source, &Limits::WRITTEN, &mut problems);
        for problem in problems.iter_mut().filter(|it| it.at.is_none()) {
            problem.at = Some(crate::input::Position { line, column: 1 });
        }
        problems
    })
}

fn tree_of(source: &Source, line: usize) -> Result<Tree, Vec<Problem>> {
    let hint = "name a scenario: `scenario: FILE`";
    let refuse = |code, message: String| {
        let at = crate::input::Position { line, column: 1 };
        Err(vec![Problem::error(code, FieldPath::ROOT, message).with_hint(hint).at(at)])
    };
    if source.text().trim().is_empty() {
        return refuse("empty-block", "the block is empty".to_owned());
    }
    let documents = read_documents(source, &Limits::WRITTEN).map_err(|problem| vec![problem])?;
    match <[_; 1]>::try_from(documents) {
        Ok([document]) if matches!(document.tree, Tree::Map(_)) => match document.warnings {
            warnings if warnings.is_empty() => Ok(document.tree),
            // A key that is there twice is a slip here.
            warnings => Err(warnings),
        },
        Ok([document]) => {
            refuse("not-a-block", format!("a block is a map, this is {}", document.tree.kind()))
        }
        Err(several) => {
            refuse("not-a-block", format!("a block is one document, this is {}", several.len()))
        }
    }
}

fn block_of(notes: &mut Notes, source: &Source, tree: &Tree) -> Option<Block> {
    let written = decode::<Written>(tree);
    let at = |key: &str| tree.get(key).unwrap_or(&Tree::Null);
    let scenario = given(notes, source, tree);
    let set = changes(notes, at("set"), &FieldPath::ROOT.key("set"));
    let (compare, settings) = (compare(notes, at("compare")), settings(notes, at("settings")));
    let charts = charts(notes, at("chart"));
    let nodes = words(notes, at("nodes"), "nodes", "write names of nodes: `[worker-1, worker-2]`");
    let written = written.map_err(|problems| notes.problems.extend(problems)).ok()?;
    let size = written.size.as_deref().and_then(|it| size(notes, it));
    let from = moment(notes, "from", written.from.as_ref());
    let to = moment(notes, "to", written.to.as_ref());
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        let message = format!("nothing is between {from} and {to}");
        notes.error("bad-time", &["to"], message, "`to` must be later than `from`");
    }
    check_name(notes, written.name.as_deref());
    check_caption(notes, written.caption.as_deref());
    let Written { theme, format, title, .. } = written;
    Some(Block {
        scenario: scenario?,
        set,
        compare,
        settings,
        seed: written.seed,
        charts,
        look: Look { size, theme, format, title, nodes, from, to },
        caption: written.caption,
        name: written.name,
        hash: fnv1a64(tree.to_canonical_json().as_bytes()),
    })
}

fn given(notes: &mut Notes, source: &Source, tree: &Tree) -> Option<Given> {
    let value = tree.get("scenario").filter(|it| **it != Tree::Null)?;
    if let Some(file) = value.as_text().map(str::trim).filter(|it| !it.contains('\n')) {
        if !file.is_empty() {
            return Some(Given::File(file.to_owned()));
        }
    } else if let Some(source) = inline(source, tree, "scenario") {
        return Some(Given::Inline(source));
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
        match value {
            Tree::List(values) if !values.is_empty() => varied.push((name, values)),
            value => {
                let message = format!("expected a list of values, found {}", value.kind());
                let hint = "write each value that is tried: `[1, 10%]`";
                notes.error("wrong-type", &["compare", &name], message, hint);
            }
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

fn charts(notes: &mut Notes, tree: &Tree) -> Vec<String> {
    let all = KINDS.map(|kind| format!("`{kind}`")).join(", ");
    let mut charts = words(notes, tree, "chart", &format!("the kinds are {all}"));
    let path = FieldPath::ROOT.key("chart");
    for (index, chart) in charts.iter().enumerate() {
        let path = if matches!(tree, Tree::List(_)) { path.index(index) } else { path.clone() };
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
    charts.truncate(MOST_CHARTS);
    if charts.is_empty() { vec![KINDS[0].to_owned()] } else { charts }
}

/// A name becomes the name of a file and part of an address.
fn check_name(notes: &mut Notes, name: Option<&str>) {
    let Some(name) = name else { return };
    let may_stand = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let begins = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    if !begins || !name.chars().all(may_stand) || name.len() > LONGEST_NAME {
        let message = format!("`{name}` cannot be the name of a picture");
        let hint = format!("write up to {LONGEST_NAME} letters, digits, `-`, `_` and `.`");
        notes.error("bad-name", &["name"], message, hint);
    }
}

/// A caption is a paragraph that cannot end what it stands in.
fn check_caption(notes: &mut Notes, caption: Option<&str>) {
    let Some(caption) = caption else { return };
    let is_bad = |it: &&str| it.contains("<!--") || it.contains("-->") || it.trim().is_empty();
    if caption.contains("\n\n") || Some(caption).filter(is_bad).is_some() {
        let message = "a caption is one paragraph of Markdown without comments".to_owned();
        notes.error("bad-caption", &["caption"], message, "leave it out, or write a sentence");
    }
}
