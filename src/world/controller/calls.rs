//! What a sync asks of the API server, and the answers that it waits for.

use crate::control::events::EventType;
use crate::control::slow_start::SlowStart;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::world::api_server::{DrawFor, Resource, report_event, request};
use crate::world::cluster::Pod;
use crate::world::controller::process::Controller;
use crate::world::controller::sync::{Sync, SyncError};
use crate::world::cx::Cx;
use crate::world::event::{ApiCall, Event};
use crate::world::ids::DaemonSetId;

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

impl Controller {
    /// Asks the API server for pods to be created and deleted, beginning with the first batch as
    /// soon as the stage is over.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › syncNodes`.
    pub(super) fn sync_nodes(
        &mut self,
        sync: &Sync,
        creates: Vec<NodeId>,
        deletes: Vec<PodId>,
        cx: &mut Cx<'_>,
    ) {
        let id = sync.daemon_set;
        let watched = &mut self.daemon_sets[id];
        watched.expectations.set(creates.len(), deletes.len(), cx.now);
        if creates.is_empty() && deletes.is_empty() {
            return;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let key = &cx.cluster.daemon_sets[id].key;
        let fact = cx.record.fact(cx.now, sync.cause, |names| What::Synced {
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
    pub(super) fn send_next_batch(&mut self, sync: &Sync, cx: &mut Cx<'_>) -> bool {
        let id = sync.daemon_set;
        let is_instant = cx.api.is_instant();
        let Some(work) = &mut self.daemon_sets[id].work else { return false };
        let calls = &mut work.calls;
        let size = if is_instant { calls.creates.len() } else { calls.batches.next().unwrap_or(0) };
        let rest = calls.creates.len().saturating_sub(size);
        let creates = calls.creates.split_off(rest);
        let turn_of_deletes = creates.is_empty() || is_instant;
        let deletes = if turn_of_deletes { std::mem::take(&mut calls.deletes) } else { Vec::new() };
        let acted = !creates.is_empty() || !deletes.is_empty();
        for node in creates.into_iter().rev() {
            let (spec, hash) = (sync.seen.spec, sync.hash);
            let call = ApiCall::CreatePod { node, spec, hash };
            self.call(id, call, DrawFor::Node(node), cx);
        }
        for pod in deletes {
            let luck = DrawFor::Node(cx.cluster.pod(pod).node);
            self.call(id, ApiCall::DeletePod { pod }, luck, cx);
        }
        acted
    }

    /// Sends one call, and waits for its answer if calls take time.
    pub(super) fn call(&mut self, id: DaemonSetId, call: ApiCall, luck: DrawFor, cx: &mut Cx<'_>) {
        if cx.api.is_instant() && cx.api.is_down(cx.now) {
            // The sync will be over when a call arrives: it fails at once.
            return self.call_failed(id, call, cx);
        }
        let at = if cx.api.is_instant() { cx.now } else { request(luck, cx) };
        let waits = !cx.api.is_instant();
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        work.calls.waiting += u32::from(waits);
        let cause = work.calls.cause;
        let event = Event::ApiCall { daemon_set: id, process: self.process, call };
        cx.because(cause).at(at, event);
    }

    /// Waits for writes of which everybody knows already what they do.
    pub(super) fn charge_writes(&mut self, id: DaemonSetId, calls: usize, cx: &mut Cx<'_>) {
        if cx.api.is_instant() {
            return;
        }
        for _ in 0..calls {
            self.call(id, ApiCall::Nothing, DrawFor::DaemonSet(id), cx);
        }
    }

    /// A pod that was to be deleted is gone already, which is no error.
    pub(in crate::world) fn not_found(&mut self, id: DaemonSetId, _cx: &mut Cx<'_>) {
        self.daemon_sets[id].expectations.deletion_observed();
    }

    /// Until the cache shows what the controller just wrote, it is stale.
    pub(in crate::world) fn await_own_write(
        &mut self,
        id: DaemonSetId,
        resource: Resource,
        cx: &mut Cx<'_>,
    ) {
        let footprint = cx.api.last_arrival(resource);
        let watched = &mut self.daemon_sets[id];
        watched.unseen_until = watched.unseen_until.max(footprint);
    }

    /// A call that was not answered: nobody waits for what it would have done, and pods that were
    /// still to be asked for are not.
    pub(in crate::world) fn call_failed(
        &mut self,
        id: DaemonSetId,
        call: ApiCall,
        _cx: &mut Cx<'_>,
    ) {
        let watched = &mut self.daemon_sets[id];
        let Some(work) = &mut watched.work else { return };
        // What the sync failed with before is what it ends with.
        work.error.get_or_insert(SyncError::Unreachable);
        match call {
            ApiCall::CreatePod { .. } => {
                let skipped = std::mem::take(&mut work.calls.creates).len();
                for _ in 0..=skipped {
                    watched.expectations.creation_observed();
                }
            }
            ApiCall::DeletePod { .. } => watched.expectations.deletion_observed(),
            ApiCall::WriteStatus { .. } | ApiCall::Nothing => {}
        }
    }

    /// The API server has worked off a call of a sync; with the last answer the sync goes on.
    pub(in crate::world) fn answered(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) {
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        work.calls.waiting = work.calls.waiting.saturating_sub(1);
        if !work.calls.are_waited_for() {
            let progress = self.advance(id, cx);
            self.end_if_done(id, progress, cx);
            self.schedule_work(cx);
        }
    }
}

pub(in crate::world) fn post_created(id: DaemonSetId, pod: PodId, cx: &mut Cx<'_>) {
    if !cx.api.is_instant() {
        let Pod { name, fact, .. } = cx.cluster.pod(pod);
        let (message, fact) = (format!("Created pod: {name}"), *fact);
        post_event(id, EventReason::SuccessfulCreate, &message, &mut cx.because(fact));
    }
}

pub(in crate::world) fn post_deleted(id: DaemonSetId, pod: PodId, cx: &mut Cx<'_>) {
    if !cx.api.is_instant() {
        let message = format!("Deleted pod: {}", cx.cluster.pod(pod).name);
        post_event(id, EventReason::SuccessfulDelete, &message, cx);
    }
}

/// Why the controller posts an event about a DaemonSet.
///
/// Source: `pkg/controller/controller_utils.go` and `pkg/controller/daemon/daemon_controller.go`,
/// the constants that end in `Reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventReason {
    SuccessfulCreate,
    SuccessfulDelete,
    FailedDaemonPod,
    SucceededDaemonPod,
    SelectingAll,
}

impl EventReason {
    /// As the event says it.
    const fn text(self) -> &'static str {
        match self {
            Self::SuccessfulCreate => "SuccessfulCreate",
            Self::SuccessfulDelete => "SuccessfulDelete",
            Self::FailedDaemonPod => "FailedDaemonPod",
            Self::SucceededDaemonPod => "SucceededDaemonPod",
            Self::SelectingAll => "SelectingAll",
        }
    }

    const fn event_type(self) -> EventType {
        match self {
            Self::FailedDaemonPod | Self::SelectingAll => EventType::Warning,
            Self::SuccessfulCreate | Self::SuccessfulDelete | Self::SucceededDaemonPod => {
                EventType::Normal
            }
        }
    }
}

/// Takes down an API event about a DaemonSet, if it is sent.
pub(super) fn post_event(id: DaemonSetId, reason: EventReason, message: &str, cx: &mut Cx<'_>) {
    let (event_type, reason) = (reason.event_type(), reason.text());
    let Some(message) = report_event(id, event_type, reason, message, cx) else { return };
    let key = &cx.cluster.daemon_sets[id].key;
    cx.record.fact(cx.now, cx.cause, |names| What::EventPosted {
        daemon_set: names.intern(key),
        warning: event_type == EventType::Warning,
        reason,
        message: names.intern(&message),
    });
}
