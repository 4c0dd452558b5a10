//! DaemonSet objects at the API server: applied, patched, deleted.

use crate::api::{DaemonSet, DaemonSetSpec};
use crate::control::PodId;
use crate::engine::{fnv1a64, fnv1a64_chain};
use crate::record::{FactId, StatusCounts, What};
use crate::scenario::{Cascade, DaemonSetRef};
use crate::world::api_server::pods::set_owner;
use crate::world::api_server::server::{DrawFor, Resource, arrival};
use crate::world::cluster::{DaemonSetObject, Spec};
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::ids::DaemonSetId;
use crate::world::track::{record_status, track_all_nodes};

/// Pods that go with their DaemonSet.
pub(in crate::world) struct Dependents {
    pub(in crate::world) pods: Vec<PodId>,
    pub(in crate::world) cause: FactId,
}

/// Makes a DaemonSet object that nobody knows of yet.
pub(in crate::world) fn new_daemon_set(written: &DaemonSet, cx: &mut Cx<'_>) -> DaemonSetId {
    let generation = written.metadata.generation.max(1);
    let template_generation = Some(written.template_generation().unwrap_or(1).max(1));
    let spec = cx.cluster.new_spec(
        written.spec.clone(),
        generation,
        template_generation,
        cx.settings.version,
    );
    let name = DaemonSetRef {
        namespace: written.metadata.namespace.clone(),
        name: written.metadata.name.clone(),
    };
    let key = name.key();
    cx.record.follow(cx.now, &key);
    let namesakes = cx.cluster.daemon_sets.iter().filter(|object| object.key == key).count();
    let name_hash = fnv1a64_chain(fnv1a64(key.as_bytes()), namesakes as u64);
    cx.cluster.daemon_sets.push(DaemonSetObject {
        name,
        key,
        name_hash,
        exists: true,
        deleting: None,
        spec,
        observed_generation: 0,
        status: StatusCounts::default(),
        collision_count: written.status.collision_count,
        api_draws: 0,
    })
}

/// `kubectl apply`: creates the DaemonSet, or replaces its spec.
pub(in crate::world) fn apply(written: &DaemonSet, label: &str, cx: &mut Cx<'_>) {
    let name = DaemonSetRef {
        namespace: written.metadata.namespace.clone(),
        name: written.metadata.name.clone(),
    };
    if let Some(id) = cx.cluster.find(&name) {
        replace_spec(id, written.spec.clone(), label, cx);
        return;
    }
    let id = new_daemon_set(written, cx);
    spec_written(id, true, label, cx);
}

/// Replaces the spec of a DaemonSet. A changed template starts a rollout; an unchanged spec is no
/// change at all.
///
/// Source: `pkg/registry/apps/daemonset/strategy.go › PrepareForUpdate`.
pub(in crate::world) fn replace_spec(
    id: DaemonSetId,
    spec: DaemonSetSpec,
    label: &str,
    cx: &mut Cx<'_>,
) {
    let Spec { written: before, generation, template_generation, .. } = cx.cluster.spec_of(id);
    if *before == spec {
        return;
    }
    let new_template = before.template.canonical != spec.template.canonical;
    let template_generation =
        template_generation.unwrap_or(0).saturating_add(i64::from(new_template));
    let generation = generation.saturating_add(1);
    cx.cluster.daemon_sets[id].spec =
        cx.cluster.new_spec(spec, generation, Some(template_generation), cx.settings.version);
    spec_written(id, new_template, label, cx);
}

fn spec_written(id: DaemonSetId, new_template: bool, label: &str, cx: &mut Cx<'_>) {
    let generation = cx.cluster.spec_of(id).generation;
    let fact =
        cx.daemon_set_fact(id, |daemon_set| What::DaemonSetApplied { daemon_set, generation });
    track_all_nodes(id, cx);
    if new_template {
        let at = cx.elapsed();
        cx.tracker(id).rollout_started(at, generation, label);
    }
    publish_daemon_set(id, &mut cx.because(Some(fact)));
}

