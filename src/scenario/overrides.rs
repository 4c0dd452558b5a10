//! `--set PATH=VALUE`: changes of single fields from the command line.
//!
//! A path may lead through a manifest that is in a file:
//! `daemonSets[0].manifest.spec.updateStrategy.rollingUpdate.maxUnavailable=5%`. The file is read
//! first, then the value is set in what was read.

use crate::input::{FieldPath, Limits, Position, Problem, Segment, Source, Tree, read_documents};
use crate::scenario::manifests::is_manifest;
use crate::scenario::report::{SourceId, Sources, ValuePlace};

/// One `--set`.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    written: String,
    path: FieldPath,
    value: Tree,
    column: usize,
}

impl Override {
    /// Reads `PATH=VALUE`; the value is YAML, and nothing means `null`: the field's default.
    ///
    /// # Errors
    ///
    /// If there is no `=`, or if the path or the value cannot be read.
    pub fn parse(written: &str) -> Result<Self, Problem> {
        let Some((path, value)) = written.split_once('=') else {
            let message = format!("`--set {written}` has no value");
            return Err(usage(message).with_hint("write `--set PATH=VALUE`, such as `seed=7`"));
        };
        let path: FieldPath = path.trim().parse().map_err(|error| {
            usage(format!("`--set {written}`: {error}"))
                .with_hint("write a path such as `cluster.nodePools[0].count`")
        })?;
        let column = written.chars().count() - value.chars().count() + 1;
        let value = tree_of(value)
            .map_err(|problem| usage(format!("`--set {written}`: {}", problem.message)))?;
        Ok(Self { written: written.to_owned(), path, value, column })
    }

    /// A field and its value, as if it had been written on the command line.
    pub fn new(path: FieldPath, value: Tree) -> Self {
        let shown = value.as_text().map_or_else(|| value.to_canonical_json(), str::to_owned);
        let start = format!("{path}=");
        let column = start.chars().count() + 1;
        Self { written: start + &shown, path, value, column }
    }

    /// The field.
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// The value, for the field at `path`. A version keeps its text: as a number, `1.30` would be
    /// `1.3`.
    fn value_at(&self, path: &FieldPath) -> Tree {
        let is_number = matches!(self.value, Tree::Int(_) | Tree::Float(_));
        match self.written.split_once('=') {
            Some((_, text)) if is_number && *path == FieldPath::ROOT.key("kubernetes") => {
                Tree::Text(text.trim().to_owned())
            }
            Some(_) | None => self.value.clone(),
        }
    }

    /// What it changes in the manifests of a file that a scenario names first: the field, and its
    /// value.
    pub(super) fn in_first_file(&self) -> Option<(FieldPath, &Tree)> {
        let file = Tree::List(vec![Tree::Text(String::new())]);
        let scenario = Tree::Map(vec![("daemonSets".to_owned(), file)]);
        let (_, path) = below_manifest(&scenario, &through_manifest(&scenario, &self.path))?;
        Some((path, &self.value))
    }

    fn position(&self) -> Position {
        Position { line: 1, column: self.column }
    }
}

fn usage(message: String) -> Problem {
    Problem::error("bad-set", FieldPath::ROOT, message)
}

fn tree_of(value: &str) -> Result<Tree, Problem> {
    if matches!(value.trim(), "" | "~" | "null" | "Null" | "NULL") {
        return Ok(Tree::Null);
    }
    let documents = read_documents(&Source::new("--set", value), &Limits::WRITTEN)?;
    Ok(documents.into_iter().next().map(|document| document.tree).unwrap_or_default())
}

/// A change inside a manifest that is in a file.
#[derive(Clone, Debug)]
pub(super) struct InManifest {
    /// The entry of the scenario that names the file.
    pub(super) entry: FieldPath,
    /// The field in the manifest.
    pub(super) path: FieldPath,
    pub(super) value: Tree,
    /// The source of the value.
    pub(super) by: SourceId,
    /// Its place in that source.
    pub(super) at: Position,
}

/// Changes the scenario, and gives the changes that wait for a file to be read.
pub(super) fn apply(
    tree: &mut Tree,
    overrides: &[Override],
    sources: &mut Sources,
) -> Vec<InManifest> {
    let mut waiting = Vec::new();
    for written in overrides {
        let by = sources.add(Source::new("--set", &*written.written), Limits::WRITTEN);
        let path = through_manifest(tree, &written.path);
        if let Some(change) = in_manifest(tree, &path, written, by) {
            waiting.push(change);
            continue;
        }
        unwrap_manifest(tree, &path);
        let made = first_missing(tree, &path);
        match tree.set(&path, written.value_at(&path)) {
            Ok(()) => {
                let place = ValuePlace { source: Sources::SCENARIO, document: 0, path: made };
                sources.override_value(place, by, written.position());
            }
            Err(error) => {
                let position = Position { line: 1, column: 1 };
                let problem = Problem::error("bad-set", path, error.to_string());
                let hint = "the path must fit the scenario; lists count from 0";
                sources.report(by, [problem.with_hint(hint).at(position)]);
            }
        }
    }
    waiting
}

