//! What a sync asks of the API server, and the answers that it waits for.

use crate::control::slow_start::SlowStart;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::api_server::{Luck, Resource};
use crate::world::event::{Asked, Caused, Event};
use crate::world::objects::{DaemonSetId, Pod};
use crate::world::state::{Agenda, World};
use crate::world::sync::{Sync, SyncError};

/// The calls of a sync.
#[derive(Debug)]
pub(super) struct Calls {
    /// Nodes for which pods are still to be asked for.
    creates: Vec<NodeId>,
    batches: SlowStart,
    /// Pods whose deletion is still to be asked for, once all pods were.
    deletes: Vec<PodId>,
    /// Calls without an answer.
    waiting: u32,
    /// The fact that they follow from.
    cause: Option<FactId>,
}

impl Calls {
    pub(super) fn none(cause: Option<FactId>) -> Self {
        Self {
            creates: Vec::new(),
            batches: SlowStart::new(0),
            deletes: Vec::new(),
            waiting: 0,
            cause,
        }
    }

    pub(super) fn are_waited_for(&self) -> bool {
        self.waiting > 0
    }
}

impl World {
    /// Asks the API server for pods to be created and deleted, beginning with the first batch as
    /// soon as the stage is over.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › syncNodes`.
    pub(super) fn sync_nodes(
        &mut self,
        sync: &Sync,
        creates: Vec<NodeId>,
        deletes: Vec<PodId>,
        now: SimTime,
    ) {
        let id = sync.daemon_set;
        let watched = &mut self.controller.daemon_sets[id.index()];
        watched.expectations.set(creates.len(), deletes.len(), now);
        if creates.is_empty() && deletes.is_empty() {
            return;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let key = &self.daemon_sets[id.index()].key;
        let fact = self.recorder.fact(now, sync.cause, |names| What::Synced {
            daemon_set: names.intern(key),
            creates: count(creates.len()),
            deletes: count(deletes.len()),
        });
        let Some(work) = &mut watched.work else { return };
        work.calls.cause = Some(fact);
        work.calls.batches = SlowStart::new(creates.len());
        work.calls.creates = creates;
        work.calls.creates.reverse();
        work.calls.deletes = deletes;
    }

    /// Sends the next calls that can be under way together; says whether there were any.
    pub(super) fn send_next_batch(
        &mut self,
        sync: &Sync,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> bool {
        let id = sync.daemon_set;
        let is_instant = self.api.is_instant();
        let Some(work) = &mut self.controller.daemon_sets[id.index()].work else { return false };
        let calls = &mut work.calls;
        let size = if is_instant { calls.creates.len() } else { calls.batches.next().unwrap_or(0) };
        let rest = calls.creates.len().saturating_sub(size);
        let creates = calls.creates.split_off(rest);
        let turn_of_deletes = creates.is_empty() || is_instant;
        let deletes = if turn_of_deletes { std::mem::take(&mut calls.deletes) } else { Vec::new() };
        let acted = !creates.is_empty() || !deletes.is_empty();
        for node in creates.into_iter().rev() {
            let (spec, hash) = (sync.seen.spec, sync.hash);
            let asked = Asked::CreatePod { node, spec, hash };
            self.call(id, asked, Luck::Node(node), now, agenda);
        }
        for pod in deletes {
            let luck = Luck::Node(self.pod(pod).node);
            self.call(id, Asked::DeletePod { pod }, luck, now, agenda);
        }
        acted
    }

    /// Sends one call, and waits for its answer if calls take time.
    pub(super) fn call(
        &mut self,
        id: DaemonSetId,
        asked: Asked,
        luck: Luck,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.api.is_instant() && self.api.is_down(now) {
            // The sync will be over when a call arrives: it fails at once.
            return self.call_failed(id, asked);
        }
        let at = if self.api.is_instant() { now } else { self.request(luck, now) };
        let waits = !self.api.is_instant();
        let Some(work) = &mut self.controller.daemon_sets[id.index()].work else { return };
        work.calls.waiting += u32::from(waits);
        let cause = work.calls.cause;
        let event = Event::Asked { daemon_set: id, process: self.controller.process, asked };
        agenda.at(at, Caused { event, cause });
    }

    /// Waits for writes of which everybody knows already what they do.
    pub(super) fn call_for_form(
        &mut self,
        id: DaemonSetId,
        calls: usize,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.api.is_instant() {
            return;
        }
        for _ in 0..calls {
            self.call(id, Asked::Nothing, Luck::DaemonSet(id), now, agenda);
        }
    }

    /// A pod that was to be deleted is gone already, which is no error.
    pub(super) fn not_found(&mut self, id: DaemonSetId) {
        self.controller.daemon_sets[id.index()].expectations.deletion_observed();
    }

    /// Until the cache shows what the controller just wrote, it is stale.
    pub(super) fn saw_own_write(&mut self, id: DaemonSetId, resource: Resource) {
        let shown = self.api.last_arrival(resource);
        let watched = &mut self.controller.daemon_sets[id.index()];
        watched.unseen_until = watched.unseen_until.max(shown);
    }

    pub(super) fn post_created(&mut self, id: DaemonSetId, pod: PodId, now: SimTime) {
        if !self.api.is_instant() {
            let Pod { name, fact, .. } = self.pod(pod);
            let (message, fact) = (format!("Created pod: {name}"), *fact);
            self.post_event(id, (false, "SuccessfulCreate"), &message, fact, now);
        }
    }

    pub(super) fn post_deleted(&mut self, id: DaemonSetId, pod: PodId, cause: Option<FactId>, now: SimTime) {
        if !self.api.is_instant() {
            let message = format!("Deleted pod: {}", self.pod(pod).name);
            self.post_event(id, (false, "SuccessfulDelete"), &message, cause, now);
        }
    }

    /// A call that was not answered: nobody waits for what it would have done, and pods that were
    /// still to be asked for are not.
    pub(super) fn call_failed(&mut self, id: DaemonSetId, asked: Asked) {
        let watched = &mut self.controller.daemon_sets[id.index()];
        let Some(work) = &mut watched.work else { return };
        // What the sync failed with before is what it ends with.
        work.error.get_or_insert(SyncError::Unreachable);
        match asked {
            Asked::CreatePod { .. } => {
                let skipped = std::mem::take(&mut work.calls.creates).len();
                for _ in 0..=skipped {
                    watched.expectations.creation_observed();
                }
            }
            Asked::DeletePod { .. } => watched.expectations.deletion_observed(),
            Asked::WriteStatus { .. } | Asked::Nothing => {}
        }
    }

    /// The API server has worked off a call of a sync; with the last answer the sync goes on.
    pub(super) fn answered(&mut self, id: DaemonSetId, now: SimTime, agenda: &mut Agenda) {
        let Some(work) = &mut self.controller.daemon_sets[id.index()].work else { return };
        work.calls.waiting = work.calls.waiting.saturating_sub(1);
        if !work.calls.are_waited_for() {
            let progress = self.advance(id, now, agenda);
            self.end_if_done(id, progress, now, agenda);
            self.schedule_work(now, agenda);
        }
    }
}
