//! DaemonSet objects at the API server: applied, patched, deleted.

use crate::api::{DaemonSet, DaemonSetSpec, KubernetesVersion, PodTemplate};
use crate::control::PodId;
use crate::control::daemonset::Rules;
use crate::control::kubelet::is_best_effort;
use crate::record::{FactId, StatusCounts, What};
use crate::scenario::{Cascade, DaemonSetRef};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{Luck, Resource};
use crate::world::event::{Caused, DaemonSetSeen, Event};
use crate::world::objects::{
    DaemonSetId, DaemonSetObject, ImageId, Pod, Spec, SpecId, TemplateId, readiness_delay,
    strategy_kind,
};
use crate::world::room::needs_of;
use crate::world::simulate::News;
use crate::world::state::{Agenda, World};
use crate::world::sync::SyncError;

/// Pods that go with their DaemonSet.
pub(super) struct Dependents {
    pub(super) pods: Vec<PodId>,
    pub(super) cause: FactId,
}

impl World {
    /// The DaemonSet of that name that exists now.
    pub(super) fn find(&self, name: &DaemonSetRef) -> Option<DaemonSetId> {
        let is_meant = |id: &DaemonSetId| {
            let object = &self.daemon_sets[id.index()];
            object.exists && object.name == *name
        };
        self.daemon_set_ids().find(is_meant)
    }