/// The outermost value on the path that is there only because the path is set; the path itself
/// if all before it is there.
pub(super) fn first_missing(tree: &Tree, path: &FieldPath) -> FieldPath {
    let segments = path.segments();
    let is_missing = |place: &FieldPath| tree.at(place).is_none_or(|found| *found == Tree::Null);
    let mut above = (1..segments.len()).map(|length| FieldPath::from(segments[..length].to_vec()));
    above.find(is_missing).unwrap_or_else(|| path.clone())
}

/// The path with `manifest` in it where the entry has that key or names a file, and without it
/// where the manifest is the entry; so both ways to write it mean the same.
fn through_manifest(tree: &Tree, path: &FieldPath) -> FieldPath {
    let Some((entry, rest)) = split_at_entry(path) else { return path.clone() };
    let Some(found) = tree.at(&entry) else { return path.clone() };
    let is_key = |segment: &Segment, known: &[&str]| match segment {
        Segment::Key(key) => known.contains(&key.as_str()),
        Segment::Index(_) => false,
    };
    match rest {
        [first, below @ ..]
            if is_manifest(found) && is_key(first, &["manifest"]) && !below.is_empty() =>
        {
            entry.join(&FieldPath::from(below.to_vec()))
        }
        [first, ..]
            if !is_manifest(found)
                && is_key(first, &["apiVersion", "kind", "metadata", "spec"]) =>
        {
            entry.key("manifest").join(&FieldPath::from(rest.to_vec()))
        }
        _ => path.clone(),
    }
}

/// The change, if it is inside a manifest whose entry names a file.
fn in_manifest(
    tree: &Tree,
    path: &FieldPath,
    written: &Override,
    by: SourceId,
) -> Option<InManifest> {
    let (entry, path) = below_manifest(tree, path)?;
    Some(InManifest { entry, path, value: written.value.clone(), by, at: written.position() })
}

/// An entry that names a file, and the field that the path leads to in its manifests.
fn below_manifest(tree: &Tree, path: &FieldPath) -> Option<(FieldPath, FieldPath)> {
    let (entry, rest) = split_at_entry(path)?;
    let (first, below) = rest.split_first()?;
    let named = tree.at(&entry)?;
    named.as_text().or_else(|| named.get("manifest")?.as_text())?;
    let is_below = *first == Segment::Key("manifest".to_owned()) && !below.is_empty();
    is_below.then(|| (entry, FieldPath::from(below.to_vec())))
}

/// Splits a path behind `daemonSets[i]` or `events[i].apply`.
fn split_at_entry(path: &FieldPath) -> Option<(FieldPath, &[Segment])> {
    let segments = path.segments();
    let length = match segments {
        [Segment::Key(list), Segment::Index(_), ..] if list == "daemonSets" => 2,
        [Segment::Key(list), Segment::Index(_), Segment::Key(verb), ..]
            if list == "events" && verb == "apply" =>
        {
            3
        }
        _ => return None,
    };
    Some((FieldPath::from(segments[..length].to_vec()), &segments[length..]))
}

/// Turns an entry in its short form (a path, or the manifest itself) into the long one, so that its `manifest` can be set.
fn unwrap_manifest(tree: &mut Tree, path: &FieldPath) {
    let Some((entry, [Segment::Key(key)])) = split_at_entry(path) else { return };
    let is_short = |found: &Tree| matches!(found, Tree::Text(_)) || is_manifest(found);
    if key == "manifest" && tree.at(&entry).is_some_and(is_short) {
        // It is there, so it can be set.
        let _ = tree.set(&entry, Tree::Map(Vec::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Result<(&str, &str, usize), &str>) {
        let read = Override::parse(written);
        let read = read
            .as_ref()
            .map(|set| (set.path.to_string(), set.value.to_canonical_json(), set.column))
            .map_err(|problem| problem.message.as_str());
        let expected = expected.map(|(path, value, at)| (path.to_owned(), value.to_owned(), at));
        assert_eq!(read, expected);
    }

    #[test]
    fn options_are_a_path_and_a_value_in_yaml() {
        check("seed=7", Ok(("seed", "7", 6)));
        check("until={limit: 2h}", Ok(("until", r#"{"limit":"2h"}"#, 7)));
        check("a[0].b=x=y", Ok(("a[0].b", r#""x=y""#, 8)));
        check("name=", Ok(("name", "null", 6)));
        check("seed", Err("`--set seed` has no value"));
        check("a..b=1", Err("`--set a..b=1`: a part of the path `a..b` is empty"));
        check("=1", Err("`--set =1`: a part of the path `` is empty"));
    }

    #[test]
    fn a_value_may_come_from_another_place() {
        let set = Override::new("a.b".parse().unwrap(), Tree::Text("5%".to_owned()));
        assert_eq!((set.written.as_str(), set.column), ("a.b=5%", 5));
    }
}
