//! An object of a moment, with the pods and events that belong to its description.

use serde_json::Value;

use crate::inspect::{Event, Moment};
use crate::record::{Phase, PodState};
use crate::report::kubectl::describe::daemon_set::{PodPhases, describe_daemon_set};
use crate::report::kubectl::describe::events::Clock;
use crate::report::kubectl::describe::node::describe_node;
use crate::report::kubectl::describe::pod::describe_pod;
use crate::report::kubectl::resource::Resource;
use crate::report::objects::pod_object;

/// What `kubectl describe` says of a DaemonSet, a pod or a node; nothing of other objects.
pub fn describe_object(moment: &Moment, resource: Resource, object: &Value) -> Option<String> {
    let metadata = &object["metadata"];
    let text = |key: &str| metadata[key].as_str().unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    let clock = Clock { now: moment.now, kubernetes_version: &moment.kubernetes_version };
    let events = |kind: &str| -> Vec<&Event> {
        let about = |it: &&Event| {
            let of = &it.object;
            of.kind == kind && of.namespace == namespace && of.name == name
        };
        moment.events.iter().filter(about).collect()
    };
    match resource {
        Resource::DaemonSets => {
            let is_it = |it: &&String| {
                let state = &moment.daemon_sets[*it];
                state.namespace == namespace && state.name == name
            };
            let key = moment.daemon_sets.keys().find(is_it)?;
            let phases = phases(moment.pods_of(key));
            Some(describe_daemon_set(object, phases, &events("DaemonSet"), &clock))
        }
        Resource::Pods => Some(describe_pod(object, &events("Pod"), &clock)),
        Resource::Nodes => {
            let runs = |it: &&PodState| {
                it.bound.is_some() && !matches!(it.phase, Phase::Failed | Phase::Succeeded)
            };
            let pods = moment.pods_on(name).filter(runs).map(|it| pod_object(moment, it));
            let pods: Vec<Value> = pods.collect();
            Some(describe_node(object, &pods, &events("Node"), &clock))
        }
        Resource::ControllerRevisions | Resource::Events => None,
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
