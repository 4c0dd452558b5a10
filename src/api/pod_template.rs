//! The pod that a DaemonSet puts on every node, with defaults applied.
//!
//! What lives here: [`PodTemplate`] and [`PodSpec`]; only what a rollout depends on. What the
//! DaemonSet controller adds to a pod is decided elsewhere.

use std::collections::BTreeMap;

use crate::api::container::{Container, ResourceList};
use crate::api::labels::Labels;
use crate::api::node_selector::{NodeSelector, PreferredTerm};
use crate::api::quantity::Quantity;
use crate::api::taint::Toleration;

/// A DaemonSet's spec.template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodTemplate {
    /// Labels that every pod gets.
    pub labels: Labels,
    /// Annotations that every pod gets.
    pub annotations: BTreeMap<String, String>,
    /// Finalizers that keep the object of a deleted pod.
    pub finalizers: Vec<String>,
    /// What the pods run and where they may.
    pub spec: PodSpec,
    /// JSON of the whole template with sorted keys, defaults filled in: two templates are the same
    /// revision if and only if these texts are equal.
    pub canonical: String,
}

/// What a pod runs and where it may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSpec {
    /// The node it is bound to; in a template it keeps the DaemonSet off all other nodes.
    pub node_name: Option<String>,
    /// Labels that a node must have.
    pub node_selector: Labels,
    /// Node affinity that a node must fulfil.
    pub node_affinity_required: Option<NodeSelector>,
    /// Node affinity that the scheduler favors; a DaemonSet's pod has one node only.
    pub node_affinity_preferred: Vec<PreferredTerm>,
    /// Taints that it puts up with, as written: without those that the controller adds.
    pub tolerations: Vec<Toleration>,
    /// Whether it uses the node's network, and so every container port is a host port.
    pub host_network: bool,
    /// Containers, at least one in a valid template.
    pub containers: Vec<Container>,
    /// Containers that run to their end, one by one, before the others start.
    pub init_containers: Vec<Container>,
    /// How long it may take to stop, in seconds; 30 unless written.
    pub termination_grace_period_seconds: u32,
    /// Name of its priority class.
    pub priority_class_name: Option<String>,
    /// Its priority, if it is written as a number.
    pub priority: Option<i32>,
    /// Whether it may preempt others (`preemptionPolicy` is not `Never`), if it is written; else its
    /// class says so.
    pub may_preempt: Option<bool>,
    /// What the runtime needs on top of the containers.
    pub overhead: ResourceList,
    /// The scheduler that places it; `default-scheduler` unless written.
    pub scheduler_name: String,
    /// What must be taken off it before it is scheduled.
    pub scheduling_gates: Vec<String>,
    /// Conditions of its own that must be `True` before it is Ready.
    pub readiness_gates: Vec<String>,
    /// The operating system that it is made for, if it is written: `linux` or `windows`.
    pub os: Option<String>,
}

impl PodSpec {
    /// The images of all containers, those that initialize the pod first.
    pub fn images(&self) -> impl Iterator<Item = &str> {
        self.init_containers.iter().chain(&self.containers).map(|it| it.image.as_str())
    }

    /// What the scheduler sets aside for the pod: the containers and sidecars together, or the
    /// hungriest moment of initialization if that needs more, plus the overhead.
    ///
    /// Mirrors component-helpers resource/helpers.go › `PodRequests`.
    pub fn requests(&self) -> ResourceList {
        let mut total = ResourceList::new();
        for container in &self.containers {
            add(&mut total, &container.requests);
        }
        let mut sidecars = ResourceList::new();
        let mut initialization = ResourceList::new();
        for container in &self.init_containers {
            let mut moment = container.requests.clone();
            add(&mut moment, &sidecars);
            raise(&mut initialization, &moment);
            if container.is_sidecar {
                add(&mut sidecars, &container.requests);
            }
        }
        add(&mut total, &sidecars);
        raise(&mut total, &initialization);
        add(&mut total, &self.overhead);
        total
    }

    /// Ports that the pod takes from its node, of all containers and sidecars.
    ///
    /// Mirrors pkg/scheduler/util › `GetHostPorts`.
    pub fn host_ports(&self) -> impl Iterator<Item = &super::container::ContainerPort> {
        let sidecars = self.init_containers.iter().filter(|container| container.is_sidecar);
        let ports = self.containers.iter().chain(sidecars).flat_map(|container| &container.ports);
        ports.filter(|port| port.host_port.is_some())
    }
}

fn add(total: &mut ResourceList, more: &ResourceList) {
    for (name, quantity) in more {
        *total.entry(name.clone()).or_insert(Quantity::ZERO) += *quantity;
    }
}

fn raise(total: &mut ResourceList, least: &ResourceList) {
    for (name, quantity) in least {
        let held = total.entry(name.clone()).or_insert(Quantity::ZERO);
        *held = (*held).max(*quantity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::container::ImagePullPolicy;

    fn container(millis: i64, is_sidecar: bool) -> Container {
        Container {
            name: "c".to_owned(),
            image: String::new(),
            image_pull_policy: ImagePullPolicy::Always,
            ports: vec![],
            requests: [("cpu".to_owned(), Quantity::from_millis(millis))].into(),
            limits: ResourceList::new(),
            readiness_probe: None,
            liveness_probe: None,
            startup_probe: None,
            pre_stop: None,
            is_sidecar,
        }
    }

    fn check(containers: &[i64], init: &[(i64, bool)], expected: i64) {
        let spec = PodSpec {
            containers: containers.iter().map(|millis| container(*millis, false)).collect(),
            init_containers: init.iter().map(|(m, sidecar)| container(*m, *sidecar)).collect(),
            overhead: [("cpu".to_owned(), Quantity::from_millis(1))].into(),
            ..Default::default()
        };
        assert_eq!(spec.requests()["cpu"].millis(), expected);
    }

    #[test]
    fn a_pod_requests_the_most_it_needs_at_any_moment() {
        check(&[100, 50], &[], 151);
        check(&[100], &[(70, false)], 101);
        check(&[100], &[(170, false), (90, false)], 171);
        check(&[100], &[(30, true), (200, false)], 231);
        check(&[100], &[(200, false), (30, true)], 201);
    }
}
