//! Label selectors: which pods a DaemonSet owns.
//!
//! What lives here: [`LabelSelector`] and its requirements. Node affinity has its own rules and
//! its own file.

use std::collections::BTreeMap;
use std::fmt;

use crate::api::labels::Labels;

/// A selector over labels; everything in it must hold.
///
/// An empty selector matches everything; a DaemonSet with one is refused by the API server, and
/// left alone by the controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    /// Labels that must be there with these values.
    pub match_labels: Labels,
    pub match_expressions: Vec<LabelRequirement>,
}

/// One requirement on the label `key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRequirement {
    /// Key of the label.
    pub key: String,
    /// How its value is compared with `values`.
    pub operator: LabelOperator,
    /// Values to compare with; empty for `Exists` and `DoesNotExist`.
    pub values: Vec<String>,
}

/// Operators of a label selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelOperator {
    /// The label is there, with one of the values.
    In,
    /// The label is missing or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is missing.
    DoesNotExist,
}

impl LabelSelector {
    /// Whether objects with these labels are selected.
    ///
    /// Mirrors apimachinery pkg/labels/selector.go › `Requirement.Matches`.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.match_labels.is_subset_of(labels)
            && self.match_expressions.iter().all(|requirement| requirement.matches(labels))
    }

    /// Whether nothing is required.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }
}

impl LabelRequirement {
    /// Whether `labels` fulfil this requirement.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.iter().any(|listed| listed == value));
        match self.operator {
            LabelOperator::In => listed,
            LabelOperator::NotIn => !listed,
            LabelOperator::Exists => value.is_some(),
            LabelOperator::DoesNotExist => value.is_none(),
        }
    }
}

impl LabelOperator {
    /// The operator written `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "In" => Some(Self::In),
            "NotIn" => Some(Self::NotIn),
            "Exists" => Some(Self::Exists),
            "DoesNotExist" => Some(Self::DoesNotExist),
            _ => None,
        }
    }
}

impl fmt::Display for LabelSelector {
    /// As kubectl prints it: `app=x,tier in (a,b),!canary`, ordered by key; nothing if empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut by_key: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (key, value) in self.match_labels.iter() {
            by_key.entry(key).or_default().push(format!("{key}={value}"));
        }
        for requirement in &self.match_expressions {
            by_key.entry(&requirement.key).or_default().push(requirement.to_string());
        }
        let parts: Vec<String> = by_key.into_values().flatten().collect();
        f.write_str(&parts.join(","))
    }
}

impl fmt::Display for LabelRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match self.operator {
            LabelOperator::In => write!(f, "{key} in ({})", sorted(&self.values)),
            LabelOperator::NotIn => write!(f, "{key} notin ({})", sorted(&self.values)),
            LabelOperator::Exists => write!(f, "{key}"),
            LabelOperator::DoesNotExist => write!(f, "!{key}"),
        }
    }
}

fn sorted(values: &[String]) -> String {
    let mut values = values.to_vec();
    values.sort();
    values.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(key: &str, operator: &str, values: &[&str]) -> LabelRequirement {
        LabelRequirement {
            key: key.to_owned(),
            operator: LabelOperator::from_name(operator).unwrap(),
            values: values.iter().map(ToString::to_string).collect(),
        }
    }

    fn check(operator: &str, values: &[&str], labels: &[(&str, &str)], expected: bool) {
        let labels = labels.iter().copied().collect();
        let selector = LabelSelector {
            match_expressions: vec![requirement("app", operator, values)],
            ..Default::default()
        };
        assert_eq!(selector.matches(&labels), expected, "{selector} on {labels}");
    }

    #[test]
    fn every_operator_matches_as_apimachinery_does() {
        check("In", &["a", "b"], &[("app", "b")], true);
        check("In", &["a"], &[("app", "b")], false);
        check("In", &["a"], &[], false);
        check("NotIn", &["a"], &[("app", "b")], true);
        check("NotIn", &["a"], &[("app", "a")], false);
        check("NotIn", &["a"], &[], true);
        check("Exists", &[], &[("app", "")], true);
        check("Exists", &[], &[("x", "")], false);
        check("DoesNotExist", &[], &[("app", "")], false);
        check("DoesNotExist", &[], &[], true);
    }

    #[test]
    fn labels_and_expressions_must_both_hold() {
        let selector = LabelSelector {
            match_labels: [("app", "x")].into_iter().collect(),
            match_expressions: vec![requirement("canary", "DoesNotExist", &[])],
        };
        assert!(selector.matches(&[("app", "x"), ("y", "z")].into_iter().collect()));
        assert!(!selector.matches(&[("app", "x"), ("canary", "")].into_iter().collect()));
        assert!(!selector.matches(&[("app", "y")].into_iter().collect()));
        assert!(LabelSelector::default().is_empty() && !selector.is_empty());
    }

    #[test]
    fn a_selector_prints_as_kubectl_prints_it() {
        let selector = LabelSelector {
            match_labels: [("app", "x"), ("z", "1")].into_iter().collect(),
            match_expressions: vec![
                requirement("tier", "In", &["b", "a"]),
                requirement("canary", "DoesNotExist", &[]),
                requirement("beta", "Exists", &[]),
                requirement("old", "NotIn", &["c"]),
            ],
        };
        let expected = "app=x,beta,!canary,old notin (c),tier in (a,b),z=1";
        assert_eq!(selector.to_string(), expected);
    }
}
