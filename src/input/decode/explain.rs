//! A decoding error in the user's words.

use crate::input::decode::error::{DecodeError, Kind};
use crate::input::decode::suggest::did_you_mean;
use crate::input::path::{FieldPath, Segment};
use crate::input::problem::Problem;
use crate::input::tree::Tree;

/// Names that are listed before a list gets too long to help.
const MAX_LISTED: usize = 12;

/// The problem behind `error`, which came from decoding `tree`.
pub(super) fn explain(tree: &Tree, error: &DecodeError) -> Problem {
    let path = error.path.clone().unwrap_or_default();
    let found = tree.at(&path).unwrap_or(&Tree::Null);
    let on_key = error.on_key || points_at_key(&path, found);
    let problem = match &error.kind {
        Kind::UnknownField { name, known } => unknown("unknown-field", "field", name, known),
        Kind::UnknownVariant { name, known } => unknown("unknown-value", "value", name, known),
        Kind::MissingField(name) => missing(found, name),
        Kind::NotOneVariant { known, found } => not_one_variant(known, found),
        Kind::WrongType { expected } => wrong_type(expected, found),
        Kind::WrongValue { found, expected } => wrong_value(found, expected),
        Kind::WrongLength { length, expected } => {
            new("wrong-length", format!("expected {expected}, found {length}"))
        }
        Kind::Custom(message) => custom(message),
    };
    let path = path.join(&problem.path);
    Problem { on_key: on_key || problem.on_key, path, ..problem }
}

/// Whether a problem already told the user to write the field that `error` misses.
pub(super) fn suggests(told: &Problem, error: &DecodeError) -> bool {
    let Kind::MissingField(name) = &error.kind else { return false };
    let same_map = told.path.parent() == Some(error.path.clone().unwrap_or_default());
    same_map && told.hint.as_deref() == Some(&meant(name))
}

/// Lists, maps and nothing are best shown by the key before them.
fn points_at_key(path: &FieldPath, found: &Tree) -> bool {
    let behind_key = matches!(path.last(), Some(Segment::Key(_)));
    behind_key && matches!(found, Tree::Null | Tree::List(_) | Tree::Map(_))
}

fn new(code: &'static str, message: impl Into<String>) -> Problem {
    Problem::error(code, FieldPath::ROOT, message)
}

