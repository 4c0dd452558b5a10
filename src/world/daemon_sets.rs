//! DaemonSet objects at the API server: applied, patched, deleted.

use crate::api::{DaemonSet, DaemonSetSpec, KubernetesVersion, PodTemplate};
use crate::control::PodId;
use crate::control::daemonset::{Rules, StrategyKind};
use crate::control::kubelet::is_best_effort;
use crate::record::{FactId, StatusCounts, What};
use crate::scenario::{Cascade, DaemonSetRef};
use crate::time::SimDuration;
use crate::world::api_server::arrival;
use crate::world::api_server::{Luck, Resource};
use crate::world::cluster::Cluster;
use crate::world::controller::Controller;
use crate::world::cx::Cx;
use crate::world::event::{DaemonSetSeen, Event};
use crate::world::history::delete_revisions;
use crate::world::ids::{DaemonSetId, ImageId, SpecId, TemplateId};
use crate::world::objects::{DaemonSetObject, Pod, Spec, readiness_delay};
use crate::world::room::needs_of;
use crate::world::simulate::News;
use crate::world::sync::SyncError;
use crate::world::track::{track_all_nodes, track_serving};

/// Pods that go with their DaemonSet.
pub(super) struct Dependents {
    pub(super) pods: Vec<PodId>,
    pub(super) cause: FactId,
}

impl Controller {
    /// Adopts the cached pods without a controller that a DaemonSet's selector matches, and lets go
    /// of those of its own that it does not match.
    ///
    /// Source: `pkg/controller/controller_ref_manager.go › ClaimPods`.
    pub(super) fn claim_pods(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) -> Result<(), SyncError> {
        if !self.daemon_sets[id].may_adopt {
            return Ok(());
        }
        let is_claimed = |pod: &PodId| !self.pod(*pod).terminating && self.selects(id, *pod, cx);
        let claimed: Vec<PodId> = self.orphans.iter().copied().filter(is_claimed).collect();
        if !claimed.is_empty() {
            self.recheck_deletion(id, cx)?;
        }
        let has_strays = !self.daemon_sets[id].strays.is_empty();
        if has_strays && cx.api.is_down(cx.now) {
            return Err(SyncError::Unreachable);
        }
        let watched = &mut self.daemon_sets[id];
        watched.may_adopt = false;
        let strays = std::mem::take(&mut watched.strays);
        self.call_for_form(id, strays.len() + claimed.len(), cx);
        for pod in strays {
            set_owner(pod, None, cx);
        }
        // What the cache still shows may be gone: then it is not claimed.
        for pod in claimed.into_iter().filter(|&pod| cx.cluster.pod(pod).exists).collect::<Vec<_>>()
        {
            self.orphans.remove(&pod);
            self.seat(id, pod, cx);
            set_owner(pod, Some(id), cx);
            self.saw_own_write(id, Resource::Pods, cx);
        }
        Ok(())
    }

    /// Before anything is adopted the API server is asked whether the DaemonSet is still there: the
    /// cache may not know yet.
    ///
    /// Source: `pkg/controller/controller_ref_manager.go › RecheckDeletionTimestamp`.
    pub(super) fn recheck_deletion(
        &mut self,
        id: DaemonSetId,
        cx: &mut Cx<'_>,
    ) -> Result<(), SyncError> {
        self.call_for_form(id, 1, cx);
        let object = &cx.cluster.daemon_sets[id];
        if cx.api.is_down(cx.now) {
            return Err(SyncError::Unreachable);
        }
        let is_there = object.exists && object.deleting.is_none();
        if is_there { Ok(()) } else { Err(SyncError::Deleted) }
    }

    /// Puts a pod on the node that it targets, in the cache of its owner.
    pub(super) fn seat(&mut self, owner: DaemonSetId, pod: PodId, cx: &Cx<'_>) {
        let Pod { node, targeted, .. } = *cx.cluster.pod(pod);
        if targeted {
            self.daemon_sets[owner].seat(node, pod);
        }
    }

