//! From text to trees: YAML or JSON, one tree per document.
//!
//! The YAML library parses; this module gives its values `kubectl`'s meaning (see `scalar.rs`),
//! applies merge keys, notices duplicate keys and unrendered templates, and keeps a budget so
//! that aliases cannot multiply without end. Keys stay as they are written: `on:` is the key
//! `on`, `1:` is the key `1`.

use crate::input::json;
use crate::input::path::{FieldPath, Segment};
use crate::input::problem::{Position, Problem};
use crate::input::scalar::resolve_plain;
use crate::input::skim;
use crate::input::source::{Limits, Source, root_problem, too_deep, too_many_nodes};
use crate::input::syntax::{self, Failure};
use crate::input::template;
use crate::input::tree::Tree;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use std::fmt;

/// Duplicate keys that are reported per source.
const MAX_WARNINGS: usize = 50;

/// One document of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its place in the source, from 0, empty documents counted.
    pub index: usize,
    pub tree: Tree,
    /// What is suspicious about how it is written, with positions.
    pub warnings: Vec<Problem>,
}

/// Reads every document of `source` that is not empty, in order.
///
/// # Errors
///
/// The first thing that keeps the text from being read: its size, its encoding, its syntax, an
/// unrendered template, nothing in it. The problem has its position wherever there is one.
pub fn read_documents(source: &Source, limits: &Limits) -> Result<Vec<Document>, Problem> {
    source.check(limits)?;
    if let Some(trees) = json::read(source, limits) {
        let document = |(index, tree)| Document { index, tree, warnings: Vec::new() };
        return Ok((0..).zip(trees).map(document).collect());
    }
    source.check_structure(limits)?;
    let mut reader = Reader::new(source, limits);
    let mut documents = Vec::new();
    let mut count = 0;
    for part in skim::parts(source.text()) {
        for parsed in serde_yaml::Deserializer::from_str(part) {
            let index = count;
            count += 1;
            reader.start(index)?;
            let tree = Node(&mut reader).deserialize(parsed).map_err(|error| {
                cut_off(source, reader.explain(&error, part)).in_document(index)
            })?;
            let warnings = std::mem::take(&mut reader.warnings);
            if tree != Tree::Null {
                documents.push(Document { index, tree, warnings });
            }
        }
    }
    if documents.is_empty() { Err(nothing_in(source)) } else { Ok(documents) }
}

/// A problem with the syntax; of JSON that ends too early, that it does.
fn cut_off(source: &Source, problem: Problem) -> Problem {
    let is_syntax = problem.code == "bad-syntax";
    let cut_off = if is_syntax { json::cut_off(source) } else { None };
    cut_off.unwrap_or(problem)
}

fn nothing_in(source: &Source) -> Problem {
    let blank = source.text().trim().is_empty();
    let message = if blank { "the file is empty" } else { "the file has no document in it" };
    root_problem("empty-file", message).with_hint("is this the right file?")
}

/// What is kept while the values of a source are visited.
struct Reader<'source> {
    source: &'source Source,
    limits: &'source Limits,
    nodes: usize,
    text_bytes: usize,
    depth: usize,
    document: usize,
    path: FieldPath,
    warnings: Vec<Problem>,
    warned: usize,
    /// Why the visitors gave up, if it was they who did.
    stopped: Option<Problem>,
}

impl<'source> Reader<'source> {
    fn new(source: &'source Source, limits: &'source Limits) -> Self {
        Self {
            source,
            limits,
            nodes: 0,
            text_bytes: 0,
            depth: 0,
            document: 0,
            path: FieldPath::ROOT,
            warnings: Vec::new(),
            warned: 0,
            stopped: None,
        }
    }

    fn start(&mut self, document: usize) -> Result<(), Problem> {
        self.document = document;
        self.nodes += 1;
        if self.nodes > self.limits.max_nodes { Err(too_many_nodes(self.limits)) } else { Ok(()) }
    }

