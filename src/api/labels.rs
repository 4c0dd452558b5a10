//! Labels of objects, and node selectors that are plain label maps.
//!
//! What lives here: [`Labels`]. It knows nothing of selectors.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

/// Key-value pairs attached to an object, ordered by key.
///
/// A value written as `null` is read as the empty string, as Go's JSON decoder does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Whether `key` has a value, be it empty.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Sets `key`; returns the value it had.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) -> Option<String> {
        self.0.insert(key.into(), value.into())
    }

    /// Removes `key`; returns the value it had.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    /// All pairs, ordered by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` has every pair of these labels.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<K: Into<String>, V: Into<String>> Extend<(K, V)> for Labels {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        self.0.extend(pairs.into_iter().map(|(key, value)| (key.into(), value.into())));
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Option::<BTreeMap<String, Option<String>>>::deserialize(deserializer)?;
        let pairs = written.unwrap_or_default().into_iter();
        Ok(pairs.map(|(key, value)| (key, value.unwrap_or_default())).collect())
    }
}

impl fmt::Display for Labels {
    /// `k=v,k2=v2`, as kubectl's NODE SELECTOR column; nothing if empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{key}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_null_as_empty_and_print_in_order() {
        let labels: Labels = serde_json::from_str(r#"{"b":"2","a":null}"#).unwrap();
        assert_eq!(labels.get("a"), Some(""));
        assert_eq!(labels.to_string(), "a=,b=2");
        assert!(serde_json::from_str::<Labels>(r#"{"a":true}"#).is_err());
    }

    #[test]
    fn a_subset_has_no_pair_of_its_own() {
        let all: Labels = [("a", "1"), ("b", "2")].into_iter().collect();
        let some: Labels = [("a", "1")].into_iter().collect();
        assert!(some.is_subset_of(&all) && !all.is_subset_of(&some));
        assert!(Labels::default().is_subset_of(&some));
    }
}
