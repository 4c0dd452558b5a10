//! Who waits, what they see, and what they say.

use crate::record::rollout_status::RolloutStatus;
use crate::record::timeline::{StatusCounts, TruthCounts};
use crate::record::waiters::{argo_cd, helm, kstatus, kubectl};
use crate::time::SimDuration;

/// A tool that waits for a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `kubectl rollout status`.
    Kubectl,
    /// `helm upgrade --wait` of Helm 3; Helm 4 with `--wait=legacy`.
    Helm3,
    /// `helm upgrade --wait` of Helm 4.
    Helm4,
    /// A Kustomization, and a `HelmRelease` from Flux 2.8 on; one of before waits as Helm 3 does.
    Flux,
    /// Argo CD.
    ArgoCd,
}

/// A rule by which tools judge a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiter {
    /// `kubectl rollout status`.
    Kubectl,
    /// Helm 3 with `--wait`; Helm 4 with `--wait=legacy`.
    Helm3,
    /// Helm 4 with `--wait`, and Flux: both ask kstatus.
    Helm4AndFlux,
    /// Argo CD.
    ArgoCd,
}

/// A DaemonSet as a tool sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// `metadata.generation`.
    pub generation: i64,
    /// `status.observedGeneration`.
    pub observed_generation: i64,
    /// Whether the update strategy is `OnDelete`.
    pub on_delete: bool,
    /// `maxUnavailable` in pods, of the desired number that the status says.
    pub max_unavailable: u32,
    /// The numbers of the status.
    pub status: StatusCounts,
}

/// That a tool says that a rollout is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// When, since the start of the run.
    pub at: SimDuration,
    /// Nodes on which no pod of the new revision serves at that moment, although one belongs there.
    /// It was said too early if there are any.
    pub missing: u32,
    /// Nodes on which a pod belongs at that moment.
    pub wanted: u32,
}

/// What the tools say about one rollout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    done: [Option<Done>; Waiter::ALL.len()],
    /// Whether kubectl has seen `OnDelete`, and ended with an error.
    refused: bool,
}

impl Seen {
    /// How far the rollout is.
    pub fn rollout_status(&self) -> RolloutStatus {
        self.status.rollout_status(self.generation, self.observed_generation)
    }
}

impl Tool {
    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kubectl => "kubectl",
            Self::Helm3 => "Helm 3",
            Self::Helm4 => "Helm 4",
            Self::Flux => "Flux",
            Self::ArgoCd => "Argo CD",
        }
    }
}

impl Waiter {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Kubectl, Self::Helm3, Self::Helm4AndFlux, Self::ArgoCd];

    /// The tools that judge so.
    pub const fn tools(self) -> &'static [Tool] {
        match self {
            Self::Kubectl => &[Tool::Kubectl],
            Self::Helm3 => &[Tool::Helm3],
            Self::Helm4AndFlux => &[Tool::Helm4, Tool::Flux],
            Self::ArgoCd => &[Tool::ArgoCd],
        }
    }

    /// Whether it says that the rollout is done.
    pub fn is_done(self, seen: &Seen) -> bool {
        match self {
            Self::Kubectl => kubectl::is_done(seen),
            Self::Helm3 => helm::is_done(seen),
            Self::Helm4AndFlux => kstatus::is_done(seen),
            Self::ArgoCd => argo_cd::is_done(seen),
        }
    }
}

impl Answers {
    /// A status was written, and this is true of the nodes. Each tool answers once: it does not look
    /// again after that. kubectl looks at the strategy first, whatever the status says.
    pub(in crate::record) fn see(&mut self, at: SimDuration, seen: &Seen, truth: &TruthCounts) {
        self.refused |= seen.on_delete && self.of(Waiter::Kubectl).is_none();
        for waiter in Waiter::ALL {
            let waits = !(self.refused && waiter == Waiter::Kubectl);
            let answer = &mut self.done[waiter as usize];
            if waits && answer.is_none() && waiter.is_done(seen) {
                let wanted = truth.wanted;
                *answer = Some(Done { at, missing: wanted - truth.serving_updated, wanted });
            }
        }
    }

    /// What a tool says, if it ever says that the rollout is done.
    pub fn of(&self, waiter: Waiter) -> Option<Done> {
        self.done[waiter as usize]
    }

    /// Whether kubectl ended with an error, as the strategy was `OnDelete`.
    pub fn refused(&self) -> bool {
        self.refused
    }

    /// Whether there is nothing to tell: all say that it is done when it is, or all never do. That
    /// Helm 3 leaves out as many nodes as `maxUnavailable` says is no news.
    pub fn agree(&self) -> bool {
        let is_true = |waiter: Waiter| match self.of(waiter) {
            Some(done) => done.missing == 0 || waiter == Waiter::Helm3,
            None => false,
        };
        Waiter::ALL.into_iter().all(is_true) || self.done.iter().all(Option::is_none)
    }
}
