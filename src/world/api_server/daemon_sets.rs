//! DaemonSet objects at the API server: applied, patched, deleted.

use crate::api::{DaemonSet, DaemonSetSpec};
use crate::engine::{fnv1a64, fnv1a64_chain};
use crate::record::{FactId, StatusCounts, What, key_of_life};
use crate::scenario::{Cascade, DaemonSetRef};
use crate::time::SimDuration;
use crate::world::api_server::server::{DrawFor, Resource, arrival};
use crate::world::api_server::stand_ins::find_stand_ins;
use crate::world::cluster::{DaemonSetObject, RevisionObject, Spec};
use crate::world::cx::Cx;
use crate::world::event::{CollectorStep, Event};
use crate::world::ids::{DaemonSetId, HashId};
use crate::world::track::{record_status, track_all_nodes};

/// A DaemonSet that was deleted, whose dependents have to be looked after.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) struct Deletion {
    pub(in crate::world) daemon_set: DaemonSetId,
    pub(in crate::world) cascade: Cascade,
    pub(in crate::world) cause: Option<FactId>,
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
    let namesakes = (0..).zip(cx.cluster.daemon_sets.iter().filter(|it| it.name == name));
    let namesakes: u32 = namesakes.map(|(before, _)| before + 1).last().unwrap_or(0);
    let full_name = name.key();
    cx.record.follow(cx.now, &full_name, namesakes);
    let name_hash = fnv1a64_chain(fnv1a64(full_name.as_bytes()), namesakes.into());
    let key = key_of_life(&full_name, namesakes);
    cx.cluster.daemon_sets.push(DaemonSetObject {
        name,
        key,
        name_hash,
        exists: true,
        created: cx.now.truncate_to_second(),
        labels: written.metadata.labels.clone(),
        annotations: written.metadata.annotations.clone(),
        deleting: None,
        deleted: None,
        marked: false,
        kept_by: Vec::new(),
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
        let object = &mut cx.cluster.daemon_sets[id];
        object.labels = written.metadata.labels.clone();
        object.annotations = written.metadata.annotations.clone();
        replace_spec(id, written.spec.clone(), label, cx);
        return;
    }
    let id = new_daemon_set(written, cx);
    find_stand_ins(id, cx);
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
    let cluster = &cx.cluster;
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::DaemonSetApplied {
        daemon_set: names.intern(&cluster.daemon_sets[id].key),
        generation,
        object: names.intern(&cluster.daemon_set_state(id).to_json()),
    });
    if new_template {
        let at = cx.elapsed();
        cx.tracker(id).rollout_started(at, generation, label);
    }
    track_all_nodes(id, cx);
    publish_daemon_set(id, &mut cx.because(Some(fact)));
}

/// Lets those who watch DaemonSets know.
pub(in crate::world) fn publish_daemon_set(id: DaemonSetId, cx: &mut Cx<'_>) {
    cx.api.written.push((id, cx.now));
    let seen = cx.cluster.cached_daemon_set(id);
    let arrival = arrival(Resource::DaemonSets, DrawFor::DaemonSet(id), cx);
    cx.at(arrival, Event::SeeDaemonSet { daemon_set: id, seen });
}

/// `kubectl delete daemonset`: the object goes at once in the background; else a finalizer keeps it
/// until the garbage collector is done with what it owns. Where requests take no time, letting go
/// takes none.
///
/// Source: `apiserver/pkg/registry/generic/registry/store.go › Delete`.
pub(in crate::world) fn delete_daemon_set(id: DaemonSetId, cascade: Cascade, cx: &mut Cx<'_>) {
    if cx.cluster.daemon_sets[id].deleting == Some(cascade) {
        return;
    }
    let at = cx.elapsed();
    let now = cx.now.truncate_to_second();
    let object = &mut cx.cluster.daemon_sets[id];
    object.deleting = Some(cascade);
    object.deleted.get_or_insert(now);
    object.exists = match cascade {
        Cascade::Background => !object.kept_by.is_empty(),
        Cascade::Foreground => true,
        Cascade::Orphan => !cx.api.is_instant(),
    };
    object.marked = object.exists;
    let fact = deletion_fact(id, cx);
    cx.record.deleted(cx.now, id.0 as usize);
    let object = &cx.cluster.daemon_sets[id];
    let waits = !object.kept_by.is_empty() && cascade == Cascade::Background;
    if !object.exists {
        cx.tracker(id).removed(at);
    }
    track_all_nodes(id, cx);
    publish_daemon_set(id, &mut cx.because(Some(fact)));
    if waits {
        // What it owns goes only after it.
        return;
    }
    cx.api.deletions.push(Deletion { daemon_set: id, cascade, cause: Some(fact) });
}

