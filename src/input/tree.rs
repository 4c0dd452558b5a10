//! A document without meaning: what YAML and JSON have in common.
//!
//! Everything that is read passes through a [`Tree`]; it knows neither text positions nor types.

use crate::input::path::{FieldPath, Segment};
use serde_json::Value;
use std::fmt::Write;

/// A value as written, keys in written order.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Tree {
    /// `null`, `~`, or nothing behind a key.
    #[default]
    Null,
    Bool(bool),
    /// A whole number; reading gives `i64::MIN ..= u64::MAX`, larger ones become floats.
    Int(i128),
    /// Any other number, also `.nan` and `.inf`.
    Float(f64),
    Text(String),
    List(Vec<Tree>),
    /// Keys with their values; keys are unique.
    Map(Vec<(String, Tree)>),
}

/// Why [`Tree::set`] could not follow its path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// A key was given where the document has a list or a plain value.
    #[error("`{at}` is {found}, not a map")]
    NotAMap {
        /// The value that was found.
        at: FieldPath,
        found: &'static str,
    },
    /// An index was given where the document has a map or a plain value.
    #[error("`{at}` is {found}, not a list")]
    NotAList {
        /// The value that was found.
        at: FieldPath,
        found: &'static str,
    },
    /// An index more than one past the end of a list.
    #[error("`{at}` has {length} items, so the next index is {length}")]
    PastTheEnd {
        /// The list.
        at: FieldPath,
        length: usize,
    },
}

impl Tree {
    /// A map of these entries; their keys must be unique.
    pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The value behind `key`; `None` if there is none or this is not a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, v)| v),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::List(_) => None,
        }
    }

    /// The value at `path`; `None` if the path leads nowhere.
    pub fn at(&self, path: &FieldPath) -> Option<&Self> {
        path.segments().iter().try_fold(self, |tree, segment| match (tree, segment) {
            (tree, Segment::Key(key)) => tree.get(key),
            (Self::List(items), Segment::Index(index)) => items.get(*index),
            (_, Segment::Index(_)) => None,
        })
    }

    /// The text, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// Puts `value` at `path`, in place of what is there. Missing maps on the way are made, and
    /// an index equal to the length of a list appends.
    ///
    /// # Errors
    ///
    /// When the path contradicts the document; the tree is then unchanged but for maps made on
    /// the way.
    pub fn set(&mut self, path: &FieldPath, value: Self) -> Result<(), SetError> {
        let mut place = self;
        let mut walked = FieldPath::ROOT;
        for segment in path.segments() {
            place = match segment {
                Segment::Key(key) => place.slot_of_key(key, &walked)?,
                Segment::Index(index) => place.slot_of_index(*index, &walked)?,
            };
            walked.push(segment.clone());
        }
        *place = value;
        Ok(())
    }

    /// What this is, with its article: `a map`, `a list`, `a number`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// Compact JSON with sorted keys: equal values give equal text, however they were written.
    /// Whole floats print as integers, as Go does; `.nan` and `.inf` print as text.
    pub fn to_canonical_json(&self) -> String {
        let mut json = String::new();
        self.write_canonical(&mut json);
        json
    }

    fn slot_of_key(&mut self, key: &str, at: &FieldPath) -> Result<&mut Self, SetError> {
        if *self == Self::Null {
            *self = Self::Map(Vec::new());
        }
        let found = self.kind();
        let Self::Map(entries) = self else {
            return Err(SetError::NotAMap { at: at.clone(), found });
        };
        let index = entries.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
            entries.push((key.to_owned(), Self::Null));
            entries.len() - 1
        });
        Ok(&mut entries[index].1)
    }

    fn slot_of_index(&mut self, index: usize, at: &FieldPath) -> Result<&mut Self, SetError> {
        let found = self.kind();
        let Self::List(items) = self else {
            return Err(SetError::NotAList { at: at.clone(), found });
        };
        if index == items.len() {
            items.push(Self::Null);
        }
        let length = items.len();
        items.get_mut(index).ok_or(SetError::PastTheEnd { at: at.clone(), length })
    }

    fn write_canonical(&self, json: &mut String) {
        match self {
            Self::Null => json.push_str("null"),
            Self::Bool(value) => json.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => write_display(json, value),
            Self::Float(value) => write_float(json, *value),
            Self::Text(text) => write_text(json, text),
            Self::List(items) => write_items(json, '[', ']', items, |json, item| {
                item.write_canonical(json);
            }),
            Self::Map(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                write_items(json, '{', '}', &sorted, |json, (key, value)| {
                    write_text(json, key);
                    json.push(':');
                    value.write_canonical(json);
                });
            }
        }
    }
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => match number.as_i128() {
                Some(whole) => Self::Int(whole),
                None => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(entries) => Self::Map(
                entries.into_iter().map(|(key, value)| (key, Self::from(value))).collect(),
            ),
        }
    }
}