    /// Whether a DaemonSet, as the controller sees it, selects a pod.
    pub(super) fn selects(&self, id: DaemonSetId, pod: PodId, cx: &Cx<'_>) -> bool {
        let spec = &cx.cluster.specs[self.daemon_sets[id].seen.spec];
        let pod = cx.cluster.pod(pod);
        let namespace = |id: DaemonSetId| &cx.cluster.daemon_sets[id].name.namespace;
        let labels = &cx.cluster.specs[pod.spec].written.template.labels;
        namespace(id) == namespace(pod.creator) && spec.written.selector.matches(labels)
    }
}

/// Makes a DaemonSet object that nobody knows of yet.
pub(super) fn new_daemon_set(written: &DaemonSet, cx: &mut Cx<'_>) -> DaemonSetId {
    let id = DaemonSetId(u32::try_from(cx.cluster.daemon_sets.len()).expect("few DaemonSets"));
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
    cx.cluster.daemon_sets.push(DaemonSetObject {
        name,
        key,
        exists: true,
        deleting: None,
        spec,
        observed_generation: 0,
        status: StatusCounts::default(),
        collision_count: written.status.collision_count,
        api_draws: 0,
    });
    id
}

/// `kubectl apply`: creates the DaemonSet, or replaces its spec.
pub(super) fn apply(written: &DaemonSet, label: &str, cx: &mut Cx<'_>) {
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

/// Replaces the spec of a DaemonSet. A changed template starts a rollout; an unchanged spec is
/// no change at all.
///
/// Source: `pkg/registry/apps/daemonset/strategy.go › PrepareForUpdate`.
pub(super) fn replace_spec(id: DaemonSetId, spec: DaemonSetSpec, label: &str, cx: &mut Cx<'_>) {
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
    let key = &cx.cluster.daemon_sets[id].key;
    let generation = cx.cluster.spec_of(id).generation;
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::DaemonSetApplied {
        daemon_set: names.intern(key),
        generation,
    });
    track_all_nodes(id, cx);
    if new_template {
        let at = cx.record.elapsed(cx.now);
        cx.tracker(id).rollout_started(at, generation, label);
    }
    publish_daemon_set(id, &mut cx.because(Some(fact)));
}

/// Lets those who watch DaemonSets know.
pub(super) fn publish_daemon_set(id: DaemonSetId, cx: &mut Cx<'_>) {
    cx.api.written.push((id, cx.now));
    let seen = cx.cluster.seen_daemon_set(id);
    let arrival = arrival(Resource::DaemonSets, Luck::DaemonSet(id), cx);
    cx.at(arrival, Event::SeeDaemonSet { daemon_set: id, seen });
}

/// What `kubectl rollout status` is told of a DaemonSet that was written.
pub(super) fn news(id: DaemonSetId, at: SimDuration, cluster: &Cluster) -> News<'_> {
    let object = &cluster.daemon_sets[id];
    let spec = cluster.spec_of(id);
    News {
        at,
        daemon_set: &object.key,
        generation: spec.generation,
        observed_generation: object.observed_generation,
        status: object.status,
        on_delete: spec.is_on_delete(),
        deleted: !object.exists || object.deleting.is_some(),
    }
}

/// `kubectl delete daemonset`.
///
/// Source: `pkg/controller/garbagecollector/garbagecollector.go`.
pub(super) fn delete_daemon_set(id: DaemonSetId, cascade: Cascade, cx: &mut Cx<'_>) -> Dependents {
    let key = &cx.cluster.daemon_sets[id].key;
    let fact = cx
        .record
        .fact(cx.now, cx.cause, |names| What::DaemonSetDeleted { daemon_set: names.intern(key) });
    let at = cx.record.elapsed(cx.now);
    cx.tracker(id).deleted(at);
    let object = &mut cx.cluster.daemon_sets[id];
    object.deleting = Some(cascade);
    object.exists = cascade == Cascade::Foreground;
    track_all_nodes(id, cx);
    publish_daemon_set(id, &mut cx.because(Some(fact)));
    match cascade {
        Cascade::Orphan => {
            orphan_dependents(id, &mut cx.because(Some(fact)));
            Dependents { pods: Vec::new(), cause: fact }
        }
        Cascade::Background | Cascade::Foreground => {
            let revisions = cx.cluster.revisions_of(id);
            delete_revisions(id, revisions, &mut cx.because(Some(fact)));
            Dependents { pods: cx.cluster.pods_of(id), cause: fact }
        }
    }
}

