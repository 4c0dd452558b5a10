//! `kubectl rollout status`.

use crate::record::rollout_status::RolloutStatus;
use crate::record::waiters::Seen;

/// What it says of a DaemonSet with `OnDelete`, with exit code 1.
///
/// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer.Status`.
pub const ON_DELETE_ERROR: &str =
    "rollout status is only available for RollingUpdate strategy type";

/// All pods are updated and as many are available as are desired.
///
/// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer.Status`.
pub(super) fn is_done(seen: &Seen) -> bool {
    !seen.on_delete && seen.rollout_status() == RolloutStatus::Complete
}
