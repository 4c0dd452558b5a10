//! What a sync asks of the API server, and the answers that it waits for.

use crate::control::slow_start::SlowStart;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::scenario::PickingOrder;
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{DrawFor, Request, Resource, admit_pod, request};
use crate::world::controller::events::post_refused;
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
    /// Calls that the API server has not carried out yet.
    under_way: u32,
    /// When the last answer comes to those that it has.
    answered_at: SimTime,
    /// How often the sync will be resumed before it goes on.
    pauses: u32,
    /// When the last of what was written one after the other is answered.
    written_until: SimTime,
    /// The fact that they follow from.
    cause: Option<FactId>,
}

impl Calls {
    pub(super) fn none(cause: Option<FactId>) -> Self {
        Self {
            creates: Vec::new(),
            batches: SlowStart::new(0),
            deletes: Vec::new(),
            under_way: 0,
            answered_at: SimTime::ZERO,
            pauses: 0,
            written_until: SimTime::ZERO,
            cause,
        }
    }

    pub(super) fn are_waited_for(&self) -> bool {
        self.under_way > 0 || self.pauses > 0
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
        let cache = &mut self.daemon_sets[id];
        cache.expectations.set(creates.len(), deletes.len(), cx.now);
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
        let creates = if cache.is_refused { redrawn(creates, cache.refusals, cx) } else { creates };
        let Some(work) = &mut cache.work else { return };
        work.calls.cause = Some(fact);
        work.calls.batches = SlowStart::new(creates.len());
        work.calls.creates = creates;
        work.calls.creates.reverse();
        work.calls.deletes = deletes;
    }

    /// Sends the next calls that can be under way together; says whether there were any.
    pub(super) fn send_next_batch(&mut self, sync: &Sync, cx: &mut Cx<'_>) -> bool {
        let id = sync.daemon_set;
        let Some(work) = &mut self.daemon_sets[id].work else { return false };
        let calls = &mut work.calls;
        let size = calls.batches.next().unwrap_or(0);
        let rest = calls.creates.len().saturating_sub(size);
        let creates = calls.creates.split_off(rest);
        let deletes =
            if creates.is_empty() { std::mem::take(&mut calls.deletes) } else { Vec::new() };
        let acted = !creates.is_empty() || !deletes.is_empty();
        for node in creates.into_iter().rev() {
            let (spec, hash) = (sync.seen.spec, sync.hash);
            let call = ApiCall::CreatePod { node, spec, hash };
            self.call(id, call, DrawFor::Node(node), cx);
        }
        for pod in deletes {
            let node = cx.cluster.pod(pod).node;
            self.call(id, ApiCall::DeletePod { pod }, DrawFor::Node(node), cx);
        }
        acted
    }

    /// Sends one call, and waits for its answer if calls take time.
    pub(super) fn call(
        &mut self,
        id: DaemonSetId,
        call: ApiCall,
        draw_for: DrawFor,
        cx: &mut Cx<'_>,
    ) {
        let Some(work) = &self.daemon_sets[id].work else { return };
        let cx = &mut cx.because(work.calls.cause);
        if cx.api.is_instant()
            && let Err(error) = answer_at_once(id, call, cx)
        {
            return self.call_failed(id, call, error);
        }
        let at_once = Request { sent: cx.now, carried_out: cx.now, rest: SimDuration::ZERO };
        let Request { sent, carried_out, rest } =
            if cx.api.is_instant() { at_once } else { request(draw_for, cx) };
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        work.calls.under_way += u32::from(!cx.api.is_instant());
        let limited = sent.since(cx.now);
        let process = self.process;
        let event = Event::ApiCall { daemon_set: id, process, call, limited, rest };
        cx.at(carried_out, event);
    }

    /// Waits for writes that have taken effect already. Whatever is written other than pods to be
    /// created and deleted is written one after the other.
    ///
    /// Source: `pkg/controller/controller_ref_manager.go › ClaimPods`.
    pub(super) fn charge_writes(&mut self, id: DaemonSetId, calls: usize, cx: &mut Cx<'_>) {
        if cx.api.is_instant() || calls == 0 {
            return;
        }
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        for _ in 0..calls {
            let Request { sent, carried_out, rest } = request(DrawFor::DaemonSet(id), cx);
            let late = work.calls.written_until.since(sent);
            work.calls.written_until = carried_out + rest + late;
        }
        let answered = work.calls.written_until.max(cx.now);
        self.wait_until(id, answered, cx);
    }

