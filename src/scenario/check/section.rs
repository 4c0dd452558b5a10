//! A part of a scenario as it is written, and where it stands.

use serde::de::DeserializeOwned;

use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::Findings;

/// A part of a scenario as it is written, and where it stands.
pub(super) struct Section<'a> {
    /// [`Tree::Null`] if nothing is written.
    pub(super) tree: &'a Tree,
    pub(super) path: FieldPath,
}

impl<'a> Section<'a> {
    pub(super) fn root(tree: &'a Tree) -> Self {
        Self { tree, path: FieldPath::ROOT }
    }

    /// What is written under `name`.
    pub(super) fn key(&self, name: &str) -> Self {
        Self { tree: self.tree.get(name).unwrap_or(&Tree::Null), path: self.path.key(name) }
    }

    /// Whether nothing is written.
    pub(super) fn is_absent(&self) -> bool {
        *self.tree == Tree::Null
    }

    /// What is written; the default if that is nothing, or cannot be read, which is noted.
    pub(super) fn decode<T: DeserializeOwned + Default>(&self, findings: &mut Findings) -> T {
        if self.is_absent() {
            return T::default();
        }
        findings.decode(self.tree, &self.path).unwrap_or_default()
    }
}
