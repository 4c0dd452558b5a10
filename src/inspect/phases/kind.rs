//! The kinds of phases.

/// What time is spent on: by a pod, or by whoever it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseKind {
    /// The time until the scenario does something on which all that follows depends.
    Scenario,
    /// From a change until the sync that answers it: the watch, the work queue, the sync itself.
    Controller,
    /// With `minReadySeconds`, from when a pod is available until the controller's timer makes it
    /// look again.
    Timer,
    /// As `Controller`, while syncs fail and are tried again, or while failed pods are held back.
    Retry,
    /// As `Controller`, while no process of the controller leads, or while the API server is away.
    Outage,
    /// An old pod waits for its turn: the budget is spent.
    Budget,
    /// An old pod waits for the new pod beside it (`maxSurge`).
    NewPod,
    /// Requests of a sync wait for the limit of the controller's client, 20 a second.
    ApiLimit,
    /// The rest of the time from a sync until a request of it is carried out: latency, its own and
    /// that of the slow-start batches before it.
    ApiCalls,
    /// From the creation of a pod until it is bound to its node.
    Schedule,
    /// An image waits for its turn on the node.
    PullWait,
    /// An image is pulled.
    Pull,
    /// The back-off after a pull that failed.
    PullBackOff,
    /// Volumes, sandbox and containers are made and started.
    Start,
    /// The containers run, until the pod is Ready.
    Probe,
    /// The back-off after a crash or a failed probe.
    CrashBackOff,
    /// Ready, for less than `minReadySeconds`.
    MinReady,
    /// Ready and available.
    Ready,
    /// Not Ready any more.
    NotReady,
    /// In phase Failed, and not deleted yet.
    Failed,
    /// From the request to delete a pod until its containers have stopped.
    Terminate,
    /// From then on until the object is gone; also until pod GC removes the pod of a deleted node.
    Cleanup,
    /// A node is shut down, is off, comes back, or is found to be gone.
    Node,
}

impl PhaseKind {
    /// All of them, in the order of a pod's life.
    pub const ALL: [Self; 23] = [
        Self::Scenario,
        Self::Controller,
        Self::Timer,
        Self::Retry,
        Self::Outage,
        Self::Budget,
        Self::NewPod,
        Self::ApiLimit,
        Self::ApiCalls,
        Self::Schedule,
        Self::PullWait,
        Self::Pull,
        Self::PullBackOff,
        Self::Start,
        Self::Probe,
        Self::CrashBackOff,
        Self::MinReady,
        Self::Ready,
        Self::NotReady,
        Self::Failed,
        Self::Terminate,
        Self::Cleanup,
        Self::Node,
    ];

    /// Whether a pod serves meanwhile.
    pub const fn serves(self) -> bool {
        matches!(self, Self::Budget | Self::NewPod | Self::MinReady | Self::Ready)
    }

    /// Whether a pod counts as available meanwhile.
    pub const fn is_available(self) -> bool {
        matches!(self, Self::Budget | Self::NewPod | Self::Ready)
    }

    /// Whether it is the control plane that takes the time: a pod that is there goes on as it is.
    pub const fn is_of_control_plane(self) -> bool {
        matches!(
            self,
            Self::Controller
                | Self::Timer
                | Self::Retry
                | Self::Outage
                | Self::ApiLimit
                | Self::ApiCalls
        )
    }

    /// For programs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Controller => "controller",
            Self::Timer => "timer",
            Self::Retry => "retry",
            Self::Outage => "outage",
            Self::Budget => "budget",
            Self::NewPod => "new_pod",
            Self::ApiLimit => "api_limit",
            Self::ApiCalls => "api_calls",
            Self::Schedule => "schedule",
            Self::PullWait => "pull_wait",
            Self::Pull => "pull",
            Self::PullBackOff => "pull_back_off",
            Self::Start => "start",
            Self::Probe => "probe",
            Self::CrashBackOff => "crash_back_off",
            Self::MinReady => "min_ready_seconds",
            Self::Ready => "ready",
            Self::NotReady => "not_ready",
            Self::Failed => "failed",
            Self::Terminate => "terminate",
            Self::Cleanup => "cleanup",
            Self::Node => "node",
        }
    }

    /// For people: what the time went into.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scenario => "until a later event",
            Self::Controller => "controller",
            Self::Timer => "timer for minReadySeconds",
            Self::Retry => "retries after failures",
            Self::Outage => "no controller or API server",
            Self::Budget => "waiting for the budget",
            Self::NewPod => "waiting for the new pod beside it",
            Self::ApiLimit => "API limit",
            Self::ApiCalls => "API calls",
            Self::Schedule => "scheduling",
            Self::PullWait => "waiting for other pulls",
            Self::Pull => "image pulls",
            Self::PullBackOff => "back-off after failed pulls",
            Self::Start => "container start",
            Self::Probe => "becoming Ready",
            Self::CrashBackOff => "back-off after crashes",
            Self::MinReady => "minReadySeconds",
            Self::Ready => "Ready",
            Self::NotReady => "not Ready",
            Self::Failed => "failed",
            Self::Terminate => "termination",
            Self::Cleanup => "removal",
            Self::Node => "node off or coming back",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_key_and_a_name_of_its_own() {
        let keys: BTreeSet<&str> = PhaseKind::ALL.iter().map(|kind| kind.key()).collect();
        let names: BTreeSet<&str> = PhaseKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!((keys.len(), names.len()), (PhaseKind::ALL.len(), PhaseKind::ALL.len()));
        assert!(PhaseKind::ALL.is_sorted());
    }
}