fn meant(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn unknown(code: &'static str, what: &str, name: &str, known: &[&str]) -> Problem {
    let problem = new(code, format!("unknown {what} `{name}`"));
    match did_you_mean(name, known.iter().copied()) {
        Some(suggestion) => problem.with_hint(meant(suggestion)),
        None if known.is_empty() => problem.with_hint(format!("no {what} is expected here")),
        None => problem.with_hint(format!("expected {}", one_of(known))),
    }
}

fn one_of(known: &[&str]) -> String {
    let listed: Vec<_> = known.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
    match (listed.as_slice(), known.len().saturating_sub(MAX_LISTED)) {
        ([only], _) => only.clone(),
        (_, 0) => format!("one of {}", listed.join(", ")),
        (_, more) => format!("one of {} and {more} more", listed.join(", ")),
    }
}

fn missing(map: &Tree, name: &'static str) -> Problem {
    match map.get(name) {
        Some(Tree::Null) => Problem {
            path: FieldPath::ROOT.key(name),
            on_key: true,
            ..new("missing-value", format!("`{name}` has no value"))
        },
        _ => new("missing-field", format!("missing field `{name}`")),
    }
}

fn not_one_variant(known: &[&str], found: &[String]) -> Problem {
    let problem = match found {
        [] => new("missing-field", format!("expected {}", one_of(known))),
        several => {
            let several: Vec<_> = several.iter().map(|name| format!("`{name}`")).collect();
            new("wrong-type", format!("expected one key, found {}", several.join(", ")))
        }
    };
    problem.with_hint(format!("write exactly {}", one_of(known)))
}

fn wrong_type(expected: &str, found: &Tree) -> Problem {
    let message = format!("expected {}, found {}", in_words(expected), in_full(found));
    let problem = new("wrong-type", message);
    match hint_for_type(expected, found) {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    }
}

/// What a value is, with its text if that is short.
fn in_full(found: &Tree) -> String {
    match found {
        Tree::Bool(value) => format!("`{value}`"),
        Tree::Int(value) => format!("the number `{value}`"),
        Tree::Float(value) if value.is_finite() => format!("the number `{value}`"),
        Tree::Float(value) => format!("`.{}`", value.to_string().to_lowercase()),
        Tree::Text(text) if text.len() <= 40 => format!("the text `{text}`"),
        Tree::Text(_) | Tree::Null | Tree::List(_) | Tree::Map(_) => found.kind().to_owned(),
    }
}

/// serde's name of a type, in the user's words; types of our own say what they expect.
fn in_words(expected: &str) -> &str {
    match kind_of(expected) {
        Expected::Map => "a map",
        Expected::List => "a list",
        Expected::Whole(_) => "a whole number",
        Expected::Number => "a number",
        Expected::Text => "text",
        Expected::Boolean => "`true` or `false`",
        Expected::Variant => "a name or a map with one key",
        Expected::Other => expected,
    }
}

fn hint_for_type(expected: &str, found: &Tree) -> Option<String> {
    let hint = match (kind_of(expected), found) {
        (Expected::Whole(_) | Expected::Number, Tree::Text(text))
            if text.parse::<f64>().is_ok() =>
        {
            format!("remove the quotes: `{text}`")
        }
        (Expected::Boolean, Tree::Text(text)) if matches!(&**text, "true" | "false") => {
            format!("remove the quotes: `{text}`")
        }
        (Expected::Text, Tree::Int(_) | Tree::Float(_)) => "put it in quotes".to_owned(),
        (Expected::Text, Tree::Bool(_)) => {
            "put it in quotes; without them `yes`, `no`, `on` and `off` are booleans too".to_owned()
        }
        (Expected::Map, Tree::List(_)) => {
            "write `key: value` lines without the `-` in front".to_owned()
        }
        (Expected::List, Tree::Map(_)) => "put `- ` in front of each item".to_owned(),
        (Expected::List, Tree::Text(text)) => format!("write a list of one: `[{text}]`"),
        (Expected::List, Tree::Int(_)) => {
            format!("write a list of one: `[{}]`", found.to_canonical_json())
        }
        (Expected::Other, Tree::Int(number)) if expected.contains("duration") => {
            format!("write the unit: `{number}s`")
        }
        (_, Tree::Null) => "give it a value, or remove it".to_owned(),
        _ => return None,
    };
    Some(hint)
}

/// The kinds that serde's own visitors expect.
enum Expected {
    Map,
    List,
    Whole(Option<(i128, i128)>),
    Number,
    Text,
    Boolean,
    Variant,
    Other,
}

fn kind_of(expected: &str) -> Expected {
    match expected {
        "a map" => Expected::Map,
        "a sequence" => Expected::List,
        "a string" | "a character" => Expected::Text,
        "a boolean" => Expected::Boolean,
        "f32" | "f64" => Expected::Number,
        _ if expected.starts_with("struct ") => Expected::Map,
        _ if expected.starts_with("tuple ") => Expected::List,
        _ if expected.starts_with("enum ") => Expected::Variant,
        _ => match integer_type(expected) {
            Some(range) => Expected::Whole(Some(range)),
            None if expected == "an integer" => Expected::Whole(None),
            None => Expected::Other,
        },
    }
}

/// The range of an integer type by its name.
fn integer_type(expected: &str) -> Option<(i128, i128)> {
    let nonzero = expected.strip_prefix("a nonzero ");
    let (name, least) = nonzero.map_or((expected, 0), |name| (name, 1));
    let range = match name {
        "u8" => (least, u8::MAX.into()),
        "u16" => (least, u16::MAX.into()),
        "u32" => (least, u32::MAX.into()),
        "u64" | "usize" => (least, u64::MAX.into()),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        _ => return None,
    };
    Some(range)
}

fn wrong_value(found: &str, expected: &str) -> Problem {
    let range_and_number = (kind_of(expected), found.parse::<i128>());
    if let (Expected::Whole(Some((least, most))), Ok(number)) = range_and_number {
        return out_of_range(number, least, most);
    }
    let shown: String = found.chars().take(60).collect();
    new("invalid-value", format!("invalid value `{shown}`, expected {}", in_words(expected)))
}

fn out_of_range(number: i128, least: i128, most: i128) -> Problem {
    let message = match (number, least) {
        (..0, 0) => format!("`{number}` must not be negative"),
        (0, 1) => "`0` must be at least 1".to_owned(),
        _ => format!("`{number}` must be between {least} and {most}"),
    };
    new("out-of-range", message)
}

/// A message of a type of our own; what follows `\nhint: ` is the hint.
fn custom(message: &str) -> Problem {
    match message.split_once("\nhint: ") {
        Some((message, hint)) => new("invalid-value", message).with_hint(hint),
        None => new("invalid-value", message),
    }
}
