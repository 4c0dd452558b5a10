//! What a fact about a pod says about its life.

use crate::inspect::phases::kind::PhaseKind;
use crate::record::{NameId, What};
use crate::time::SimDuration;

/// A step in the life of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodStep {
    /// It is created; the scheduler is next.
    Created,
    /// What it does from now on.
    Turns(PhaseKind),
    /// An image is there after a wait and a pull; what comes next is the start.
    Pulled { took: SimDuration, waited: SimDuration },
    /// It turns Ready.
    Ready,
    /// Its deletion is asked for.
    Terminating,
    /// Its containers have stopped after that.
    Stopped,
    /// It is gone.
    Removed,
}

impl PodStep {
    /// What the pod does after it.
    pub const fn leads_to(self) -> PhaseKind {
        match self {
            Self::Created => PhaseKind::Schedule,
            Self::Turns(kind) => kind,
            Self::Pulled { .. } => PhaseKind::Start,
            Self::Ready => PhaseKind::Ready,
            Self::Terminating => PhaseKind::Terminate,
            Self::Stopped | Self::Removed => PhaseKind::Cleanup,
        }
    }
}

/// The pod that a fact is about, and the step that it tells of; none if its life goes on as before.
///
/// A pod whose kubelet is silent serves all the same, and one whose eviction is near runs until then.
pub fn pod_step(what: &What) -> Option<(NameId, PodStep)> {
    use What as W;
    if let W::PodCreated { pod, .. } = what {
        return Some((*pod, PodStep::Created));
    }
    if let W::PodPulled { pod, waited, took, .. } = what {
        return Some((*pod, PodStep::Pulled { took: *took, waited: *waited }));
    }
    if let W::PodReady { pod } = what {
        return Some((*pod, PodStep::Ready));
    }
    if let W::PodTerminating { pod, .. } = what {
        return Some((*pod, PodStep::Terminating));
    }
    if let W::PodStopped { pod, .. } = what {
        return Some((*pod, PodStep::Stopped));
    }
    if let W::PodRemoved { pod } = what {
        return Some((*pod, PodStep::Removed));
    }
    turn(what).map(|(pod, kind)| (pod, PodStep::Turns(kind)))
}

/// What a pod does from a fact on that neither begins nor ends its life.
fn turn(what: &What) -> Option<(NameId, PhaseKind)> {
    use What as W;
    let (pod, kind) = if let W::PodBound { pod, .. } = what {
        (pod, PhaseKind::Start)
    } else if let W::PodPulling { pod, .. } = what {
        (pod, PhaseKind::Pull)
    } else if let W::PodPullFailed { pod, .. } = what {
        (pod, PhaseKind::PullBackOff)
    } else if let W::PodStarted { pod } = what {
        (pod, PhaseKind::Probe)
    } else if let W::PodUnready { pod } = what {
        (pod, PhaseKind::NotReady)
    } else if let W::PodCrashed { pod, .. } | W::PodUnhealthy { pod, .. } = what {
        (pod, PhaseKind::CrashBackOff)
    } else if let W::PodRejected { pod, .. } | W::PodFailed { pod, .. } = what {
        (pod, PhaseKind::Failed)
    } else {
        return None;
    };
    Some((*pod, kind))
}
