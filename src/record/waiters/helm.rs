//! `helm upgrade --wait` of Helm 3, which Helm 4 calls `--wait=legacy`.

use crate::record::waiters::Seen;

/// All pods are updated, and all but `maxUnavailable` of them are ready: as many may never be. A
/// percentage is rounded up, as the controller does. Updated pods must be exactly as many as are
/// desired. For `OnDelete` there is nothing to wait for.
///
/// Its poll every 2 seconds is left out: it is taken to see each status at once.
///
/// Source: `helm/pkg/kube/ready.go › daemonSetReady`.
pub(super) fn is_done(seen: &Seen) -> bool {
    let status = seen.status;
    seen.observed_generation == seen.generation
        && (seen.on_delete
            || status.updated == status.desired
                && status.ready >= status.desired.saturating_sub(seen.max_unavailable))
}
