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
    match object {
        Value::Object(fields) if !fields.is_empty() => map(&mut out, fields, 0, false),
        Value::Array(items) if !items.is_empty() => list(&mut out, items, 0, false),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_)) => {
            scalar(&mut out, other, 0, 0);
            out.push('\n');
        }
    }
    out
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
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                out.push('\n');
                map(out, fields, indent + 2, false);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                list(out, items, indent, false);
            }
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_)) => {
                out.push(' ');
                scalar(out, other, indent + 2, indent + name.chars().count() + 2);
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
        match item {
            Value::Object(fields) if !fields.is_empty() => map(out, fields, indent + 2, true),
            Value::Array(items) if !items.is_empty() => list(out, items, indent + 2, true),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_)) => {
                scalar(out, other, indent + 2, indent + 2);
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