/// Records that a DaemonSet is deleted, and what keeps it.
pub(in crate::world) fn deletion_fact(id: DaemonSetId, cx: &mut Cx<'_>) -> FactId {
    let object = &cx.cluster.daemon_sets[id];
    cx.record.fact(cx.now, cx.cause, |names| What::DaemonSetDeleted {
        daemon_set: names.intern(&object.key),
        kept_by: object.exists.then(|| names.intern(&object.finalizers().join(","))),
    })
}

/// A revision was created whose owner may have been deleted meanwhile: then the garbage collector
/// looks again.
pub(in crate::world) fn announce_late_dependent(id: DaemonSetId, cx: &mut Cx<'_>) {
    let DaemonSetObject { exists, deleting, .. } = cx.cluster.daemon_sets[id];
    if let Some(cascade) = deleting.filter(|it| !exists || *it != Cascade::Background) {
        cx.api.deletions.push(Deletion { daemon_set: id, cascade, cause: cx.cause });
    }
}

/// A DaemonSet that is deleted in the foreground goes when nothing is left of what it owned, as soon
/// as the garbage collector has heard of that and taken off the finalizer.
pub(in crate::world) fn finish_foreground_deletion(id: DaemonSetId, cx: &mut Cx<'_>) {
    let object = &cx.cluster.daemon_sets[id];
    let waits = object.exists && object.deleting == Some(Cascade::Foreground);
    if !waits || !nothing_left(id, cx) {
        return;
    }
    if cx.api.is_instant() {
        return remove_daemon_set(id, cx);
    }
    let at = cx.now + collector_watch_lag(id, cx);
    cx.at(at, Event::GarbageCollector(CollectorStep::NothingLeft { daemon_set: id }));
}

fn nothing_left(id: DaemonSetId, cx: &mut Cx<'_>) -> bool {
    cx.tracker(id).pods.existing == 0 && cx.cluster.revisions_of(id).is_empty()
}

/// The last finalizer is taken off a deleted DaemonSet, and the object goes; unless a pod was
/// created meanwhile that a deletion in the foreground has to wait for.
pub(in crate::world) fn remove_daemon_set(id: DaemonSetId, cx: &mut Cx<'_>) {
    let DaemonSetObject { exists, deleting, ref kept_by, .. } = cx.cluster.daemon_sets[id];
    let is_free = kept_by.is_empty();
    if exists && is_free && (deleting != Some(Cascade::Foreground) || nothing_left(id, cx)) {
        cx.cluster.daemon_sets[id].exists = false;
        let at = cx.elapsed();
        cx.tracker(id).removed(at);
        let fact = cx.daemon_set_fact(id, |daemon_set| What::DaemonSetRemoved { daemon_set });
        publish_daemon_set(id, &mut cx.because(Some(fact)));
    }
}

/// How long a change takes to reach the garbage collector.
pub(in crate::world) fn collector_watch_lag(id: DaemonSetId, cx: &Cx<'_>) -> SimDuration {
    let ordinal = cx.now.as_micros();
    let draw = cx.settings.streams.uniform("garbage collector watch", u64::from(id.0), ordinal);
    cx.api.watch_latency().sample(draw)
}

/// Takes the owner reference off the revision of a hash.
pub(in crate::world) fn orphan_revision(id: DaemonSetId, hash: HashId, cx: &mut Cx<'_>) {
    let is_meant = |it: &&mut RevisionObject| it.owner == Some(id) && it.hash == hash;
    let places = cx.cluster.revisions.iter_mut().enumerate().filter(|(_, it)| is_meant(it));
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    for place in places {
        set_revision_owner(place, id, false, cx);
    }
}

/// A DaemonSet becomes the owner of the revision at a place, or is so no longer.
pub(in crate::world) fn set_revision_owner(
    place: usize,
    id: DaemonSetId,
    owned: bool,
    cx: &mut Cx<'_>,
) {
    let after = owned.then_some(id);
    let revision = &mut cx.cluster.revisions[place];
    if std::mem::replace(&mut revision.owner, after) == after {
        return;
    }
    let (key, name) = (&cx.cluster.daemon_sets[id].key, &revision.name);
    cx.record.fact(cx.now, cx.cause, |names| What::RevisionOwnerChanged {
        daemon_set: names.intern(key),
        revision: names.intern(name),
        owned,
    });
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
    let observed_generation = object.observed_generation;
    let fact = cx.daemon_set_fact(id, |daemon_set| What::StatusWritten {
        daemon_set,
        observed_generation,
        status,
    });
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
