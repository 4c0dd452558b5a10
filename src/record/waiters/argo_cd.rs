//! The health of a DaemonSet in Argo CD.

use crate::record::rollout_status::RolloutStatus;
use crate::record::waiters::Seen;

/// `Healthy`: what `kubectl rollout status` would call done; with `OnDelete` always.
///
/// Source: `gitops-engine/pkg/health/health_daemonset.go › getAppsv1DaemonSetHealth`.
pub(super) fn is_done(seen: &Seen) -> bool {
    let status = seen.rollout_status();
    if seen.on_delete {
        status != RolloutStatus::Unobserved
    } else {
        status == RolloutStatus::Complete
    }
}
