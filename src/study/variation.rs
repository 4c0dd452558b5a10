//! What is varied, as people write it: `maxUnavailable=1,5%,10%` and
//! `surge='maxSurge=10%,maxUnavailable=0'`.
//!
//! A comma separates values unless it stands within brackets, braces or quotes, so a value may be
//! any YAML in flow style: `latencies.imagePull={uniform: {min: 1s, max: 9s}},10s`.

use std::iter;

use crate::api::IntOrPercent;
use crate::input::{FieldPath, Problem, Tree};
use crate::scenario::Override;
use crate::study::circumstance::is_circumstance;

/// A field and a value for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// A short name or a path, as written.
    pub name: String,
    value: Value,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    /// YAML from the command line.
    Text(String),
    /// From a scenario.
    Tree(Tree),
}

/// A field and the values that it takes in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// A short name or a path, as written.
    pub name: String,
    /// One assignment per value; at least one.
    pub values: Vec<Assignment>,
}

/// Fields that change together, under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub name: String,
    /// What it changes; may be nothing.
    pub assignments: Vec<Assignment>,
}

/// Why a text is no variation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariationError {
    /// Not one `=`.
    #[error("`{}` has no value", .0.escape_debug())]
    NoValue(String),
    /// Nothing before the `=`.
    #[error("`{}` has no name", .0.escape_debug())]
    NoName(String),
    /// Nothing between two commas, or nothing at all.
    #[error("a value of `{0}` is empty")]
    EmptyValue(String),
    /// A line break, or another character that is not shown.
    #[error("`{}` has characters that are not shown", .0.escape_debug())]
    Control(String),
    /// Twice the same value.
    #[error("`{name}` takes `{value}` twice")]
    Twice { name: String, value: String },
    /// A bracket or a quote that is never closed.
    #[error("`{character}` in `{written}` is never closed")]
    Unclosed {
        /// The bracket or quote.
        character: char,
        written: String,
    },
}

impl Assignment {
    /// Reads `NAME=VALUE`; the value is YAML.
    pub fn parse(written: &str) -> Result<Self, VariationError> {
        let (name, value) = name_and_rest(written)?;
        Ok(Self { name: name.to_owned(), value: Value::Text(value.trim().to_owned()) })
    }

    /// A field and its value, as a scenario says it.
    pub fn new(name: impl Into<String>, value: Tree) -> Self {
        Self { name: name.into(), value: Value::Tree(value) }
    }

    /// The value as it is shown in names and columns: `10%`.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone(),
            Value::Tree(tree) => {
                tree.as_text().map_or_else(|| tree.to_canonical_json(), str::to_owned)
            }
        }
    }

    /// Whether the value is `0` or `0%`.
    pub fn is_zero(&self) -> bool {
        self.shown().parse().is_ok_and(IntOrPercent::is_zero)
    }

    /// The assignment to the field at `path`.
    ///
    /// # Errors
    ///
    /// If the value is no YAML.
    pub fn at(&self, path: &FieldPath) -> Result<Override, Problem> {
        match &self.value {
            Value::Text(text) => Override::parse(&format!("{path}={text}")),
            Value::Tree(tree) => Ok(Override::new(path.clone(), tree.clone())),
        }
    }
}

impl Dimension {
    /// Reads `NAME=VALUE,VALUE,…`.
    pub fn parse(written: &str) -> Result<Self, VariationError> {
        let (name, values) = name_and_rest(written)?;
        let values = split(values)?.into_iter().map(|value| {
            let value = Value::Text(value.trim().to_owned());
            Assignment { name: name.to_owned(), value }
        });
        Self::new(name, values.collect())
    }

    /// A field and its values.
    pub fn new(name: impl Into<String>, values: Vec<Assignment>) -> Result<Self, VariationError> {
        let name = name.into();
        check_shown(&name, &values)?;
        let shown: Vec<String> = values.iter().map(Assignment::shown).collect();
        if values.is_empty() || shown.iter().any(String::is_empty) {
            return Err(VariationError::EmptyValue(name));
        }
        for (index, value) in shown.iter().enumerate() {
            if shown[..index].contains(value) {
                return Err(VariationError::Twice { name, value: value.clone() });
            }
        }
        Ok(Self { name, values })
    }
}

impl Variant {
    /// Whether nobody decides on any of its fields, and there are some.
    pub(super) fn is_circumstance(&self) -> bool {
        !self.assignments.is_empty() && self.assignments.iter().all(|it| is_circumstance(&it.name))
    }

