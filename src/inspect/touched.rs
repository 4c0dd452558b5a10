//! Which object a fact changes.

use crate::record::{NameId, What};

/// An object as facts call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    Node(NameId),
    DaemonSet(NameId),
    /// A revision of a DaemonSet.
    Revision {
        daemon_set: NameId,
        revision: NameId,
    },
    Pod(NameId),
}

/// The object that may look different after a fact; none if the fact is no matter of objects, or of
/// Event objects alone.
pub fn touched(what: &What) -> Option<Touched> {
    use What as W;
    match *what {
        W::NodeAdded { node, .. }
        | W::NodeDeleted { node }
        | W::NodePressure { node, .. }
        | W::NodeReady { node, .. }
        | W::NodeCordoned { node, .. }
        | W::NodeTainted { node, .. }
        | W::NodeUntainted { node, .. }
        | W::NodeLabeled { node, .. } => Some(Touched::Node(node)),
        W::DaemonSetApplied { daemon_set, .. }
        | W::DaemonSetDeleted { daemon_set, .. }
        | W::DaemonSetRemoved { daemon_set }
        | W::StatusWritten { daemon_set, .. } => Some(Touched::DaemonSet(daemon_set)),
        W::RevisionCurrent { daemon_set, revision, .. }
        | W::RevisionOwnerChanged { daemon_set, revision, .. }
        | W::RevisionDeleted { daemon_set, revision } => {
            Some(Touched::Revision { daemon_set, revision })
        }
        W::PodCreated { pod, .. }
        | W::PodRelabeled { pod, .. }
        | W::PodOwnerChanged { pod, .. }
        | W::PodUnschedulable { pod, .. }
        | W::PodStuck { pod, .. }
        | W::PodBound { pod, .. }
        | W::PodTerminating { pod, .. }
        | W::PodRemoved { pod }
        | W::PodPulling { pod, .. }
        | W::PodPulled { pod, .. }
        | W::PodPullFailed { pod, .. }
        | W::PodRejected { pod, .. }
        | W::PodFailed { pod, .. }
        | W::PodStopped { pod, .. }
        | W::PodStarted { pod }
        | W::PodCrashed { pod, .. }
        | W::PodUnhealthy { pod, .. }
        | W::ReadinessGatesNotReady { pod, .. }
        | W::PodReady { pod }
        | W::PodUnready { pod }
        | W::PodMarkedNotReady { pod } => Some(Touched::Pod(pod)),
        W::Scenario { .. }
        | W::ActionFailed { .. }
        | W::NodeFailed { .. }
        | W::NodeRecovered { .. }
        | W::NodeDrained { .. }
        | W::NodeShuttingDown { .. }
        | W::Synced { .. }
        | W::SyncFailed { .. }
        | W::EventPosted { .. }
        | W::OthersPreempted { .. }
        | W::PodEvictionScheduled { .. }
        | W::PodEvictionCancelled { .. }
        | W::ControllerStopped
        | W::ControllerStarted
        | W::ApiServerDown
        | W::ApiServerUp
        | W::InformerListed { .. } => None,
    }
}
