//! Objects as kubectl prints them with `-o yaml`.
//!
//! The layout is that of the library that kubectl uses: lists at the indentation of their key, texts
//! in the plainest style that reads back as the same text, long ones folded after 80 characters.
//!
//! Source: `sigs.k8s.io/yaml/goyaml.v2`: `encode.go`, `emitterc.go`, `sorter.go`.

mod key_order;
mod resolve;
mod text;

use serde_json::{Map, Value};

use crate::report::objects::yaml::key_order::by_key;
use crate::report::objects::yaml::text::{key, text};

/// A block of YAML with a line break at its end.
pub fn object_yaml(object: &Value) -> String {
    let mut out = String::new();
    match Layout::of(object) {
        Layout::Map(fields) => map(&mut out, fields, 0, false),
        Layout::List(items) => list(&mut out, items, 0, false),
        Layout::InLine => {
            scalar(&mut out, object, 0, 0);
            out.push('\n');
        }
    }
    out
}

/// How a value is laid out.
enum Layout<'a> {
    Map(&'a Map<String, Value>),
    List(&'a [Value]),
    /// Without lines of its own.
    InLine,
}

impl<'a> Layout<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Object(fields) if !fields.is_empty() => Self::Map(fields),
            Value::Array(items) if !items.is_empty() => Self::List(items),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => Self::InLine,
        }
    }
}

/// The fields of a map, a line each; the first one goes on a line that has begun if `begun`.
fn map(out: &mut String, fields: &Map<String, Value>, indent: usize, mut begun: bool) {
    for (name, value) in by_key(fields) {
        if !begun {
            blanks(out, indent);
        }
        begun = false;
        let name = key(name);
        out.push_str(&name);
        out.push(':');
        match Layout::of(value) {
            Layout::Map(fields) => {
                out.push('\n');
                map(out, fields, indent + 2, false);
            }
            Layout::List(items) => {
                out.push('\n');
                list(out, items, indent, false);
            }
            Layout::InLine => {
                out.push(' ');
                scalar(out, value, indent + 2, indent + name.chars().count() + 2);
                out.push('\n');
            }
        }
    }
}

fn list(out: &mut String, items: &[Value], indent: usize, mut begun: bool) {
    for item in items {
        if !begun {
            blanks(out, indent);
        }
        begun = false;
        out.push_str("- ");
        match Layout::of(item) {
            Layout::Map(fields) => map(out, fields, indent + 2, true),
            Layout::List(items) => list(out, items, indent + 2, true),
            Layout::InLine => {
                scalar(out, item, indent + 2, indent + 2);
                out.push('\n');
            }
        }
    }
}

/// A value without lines of its own; `column` is where it begins, `indent` where its further lines do.
fn scalar(out: &mut String, value: &Value, indent: usize, column: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(it) => out.push_str(&text(it, indent, column)),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

fn blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests;
