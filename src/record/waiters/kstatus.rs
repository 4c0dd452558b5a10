//! kstatus, whose word Helm 4 (`--wait`) and Flux (`wait: true`) take.

use crate::record::waiters::Seen;

/// As many pods as are desired exist, are updated, available and ready. It does not look at the
/// update strategy, so with `OnDelete` it waits until somebody has deleted every old pod.
///
/// It also waits while `observedGeneration` or `desiredNumberScheduled` is not in the status. The
/// first is absent until the controller has written a status: zero here, which no generation is. The
/// second the API server always writes.
///
/// Source: `cli-utils/pkg/kstatus/status/core.go › daemonsetConditions`, `checkGenerationSet` and
/// `generic.go › checkGeneration`.
pub(super) fn is_done(seen: &Seen) -> bool {
    let status = seen.status;
    let enough = |number: u32| number >= status.desired;
    seen.observed_generation == seen.generation
        && enough(status.current)
        && enough(status.updated)
        && enough(status.available)
        && enough(status.ready)
}