    fn stop<E: Error>(&mut self, problem: Problem) -> E {
        self.stopped = Some(Problem { path: self.path.clone(), ..problem });
        E::custom("stopped")
    }

    /// What to tell about a failure in a part of the source: our own reason, or the library's in
    /// better words. A reason of ours that has no place of its own gets the library's.
    fn explain(&mut self, error: &serde_yaml::Error, part: &str) -> Problem {
        let start = self.source.position(self.source.offset_of(part).unwrap_or(0));
        let failure = Failure::new(error, start);
        match self.stopped.take() {
            Some(problem) => {
                let at = problem.at.or(failure.at);
                Problem { at, ..problem }
            }
            None => syntax::explain(self.source, &failure, self.limits),
        }
    }

    fn spend<E: Error>(&mut self, text_bytes: usize) -> Result<(), E> {
        self.nodes += 1;
        self.text_bytes = self.text_bytes.saturating_add(text_bytes);
        let too_much_text = self.text_bytes > self.limits.max_bytes.saturating_mul(4);
        if self.nodes > self.limits.max_nodes {
            return Err(self.stop(too_many_nodes(self.limits)));
        }
        if too_much_text {
            let problem = root_problem("too-large", "aliases make the text too large");
            return Err(self.stop(problem));
        }
        Ok(())
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        self.spend(0)?;
        self.depth += 1;
        if self.depth > self.limits.max_depth {
            return Err(self.stop(too_deep(self.limits)));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Text that is a slice of the source: it is known how it was written.
    fn written_text<E: Error>(&mut self, text: &str) -> Result<Tree, E> {
        self.spend(text.len())?;
        let Some(offset) = self.source.offset_of(text) else {
            return Ok(Tree::Text(text.to_owned()));
        };
        let plain = self.is_plain(offset, text.len());
        if !self.limits.may_hold_templates && template::is_in_value(text, plain) {
            let problem = template::problem(self.source.text()).at(self.source.position(offset));
            return Err(self.stop(problem));
        }
        let resolved = if plain { resolve_plain(text) } else { None };
        Ok(resolved.unwrap_or_else(|| Tree::Text(text.to_owned())))
    }

    /// Whether the scalar at `offset` has neither quotes around it nor `!!str` before it.
    fn is_plain(&self, offset: usize, length: usize) -> bool {
        let (before, rest) = self.source.text().split_at(offset);
        let quote = before.bytes().last().filter(|byte| matches!(byte, b'"' | b'\''));
        let quoted = quote.is_some() && quote == rest.as_bytes().get(length).copied();
        !quoted && !before.trim_end_matches([' ', '\t']).ends_with("!!str")
    }

    fn warn_duplicate(&mut self, key: &str, offset: Option<usize>) {
        self.warned += 1;
        if self.warned > MAX_WARNINGS {
            return;
        }
        let message = format!("the key `{key}` is written more than once");
        let warning = Problem::warning("duplicate-key", self.path.key(key), message)
            .with_hint("the last one counts, as with `kubectl`; remove the others")
            .in_document(self.document)
            .on_key();
        let at: Option<Position> = offset.map(|offset| self.source.position(offset));
        self.warnings.push(Problem { at, ..warning });
    }

    /// Drops all but the last value of each key, and says so.
    fn without_duplicates(&mut self, entries: Vec<Entry>) -> Vec<(String, Tree)> {
        let mut by_key: Vec<usize> = (0..entries.len()).collect();
        by_key.sort_by(|&a, &b| entries[a].key.cmp(&entries[b].key).then(a.cmp(&b)));
        let mut dropped = vec![false; entries.len()];
        for pair in by_key.windows(2) {
            if entries[pair[0]].key == entries[pair[1]].key {
                dropped[pair[0]] = true;
                self.warn_duplicate(&entries[pair[1]].key, entries[pair[1]].offset);
            }
        }
        let kept = entries.into_iter().zip(dropped).filter(|(_, dropped)| !dropped);
        kept.map(|(entry, _)| (entry.key, entry.value)).collect()
    }
}

/// One `key: value` as written.
struct Entry {
    key: String,
    offset: Option<usize>,
    value: Tree,
}

/// Reads the next value.
struct Node<'reader, 'source>(&'reader mut Reader<'source>);

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        self.0.spend(0).map(|()| Tree::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        self.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        self.0.spend(0).map(|()| Tree::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        self.0.spend(0).map(|()| Tree::Int(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        self.0.spend(0).map(|()| Tree::Int(value.into()))
    }

    #[expect(clippy::cast_precision_loss, reason = "Go reads integers beyond 64 bits as floats")]
    fn visit_i128<E: Error>(self, value: i128) -> Result<Tree, E> {
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "Go reads integers beyond 64 bits as floats")]
    fn visit_u128<E: Error>(self, value: u128) -> Result<Tree, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        self.0.spend(0).map(|()| Tree::Float(value))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Tree, E> {
        self.0.written_text(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        self.0.spend(value.len()).map(|()| Tree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let reader = self.0;
        reader.enter()?;
        let mut list = Vec::new();
        reader.path.push(Segment::Index(0));
        while let Some(item) = items.next_element_seed(Node(reader))? {
            list.push(item);
            reader.path.pop();
            reader.path.push(Segment::Index(list.len()));
        }
        reader.path.pop();
        reader.leave();
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let reader = self.0;
        reader.enter()?;
        let (mut entries, mut merged) = (Vec::new(), Vec::new());
        while let Some((key, offset)) = map.next_key_seed(Key(reader))? {
            reader.path.push(Segment::Key(key.clone()));
            let value = map.next_value_seed(Node(reader))?;
            if key == "<<" {
                merge_into(&mut merged, value).map_err(|problem| reader.stop(problem))?;
            } else {
                entries.push(Entry { key, offset, value });
            }
            reader.path.pop();
        }
        let mut map = reader.without_duplicates(entries);
        add_missing(&mut map, merged);
        reader.leave();
        Ok(Tree::Map(map))
    }

    /// A value with a tag of its own (`!Ref x`): the tag means nothing here.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Tree, A::Error> {
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}

/// Collects the entries of the maps behind a merge key (`<<: *base`, `<<: [*a, *b]`).
fn merge_into(merged: &mut Vec<(String, Tree)>, value: Tree) -> Result<(), Problem> {
    match value {
        Tree::Map(entries) => {
            merged.extend(entries);
            Ok(())
        }
        Tree::List(maps) if maps.iter().all(|map| matches!(map, Tree::Map(_))) => {
            maps.into_iter().try_for_each(|map| merge_into(merged, map))
        }
        Tree::Null
        | Tree::Bool(_)
        | Tree::Int(_)
        | Tree::Float(_)
        | Tree::Text(_)
        | Tree::List(_) => {
            let message = "the merge key `<<` needs a map or a list of maps";
            Err(root_problem("bad-merge", message).with_hint("write `<<: *name`"))
        }
    }
}

/// Adds merged entries: keys that are written win, then those merged first.
fn add_missing(map: &mut Vec<(String, Tree)>, merged: Vec<(String, Tree)>) {
    if merged.is_empty() {
        return;
    }
    let mut known: std::collections::BTreeSet<_> = map.iter().map(|(k, _)| k.clone()).collect();
    map.extend(merged.into_iter().filter(|(key, _)| known.insert(key.clone())));
}

/// Reads the next key: its text, and where it starts if that is known.
struct Key<'reader, 'source>(&'reader mut Reader<'source>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = (String, Option<usize>);

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_, '_> {
    type Value = (String, Option<usize>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(syntax::PLAIN_KEY)
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        let offset = self.0.source.offset_of(key);
        self.visit_str(key).map(|(key, _)| (key, offset))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        self.0.spend(key.len())?;
        Ok((key.to_owned(), None))
    }
}

#[cfg(test)]
mod tests;
