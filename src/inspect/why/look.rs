//! A run and what is worked out of it before a question is answered.

use std::collections::BTreeMap;

use crate::input::did_you_mean;
use crate::inspect::phases::{History, PodLife, lives_until, pod_step};
use crate::inspect::run::Run;
use crate::record::{Fact, What};
use crate::time::SimDuration;

/// A run, looked at as it was at an instant.
#[derive(Debug)]
pub struct Look<'a> {
    pub run: &'a Run,
    /// The instant, since the start of the run.
    pub at: SimDuration,
    pub history: History,
    pub lives: Vec<PodLife>,
    /// The last pod of each name.
    by_pod: BTreeMap<String, usize>,
    by_node: BTreeMap<String, Vec<usize>>,
    /// When Node objects were deleted last.
    deleted: BTreeMap<String, SimDuration>,
}

/// A name that the record does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// `pod` or `node`.
    pub kind: &'static str,
    pub name: String,
    pub near: Option<String>,
}

impl<'a> Look<'a> {
    /// A run as it was at an instant.
    pub fn new(run: &'a Run, at: SimDuration) -> Self {
        let history = History::of(run);
        let lives = lives_until(run, &history, at);
        let mut by_pod = BTreeMap::new();
        let mut by_node: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for node in &run.start.nodes {
            by_node.entry(node.name.clone()).or_default();
        }
        for (index, life) in lives.iter().enumerate() {
            by_pod.insert(life.pod.clone(), index);
            by_node.entry(life.node.clone()).or_default().push(index);
        }
        let mut look = Self { run, at, history, lives, by_pod, by_node, deleted: BTreeMap::new() };
        look.note_nodes();
        look
    }

    fn note_nodes(&mut self) {
        for fact in self.run.facts.iter().take_while(|fact| fact.at <= self.at) {
            if let What::NodeAdded { node, .. } = fact.what {
                let node = self.run.names.get(node);
                self.deleted.remove(node);
                self.by_node.entry(node.to_owned()).or_default();
            } else if let What::NodeDeleted { node } = fact.what {
                self.deleted.insert(self.run.names.get(node).to_owned(), fact.at);
            }
        }
    }

    /// The pod of a name.
    ///
    /// # Errors
    /// If there was none until then.
    pub fn pod(&self, name: &str) -> Result<&PodLife, Unknown> {
        let index = self.by_pod.get(name);
        index.map(|index| &self.lives[*index]).ok_or_else(|| {
            let near = did_you_mean(name, self.by_pod.keys().map(String::as_str));
            Unknown { kind: "pod", name: name.to_owned(), near: near.map(str::to_owned) }
        })
    }

    /// The pods that a node had, in the order of their creation.
    ///
    /// # Errors
    /// If there was no such node until then.
    pub fn pods_of_node(&self, name: &str) -> Result<Vec<&PodLife>, Unknown> {
        let indices = self.by_node.get(name).ok_or_else(|| {
            let near = did_you_mean(name, self.by_node.keys().map(String::as_str));
            Unknown { kind: "node", name: name.to_owned(), near: near.map(str::to_owned) }
        })?;
        Ok(indices.iter().map(|index| &self.lives[*index]).collect())
    }

    /// When a Node object was deleted, if it is gone.
    pub fn node_deleted(&self, node: &str) -> Option<SimDuration> {
        self.deleted.get(node).copied()
    }

    /// The pod that a fact is about.
    pub fn pod_of(&self, fact: &Fact) -> Option<&PodLife> {
        let by_name = |name| self.by_pod.get(self.run.names.get(name));
        let index = match pod_step(&fact.what) {
            Some((pod, _)) => by_name(pod),
            None => None,
        };
        index.map(|index| &self.lives[*index])
    }
}
