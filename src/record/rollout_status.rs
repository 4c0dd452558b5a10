//! How far a rollout is, by the status of its DaemonSet alone.

use crate::record::timeline::StatusCounts;

/// What `kubectl rollout status` makes of a DaemonSet with `RollingUpdate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutStatus {
    /// The controller has not seen the latest spec, so the counts speak of an older one.
    Unobserved,
    /// Fewer pods are updated than are desired.
    Updating,
    /// All are updated, and fewer pods are available than are desired.
    BecomingAvailable,
    /// It is over: kubectl returns.
    Complete,
}

impl StatusCounts {
    /// Judges the status of a DaemonSet whose `metadata.generation` is `generation` and whose
    /// `status.observedGeneration` is `observed`.
    ///
    /// As upstream, every available pod counts, updated or not, and misscheduled pods are never
    /// looked at.
    ///
    /// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer.Status`.
    pub fn rollout_status(&self, generation: i64, observed: i64) -> RolloutStatus {
        if generation > observed {
            RolloutStatus::Unobserved
        } else if !self.all_updated() {
            RolloutStatus::Updating
        } else if self.available < self.desired {
            RolloutStatus::BecomingAvailable
        } else {
            RolloutStatus::Complete
        }
    }

    /// Whether as many pods are updated as are desired.
    pub fn all_updated(&self) -> bool {
        self.updated >= self.desired
    }
}
