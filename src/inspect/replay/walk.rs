//! Walks through a run.

use std::collections::BTreeMap;

use crate::inspect::events::EventLog;
use crate::inspect::moment::{Moment, ObjectKey};
use crate::inspect::run::Run;
use crate::record::{Fact, NameId, PodState};
use crate::time::SimDuration;

/// A walk through a run: the cluster after the facts so far.
#[derive(Debug)]
pub struct Replay<'a> {
    run: &'a Run,
    next: usize,
    pub(super) moment: Moment,
    /// Facts call pods by their names alone; no two pods of a run have the same.
    pub(super) pods: BTreeMap<NameId, ObjectKey>,
    events: EventLog,
}

impl<'a> Replay<'a> {
    pub(in crate::inspect) fn new(run: &'a Run) -> Self {
        let start = &run.start;
        let mut moment = Moment {
            now: run.begin(),
            kubernetes_version: run.header.kubernetes_version.clone(),
            ..Moment::default()
        };
        for node in &start.nodes {
            moment.nodes.insert(node.name.clone(), node.clone());
        }
        for daemon_set in &start.daemon_sets {
            moment.daemon_sets.insert(daemon_set.daemon_set.clone(), daemon_set.clone());
        }
        for revision in &start.revisions {
            moment.add_revision(revision.clone());
        }
        let mut pods = BTreeMap::new();
        for pod in &start.pods {
            let key = (pod.namespace.clone(), pod.pod.clone());
            if let Some(name) = run.names.find(&pod.pod) {
                pods.insert(name, key.clone());
            }
            moment.pods.insert(key, pod.clone());
        }
        let events = EventLog::new(start, &run.header.kubernetes_version);
        Self { run, next: 0, moment, pods, events }
    }

    /// The cluster now.
    pub fn moment(&self) -> &Moment {
        &self.moment
    }

    /// The pod that facts call this, if it is there now.
    pub fn pod(&self, name: NameId) -> Option<&PodState> {
        self.pods.get(&name).and_then(|key| self.moment.pods.get(key))
    }

    /// The events that were posted with the last fact, or since the one before it: their places in
    /// those of the moment.
    pub fn posted(&self) -> &[usize] {
        self.events.latest()
    }

    /// The fact that comes next, if there is one.
    pub fn peek(&self) -> Option<&'a Fact> {
        self.run.facts.get(self.next)
    }

    /// Lets the next fact happen, and tells it.
    pub fn step(&mut self) -> Option<&'a Fact> {
        let fact = self.peek()?;
        self.next += 1;
        self.moment.now = self.run.begin() + fact.at;
        self.apply(fact, &self.run.names);
        self.events.post(fact, &self.run.names, &mut self.moment);
        Some(fact)
    }

    /// Lets everything happen that does so at `at` or before.
    pub fn go_to(&mut self, at: SimDuration) {
        while self.peek().is_some_and(|fact| fact.at <= at) {
            self.step();
        }
        self.moment.now = self.moment.now.max(self.run.begin() + at);
        self.events.wait(&mut self.moment);
    }

    /// The cluster as it is at `at`, when nothing more happens until then.
    pub(in crate::inspect) fn into_moment(mut self, at: SimDuration) -> Moment {
        self.moment.now = self.run.begin() + at;
        self.events.end(&mut self.moment);
        self.moment
    }
}
