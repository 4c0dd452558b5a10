//! The status of DaemonSets: when it is written, and what the record makes of it.

use crate::record::{FactId, StatusCounts, What};
use crate::time::SimTime;
use crate::world::api_server::Luck;
use crate::world::event::Asked;
use crate::world::objects::DaemonSetId;
use crate::world::state::{Agenda, World};
use crate::world::sync::Sync;

impl World {
    /// Writes the status if it changed, or if the spec is newer than what it speaks of.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus,
    /// storeDaemonSetStatus`.
    pub(super) fn status_stage(
        &mut self,
        sync: &Sync,
        observed: i64,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let id = sync.daemon_set;
        self.refresh(id, sync.seen.spec, sync.hash, now);
        let status = self.status_of(id);
        let object = &self.daemon_sets[id.index()];
        let unchanged = object.status == status && object.observed_generation >= observed;
        if unchanged || !object.exists {
            return;
        }
        if self.api.is_instant() && !self.api.is_down(now) {
            self.write_status(id, status, observed, sync.cause, now, agenda);
        } else {
            let asked = Asked::WriteStatus { status, observed };
            self.call(id, asked, Luck::DaemonSet(id), now, agenda);
        }
    }

    /// The API server stores a status.
    pub(super) fn write_status(
        &mut self,
        id: DaemonSetId,
        status: StatusCounts,
        observed: i64,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let object = &mut self.daemon_sets[id.index()];
        if !object.exists {
            return;
        }
        object.status = status;
        // A sync that began on an older generation does not speak of it.
        object.observed_generation = object.observed_generation.max(observed);
        let fact = self.recorder.fact(now, cause, |names| What::StatusWritten {
            daemon_set: names.intern(&object.key),
            status,
        });
        self.record_status(id, status, Some(fact), now);
        self.publish_daemon_set(id, Some(fact), now, agenda);
    }

    /// A DaemonSet with pods that are ready and not available yet is looked at again.
    pub(super) fn requeue_for_min_ready(&mut self, sync: &Sync, now: SimTime, agenda: &mut Agenda) {
        let min_ready = self.specs[sync.seen.spec.index()].rules.min_ready;
        let status = self.status_of(sync.daemon_set);
        if !min_ready.is_zero() && status.ready != status.available {
            self.enqueue_after(sync.daemon_set, min_ready, now, agenda);
        }
    }

    /// The status that the tally of the cache adds up to.
    pub(super) fn status_of(&self, id: DaemonSetId) -> StatusCounts {
        let sum = self.controller.daemon_sets[id.index()].tally.status();
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

    /// Tells the record of a status, and whether `kubectl rollout status` would return.
    ///
    /// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer`.
    pub(super) fn record_status(
        &mut self,
        id: DaemonSetId,
        status: StatusCounts,
        fact: Option<FactId>,
        now: SimTime,
    ) {
        let generation = self.spec_of(id).generation;
        let observed = self.daemon_sets[id.index()].observed_generation >= generation;
        let complete =
            observed && status.updated >= status.desired && status.available >= status.desired;
        let at = self.recorder.elapsed(now);
        self.tracker(id).status_written(at, status, complete, fact);
    }
}