    /// Makes a DaemonSet object that nobody knows of yet.
    pub(super) fn new_daemon_set(&mut self, written: &DaemonSet, now: SimTime) -> DaemonSetId {
        let id = DaemonSetId(u32::try_from(self.daemon_sets.len()).expect("few DaemonSets"));
        let generation = written.metadata.generation.max(1);
        let template_generation = Some(written.template_generation().unwrap_or(1).max(1));
        let spec = self.new_spec(written.spec.clone(), generation, template_generation);
        let name = DaemonSetRef {
            namespace: written.metadata.namespace.clone(),
            name: written.metadata.name.clone(),
        };
        let key = name.key();
        self.recorder.follow(now, &key);
        self.daemon_sets.push(DaemonSetObject {
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

    /// One state of a spec, with what follows from it.
    pub(super) fn new_spec(
        &mut self,
        spec: DaemonSetSpec,
        generation: i64,
        template_generation: Option<i64>,
    ) -> SpecId {
        let id = SpecId(u32::try_from(self.specs.len()).expect("fewer than 2^32 specs"));
        let pod = &spec.template.spec;
        let images: Vec<ImageId> = pod
            .init_containers
            .iter()
            .chain(&pod.containers)
            .map(|container| self.images.intern(&container.image))
            .collect();
        let rules = Rules {
            strategy: strategy_kind(&spec.update_strategy),
            min_ready: SimDuration::from_secs(u64::from(spec.min_ready_seconds)),
            available_at_boundary: self.version >= KubernetesVersion::V1_36,
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
        });
        id
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

    /// `kubectl apply`: creates the DaemonSet, or replaces its spec.
    pub(super) fn apply(
        &mut self,
        written: &DaemonSet,
        label: &str,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let name = DaemonSetRef {
            namespace: written.metadata.namespace.clone(),
            name: written.metadata.name.clone(),
        };
        if let Some(id) = self.find(&name) {
            self.replace_spec(id, written.spec.clone(), label, cause, now, agenda);
            return;
        }
        let id = self.new_daemon_set(written, now);
        self.spec_written(id, true, label, cause, now, agenda);
    }

    /// Replaces the spec of a DaemonSet. A changed template starts a rollout; an unchanged spec is
    /// no change at all.
    ///
    /// Source: `pkg/registry/apps/daemonset/strategy.go › PrepareForUpdate`.
    pub(super) fn replace_spec(
        &mut self,
        id: DaemonSetId,
        spec: DaemonSetSpec,
        label: &str,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Spec { written: before, generation, template_generation, .. } = self.spec_of(id);
        if *before == spec {
            return;
        }
        let new_template = before.template.canonical != spec.template.canonical;
        let template_generation =
            template_generation.unwrap_or(0).saturating_add(i64::from(new_template));
        let generation = generation.saturating_add(1);
        self.daemon_sets[id.index()].spec =
            self.new_spec(spec, generation, Some(template_generation));
        self.spec_written(id, new_template, label, cause, now, agenda);
    }

    fn spec_written(
        &mut self,
        id: DaemonSetId,
        new_template: bool,
        label: &str,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let key = &self.daemon_sets[id.index()].key;
        let generation = self.spec_of(id).generation;
        let fact = self.recorder.fact(now, Some(cause), |names| What::DaemonSetApplied {
            daemon_set: names.intern(key),
            generation,
        });
        self.track_all_nodes(id, now);
        if new_template {
            let at = self.recorder.elapsed(now);
            self.tracker(id).rollout_started(at, generation, label);
        }
        self.publish_daemon_set(id, Some(fact), now, agenda);
    }

    /// Lets those who watch DaemonSets know.
    pub(super) fn publish_daemon_set(
        &mut self,
        id: DaemonSetId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.api.written.push((id, now));
        let seen = self.seen_daemon_set(id);
        let arrival = self.arrival(Resource::DaemonSets, Luck::DaemonSet(id), now);
        agenda.at(arrival, Caused { event: Event::SeeDaemonSet { daemon_set: id, seen }, cause });
    }

    /// What `kubectl rollout status` is told of a DaemonSet that was written.
    pub(super) fn news(&self, id: DaemonSetId, at: SimTime) -> News<'_> {
        let object = &self.daemon_sets[id.index()];
        let spec = self.spec_of(id);
        News {
            at: self.recorder.elapsed(at),
            daemon_set: &object.key,
            generation: spec.generation,
            observed_generation: object.observed_generation,
            status: object.status,
            on_delete: spec.is_on_delete(),
            deleted: !object.exists || object.deleting.is_some(),
        }
    }

    pub(super) fn seen_daemon_set(&self, id: DaemonSetId) -> DaemonSetSeen {
        let object = &self.daemon_sets[id.index()];
        DaemonSetSeen {
            exists: object.exists,
            deleting: object.deleting.is_some(),
            spec: object.spec,
            generation: self.spec_of(id).generation,
            observed_generation: object.observed_generation,
            misscheduled: object.status.misscheduled,
        }
    }

    /// `kubectl delete daemonset`.
    ///
    /// Source: `pkg/controller/garbagecollector/garbagecollector.go`.
    pub(super) fn delete_daemon_set(
        &mut self,
        id: DaemonSetId,
        cascade: Cascade,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Dependents {
        let key = &self.daemon_sets[id.index()].key;
        let fact = self.recorder.fact(now, Some(cause), |names| What::DaemonSetDeleted {
            daemon_set: names.intern(key),
        });
        let at = self.recorder.elapsed(now);
        self.tracker(id).deleted(at);
        let object = &mut self.daemon_sets[id.index()];
        object.deleting = Some(cascade);
        object.exists = cascade == Cascade::Foreground;
        self.track_all_nodes(id, now);
        self.publish_daemon_set(id, Some(fact), now, agenda);
        match cascade {
            Cascade::Orphan => {
                self.orphan_dependents(id, fact, now, agenda);
                Dependents { pods: Vec::new(), cause: fact }
            }
            Cascade::Background | Cascade::Foreground => {
                let revisions = self.revisions_of(id);
                self.delete_revisions(id, revisions, Some(fact), now);
                Dependents { pods: self.pods_of(id), cause: fact }
            }
        }
    }

    /// A DaemonSet that is deleted in the foreground goes when its last pod is gone.
    pub(super) fn finish_foreground_deletion(
        &mut self,
        id: DaemonSetId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let object = &self.daemon_sets[id.index()];
        let waits = object.exists && object.deleting == Some(Cascade::Foreground);
        if waits && self.tracker(id).pods.existing == 0 {
            self.daemon_sets[id.index()].exists = false;
            self.publish_daemon_set(id, None, now, agenda);
        }
    }

    fn orphan_dependents(
        &mut self,
        id: DaemonSetId,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        for revision in self.revisions.iter_mut().filter(|r| r.owner == Some(id)) {
            revision.owner = None;
        }
        for pod in self.pods_of(id) {
            self.set_owner(pod, None, Some(cause), now, agenda);
        }
    }

    /// Adopts the cached pods without a controller that a DaemonSet's selector matches, and lets go
    /// of those of its own that it does not match.
    ///
    /// Source: `pkg/controller/controller_ref_manager.go › ClaimPods`.
    pub(super) fn claim_pods(
        &mut self,
        id: DaemonSetId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Result<(), SyncError> {
        if !self.controller.daemon_sets[id.index()].may_adopt {
            return Ok(());
        }
        let is_claimed =
            |pod: &PodId| !self.controller.pod(*pod).terminating && self.selects(id, *pod);
        let claimed: Vec<PodId> =
            self.controller.orphans.iter().copied().filter(is_claimed).collect();
        if !claimed.is_empty() {
            self.recheck_deletion(id, now, agenda)?;
        }
        let has_strays = !self.controller.daemon_sets[id.index()].strays.is_empty();
        if has_strays && self.api.is_down(now) {
            return Err(SyncError::Unreachable);
        }
        let watched = &mut self.controller.daemon_sets[id.index()];
        watched.may_adopt = false;
        let strays = std::mem::take(&mut watched.strays);
        self.call_for_form(id, strays.len() + claimed.len(), now, agenda);
        for pod in strays {
            self.set_owner(pod, None, cause, now, agenda);
        }
        // What the cache still shows may be gone: then it is not claimed.
        for pod in claimed.into_iter().filter(|&pod| self.pod(pod).exists).collect::<Vec<_>>() {
            self.controller.orphans.remove(&pod);
            self.seat(id, pod);
            self.set_owner(pod, Some(id), cause, now, agenda);
            self.saw_own_write(id, Resource::Pods);
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
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Result<(), SyncError> {
        self.call_for_form(id, 1, now, agenda);
        let object = &self.daemon_sets[id.index()];
        if self.api.is_down(now) {
            return Err(SyncError::Unreachable);
        }
        let is_there = object.exists && object.deleting.is_none();
        if is_there { Ok(()) } else { Err(SyncError::Deleted) }
    }

    /// Puts a pod on the node that it targets, in the cache of its owner.
    pub(super) fn seat(&mut self, owner: DaemonSetId, pod: PodId) {
        let Pod { node, targeted, .. } = *self.pod(pod);
        if targeted {
            self.controller.daemon_sets[owner.index()].seat(node, pod);
        }
    }

    fn set_owner(
        &mut self,
        id: PodId,
        owner: Option<DaemonSetId>,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.pod(id).exists {
            return;
        }
        let has_owner = owner.is_some();
        self.pod_fact(id, cause, now, |pod| What::PodOwnerChanged { pod, owned: has_owner });
        let (node, before) = (self.pod(id).node, self.pod(id).owner);
        self.change_pod(id, now, agenda, |pod| pod.owner = owner);
        for daemon_set in [before, owner].into_iter().flatten() {
            self.track_serving(daemon_set, node, now);
        }
    }

    /// Whether a DaemonSet, as the controller sees it, selects a pod.
    pub(super) fn selects(&self, id: DaemonSetId, pod: PodId) -> bool {
        let spec = &self.specs[self.controller.daemon_sets[id.index()].seen.spec.index()];
        let pod = self.pod(pod);
        let namespace = |id: DaemonSetId| &self.daemon_sets[id.index()].name.namespace;
        let labels = &self.specs[pod.spec.index()].written.template.labels;
        namespace(id) == namespace(pod.creator) && spec.written.selector.matches(labels)
    }

    /// The pods that a DaemonSet owns, as they truly are.
    pub(super) fn pods_of(&self, id: DaemonSetId) -> Vec<PodId> {
        let on_nodes = self.nodes.iter().flat_map(|node| node.pods.iter().copied());
        on_nodes.filter(|&pod| self.pod(pod).owner == Some(id)).collect()
    }
}
