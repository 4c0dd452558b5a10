//! A label selector as `kubectl -l` takes it.
//!
//! Mirrors apimachinery pkg/labels/selector.go › Parse for the operators of labels.

use crate::api::{
    LabelOperator, LabelRequirement, LabelSelector, Labels, label_value_problems,
    qualified_name_problems,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Selects by labels: `disktype=ssd,tier in (a,b),!old`, or a map of labels and their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(pub LabelSelector);

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(SelectorVisitor)
    }
}

struct SelectorVisitor;

impl<'de> Visitor<'de> for SelectorVisitor {
    type Value = Selector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a label selector such as `disktype=ssd` or `tier in (a,b)`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Selector, E> {
        let hint = "write it as for `kubectl -l`: `disktype=ssd,tier in (a,b),!old`";
        parse(text).map(Selector).map_err(|why| {
            E::custom(format!("`{text}` is not a label selector: {why}\nhint: {hint}"))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Selector, A::Error> {
        let mut match_labels = Labels::default();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            match_labels.insert(key, value);
        }
        Ok(Selector(LabelSelector { match_labels, match_expressions: Vec::new() }))
    }
}

impl JsonSchema for Selector {
    fn schema_name() -> Cow<'static, str> {
        "LabelSelector".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A label selector as for `kubectl -l`, or a map of labels.",
            "examples": ["disktype=ssd", "tier in (a,b),!old"],
            "anyOf": [
                { "type": "string" },
                { "type": "object", "additionalProperties": { "type": "string" } }
            ]
        })
    }
}

fn parse(text: &str) -> Result<LabelSelector, String> {
    let requirements: Result<Vec<_>, _> = split(text).into_iter().map(requirement).collect();
    let mut selector = LabelSelector::default();
    for requirement in requirements? {
        selector.match_expressions.push(requirement);
    }
    Ok(selector)
}

/// At the commas that are in no parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut open = false;
    let outside = |c: char| {
        open = (open || c == '(') && c != ')';
        c == ',' && !open
    };
    text.split(outside).map(str::trim).collect()
}

fn requirement(text: &str) -> Result<LabelRequirement, String> {
    let (key, operator, values) = parts(text)?;
    if key.is_empty() {
        return Err("a label's key is missing".to_owned());
    }
    let key_problems = qualified_name_problems(key).into_iter();
    let value_problems = values.iter().flat_map(|value| label_value_problems(value));
    if let Some(why) = key_problems.chain(value_problems).next() {
        return Err(why);
    }
    let values = values.into_iter().map(str::to_owned).collect();
    Ok(LabelRequirement { key: key.to_owned(), operator, values })
}

type Parts<'text> = (&'text str, LabelOperator, Vec<&'text str>);

fn parts(text: &str) -> Result<Parts<'_>, String> {
    if let Some(key) = text.strip_prefix('!') {
        return Ok((key.trim(), LabelOperator::DoesNotExist, Vec::new()));
    }
    for (sign, operator) in
        [("!=", LabelOperator::NotIn), ("==", LabelOperator::In), ("=", LabelOperator::In)]
    {
        if let Some((key, value)) = text.split_once(sign) {
            return Ok((key.trim(), operator, vec![value.trim()]));
        }
    }
    match text.split_once(char::is_whitespace) {
        None => Ok((text, LabelOperator::Exists, Vec::new())),
        Some((key, rest)) => {
            let (operator, values) = set(rest.trim())?;
            Ok((key, operator, values))
        }
    }
}

/// `in (a,b)` and `notin (a,b)`.
fn set(text: &str) -> Result<(LabelOperator, Vec<&str>), String> {
    let (word, list) = text.split_once('(').unwrap_or((text, ""));
    let operator = match word.trim() {
        "in" => LabelOperator::In,
        "notin" => LabelOperator::NotIn,
        other => return Err(format!("unknown operator `{other}`")),
    };
    match list.trim_end().strip_suffix(')') {
        Some(values) => Ok((operator, values.split(',').map(str::trim).collect())),
        None => Err("the values of `in` and `notin` are written in parentheses".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, labels: &[(&str, &str)], expected: Option<bool>) {
        let labels: Labels = labels.iter().copied().collect();
        assert_eq!(parse(text).ok().map(|read| read.matches(&labels)), expected, "{text}");
    }

    #[test]
    fn selectors_are_read_as_kubectl_reads_them() {
        let labels = [("disktype", "ssd"), ("tier", "b")];
        check("disktype=ssd", &labels, Some(true));
        check("disktype==ssd,tier in (a, b)", &labels, Some(true));
        check("disktype!=ssd", &labels, Some(false));
        check("tier notin (a,b)", &labels, Some(false));
        check("tier", &labels, Some(true));
        check("!tier", &labels, Some(false));
        check("!old , disktype = ssd", &labels, Some(true));
        check("x.io/y=", &[("x.io/y", "")], Some(true));
        for wrong in ["", "a,,b", "=x", "tier in a,b", "tier of (a)", "a=b=c", "no good=1", "!"] {
            check(wrong, &labels, None);
        }
    }
}
