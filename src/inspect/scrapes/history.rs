//! Objects over all scrapes.

use std::collections::BTreeMap;

/// One object: what it was like from a scrape on, and none from the scrape on that no longer found
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History<T> {
    changes: Vec<(u64, Option<T>)>,
}

impl<T> History<T> {
    fn last(&self) -> Option<&T> {
        self.changes.last().and_then(|(_, it)| it.as_ref())
    }

    fn is_there(&self) -> bool {
        self.last().is_some()
    }

    /// What it was like in the scrapes from the first to the second number, of `scrapes` in all.
    pub fn spans(&self, scrapes: u64) -> impl Iterator<Item = (u64, u64, &T)> {
        let ends = self.changes.iter().skip(1).map(|(scrape, _)| *scrape).chain([scrapes]);
        let spans = self.changes.iter().zip(ends);
        spans.filter_map(|((from, it), end)| Some((*from, end - 1, it.as_ref()?)))
    }
}

/// All objects of a kind that any scrape found.
#[derive(Clone, Debug)]
pub struct Histories<K, T> {
    by_key: BTreeMap<K, History<T>>,
}

impl<K, T> Default for Histories<K, T> {
    fn default() -> Self {
        Self { by_key: BTreeMap::new() }
    }
}

impl<K: Ord + Clone, T> Histories<K, T> {
    /// A scrape finds these objects. `is_like` says whether one is as it was, and `new` what is kept
    /// of one that is not.
    pub(super) fn see<S>(
        &mut self,
        scrape: u64,
        found: &BTreeMap<K, S>,
        is_like: impl Fn(&T, &S) -> bool,
        new: impl Fn(&S) -> T,
    ) {
        let gone = self.by_key.iter_mut().filter(|(key, _)| !found.contains_key(key));
        for (_, history) in gone.filter(|(_, history)| history.is_there()) {
            history.changes.push((scrape, None));
        }
        for (key, object) in found {
            if let Some(history) = self.by_key.get_mut(key) {
                if !history.last().is_some_and(|last| is_like(last, object)) {
                    history.changes.push((scrape, Some(new(object))));
                }
            } else {
                let history = History { changes: vec![(scrape, Some(new(object)))] };
                self.by_key.insert(key.clone(), history);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// In the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &History<T>)> {
        self.by_key.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_that_goes_and_comes_back_leaves_a_gap() {
        let mut histories = Histories::<&str, u8>::default();
        let scrapes =
            [&[("a", 1)][..], &[("a", 1), ("b", 5)], &[("a", 2)], &[], &[("a", 2)], &[("a", 2)]];
        for (scrape, found) in (0..).zip(scrapes) {
            let found = found.iter().copied().collect();
            histories.see(scrape, &found, |last, it| last == it, |it| *it);
        }
        let spans = |key: &str| {
            let (_, history) = histories.iter().find(|(it, _)| **it == key).unwrap();
            history.spans(6).map(|(first, last, it)| (first, last, *it)).collect::<Vec<_>>()
        };
        assert_eq!(spans("a"), [(0, 1, 1), (2, 2, 2), (4, 5, 2)]);
        assert_eq!(spans("b"), [(1, 1, 5)]);
    }
}
