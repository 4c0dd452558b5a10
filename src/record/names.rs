//! Names of nodes, pods and the rest, stored once and referred to by a small number.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands for a name in [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

/// The names that the facts of one record use.
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_id: Vec<Arc<str>>,
    by_name: BTreeMap<Arc<str>, NameId>,
}

impl Names {
    /// The id of `name`, given out on first use.
    ///
    /// # Panics
    /// If a run has more than 2^32 names.
    pub fn intern(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let id = NameId(u32::try_from(self.by_id.len()).expect("fewer than 2^32 names in a run"));
        let name: Arc<str> = name.into();
        self.by_id.push(Arc::clone(&name));
        self.by_name.insert(name, id);
        id
    }

    /// The id of `name`, if it was given one.
    pub fn find(&self, name: &str) -> Option<NameId> {
        self.by_name.get(name).copied()
    }

    /// The name that `id` stands for.
    ///
    /// # Panics
    /// If `id` came from another record.
    pub fn get(&self, id: NameId) -> &str {
        &self.by_id[id.0 as usize]
    }
}