    /// A sync goes on at an instant, if by then nothing else keeps it waiting.
    pub(super) fn wait_until(&mut self, id: DaemonSetId, at: SimTime, cx: &mut Cx<'_>) {
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        work.calls.pauses += 1;
        let cause = work.calls.cause;
        cx.because(cause).at(at, Event::Resume { daemon_set: id, process: self.process });
    }

    /// A sync computes something, for which it goes over all nodes and their pods.
    pub(super) fn compute(&mut self, id: DaemonSetId, per_node: SimDuration, cx: &mut Cx<'_>) {
        let span = per_node.times(u64::from(self.known_nodes));
        if !span.is_zero() {
            self.wait_until(id, cx.now + span, cx);
        }
    }

    /// A pod that was to be deleted is gone already, which is no error.
    pub(in crate::world) fn not_found(&mut self, id: DaemonSetId) {
        self.daemon_sets[id].expectations.deletion_observed();
    }

    /// Until the cache shows what the controller just wrote, it is stale.
    pub(in crate::world) fn await_own_write(
        &mut self,
        id: DaemonSetId,
        resource: Resource,
        cx: &Cx<'_>,
    ) {
        let cache = &mut self.daemon_sets[id];
        cache.own_writes[resource as usize] = cx.api.last_arrival(resource);
    }

    /// A call that was refused, or not answered: nobody waits for what it would have done, and pods
    /// that were still to be asked for are not.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › syncNodes`.
    pub(in crate::world) fn call_failed(
        &mut self,
        id: DaemonSetId,
        call: ApiCall,
        error: SyncError,
    ) {
        let cache = &mut self.daemon_sets[id];
        let Some(work) = &mut cache.work else { return };
        if matches!(error, SyncError::Refused(_)) {
            cache.refusals += 1;
            cache.is_refused = true;
        }
        // What the sync failed with before is what it ends with.
        work.error.get_or_insert(error);
        match call {
            ApiCall::CreatePod { .. } => {
                let skipped = std::mem::take(&mut work.calls.creates).len();
                for _ in 0..=skipped {
                    cache.expectations.creation_observed();
                }
            }
            ApiCall::DeletePod { .. } => cache.expectations.deletion_observed(),
            ApiCall::WriteStatus { .. } => {}
        }
    }

    /// The API server has carried out a call of a sync, or refused it, and answers after `rest`. With
    /// the last answer the sync goes on; if calls take no time, nobody waits for it.
    pub(in crate::world) fn carried_out(
        &mut self,
        id: DaemonSetId,
        rest: SimDuration,
        cx: &mut Cx<'_>,
    ) {
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        let calls = &mut work.calls;
        if calls.under_way == 0 {
            return;
        }
        calls.under_way -= 1;
        calls.answered_at = calls.answered_at.max(cx.now + rest);
        if calls.under_way == 0 {
            let at = calls.answered_at;
            self.wait_until(id, at, cx);
        }
    }

    /// A sync has one thing less to wait for; after the last one it goes on.
    pub(in crate::world) fn resume(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) {
        let Some(work) = &mut self.daemon_sets[id].work else { return };
        work.calls.pauses = work.calls.pauses.saturating_sub(1);
        if !work.calls.are_waited_for() {
            let progress = self.advance(id, cx);
            self.end_if_done(id, progress, cx);
            self.schedule_work(cx);
        }
    }
}

/// The nodes for which pods are to be created, in an order of its own for each try: one whose pods are
/// refused, and no other's, does not keep its place before them.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › manage`, which walks a list out of a map.
fn redrawn(mut nodes: Vec<NodeId>, ordinal: u64, cx: &Cx<'_>) -> Vec<NodeId> {
    if cx.settings.order == PickingOrder::Seeded {
        let streams = &cx.settings.streams;
        nodes.sort_by_cached_key(|&node| {
            (streams.bits("refused creation", cx.cluster.node(node).name_hash, ordinal), node)
        });
    }
    nodes
}

/// What a call fails with where calls take no time: the sync will be over when it arrives.
fn answer_at_once(id: DaemonSetId, call: ApiCall, cx: &mut Cx<'_>) -> Result<(), SyncError> {
    if cx.api.refuses(cx.now) {
        return Err(SyncError::Unreachable);
    }
    if let ApiCall::CreatePod { node, spec, .. } = call
        && let Err(message) = admit_pod(id, node, spec, cx)
    {
        post_refused(id, &message, cx);
        return Err(SyncError::Refused(message));
    }
    Ok(())
}
