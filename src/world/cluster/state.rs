//! Objects as a record begins with them, and as facts tell of new ones.

use std::collections::BTreeMap;

use crate::api::well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN};
use crate::api::{Labels, PodPhase};
use crate::control::node_lifecycle::{NodeConditions, NodeHealth};
use crate::control::{NodeId, PodId};
use crate::record::{DaemonSetState, NodeState, Object, Phase, PodState, Ready, RevisionState};
use crate::scenario::Cascade;
use crate::world::cluster::daemon_sets::DaemonSetObject;
use crate::world::cluster::nodes::Node;
use crate::world::cluster::pods::Pod;
use crate::world::cluster::revisions::RevisionObject;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::DaemonSetId;

impl Cluster {
    /// Every object that exists, kind by kind.
    pub(in crate::world) fn objects(&self) -> impl Iterator<Item = Object> {
        let nodes = self.existing_nodes().map(|id| Object::Node(self.node_state(id)));
        let daemon_sets = self.daemon_sets.ids().filter(|&id| self.daemon_sets[id].exists);
        let daemon_sets = daemon_sets.map(|id| Object::DaemonSet(self.daemon_set_state(id)));
        let revisions = self.revisions.iter().map(|it| Object::Revision(self.revision_state(it)));
        let pods = self.pods.ids().filter(|&id| self.pods[id].exists);
        let pods = pods.map(|id| Object::Pod(self.pod_state(id)));
        nodes.chain(daemon_sets).chain(revisions).chain(pods)
    }

    pub(in crate::world) fn node_state(&self, id: NodeId) -> NodeState {
        let Node { name, created, conditions, health_since, capacity, .. } = self.node(id);
        let NodeConditions { health, pressures, unschedulable, .. } = conditions;
        let version = self.version_of(id);
        NodeState {
            name: name.to_string(),
            created: *created,
            labels: pairs(&version.labels),
            taints: version.taints.iter().map(ToString::to_string).collect(),
            unschedulable: *unschedulable,
            allocatable: capacity.written(),
            ready: ready_status(*health),
            ready_since: *health_since,
            pressures: pressures.iter().map(|it| it.condition().to_owned()).collect(),
        }
    }

    pub(in crate::world) fn daemon_set_state(&self, id: DaemonSetId) -> DaemonSetState {
        let object = &self.daemon_sets[id];
        let DaemonSetObject { key, name, created, deleted, labels, annotations, .. } = object;
        let spec = self.spec_of(id);
        DaemonSetState {
            daemon_set: key.clone(),
            namespace: name.namespace.clone(),
            name: name.name.clone(),
            created: *created,
            deleted: *deleted,
            finalizers: object.finalizers(),
            labels: pairs(labels),
            annotations: annotations.clone(),
            generation: spec.generation.saturating_add(i64::from(object.marked)),
            template_generation: spec.template_generation,
            spec: spec.written.stored(),
            observed_generation: object.observed_generation,
            collision_count: object.collision_count,
            status: object.status,
        }
    }

    pub(in crate::world) fn revision_state(&self, revision: &RevisionObject) -> RevisionState {
        RevisionState {
            namespace: revision.namespace.clone(),
            name: revision.name.clone(),
            owner: revision.owner.map(|owner| self.daemon_sets[owner].key.clone()),
            created: revision.created,
            hash: self.hashes[revision.hash].clone(),
            number: revision.number,
            labels: pairs(&revision.labels),
            annotations: revision.annotations.clone(),
            template: self.templates[revision.template].stored(),
        }
    }

    fn pod_state(&self, id: PodId) -> PodState {
        let Pod { creator, owner, node, spec, hash, created, .. } = self.pod(id);
        let Pod { bound, phase, ready_since, terminating, ailing_since, .. } = *self.pod(id);
        let spec = &self.specs[*spec];
        let namespace = &self.daemon_sets[*creator].name.namespace;
        let made_from =
            self.revisions.iter().find(|it| it.namespace == *namespace && it.hash == *hash);
        let template = made_from.map(|it| &self.templates[it.template]);
        let own = &spec.written.template;
        let has_own_labels = template.is_none_or(|it| it.labels != own.labels);
        let shown = self.shown.get(&id).cloned().unwrap_or_default();
        PodState {
            pod: self.pod_name(id).into_owned(),
            namespace: namespace.clone(),
            daemon_set: self.daemon_sets[owner.unwrap_or(*creator)].key.clone(),
            orphan: owner.is_none(),
            node: self.node(*node).name.to_string(),
            revision: self.hashes[*hash].clone(),
            template_generation: spec.template_generation,
            template: if template.is_none() { own.stored_if_known() } else { None },
            labels: has_own_labels.then(|| pairs(&own.labels)),
            finalizers: self.finalizers_of(id).to_vec(),
            created: *created,
            deleted: shown.deleted.or(ailing_since).filter(|_| terminating),
            bound: bound.then_some(*created),
            phase: state_of(phase),
            started: (phase == PodPhase::Running).then_some(*created),
            ready_since,
            unready_since: ailing_since.filter(|_| !terminating && phase == PodPhase::Running),
            ..shown
        }
    }
}

impl DaemonSetObject {
    /// What keeps the object while it is being deleted.
    pub(in crate::world) fn finalizers(&self) -> Vec<String> {
        let collectors = match self.deleting {
            Some(Cascade::Foreground) => Some(FINALIZER_FOREGROUND),
            Some(Cascade::Orphan) => Some(FINALIZER_ORPHAN),
            Some(Cascade::Background) | None => None,
        };
        self.kept_by.iter().cloned().chain(collectors.map(str::to_owned)).collect()
    }
}

/// The status of the condition `Ready` of a node.
pub(in crate::world) fn ready_status(health: NodeHealth) -> Ready {
    match health {
        NodeHealth::Ready => Ready::True,
        NodeHealth::NotReady => Ready::False,
        NodeHealth::Unknown => Ready::Unknown,
    }
}

fn state_of(phase: PodPhase) -> Phase {
    match phase {
        PodPhase::Pending => Phase::Pending,
        PodPhase::Running => Phase::Running,
        PodPhase::Succeeded => Phase::Succeeded,
        PodPhase::Failed => Phase::Failed,
        PodPhase::Unknown => Phase::Unknown,
    }
}

fn pairs(labels: &Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
