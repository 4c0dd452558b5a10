//! The cluster at one moment of a run.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::inspect::event::Event;
use crate::record::{DaemonSetState, NodeState, PodState, RevisionState};
use crate::time::SimTime;

/// Namespace and name of an object: the order in which the API server lists them.
pub type ObjectKey = (String, String);

/// All objects at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    pub now: SimTime,
    /// `1.36`.
    pub kubernetes_version: String,
    pub nodes: BTreeMap<String, NodeState>,
    /// By what facts call them.
    pub daemon_sets: BTreeMap<String, DaemonSetState>,
    pub revisions: BTreeMap<ObjectKey, RevisionState>,
    pub pods: BTreeMap<ObjectKey, PodState>,
    /// In the order in which they were posted first.
    pub events: Vec<Event>,
    /// Templates by the namespace and the hash of their revisions, also of those that are deleted.
    pub templates: BTreeMap<ObjectKey, Value>,
}

impl Moment {
    /// The template that a pod was made of: `metadata` and `spec`. None if nothing tells of it.
    pub fn template_of<'a>(&'a self, pod: &'a PodState) -> Option<&'a Value> {
        let key = (pod.namespace.clone(), pod.revision.clone());
        pod.template.as_ref().or_else(|| self.templates.get(&key))
    }

    /// The pods that a DaemonSet controls, in the order of their names.
    pub fn pods_of<'a>(&'a self, daemon_set: &'a str) -> impl Iterator<Item = &'a PodState> {
        self.pods.values().filter(move |pod| !pod.orphan && pod.daemon_set == daemon_set)
    }
}
