//! The revisions of DaemonSets: made, found again, cleaned up, gone back to.

use crate::api::{PodTemplate, revision_hash};
use crate::control::daemonset::{Revision, RevisionChange, construct_history, histories_to_delete};
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::objects::{DaemonSetId, HashId, RevisionObject, SpecId};
use crate::world::state::{Agenda, World};
use crate::world::sync::SyncError;

impl World {
    /// Finds or makes the revision of a spec's template, and returns its hash.
    pub(super) fn construct_history(
        &mut self,
        id: DaemonSetId,
        spec: SpecId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Result<HashId, SyncError> {
        self.claim_revisions(id, now, agenda)?;
        let own = self.revisions_of(id);
        let plan = construct_history(&self.revision_views(&own, spec));
        let is_in_order = matches!(plan.current, RevisionChange::Keep { renumber: None, .. });
        if (!is_in_order || !plan.duplicates.is_empty()) && self.api.is_down(now) {
            return Err(SyncError::Unreachable);
        }
        let duplicates: Vec<usize> = plan.duplicates.into_iter().map(|i| own[i]).collect();
        let (current, changed) = match plan.current {
            RevisionChange::Create { number } => (self.snapshot(id, spec, number), true),
            RevisionChange::Keep { index, renumber } => {
                let revision = &mut self.revisions[own[index]];
                revision.number = renumber.unwrap_or(revision.number);
                (own[index], renumber.is_some())
            }
        };
        let hash = self.revisions[current].hash;
        if changed {
            let created = matches!(plan.current, RevisionChange::Create { .. });
            self.revision_fact(id, current, created, cause, now);
        }
        let mut calls = usize::from(changed) + duplicates.len();
        if !duplicates.is_empty() {
            calls += self.relabel_pods(id, hash, now, agenda);
            self.delete_revisions(id, duplicates, cause, now);
        }
        self.call_for_form(id, calls, now, agenda);
        Ok(hash)
    }

    fn revision_fact(
        &mut self,
        id: DaemonSetId,
        revision: usize,
        created: bool,
        cause: Option<FactId>,
        now: SimTime,
    ) {
        let key = &self.daemon_sets[id.index()].key;
        let RevisionObject { name, number, .. } = &self.revisions[revision];
        self.recorder.fact(now, cause, |names| What::RevisionCurrent {
            daemon_set: names.intern(key),
            revision: names.intern(name),
            number: *number,
            created,
        });
    }

    /// Gives every pod the hash of the one revision that is kept of several equal ones, and tells
    /// how many got it.
    ///
    /// Source: `pkg/controller/daemon/update.go › dedupCurHistories`.
    fn relabel_pods(
        &mut self,
        id: DaemonSetId,
        hash: HashId,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> usize {
        let mut others = self.pods_of(id);
        others.retain(|&pod| self.pod(pod).hash != hash);
        for &pod in &others {
            self.change_pod(pod, now, agenda, |pod| pod.hash = hash);
        }
        others.len()
    }

    /// A ControllerRevision of a spec's template.
    pub(super) fn snapshot(&mut self, id: DaemonSetId, spec_id: SpecId, number: i64) -> usize {
        let spec = &self.specs[spec_id.index()];
        let object = &self.daemon_sets[id.index()];
        let hash = revision_hash(&spec.written.template.canonical, object.collision_count);
        let revision = RevisionObject {
            namespace: object.name.namespace.clone(),
            owner: Some(id),
            name: format!("{}-{hash}", object.name.name),
            labels: spec.written.template.labels.clone(),
            hash: self.hash_id(&hash),
            number,
            template: self.specs[spec_id.index()].template,
        };
        self.revisions.push(revision);
        self.revisions.len() - 1
    }

    /// The number of a hash: equal ones have equal ones.
    pub(super) fn hash_id(&mut self, hash: &str) -> HashId {
        let known = self.hashes.iter().position(|known| known == hash);
        let place = known.unwrap_or(self.hashes.len());
        if known.is_none() {
            self.hashes.push(hash.to_owned());
        }
        HashId(u32::try_from(place).expect("fewer than 2^32 revisions"))
    }

    /// Takes over revisions that have no controller, if the selector matches their labels, and
    /// lets go of its own if it does not.
    ///
    /// Source: `pkg/controller/daemon/update.go › controlledHistories`.
    fn claim_revisions(
        &mut self,
        id: DaemonSetId,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Result<(), SyncError> {
        if self.revisions.iter().any(|r| r.owner.is_none() && self.selects_revision(id, r)) {
            self.recheck_deletion(id, now, agenda)?;
        }
        for index in 0..self.revisions.len() {
            let revision = &self.revisions[index];
            if revision.owner.is_none_or(|owner| owner == id) {
                let is_mine = self.selects_revision(id, revision);
                self.revisions[index].owner = is_mine.then_some(id);
            }
        }
        Ok(())
    }

    fn selects_revision(&self, id: DaemonSetId, revision: &RevisionObject) -> bool {
        revision.namespace == self.daemon_sets[id.index()].name.namespace
            && self.spec_of(id).written.selector.matches(&revision.labels)
    }

    /// Deletes old revisions beyond `revisionHistoryLimit` that no pod has.
    pub(super) fn clean_up_history(
        &mut self,
        id: DaemonSetId,
        spec: SpecId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let limit = self.specs[spec.index()].written.revision_history_limit as usize;
        let own = self.revisions_of(id);
        if own.len() <= limit {
            return;
        }
        let views = self.revision_views(&own, spec);
        let is_live = |index: usize| {
            let hash = self.revisions[own[index]].hash;
            self.live_hashes.get(&(id, hash)).is_some_and(|&pods| pods > 0)
        };
        let surplus = histories_to_delete(&views, limit, is_live);
        let surplus: Vec<usize> = surplus.into_iter().map(|i| own[i]).collect();
        if !surplus.is_empty() && self.api.is_down(now) {
            return self.fail_sync(id, SyncError::Unreachable);
        }
        self.call_for_form(id, surplus.len(), now, agenda);
        self.delete_revisions(id, surplus, cause, now);
    }

    /// Deletes the revisions at some places.
    pub(super) fn delete_revisions(
        &mut self,
        id: DaemonSetId,
        mut places: Vec<usize>,
        cause: Option<FactId>,
        now: SimTime,
    ) {
        let key = &self.daemon_sets[id.index()].key;
        for &index in &places {
            let revision = &self.revisions[index].name;
            self.recorder.fact(now, cause, |names| What::RevisionDeleted {
                daemon_set: names.intern(key),
                revision: names.intern(revision),
            });
        }
        places.sort_unstable();
        for index in places.into_iter().rev() {
            self.revisions.remove(index);
        }
    }

    /// The template that `kubectl rollout undo` goes back to: that of `to_revision`, or of the
    /// second highest revision. None if there is no such revision.
    ///
    /// Source: `kubectl/pkg/polymorphichelpers/rollback.go › DaemonSetRollbacker`.
    pub(super) fn rollback_template(
        &self,
        id: DaemonSetId,
        to_revision: Option<i64>,
    ) -> Option<PodTemplate> {
        let mut own: Vec<&RevisionObject> =
            self.revisions_of(id).into_iter().map(|i| &self.revisions[i]).collect();
        own.sort_by_key(|revision| std::cmp::Reverse(revision.number));
        let wanted = match to_revision {
            Some(number) => own.into_iter().find(|revision| revision.number == number),
            None => own.get(1).copied(),
        };
        wanted.map(|revision| self.templates[revision.template.0 as usize].clone())
    }

    pub(super) fn revisions_of(&self, id: DaemonSetId) -> Vec<usize> {
        (0..self.revisions.len()).filter(|&i| self.revisions[i].owner == Some(id)).collect()
    }

    fn revision_views(&self, own: &[usize], spec: SpecId) -> Vec<Revision> {
        let template = self.specs[spec.index()].template;
        let view = |&i: &usize| {
            let revision = &self.revisions[i];
            Revision { number: revision.number, matches: revision.template == template }
        };
        own.iter().map(view).collect()
    }
}
