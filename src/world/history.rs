//! The revisions of DaemonSets: made, found again, cleaned up, gone back to.

use crate::api::{PodTemplate, revision_hash};
use crate::control::daemonset::{Revision, RevisionChange, construct_history, histories_to_delete};
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::objects::{DaemonSetId, HashId, RevisionObject, SpecId};
use crate::world::state::World;

impl World {
    /// Finds or makes the revision of a spec's template, and returns its hash.
    pub(super) fn construct_history(
        &mut self,
        id: DaemonSetId,
        spec: SpecId,
        cause: Option<FactId>,
        now: SimTime,
    ) -> HashId {
        self.adopt_revisions(id);
        let own = self.revisions_of(id);
        let plan = construct_history(&self.revision_views(&own, spec));
        let duplicates = plan.duplicates.into_iter().map(|i| own[i]).collect();
        let (revision, is_new, number) = match plan.current {
            RevisionChange::Create { number } => (self.snapshot(id, spec, number), true, number),
            RevisionChange::Keep { index, renumber: Some(number) } => {
                self.revisions[own[index]].number = number;
                (own[index], false, number)
            }
            RevisionChange::Keep { index, renumber: None } => {
                let hash = self.revisions[own[index]].hash;
                self.delete_revisions(id, duplicates, cause, now);
                return hash;
            }
        };
        let key = &self.daemon_sets[id.index()].key;
        let RevisionObject { name, hash, .. } = &self.revisions[revision];
        self.recorder.fact(now, cause, |names| What::RevisionCurrent {
            daemon_set: names.intern(key),
            revision: names.intern(name),
            number,
            created: is_new,
        });
        let hash = *hash;
        // Pods of a duplicate need no relabeling: equal templates have equal hashes.
        self.delete_revisions(id, duplicates, cause, now);
        hash
    }

    /// A ControllerRevision of a spec's template.
    pub(super) fn snapshot(&mut self, id: DaemonSetId, spec: SpecId, number: i64) -> usize {
        let spec = &self.specs[spec.index()];
        let name = &self.daemon_sets[id.index()].name;
        let hash = revision_hash(&spec.written.template.canonical, None);
        let known = self.hashes.iter().position(|known| *known == hash);
        let place = known.unwrap_or(self.hashes.len());
        self.revisions.push(RevisionObject {
            namespace: name.namespace.clone(),
            owner: Some(id),
            name: format!("{}-{hash}", name.name),
            hash: HashId(u32::try_from(place).expect("fewer than 2^32 revisions")),
            number,
            template: spec.template,
        });
        if known.is_none() {
            self.hashes.push(hash);
        }
        self.revisions.len() - 1
    }

    /// Takes over revisions that a deleted DaemonSet left, if the selector matches their labels.
    fn adopt_revisions(&mut self, id: DaemonSetId) {
        let namespace = &self.daemon_sets[id.index()].name.namespace;
        let selector = &self.specs[self.daemon_sets[id.index()].spec.index()].written.selector;
        for revision in self.revisions.iter_mut().filter(|revision| revision.owner.is_none()) {
            let labels = &self.templates[revision.template.0 as usize].labels;
            if revision.namespace == *namespace && selector.matches(labels) {
                revision.owner = Some(id);
            }
        }
    }

    /// Deletes old revisions beyond `revisionHistoryLimit` that no pod has.
    pub(super) fn clean_up_history(
        &mut self,
        id: DaemonSetId,
        spec: SpecId,
        cause: Option<FactId>,
        now: SimTime,
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
        let surplus = surplus.into_iter().map(|i| own[i]).collect();
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
        places.sort_unstable();
        for index in places.into_iter().rev() {
            let revision = self.revisions.remove(index);
            let key = &self.daemon_sets[id.index()].key;
            self.recorder.fact(now, cause, |names| What::RevisionDeleted {
                daemon_set: names.intern(key),
                revision: names.intern(&revision.name),
            });
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