/// A DaemonSet that is deleted in the foreground goes when its last pod is gone.
pub(super) fn finish_foreground_deletion(id: DaemonSetId, cx: &mut Cx<'_>) {
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

fn set_owner(id: PodId, owner: Option<DaemonSetId>, cx: &mut Cx<'_>) {
    if !cx.cluster.pod(id).exists {
        return;
    }
    let has_owner = owner.is_some();
    cx.pod_fact(id, |pod| What::PodOwnerChanged { pod, owned: has_owner });
    let (node, before) = (cx.cluster.pod(id).node, cx.cluster.pod(id).owner);
    cx.change_pod(id, |pod| pod.owner = owner);
    for daemon_set in [before, owner].into_iter().flatten() {
        track_serving(daemon_set, node, cx);
    }
}

impl Cluster {
    /// The DaemonSet of that name that exists now.
    pub(super) fn find(&self, name: &DaemonSetRef) -> Option<DaemonSetId> {
        let is_meant = |&id: &DaemonSetId| {
            let object = &self.daemon_sets[id];
            object.exists && object.name == *name
        };
        self.daemon_set_ids().find(is_meant)
    }

    /// One state of a spec, with what follows from it.
    pub(super) fn new_spec(
        &mut self,
        spec: DaemonSetSpec,
        generation: i64,
        template_generation: Option<i64>,
        version: KubernetesVersion,
    ) -> SpecId {
        let pod = &spec.template.spec;
        let images: Vec<ImageId> = pod
            .init_containers
            .iter()
            .chain(&pod.containers)
            .map(|container| self.images.intern(&container.image))
            .collect();
        let rules = Rules {
            strategy: StrategyKind::of(spec.update_strategy),
            min_ready: SimDuration::from_secs(u64::from(spec.min_ready_seconds)),
            available_at_boundary: version >= KubernetesVersion::V1_36,
        };
        let grace = u64::from(pod.termination_grace_period_seconds);
        let template = self.template_id(&spec.template);
        self.specs.push(Spec {
            template,
            generation,
            template_generation,
            rules,
            images,
            readiness_delay: readiness_delay(&spec.template),
            grace_period: SimDuration::from_secs(grace),
            needs: needs_of(pod),
            best_effort: is_best_effort(pod),
            written: spec,
        })
    }

    /// The number of a template: equal templates have equal ones.
    pub(super) fn template_id(&mut self, template: &PodTemplate) -> TemplateId {
        let known = self.templates.iter().position(|t| t.canonical == template.canonical);
        let index = known.unwrap_or(self.templates.len());
        if known.is_none() {
            self.templates.push(template.clone());
        }
        TemplateId(u32::try_from(index).expect("fewer than 2^32 templates"))
    }

    pub(super) fn seen_daemon_set(&self, id: DaemonSetId) -> DaemonSetSeen {
        let object = &self.daemon_sets[id];
        DaemonSetSeen {
            exists: object.exists,
            deleting: object.deleting.is_some(),
            spec: object.spec,
            generation: self.spec_of(id).generation,
            observed_generation: object.observed_generation,
            misscheduled: object.status.misscheduled,
        }
    }

    /// The pods that a DaemonSet owns, as they truly are.
    pub(super) fn pods_of(&self, id: DaemonSetId) -> Vec<PodId> {
        let on_nodes = self.nodes.iter().flat_map(|node| node.pods.iter().copied());
        on_nodes.filter(|&pod| self.pod(pod).owner == Some(id)).collect()
    }
}