    /// Reads `NAME='A=1,B=2'`, the quotes being the shell's; `NAME=` changes nothing.
    pub fn parse(written: &str) -> Result<Self, VariationError> {
        let (name, rest) = name_and_rest(written)?;
        if rest.trim().is_empty() {
            return Self::new(name, Vec::new());
        }
        let assignments = split(rest)?.into_iter().map(|part| Assignment::parse(part.trim()));
        Self::new(name, assignments.collect::<Result<_, _>>()?)
    }

    /// A name and what it changes.
    pub fn new(
        name: impl Into<String>,
        assignments: Vec<Assignment>,
    ) -> Result<Self, VariationError> {
        let name = name.into();
        check_shown(&name, &assignments)?;
        Ok(Self { name, assignments })
    }
}

/// Names and values stand in tables, charts and files of lines.
fn check_shown(name: &str, assignments: &[Assignment]) -> Result<(), VariationError> {
    let parts = assignments.iter().flat_map(|it| [it.name.clone(), it.shown()]);
    let mut all = iter::once(name.to_owned()).chain(parts);
    let hidden = all.find(|text| text.contains(char::is_control));
    hidden.map_or(Ok(()), |text| Err(VariationError::Control(text)))
}

fn name_and_rest(written: &str) -> Result<(&str, &str), VariationError> {
    let Some((name, rest)) = written.split_once('=') else {
        return Err(VariationError::NoValue(written.to_owned()));
    };
    match name.trim() {
        "" => Err(VariationError::NoName(written.to_owned())),
        name => Ok((name, rest)),
    }
}

/// The parts between commas that stand within nothing.
fn split(written: &str) -> Result<Vec<&str>, VariationError> {
    let mut open: Vec<(char, char)> = Vec::new();
    let mut quote = None;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, character) in written.char_indices() {
        match (quote, character) {
            (Some(it), _) if it == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '[') => open.push((character, ']')),
            (None, '{') => open.push((character, '}')),
            (None, _) if open.last().is_some_and(|(_, close)| *close == character) => {
                open.pop();
            }
            (None, ',') if open.is_empty() => {
                parts.push(&written[start..at]);
                start = at + 1;
            }
            (Some(_) | None, _) => {}
        }
    }
    if let Some(character) = quote.or(open.last().map(|(character, _)| *character)) {
        return Err(VariationError::Unclosed { character, written: written.to_owned() });
    }
    parts.push(&written[start..]);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Result<&[&str], &str>) {
        let read = Dimension::parse(written);
        let read = read.map(|it| it.values.iter().map(Assignment::shown).collect::<Vec<_>>());
        let expected = expected.map(|it| it.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn values_are_separated_by_commas_that_stand_within_nothing() {
        check("maxUnavailable=1,5%, 10%", Ok(&["1", "5%", "10%"]));
        check("x={a: [1, 2], b: 3},'4,5'", Ok(&["{a: [1, 2], b: 3}", "'4,5'"]));
        check("x=a=b", Ok(&["a=b"]));
        check("x=", Err("a value of `x` is empty"));
        check("x=1,,2", Err("a value of `x` is empty"));
        check("x=1,1", Err("`x` takes `1` twice"));
        check("x", Err("`x` has no value"));
        check("=1", Err("`=1` has no name"));
        check("x={a: 1", Err("`{` in `{a: 1` is never closed"));
        check("x='1", Err("`'` in `'1` is never closed"));
        check("x=1,\u{7}2", Err("`\\u{7}2` has characters that are not shown"));
        check("x\ny=1", Err("`x\\ny` has characters that are not shown"));
    }

    #[test]
    fn a_variant_changes_several_fields() {
        let variant = Variant::parse("surge=maxSurge=10%,maxUnavailable=0").unwrap();
        assert_eq!(variant.name, "surge");
        let shown = |it: &Assignment| format!("{} to {}", it.name, it.shown());
        let shown: Vec<String> = variant.assignments.iter().map(shown).collect();
        assert_eq!(shown, ["maxSurge to 10%", "maxUnavailable to 0"]);
        assert_eq!(Variant::parse("as-it-is=").unwrap().assignments, []);
        assert!(Variant::parse("surge=maxSurge").is_err());
        assert!(Variant::parse("surge=maxSurge=1\u{1b}").is_err());
        assert!(Variant::parse("sur\nge=").is_err());
    }
}