impl From<Tree> for Value {
    /// JSON has no `.nan` and `.inf`: they become text.
    fn from(tree: Tree) -> Self {
        match tree {
            Tree::Null => Self::Null,
            Tree::Bool(value) => Self::Bool(value),
            Tree::Int(value) => json_integer(value),
            Tree::Float(value) => serde_json::Number::from_f64(value)
                .map_or_else(|| Self::String(value.to_string()), Self::Number),
            Tree::Text(text) => Self::String(text),
            Tree::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Tree::Map(entries) => Self::Object(
                entries.into_iter().map(|(key, value)| (key, Self::from(value))).collect(),
            ),
        }
    }
}

fn json_integer(value: i128) -> Value {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(signed), _) => Value::from(signed),
        (Err(_), Ok(unsigned)) => Value::from(unsigned),
        (Err(_), Err(_)) => Value::String(value.to_string()),
    }
}

fn write_items<T>(
    json: &mut String,
    open: char,
    close: char,
    items: &[T],
    write_item: impl Fn(&mut String, &T),
) {
    json.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        write_item(json, item);
    }
    json.push(close);
}

fn write_text(json: &mut String, text: &str) {
    write_display(json, &Value::from(text));
}

fn write_float(json: &mut String, value: f64) {
    if value.is_finite() {
        write_display(json, &value);
    } else {
        write_text(json, &value.to_string());
    }
}

fn write_display(json: &mut String, value: &impl std::fmt::Display) {
    write!(json, "{value}").expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(json: &str) -> Tree {
        serde_json::from_str::<Value>(json).unwrap().into()
    }

    fn check_set(before: &str, path: &str, after: Result<&str, &str>) {
        let mut actual = tree(before);
        let outcome = actual.set(&path.parse().unwrap(), Tree::Int(7));
        let outcome = outcome.map(|()| actual.to_canonical_json()).map_err(|e| e.to_string());
        assert_eq!(outcome.as_deref().map_err(String::as_str), after, "{path} in {before}");
    }

    #[test]
    fn sets_values() {
        check_set("{}", "a.b", Ok(r#"{"a":{"b":7}}"#));
        check_set(r#"{"a":null}"#, "a.b", Ok(r#"{"a":{"b":7}}"#));
        check_set(r#"{"a":[1,2]}"#, "a[1]", Ok(r#"{"a":[1,7]}"#));
        check_set(r#"{"a":[1,2]}"#, "a[2]", Ok(r#"{"a":[1,2,7]}"#));
        check_set(r#"{"a":[1,2]}"#, "a[4]", Err("`a` has 2 items, so the next index is 2"));
        check_set(r#"{"a":[1,2]}"#, "a.b", Err("`a` is a list, not a map"));
        check_set(r#"{"a":{"b":"x"}}"#, "a.b[0]", Err("`a.b` is text, not a list"));
    }

    #[test]
    fn canonical_json_sorts_keys_only() {
        let json = tree(r#"{"b": [2, 1, {"z": null, "y": 1.0}], "a": "tab\t\"é"}"#);
        assert_eq!(json.to_canonical_json(), r#"{"a":"tab\t\"é","b":[2,1,{"y":1,"z":null}]}"#);
    }

    #[test]
    fn json_there_and_back() {
        let text = r#"{"b":[18446744073709551615,-1,1.5],"a":{"c":true}}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Value::from(Tree::from(value.clone())), value);
    }

    #[test]
    fn finds_values() {
        let json = tree(r#"{"a":[{"b":1}]}"#);
        assert_eq!(json.at(&"a[0].b".parse().unwrap()), Some(&Tree::Int(1)));
        assert_eq!(json.at(&"a.b".parse().unwrap()), None);
        assert_eq!(json.at(&"a[1]".parse().unwrap()), None);
    }
}
