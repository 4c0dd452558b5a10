//! DaemonSets before a change and after it, paired by namespace and name.

use std::collections::BTreeSet;

use crate::api::{DaemonSet, Loaded, daemon_set_from_tree};
use crate::cli::sides::{At, Manifests, Written};
use crate::input::Problem;
use crate::study::{changed_selector, changed_selector_as_written};

/// A DaemonSet that is valid.
pub(super) struct Valid<'a> {
    pub(super) written: &'a Written,
    pub(super) loaded: Loaded,
}

impl Valid<'_> {
    pub(super) fn daemon_set(&self) -> &DaemonSet {
        &self.loaded.daemon_set
    }
}

/// A DaemonSet after a change, and before it if it was there.
pub(super) struct Pair<'a> {
    pub(super) key: &'a str,
    pub(super) base: Option<Valid<'a>>,
    pub(super) head: Valid<'a>,
}

/// What is wrong with a DaemonSet.
pub(super) struct Wrong<'a> {
    pub(super) key: &'a str,
    pub(super) at: &'a At,
    pub(super) problems: Vec<Problem>,
}

/// The DaemonSets that are written differently before and after a change.
#[derive(Default)]
pub(super) struct Paired<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    /// Those that are not there any more.
    pub(super) removed: Vec<(&'a str, &'a Written)>,
    /// Those that the API server does not take after the change.
    pub(super) refused: Vec<Wrong<'a>>,
    /// Those that cannot be read before it, or that another controller runs.
    pub(super) unreadable_before: Vec<Wrong<'a>>,
    pub(super) unreadable_after: Vec<Wrong<'a>>,
}

/// Pairs the DaemonSets of two sides. What is written alike on both is left out, whatever it is,
/// unless something beside it changes: then it is paired if it is valid.
pub(super) fn pair<'a>(base: &'a Manifests, head: &'a Manifests) -> Paired<'a> {
    let mut paired = Paired::default();
    let keys: BTreeSet<&String> = base.daemon_sets.keys().chain(head.daemon_sets.keys()).collect();
    let changes_beside = base.beside != head.beside;
    for key in keys {
        match (base.daemon_sets.get(key), head.daemon_sets.get(key)) {
            (Some(before), None) => paired.removed.push((key, before)),
            (before, Some(after)) if before.map(|it| &it.tree) != Some(&after.tree) => {
                paired.add(key, before, after);
            }
            (Some(before), Some(after)) if changes_beside => {
                if let (Ok(base), Ok(head)) = (read(before), read(after)) {
                    paired.pairs.push(Pair { key, base: Some(base), head });
                }
            }
            _ => {}
        }
    }
    paired
}

impl<'a> Paired<'a> {
    fn add(&mut self, key: &'a str, before: Option<&'a Written>, after: &'a Written) {
        let base = match before.map(read).transpose() {
            Ok(base) => base,
            Err(problems) => {
                let at = before.map_or(&after.at, |it| &it.at);
                self.unreadable_before.push(Wrong { key, at, problems });
                return;
            }
        };
        let at = &after.at;
        let head = match read(after) {
            Ok(head) => head,
            Err(problems) => {
                let is_of_others = problems.iter().any(|it| it.code == "unsupported-version");
                if is_of_others {
                    self.unreadable_after.push(Wrong { key, at, problems });
                    return;
                }
                let selector =
                    before.and_then(|it| changed_selector_as_written(&it.tree, &after.tree));
                let problems = selector.into_iter().chain(problems).collect();
                self.refused.push(Wrong { key, at, problems });
                return;
            }
        };
        let selector = base
            .as_ref()
            .and_then(|base| changed_selector(base.daemon_set(), head.daemon_set(), &after.tree));
        match selector {
            Some(problem) => self.refused.push(Wrong { key, at, problems: vec![problem] }),
            None => self.pairs.push(Pair { key, base, head }),
        }
    }
}

fn read(written: &Written) -> Result<Valid<'_>, Vec<Problem>> {
    Ok(Valid { written, loaded: daemon_set_from_tree(&written.tree)? })
}
