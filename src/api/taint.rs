//! Taints of nodes and the tolerations of pods.
//!
//! What lives here: [`Taint`], [`Toleration`] and when the one tolerates the other. What follows
//! from an untolerated taint is decided elsewhere.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A mark on a node that keeps pods away unless they tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Taint {
    /// A qualified name, such as `node.kubernetes.io/not-ready`.
    pub key: String,
    /// May be empty.
    #[serde(default, deserialize_with = "super::nullable::null_as_default")]
    pub value: String,
    /// What happens to pods that do not tolerate it.
    pub effect: TaintEffect,
}

/// What a taint does to pods that do not tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum TaintEffect {
    /// No new pod is placed on the node.
    NoSchedule,
    /// The scheduler avoids the node; DaemonSets ignore it.
    PreferNoSchedule,
    /// No new pod is placed, and running ones are evicted.
    NoExecute,
}

/// A pod's statement that it puts up with a taint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// The taint's key; empty for every key.
    pub key: String,
    /// Whether the taint's value matters.
    pub operator: TolerationOperator,
    /// The taint's value, if the operator is `Equal`.
    pub value: String,
    /// The taint's effect; none for every effect.
    pub effect: Option<TaintEffect>,
    /// How long a `NoExecute` taint is put up with, in seconds; none for ever.
    pub toleration_seconds: Option<i64>,
}

/// How a toleration compares values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TolerationOperator {
    /// The values are equal. What an absent operator means.
    Equal,
    /// Any value.
    Exists,
    /// `Lt`, of an alpha feature that is off: tolerates nothing.
    ///
    /// Source: feature gate `TaintTolerationComparisonOperators`.
    Lt,
    /// `Gt`, of the same feature: tolerates nothing.
    Gt,
}

impl Taint {
    /// A taint without a value, as all of Kubernetes' own are.
    pub fn of(key: &str, effect: TaintEffect) -> Self {
        Self { key: key.to_owned(), value: String::new(), effect }
    }
}

impl Toleration {
    /// `key` with this effect, whatever its value, for ever: what the DaemonSet controller adds.
    pub fn exists(key: &str, effect: TaintEffect) -> Self {
        Self {
            key: key.to_owned(),
            operator: TolerationOperator::Exists,
            value: String::new(),
            effect: Some(effect),
            toleration_seconds: None,
        }
    }

    /// Whether this toleration tolerates `taint`.
    ///
    /// Mirrors staging api/core/v1/toleration.go › `ToleratesTaint`.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        let value_fits = match self.operator {
            TolerationOperator::Exists => true,
            TolerationOperator::Equal => self.value == taint.value,
            TolerationOperator::Lt | TolerationOperator::Gt => false,
        };
        self.effect.is_none_or(|effect| effect == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && value_fits
    }

    /// Whether both name the same taint: equal key, operator, effect and value.
    ///
    /// Mirrors staging api/core/v1/toleration.go › `MatchToleration`.
    pub fn matches(&self, other: &Self) -> bool {
        self.key == other.key
            && self.operator == other.operator
            && self.effect == other.effect
            && self.value == other.value
    }
}

impl TaintEffect {
    /// Every effect, in the order in which Kubernetes lists them.
    pub const ALL: [Self; 3] = [Self::NoSchedule, Self::PreferNoSchedule, Self::NoExecute];

    /// The effect's name in a manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }

    /// The effect written `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.name() == name)
    }
}

impl fmt::Display for TaintEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Taint {
    /// As `kubectl taint` takes it: `key=value:NoSchedule`, or `key:NoSchedule`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let equals = if self.value.is_empty() { "" } else { "=" };
        write!(f, "{}{equals}{}:{}", self.key, self.value, self.effect)
    }
}

/// Why a text is not a taint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseTaintError {
    /// There is no effect, or it is not one of the three.
    #[error(
        "`{written}` is not a taint: its effect must be `NoSchedule`, `PreferNoSchedule` or `NoExecute`"
    )]
    Effect { written: String },
    /// The key is missing or not a qualified name, or the value is not a label value.
    #[error("`{written}` is not a taint: {why}")]
    KeyOrValue {
        written: String,
        /// Kubernetes' own words for what is wrong.
        why: String,
    },
}

impl FromStr for Taint {
    type Err = ParseTaintError;

    /// Reads `key=value:effect`, `key=:effect` and `key:effect`.
    ///
    /// Mirrors kubectl pkg/cmd/taint/utils.go › `parseTaint`.
    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let named = written
            .rsplit_once(':')
            .and_then(|(rest, effect)| TaintEffect::from_name(effect).map(|effect| (rest, effect)));
        let Some((rest, effect)) = named else {
            return Err(ParseTaintError::Effect { written: written.to_owned() });
        };
        let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
        let problem = super::names::qualified_name_problems(key)
            .into_iter()
            .chain(super::names::label_value_problems(value))
            .next();
        match problem {
            Some(why) => Err(ParseTaintError::KeyOrValue { written: written.to_owned(), why }),
            None => Ok(Self { key: key.to_owned(), value: value.to_owned(), effect }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::TolerationOperator::{Equal, Exists, Gt, Lt};

    fn toleration(key: &str, operator: TolerationOperator, value: &str) -> Toleration {
        Toleration { operator, value: value.to_owned(), effect: None, ..exists(key) }
    }

    fn exists(key: &str) -> Toleration {
        Toleration::exists(key, TaintEffect::NoSchedule)
    }

    fn check(toleration: &Toleration, taint: &str, expected: bool) {
        assert_eq!(toleration.tolerates(&taint.parse().unwrap()), expected, "{taint}");
    }

    #[test]
    fn a_toleration_compares_key_value_and_effect() {
        check(&toleration("a", Equal, "1"), "a=1:NoExecute", true);
        check(&toleration("a", Equal, "2"), "a=1:NoExecute", false);
        check(&toleration("a", Equal, ""), "a:NoExecute", true);
        check(&toleration("a", Exists, ""), "a=1:NoSchedule", true);
        check(&toleration("b", Exists, ""), "a=1:NoSchedule", false);
        check(&toleration("", Exists, ""), "a=1:PreferNoSchedule", true);
        check(&toleration("a", Lt, "2"), "a=1:NoSchedule", false);
        check(&toleration("a", Gt, "0"), "a=1:NoSchedule", false);
        check(&toleration("a", Gt, "1"), "a=1:NoSchedule", false);
        check(&exists("a"), "a=1:NoSchedule", true);
        check(&exists("a"), "a=1:NoExecute", false);
    }

    #[test]
    fn taints_are_written_as_kubectl_takes_them() {
        for written in ["dedicated=gpu:NoSchedule", "a/b:NoExecute", "k:PreferNoSchedule"] {
            assert_eq!(written.parse::<Taint>().unwrap().to_string(), written);
        }
        assert_eq!("k=:NoExecute".parse::<Taint>().unwrap().to_string(), "k:NoExecute");
    }

    #[test]
    fn other_texts_are_not_taints() {
        for written in
            ["", "k", "k=v", "k:Never", ":NoSchedule", "a b:NoExecute", "k=a b:NoExecute"]
        {
            assert!(written.parse::<Taint>().is_err(), "{written}");
        }
    }
}
