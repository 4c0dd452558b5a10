//! An object of a moment, with the pods and events that belong to its description.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::inspect::{Event, Moment};
use crate::record::{DaemonSetState, Phase, PodState};
use crate::report::kubectl::describe::daemon_set::{PodPhases, describe_daemon_set};
use crate::report::kubectl::describe::events::Clock;
use crate::report::kubectl::describe::node::describe_node;
use crate::report::kubectl::describe::pod::describe_pod;
use crate::report::kubectl::resource::Resource;
use crate::report::objects::pod_object;

/// A moment, and which of its events and pods belong to which object: all objects of a large cluster
/// may be described.
#[derive(Debug)]
pub struct Describer<'a> {
    moment: &'a Moment,
    /// By kind, namespace and name of the object.
    events: BTreeMap<[&'a str; 3], Vec<&'a Event>>,
    on_node: BTreeMap<&'a str, Vec<&'a PodState>>,
}

impl<'a> Describer<'a> {
    /// One that describes the objects of a moment.
    pub fn of(moment: &'a Moment) -> Self {
        let mut events: BTreeMap<_, Vec<&Event>> = BTreeMap::new();
        for event in &moment.events {
            let of = &event.object;
            events.entry([of.kind, &of.namespace, &of.name]).or_default().push(event);
        }
        let mut on_node: BTreeMap<_, Vec<&PodState>> = BTreeMap::new();
        for pod in moment.pods.values() {
            on_node.entry(pod.node.as_str()).or_default().push(pod);
        }
        Self { moment, events, on_node }
    }

    /// What `kubectl describe` says of a DaemonSet, a pod or a node; nothing of other objects.
    pub fn describe(&self, resource: Resource, object: &Value) -> Option<String> {
        let moment = self.moment;
        let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
        let (namespace, name) = (text("namespace"), text("name"));
        let clock = Clock { now: moment.now, kubernetes_version: &moment.kubernetes_version };
        let events =
            |kind| self.events.get(&[kind, namespace, name]).map_or(&[][..], Vec::as_slice);
        match resource {
            Resource::DaemonSets => {
                let is_it = |it: &&DaemonSetState| it.namespace == namespace && it.name == name;
                let state = moment.daemon_sets.values().find(is_it)?;
                let phases = phases(moment.pods_of(&state.daemon_set));
                Some(describe_daemon_set(object, phases, events("DaemonSet"), &clock))
            }
            Resource::Pods => Some(describe_pod(object, events("Pod"), &clock)),
            Resource::Nodes => {
                let runs = |it: &&&PodState| {
                    it.bound.is_some() && !matches!(it.phase, Phase::Failed | Phase::Succeeded)
                };
                let pods = self.on_node.get(name).into_iter().flatten().filter(runs);
                let pods: Vec<Value> = pods.map(|it| pod_object(moment, it)).collect();
                Some(describe_node(object, &pods, events("Node"), &clock))
            }
            Resource::ControllerRevisions | Resource::Events => None,
        }
    }
}

fn phases<'a>(pods: impl Iterator<Item = &'a PodState>) -> PodPhases {
    let mut phases = PodPhases::default();
    for pod in pods {
        match pod.phase {
            Phase::Running => phases.running += 1,
            Phase::Pending => phases.pending += 1,
            Phase::Succeeded => phases.succeeded += 1,
            Phase::Failed => phases.failed += 1,
            Phase::Unknown => {}
        }
    }
    phases
}
