//! The status of DaemonSets: when it is written, and what the record makes of it.

use crate::record::{FactId, RolloutStatus, StatusCounts, What};
use crate::world::api_server::Luck;
use crate::world::controller::Controller;
use crate::world::cx::Cx;
use crate::world::daemon_sets::publish_daemon_set;
use crate::world::event::Asked;
use crate::world::ids::DaemonSetId;
use crate::world::sync::Sync;

impl Controller {
    /// Writes the status if it changed, or if the spec is newer than what it speaks of.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus,
    /// storeDaemonSetStatus`.
    pub(super) fn status_stage(&mut self, sync: &Sync, observed: i64, cx: &mut Cx<'_>) {
        let id = sync.daemon_set;
        self.refresh(id, sync.seen.spec, sync.hash, cx);
        let status = self.status_of(id);
        let object = &cx.cluster.daemon_sets[id];
        let unchanged = object.status == status && object.observed_generation >= observed;
        if unchanged || !object.exists {
            return;
        }
        if cx.api.is_instant() && !cx.api.is_down(cx.now) {
            write_status(id, status, observed, &mut cx.because(sync.cause));
        } else {
            let asked = Asked::WriteStatus { status, observed };
            self.call(id, asked, Luck::DaemonSet(id), cx);
        }
    }

    /// A DaemonSet with pods that are ready and not available yet is looked at again.
    pub(super) fn requeue_for_min_ready(&mut self, sync: &Sync, cx: &mut Cx<'_>) {
        let min_ready = cx.cluster.specs[sync.seen.spec].rules.min_ready;
        let status = self.status_of(sync.daemon_set);
        if !min_ready.is_zero() && status.ready != status.available {
            self.enqueue_after(sync.daemon_set, min_ready, cx);
        }
    }

    /// The status that the tally of the cache adds up to.
    pub(super) fn status_of(&self, id: DaemonSetId) -> StatusCounts {
        let sum = self.daemon_sets[id].tally.status();
        StatusCounts {
            desired: sum.desired,
            current: sum.current,
            misscheduled: sum.misscheduled,
            ready: sum.ready,
            updated: sum.updated,
            available: sum.available,
            unavailable: sum.desired - sum.available,
        }
    }
}

/// The API server stores a status.
pub(super) fn write_status(id: DaemonSetId, status: StatusCounts, observed: i64, cx: &mut Cx<'_>) {
    let object = &mut cx.cluster.daemon_sets[id];
    if !object.exists {
        return;
    }
    object.status = status;
    // A sync that began on an older generation does not speak of it.
    object.observed_generation = object.observed_generation.max(observed);
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::StatusWritten {
        daemon_set: names.intern(&object.key),
        status,
    });
    record_status(id, status, Some(fact), cx);
    publish_daemon_set(id, &mut cx.because(Some(fact)));
}

/// Tells the record of a status, and whether `kubectl rollout status` would return.
pub(super) fn record_status(
    id: DaemonSetId,
    status: StatusCounts,
    fact: Option<FactId>,
    cx: &mut Cx<'_>,
) {
    let generation = cx.cluster.spec_of(id).generation;
    let observed = cx.cluster.daemon_sets[id].observed_generation;
    let complete = status.rollout_status(generation, observed) == RolloutStatus::Complete;
    let at = cx.record.elapsed(cx.now);
    cx.tracker(id).status_written(at, status, complete, fact);
}
