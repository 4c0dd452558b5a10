//! The revisions of a DaemonSet: made, found again, cleaned up.

use crate::control::daemonset::{RevisionChange, construct_history, histories_to_delete};
use crate::record::What;
use crate::world::api_server::{announce_late_dependent, delete_revisions, set_revision_owner};
use crate::world::cluster::RevisionObject;
use crate::world::controller::process::Controller;
use crate::world::controller::sync::SyncError;
use crate::world::cx::Cx;
use crate::world::ids::{DaemonSetId, HashId, SpecId};

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
        if (!is_in_order || !plan.duplicates.is_empty()) && cx.api.refuses(cx.now) {
            return Err(SyncError::Unreachable);
        }
        let duplicates: Vec<usize> = plan.duplicates.into_iter().map(|i| own[i]).collect();
        let (current, changed) = match plan.current {
            RevisionChange::Create { number } => {
                (cx.cluster.new_revision(id, spec, number, cx.now), true)
            }
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
            if created {
                announce_late_dependent(id, cx);
            }
        }
        let mut calls = usize::from(changed) + duplicates.len();
        if !duplicates.is_empty() {
            calls += relabel_pods(id, hash, cx);
            delete_revisions(id, duplicates, cx);
        }
        self.charge_writes(id, calls, cx);
        Ok(hash)
    }

    /// Takes over revisions that have no controller, if the selector matches their labels, and lets
    /// go of its own if it does not.
    ///
    /// Source: `pkg/controller/daemon/update.go › controlledHistories`.
    fn claim_revisions(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) -> Result<(), SyncError> {
        let is_orphan =
            |it: &RevisionObject| it.owner.is_none() && cx.cluster.selects_revision(id, it);
        if cx.cluster.revisions.iter().any(is_orphan) {
            self.recheck_deletion(id, cx)?;
        }
        for index in 0..cx.cluster.revisions.len() {
            let revision = &cx.cluster.revisions[index];
            if revision.owner.is_none_or(|owner| owner == id) {
                let is_mine = cx.cluster.selects_revision(id, revision);
                set_revision_owner(index, id, is_mine, cx);
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
        if !surplus.is_empty() && cx.api.refuses(cx.now) {
            return self.fail_sync(id, SyncError::Unreachable);
        }
        self.charge_writes(id, surplus.len(), cx);
        delete_revisions(id, surplus, cx);
    }
}

fn revision_fact(id: DaemonSetId, revision: usize, created: bool, cx: &mut Cx<'_>) {
    let key = &cx.cluster.daemon_sets[id].key;
    let object = &cx.cluster.revisions[revision];
    let state = || cx.cluster.revision_state(object).to_json();
    cx.record.fact(cx.now, cx.cause, |names| What::RevisionCurrent {
        daemon_set: names.intern(key),
        revision: names.intern(&object.name),
        number: object.number,
        created,
        object: created.then(|| names.intern(&state())),
    });
}

/// Gives every pod the hash of the one revision that is kept of several equal ones, and tells how
/// many got it.
///
/// Source: `pkg/controller/daemon/update.go › dedupCurHistories`.
fn relabel_pods(id: DaemonSetId, hash: HashId, cx: &mut Cx<'_>) -> usize {
    let mut pods = cx.cluster.pods_of(id);
    pods.retain(|&pod| cx.cluster.pod(pod).hash != hash);
    for &pod in &pods {
        cx.record.fact(cx.now, cx.cause, |names| What::PodRelabeled {
            pod: names.intern(&cx.cluster.pod_name(pod)),
            revision: names.intern(&cx.cluster.hashes[hash]),
        });
        cx.change_pod(pod, |pod| pod.hash = hash);
    }
    pods.len()
}
