//! Taints to set and to remove.

use crate::api::{self, TaintEffect, qualified_name_problems};
use crate::input::did_you_mean;
use crate::scenario::written::text::{Written, written_as_text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A taint: `key=value:Effect` as for `kubectl taint`, or a map as in the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taint(pub api::Taint);

/// The fields of a taint in the API.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    key: String,
    #[serde(default)]
    value: String,
    effect: TaintEffect,
}

impl<'de> Deserialize<'de> for Taint {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(TaintVisitor)
    }
}

struct TaintVisitor;

impl<'de> Visitor<'de> for TaintVisitor {
    type Value = Taint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a taint such as `dedicated=gpu:NoSchedule`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Taint, E> {
        text.parse().map(Taint).map_err(|error: api::ParseTaintError| {
            E::custom(format!("{error}\nhint: {}", hint(text, &error)))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Taint, A::Error> {
        let Fields { key, value, effect } = Fields::deserialize(MapAccessDeserializer::new(map))?;
        let taint = api::Taint { key, value, effect };
        // Its short form is read under the rules of `kubectl`, so they need not be repeated here.
        taint.to_string().parse().map(Taint).map_err(A::Error::custom)
    }
}

/// What to write instead of a text that is no taint.
fn hint(text: &str, error: &api::ParseTaintError) -> String {
    let effects = TaintEffect::ALL.map(TaintEffect::name);
    match (error, text.rsplit_once(':')) {
        (api::ParseTaintError::KeyOrValue { .. }, _) => "write `key=value:NoSchedule`".to_owned(),
        (api::ParseTaintError::Effect { .. }, None) => format!("write `{text}:NoSchedule`"),
        (api::ParseTaintError::Effect { .. }, Some((start, effect))) => {
            let near = did_you_mean(effect, effects).unwrap_or("NoSchedule");
            format!("did you mean `{start}:{near}`?")
        }
    }
}

impl JsonSchema for Taint {
    fn schema_name() -> Cow<'static, str> {
        "Taint".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A taint: `key=value:Effect` as for `kubectl taint`, or a map.",
            "examples": ["dedicated=gpu:NoSchedule"],
            "anyOf": [
                { "type": "string", "pattern": ":(NoSchedule|PreferNoSchedule|NoExecute)$" },
                {
                    "type": "object",
                    "properties": {
                        "key": { "type": "string" },
                        "value": { "type": "string" },
                        "effect": { "enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"] }
                    },
                    "required": ["key", "effect"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// Which taints to remove: `key`, or `key:Effect`. As for `kubectl taint`, a `-` may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaintKey {
    /// Taints with this key,
    pub key: String,
    /// and with this effect, if one is given.
    pub effect: Option<TaintEffect>,
}

written_as_text!(TaintKey, "TaintKey", {
    "description": "Which taint to remove: `key` or `key:Effect`; a `-` may follow.",
    "examples": ["dedicated", "dedicated:NoSchedule"],
    "type": "string"
});

impl Written for TaintKey {
    const EXPECTED: &'static str = "the key of a taint, such as `dedicated` or `key:NoExecute`";

    fn from_text(text: &str) -> Result<Self, String> {
        let short = text.strip_suffix('-').unwrap_or(text);
        let (start, effect) = match short.rsplit_once(':') {
            Some((start, name)) => (start, Some(effect(text, name)?)),
            None => (short, None),
        };
        let key = start.split_once('=').map_or(start, |(key, _)| key).to_owned();
        match qualified_name_problems(&key).into_iter().next() {
            Some(why) => {
                // The rule is enough, without its examples and regular expression.
                let rule = why.split(" (e.g.").next().unwrap_or_default();
                Err(format!("`{text}` does not name a taint: {rule}"))
            }
            None => Ok(Self { key, effect }),
        }
    }
}

fn effect(text: &str, name: &str) -> Result<TaintEffect, String> {
    TaintEffect::from_name(name).ok_or_else(|| {
        let effects = "`NoSchedule`, `PreferNoSchedule` or `NoExecute`";
        format!("`{text}` does not name a taint: its effect must be {effects}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<TaintEffect>)>) {
        let read = TaintKey::from_text(text).ok();
        let read = read.as_ref().map(|taint| (taint.key.as_str(), taint.effect));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn taints_to_remove_are_named_as_for_kubectl() {
        check("a.io/b", Some(("a.io/b", None)));
        check("a-", Some(("a", None)));
        check("a:NoExecute-", Some(("a", Some(TaintEffect::NoExecute))));
        check("a=b:NoSchedule", Some(("a", Some(TaintEffect::NoSchedule))));
        for wrong in ["", "-", "a:Never", ":NoSchedule", "a b"] {
            check(wrong, None);
        }
    }
}
