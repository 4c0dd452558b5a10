//! The status: when it is written.

use crate::record::StatusCounts;
use crate::world::api_server::{DrawFor, write_status};
use crate::world::controller::process::Controller;
use crate::world::controller::sync::Sync;
use crate::world::cx::Cx;
use crate::world::event::ApiCall;
use crate::world::ids::DaemonSetId;

impl Controller {
    /// Writes the status if it changed, or if the spec is newer than what it speaks of.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus,
    /// storeDaemonSetStatus`.
    pub(super) fn write_status_if_changed(
        &mut self,
        sync: &Sync,
        status: StatusCounts,
        observed: i64,
        cx: &mut Cx<'_>,
    ) {
        let id = sync.daemon_set;
        let object = &cx.cluster.daemon_sets[id];
        let unchanged = object.status == status && object.observed_generation >= observed;
        if unchanged || !object.exists {
            return;
        }
        if cx.api.is_instant() && !cx.api.refuses(cx.now) {
            write_status(id, status, observed, &mut cx.because(sync.cause));
        } else {
            let call = ApiCall::WriteStatus { status, observed };
            self.call(id, call, DrawFor::DaemonSet(id), cx);
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
    pub(in crate::world) fn status_of(&self, id: DaemonSetId) -> StatusCounts {
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
