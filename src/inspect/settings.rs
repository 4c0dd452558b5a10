//! What DaemonSets ask for in a run.

use std::collections::BTreeMap;

use crate::inspect::phases::Rules;
use crate::inspect::run::Run;
use crate::record::{DaemonSetState, Fact, Names, Object, What};

/// The rules of each DaemonSet, as its spec had them last; by what facts call it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    rules: BTreeMap<String, Rules>,
}

impl Settings {
    /// Those at the end of a run.
    pub fn of(run: &Run) -> Self {
        let mut settings = Self::default();
        run.start.daemon_sets.iter().for_each(|it| settings.set(it));
        run.facts.iter().for_each(|fact| settings.note(fact, &run.names));
        settings
    }

    /// Takes note of an object that is there at the start.
    pub fn start(&mut self, object: &Object) {
        if let Object::DaemonSet(state) = object {
            self.set(state);
        }
    }

    /// Takes note of what a fact changes; facts come in the order of time.
    pub fn note(&mut self, fact: &Fact, names: &Names) {
        if let What::DaemonSetApplied { object, .. } = fact.what
            && let Ok(state) = serde_json::from_str(names.get(object))
        {
            self.set(&state);
        }
    }

    /// Those of a DaemonSet; of one that never was, none.
    pub fn get(&self, daemon_set: &str) -> Option<&Rules> {
        self.rules.get(daemon_set)
    }

    fn set(&mut self, state: &DaemonSetState) {
        self.rules.insert(state.daemon_set.clone(), Rules::of_spec(&state.spec));
    }
}
