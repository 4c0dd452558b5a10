//! Labels of objects, and node selectors that are plain label maps.
//!
//! What lives here: [`Labels`]. It knows nothing of selectors.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::iter::Peekable;
use std::ops::RangeBounds;
use std::slice;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

/// Key-value pairs attached to an object, ordered by key.
///
/// Clones share their pairs, and objects that were made alike can share those that they have in common:
/// a clone costs nothing, and a change costs what is not in common. Two that have equal pairs are equal,
/// shared or not.
///
/// A value written as `null` is read as the empty string, as Go's JSON decoder does.
#[derive(Clone, Default)]
pub struct Labels {
    /// Pairs that other objects may have as well, ordered by key.
    shared: Option<Arc<[Pair]>>,
    /// Pairs that hide shared ones of their key, ordered by key.
    own: Option<Arc<[Pair]>>,
}

type Pair = (Arc<str>, Arc<str>);

impl Labels {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        find(self.own(), key).or_else(|| find(self.shared(), key)).map(|value| &**value)
    }

    /// Whether `key` has a value, be it empty.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key`; returns the value it had.
    pub fn insert(
        &mut self,
        key: impl Into<Arc<str>>,
        value: impl Into<Arc<str>>,
    ) -> Option<Arc<str>> {
        let (key, value) = (key.into(), value.into());
        let had = find(self.own(), &key).or_else(|| find(self.shared(), &key)).cloned();
        let pair = (Arc::clone(&key), value);
        self.own = match place(self.own(), &key) {
            _ if self.own().is_empty() => Some(Arc::new([pair])),
            Ok(place) => Some(spliced(self.own(), place..=place, Some(pair))),
            Err(place) => Some(spliced(self.own(), place..place, Some(pair))),
        };
        had
    }

    /// Removes `key`; returns the value it had.
    pub fn remove(&mut self, key: &str) -> Option<Arc<str>> {
        if find(self.shared(), key).is_some() {
            // What lacks a shared pair shares none any more.
            *self = Self { shared: None, own: Some(self.pairs().cloned().collect()) };
        }
        let place = place(self.own(), key).ok()?;
        let had = Arc::clone(&self.own()[place].1);
        self.own = Some(spliced(self.own(), place..=place, None));
        Some(had)
    }

    /// All pairs, ordered by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs().map(|(key, value)| (&**key, &**value))
    }

    fn pairs(&self) -> Pairs<'_> {
        let hidden =
            self.own().iter().filter(|(key, _)| find(self.shared(), key).is_some()).count();
        Pairs {
            own: self.own().iter().peekable(),
            shared: self.shared().iter().peekable(),
            left: self.own().len() + self.shared().len() - hidden,
        }
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.own().is_empty() && self.shared().is_empty()
    }

    /// Whether `other` has every pair of these labels.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.iter().all(|(key, value)| other.get(key) == Some(value))
    }

    /// The same pairs, which clones share from now on.
    #[must_use]
    pub fn into_shared(self) -> Self {
        Self { shared: Some(self.pairs().cloned().collect()), own: None }
    }

    fn shared(&self) -> &[Pair] {
        self.shared.as_deref().unwrap_or_default()
    }

    fn own(&self) -> &[Pair] {
        self.own.as_deref().unwrap_or_default()
    }
}

fn place(pairs: &[Pair], key: &str) -> Result<usize, usize> {
    pairs.binary_search_by(|(it, _)| (**it).cmp(key))
}

fn find<'a>(pairs: &'a [Pair], key: &str) -> Option<&'a Arc<str>> {
    place(pairs, key).ok().map(|place| &pairs[place].1)
}

/// `pairs` with another pair, or none, in the place of some.
fn spliced(pairs: &[Pair], places: impl RangeBounds<usize>, new: Option<Pair>) -> Arc<[Pair]> {
    let mut pairs = pairs.to_vec();
    pairs.splice(places, new);
    pairs.into()
}

/// Own and shared pairs as one sequence.
struct Pairs<'a> {
    own: Peekable<slice::Iter<'a, Pair>>,
    shared: Peekable<slice::Iter<'a, Pair>>,
    left: usize,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = &'a Pair;

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.own.peek(), self.shared.peek()) {
            (Some((own, _)), Some((shared, _))) => own.cmp(shared),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let next = match order {
            Ordering::Less => self.own.next(),
            Ordering::Equal => {
                self.shared.next();
                self.own.next()
            }
            Ordering::Greater => self.shared.next(),
        };
        self.left -= usize::from(next.is_some());
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Pairs<'_> {}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: BTreeMap<&str, &str> = self.iter().collect();
        f.debug_tuple("Labels").field(&pairs).finish()
    }
}

impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Labels {}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Labels {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<K: Into<Arc<str>>, V: Into<Arc<str>>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(key, value)| (key.into(), value.into()));
        let pairs: BTreeMap<Arc<str>, Arc<str>> = pairs.collect();
        Self { shared: None, own: Some(pairs.into_iter().collect()) }
    }
}

impl<K: Into<Arc<str>>, V: Into<Arc<str>>> Extend<(K, V)> for Labels {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
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

    /// Whatever is done to labels that share pairs is what would be done to others.
    #[test]
    fn shared_pairs_are_pairs_like_others() {
        let plain: Labels = [("b", "1"), ("d", "2"), ("f", "3")].into_iter().collect();
        let shared = plain.clone().into_shared();
        let check = |change: &dyn Fn(&mut Labels) -> Option<Arc<str>>| {
            let (mut one, mut other) = (plain.clone(), shared.clone());
            assert_eq!(change(&mut one), change(&mut other));
            assert_eq!(one, other);
            assert_eq!(one.to_string(), other.to_string());
            assert_eq!(one.iter().len(), other.iter().len());
            assert_eq!(other.iter().len(), other.iter().count());
            assert!(one.iter().all(|(key, value)| other.get(key) == Some(value)));
        };
        check(&|_| None);
        for key in ["a", "b", "c", "d", "f", "g"] {
            check(&|labels| labels.insert(key, "x"));
            check(&|labels| labels.remove(key));
            check(&|labels| {
                labels.insert(key, "x");
                labels.remove(key)
            });
        }
        assert_eq!(shared.get("d"), Some("2"), "a clone changes nothing else");
        assert!(plain < [("b", "2")].into_iter().collect::<Labels>().into_shared());
        assert!(Labels::default().into_shared().is_empty());
    }

    #[test]
    fn a_subset_has_no_pair_of_its_own() {
        let all: Labels = [("a", "1"), ("b", "2")].into_iter().collect();
        let some: Labels = [("a", "1")].into_iter().collect();
        assert!(some.is_subset_of(&all) && !all.is_subset_of(&some));
        assert!(Labels::default().is_subset_of(&some));
    }
}
