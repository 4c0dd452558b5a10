//! The revisions of DaemonSets: made, found again, cleaned up, gone back to.

use crate::api::{PodTemplate, revision_hash};
use crate::control::daemonset::{Revision, RevisionChange, construct_history, histories_to_delete};
use crate::record::What;
use crate::world::cluster::Cluster;
use crate::world::controller::Controller;
use crate::world::cx::Cx;
use crate::world::ids::{DaemonSetId, HashId, SpecId};
use crate::world::objects::RevisionObject;
use crate::world::sync::SyncError;

impl Controller {
    /// Finds or makes the revision of a spec's template, and returns its hash.
    pub(super) fn construct_history(
        &mut self,
        id: DaemonSetId,
        spec: SpecId,
        cx: &mut Cx<'_>,
    ) -> Result<HashId, SyncError> {
        self.claim_revisions(id, cx)?;
        let own = cx.cluster.revisions_of(id);
        let plan = construct_history(&cx.cluster.revision_views(&own, spec));
        let is_in_order = matches!(plan.current, RevisionChange::Keep { renumber: None, .. });
        if (!is_in_order || !plan.duplicates.is_empty()) && cx.api.is_down(cx.now) {
            return Err(SyncError::Unreachable);
        }
        let duplicates: Vec<usize> = plan.duplicates.into_iter().map(|i| own[i]).collect();
        let (current, changed) = match plan.current {
            RevisionChange::Create { number } => (cx.cluster.snapshot(id, spec, number), true),
            RevisionChange::Keep { index, renumber } => {
                let revision = &mut cx.cluster.revisions[own[index]];
                revision.number = renumber.unwrap_or(revision.number);
                (own[index], renumber.is_some())
            }
        };
        let hash = cx.cluster.revisions[current].hash;
        if changed {
            let created = matches!(plan.current, RevisionChange::Create { .. });
            revision_fact(id, current, created, cx);
        }
        let mut calls = usize::from(changed) + duplicates.len();
        if !duplicates.is_empty() {
            calls += relabel_pods(id, hash, cx);
            delete_revisions(id, duplicates, cx);
        }
        self.call_for_form(id, calls, cx);
        Ok(hash)
    }

    /// Takes over revisions that have no controller, if the selector matches their labels, and
    /// lets go of its own if it does not.
    ///
    /// Source: `pkg/controller/daemon/update.go › controlledHistories`.
    fn claim_revisions(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) -> Result<(), SyncError> {
        if cx
            .cluster
            .revisions
            .iter()
            .any(|r| r.owner.is_none() && cx.cluster.selects_revision(id, r))
        {
            self.recheck_deletion(id, cx)?;
        }
        for index in 0..cx.cluster.revisions.len() {
            let revision = &cx.cluster.revisions[index];
            if revision.owner.is_none_or(|owner| owner == id) {
                let is_mine = cx.cluster.selects_revision(id, revision);
                cx.cluster.revisions[index].owner = is_mine.then_some(id);
            }
        }
        Ok(())
    }

    /// Deletes old revisions beyond `revisionHistoryLimit` that no pod has.
    pub(super) fn clean_up_history(&mut self, id: DaemonSetId, spec: SpecId, cx: &mut Cx<'_>) {
        let limit = cx.cluster.specs[spec].written.revision_history_limit as usize;
        let own = cx.cluster.revisions_of(id);
        if own.len() <= limit {
            return;
        }
        let views = cx.cluster.revision_views(&own, spec);
        let is_live = |index: usize| {
            let hash = cx.cluster.revisions[own[index]].hash;
            cx.cluster.live_hashes.get(&(id, hash)).is_some_and(|&pods| pods > 0)
        };
        let surplus = histories_to_delete(&views, limit, is_live);
        let surplus: Vec<usize> = surplus.into_iter().map(|i| own[i]).collect();
        if !surplus.is_empty() && cx.api.is_down(cx.now) {
            return self.fail_sync(id, SyncError::Unreachable, cx);
        }
        self.call_for_form(id, surplus.len(), cx);
        delete_revisions(id, surplus, cx);
    }
}

fn revision_fact(id: DaemonSetId, revision: usize, created: bool, cx: &mut Cx<'_>) {
    let key = &cx.cluster.daemon_sets[id].key;
    let RevisionObject { name, number, .. } = &cx.cluster.revisions[revision];
    cx.record.fact(cx.now, cx.cause, |names| What::RevisionCurrent {
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
fn relabel_pods(id: DaemonSetId, hash: HashId, cx: &mut Cx<'_>) -> usize {
    let mut others = cx.cluster.pods_of(id);
    others.retain(|&pod| cx.cluster.pod(pod).hash != hash);
    for &pod in &others {
        cx.change_pod(pod, |pod| pod.hash = hash);
    }
    others.len()
}

/// Deletes the revisions at some places.
pub(super) fn delete_revisions(id: DaemonSetId, mut places: Vec<usize>, cx: &mut Cx<'_>) {
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

impl Cluster {
    /// A ControllerRevision of a spec's template.
    pub(super) fn snapshot(&mut self, id: DaemonSetId, spec_id: SpecId, number: i64) -> usize {
        let spec = &self.specs[spec_id];
        let object = &self.daemon_sets[id];
        let hash = revision_hash(&spec.written.template.canonical, object.collision_count);
        let revision = RevisionObject {
            namespace: object.name.namespace.clone(),
            owner: Some(id),
            name: format!("{}-{hash}", object.name.name),
            labels: spec.written.template.labels.clone(),
            hash: self.hash_id(&hash),
            number,
            template: self.specs[spec_id].template,
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

    fn selects_revision(&self, id: DaemonSetId, revision: &RevisionObject) -> bool {
        revision.namespace == self.daemon_sets[id].name.namespace
            && self.spec_of(id).written.selector.matches(&revision.labels)
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
        wanted.map(|revision| self.templates[revision.template].clone())
    }

    pub(super) fn revisions_of(&self, id: DaemonSetId) -> Vec<usize> {
        (0..self.revisions.len()).filter(|&i| self.revisions[i].owner == Some(id)).collect()
    }

    fn revision_views(&self, own: &[usize], spec: SpecId) -> Vec<Revision> {
        let template = self.specs[spec].template;
        let view = |&i: &usize| {
            let revision = &self.revisions[i];
            Revision { number: revision.number, matches: revision.template == template }
        };
        own.iter().map(view).collect()
    }
}
