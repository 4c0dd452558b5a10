//! kstatus, whose word Helm 4 (`--wait`) and Flux (`wait: true`) take.

use crate::record::waiters::Seen;

/// As many pods as are desired exist, are updated, available and ready. It does not look at the
/// update strategy, so with `OnDelete` it waits until somebody has deleted every old pod.
///
/// Source: `cli-utils/pkg/kstatus/status/core.go › daemonsetConditions` and
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