/// Lets those who watch DaemonSets know.
fn publish_daemon_set(id: DaemonSetId, cx: &mut Cx<'_>) {
    cx.api.written.push((id, cx.now));
    let seen = cx.cluster.cached_daemon_set(id);
    let arrival = arrival(Resource::DaemonSets, DrawFor::DaemonSet(id), cx);
    cx.at(arrival, Event::SeeDaemonSet { daemon_set: id, seen });
}

/// `kubectl delete daemonset`.
///
/// Source: `pkg/controller/garbagecollector/garbagecollector.go`.
pub(in crate::world) fn delete_daemon_set(
    id: DaemonSetId,
    cascade: Cascade,
    cx: &mut Cx<'_>,
) -> Dependents {
    let fact = cx.daemon_set_fact(id, |daemon_set| What::DaemonSetDeleted { daemon_set });
    let cx = &mut cx.because(Some(fact));
    let at = cx.elapsed();
    cx.tracker(id).deleted(at);
    let object = &mut cx.cluster.daemon_sets[id];
    object.deleting = Some(cascade);
    object.exists = cascade == Cascade::Foreground;
    track_all_nodes(id, cx);
    publish_daemon_set(id, cx);
    match cascade {
        Cascade::Orphan => {
            orphan_dependents(id, cx);
            Dependents { pods: Vec::new(), cause: fact }
        }
        Cascade::Background | Cascade::Foreground => {
            let revisions = cx.cluster.revisions_of(id);
            delete_revisions(id, revisions, cx);
            Dependents { pods: cx.cluster.pods_of(id), cause: fact }
        }
    }
}

/// A DaemonSet that is deleted in the foreground goes when its last pod is gone.
pub(in crate::world) fn finish_foreground_deletion(id: DaemonSetId, cx: &mut Cx<'_>) {
    let object = &cx.cluster.daemon_sets[id];
    let waits = object.exists && object.deleting == Some(Cascade::Foreground);
    if waits && cx.tracker(id).pods.existing == 0 {
        cx.cluster.daemon_sets[id].exists = false;
        publish_daemon_set(id, &mut cx.because(None));
    }
}

fn orphan_dependents(id: DaemonSetId, cx: &mut Cx<'_>) {
    for revision in cx.cluster.revisions.iter_mut().filter(|r| r.owner == Some(id)) {
        revision.owner = None;
    }
    for pod in cx.cluster.pods_of(id) {
        set_owner(pod, None, cx);
    }
}

/// The API server stores a status.
pub(in crate::world) fn write_status(
    id: DaemonSetId,
    status: StatusCounts,
    observed: i64,
    cx: &mut Cx<'_>,
) {
    let object = &mut cx.cluster.daemon_sets[id];
    if !object.exists {
        return;
    }
    object.status = status;
    // A sync that began on an older generation does not speak of it.
    object.observed_generation = object.observed_generation.max(observed);
    let fact = cx.daemon_set_fact(id, |daemon_set| What::StatusWritten { daemon_set, status });
    record_status(id, status, Some(fact), cx);
    publish_daemon_set(id, &mut cx.because(Some(fact)));
}

/// Deletes the revisions at some places.
pub(in crate::world) fn delete_revisions(id: DaemonSetId, mut places: Vec<usize>, cx: &mut Cx<'_>) {
    let key = &cx.cluster.daemon_sets[id].key;
    for &index in &places {
        let revision = &cx.cluster.revisions[index].name;
        cx.record.fact(cx.now, cx.cause, |names| What::RevisionDeleted {
            daemon_set: names.intern(key),
            revision: names.intern(revision),
        });
    }
    places.sort_unstable();
    for index in places.into_iter().rev() {
        cx.cluster.revisions.remove(index);
    }
}
