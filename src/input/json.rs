//! The short way from JSON to a tree: what `kubectl get -o json` prints of a large cluster.
//!
//! JSON is YAML, so whatever is out of the ordinary here (broken syntax, duplicate keys, merge
//! keys, unrendered templates, too many values) is not explained but left to the YAML reader,
//! which explains it. What is read here means the same there.

use crate::input::problem::{Position, Problem};
use crate::input::source::{Limits, Source, root_problem};
use crate::input::syntax::split_place;
use crate::input::template;
use crate::input::tree::Tree;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Keys of one map that are compared with each other rather than sorted.
const FEW_KEYS: usize = 16;

/// The trees of a source that is JSON maps, one after the other; `None` if it is anything else, or
/// if there is something to be told about it. The source has passed its check.
pub(super) fn read(source: &Source, limits: &Limits) -> Option<Vec<Tree>> {
    let text = source.text();
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut budget = Budget {
        nodes: limits.max_nodes,
        depth: limits.max_depth,
        may_hold_templates: limits.may_hold_templates,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let mut trees = Vec::new();
    loop {
        let tree = Node(&mut budget).deserialize(&mut json).ok()?;
        if !matches!(tree, Tree::Map(_)) {
            return None;
        }
        trees.push(tree);
        if json.end().is_ok() {
            return Some(trees);
        }
    }
}

/// What is wrong with the syntax of a source that is meant as JSON.
pub(super) fn broken(source: &Source) -> Option<Problem> {
    first_error(source).as_ref().map(cannot_be_read)
}

/// The same of JSON that ends too early; none of other texts.
pub(super) fn cut_off(source: &Source) -> Option<Problem> {
    first_error(source).filter(serde_json::Error::is_eof).as_ref().map(cannot_be_read)
}

fn first_error(source: &Source) -> Option<serde_json::Error> {
    let text = source.text();
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.find_map(Result::err)
}

fn cannot_be_read(error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    let (what, _) = split_place(&said);
    let ends = error.is_eof();
    let what = if ends { "it ends too early" } else { what };
    let hint = if ends { "was it cut off?" } else { "print it again, with `-o json`" };
    let at = Position { line: error.line(), column: error.column().max(1) };
    let message = format!("this JSON cannot be read: {what}");
    root_problem("bad-syntax", message).with_hint(hint).at(at)
}

/// What may still be read.
struct Budget {
    nodes: usize,
    depth: usize,
    may_hold_templates: bool,
}

impl Budget {
    fn spend<E: Error>(&mut self) -> Result<(), E> {
        self.nodes = self.nodes.checked_sub(1).ok_or_else(gave_up)?;
        Ok(())
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        self.depth = self.depth.checked_sub(1).ok_or_else(gave_up)?;
        self.spend()
    }
}

/// The error that nobody sees: the YAML reader finds its own words.
fn gave_up<E: Error>() -> E {
    E::custom("left to the YAML reader")
}

/// Reads the next value.
struct Node<'budget>(&'budget mut Budget);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Tree, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        self.0.spend().map(|()| Tree::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        self.0.spend().map(|()| Tree::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        self.0.spend().map(|()| Tree::Int(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        self.0.spend().map(|()| Tree::Int(value.into()))
    }

    /// JSON's `-0` is a float to one reader and an integer to the other.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        if value == 0.0 && value.is_sign_negative() {
            return Err(gave_up());
        }
        self.0.spend().map(|()| Tree::Float(value))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Tree, E> {
        if !self.0.may_hold_templates && template::is_in_value(value, false) {
            return Err(gave_up());
        }
        self.visit_str(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        self.0.spend().map(|()| Tree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let budget = self.0;
        budget.enter()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Node(budget))? {
            list.push(item);
        }
        budget.depth += 1;
        list.shrink_to_fit();
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let budget = self.0;
        budget.enter()?;
        let mut entries: Vec<(String, Tree)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            budget.spend()?;
            entries.push((key, map.next_value_seed(Node(budget))?));
        }
        budget.depth += 1;
        if has_special_keys(&entries) {
            return Err(gave_up());
        }
        entries.shrink_to_fit();
        Ok(Tree::Map(entries))
    }
}

/// Whether a key is there twice, or is YAML's merge key.
fn has_special_keys(entries: &[(String, Tree)]) -> bool {
    if entries.iter().any(|(key, _)| key == "<<") {
        return true;
    }
    if entries.len() <= FEW_KEYS {
        let is_above = |at: usize| entries[..at].iter().any(|(key, _)| *key == entries[at].0);
        return (1..entries.len()).any(is_above);
    }
    let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::yaml::read_documents;

    fn read_text(text: &str) -> Option<Tree> {
        let limits = Limits { max_bytes: 1_000, max_nodes: 100, max_depth: 5, ..Limits::WRITTEN };
        read(&Source::new("x", text), &limits)?.pop()
    }

    /// What is read the short way is what YAML makes of it: a document marker leads to YAML.
    fn check_same(text: &str) {
        let yaml = Source::new("x", format!("---\n{text}"));
        let documents = read_documents(&yaml, &Limits::WRITTEN).unwrap();
        assert_eq!(read_text(text).as_ref(), Some(&documents[0].tree), "{text}");
    }

    fn check_left_to_yaml(text: &str) {
        assert_eq!(read_text(text), None, "{text}");
    }

    #[test]
    fn json_means_what_it_means_as_yaml() {
        check_same("{}");
        check_same(" \n{\"a\": [1, -1, 1.5, 0.0, 1e3, true, null, \"x\"]}\n");
        check_same(r#"{"n": [18446744073709551615, 18446744073709551616, -9223372036854775809]}"#);
        check_same(r#"{"yes": "no", "1": "0640", "on": {"": "2026-01-01T00:00:00Z"}}"#);
        check_same(r#"{"é": "tab\t \"quoted\" \u00e9 \n {{ $labels.pod }}"}"#);
    }

    #[test]
    fn what_must_be_explained_is_left_to_yaml() {
        check_left_to_yaml("[1]");
        check_left_to_yaml("a: 1");
        check_left_to_yaml("{a: 1}");
        check_left_to_yaml(r#"{"a": 1"#);
        check_left_to_yaml("{\"a\": 1}\n---\n{}");
        check_left_to_yaml(r#"{"a": 1, "b": 2, "a": 3}"#);
        check_left_to_yaml(r#"{"a": -0}"#);
        check_left_to_yaml(r#"{"<<": {"a": 1}}"#);
        check_left_to_yaml(r#"{"image": "{{ .Values.image }}"}"#);
        check_left_to_yaml(r#"{"a": [[[[[]]]]]}"#);
        check_left_to_yaml(&format!("{{\"a\": [{}1]}}", "1,".repeat(100)));
        let many: Vec<String> = (0..20).map(|key| format!("\"{}\": 1", key % 19)).collect();
        check_left_to_yaml(&format!("{{{}}}", many.join(", ")));
    }
}
