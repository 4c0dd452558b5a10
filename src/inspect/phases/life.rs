//! The life of a pod.

use crate::inspect::phases::kind::PhaseKind;
use crate::inspect::phases::spans::Span;
use crate::record::FactId;
use crate::time::SimDuration;

/// A pod, and what it spent its time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodLife {
    pub pod: String,
    /// What facts call it: `namespace/name`.
    pub daemon_set: String,
    pub node: String,
    /// The label `controller-revision-hash`.
    pub revision: String,
    /// From the change that made the controller create it, or from the start of the run, until it is
    /// gone, or the run ends. Each begins where the one before it ends.
    pub spans: Vec<Span>,
    /// The fact of its creation; none if it was there at the start.
    pub created: Option<FactId>,
    /// The fact of the request to delete it.
    pub terminating: Option<FactId>,
    /// The fact that the object is gone.
    pub removed: Option<FactId>,
}

impl PodLife {
    /// What the pod itself is in during a phase: while it waits for the controller or the API server
    /// to delete it, still what it was in before. None before it is created.
    pub fn standing(&self, index: usize) -> Option<PhaseKind> {
        let before = self.spans.get(..=index)?.iter().rev();
        before.map(|span| span.kind).find(|kind| !kind.is_of_control_plane())
    }

    /// The index of the phase at an instant.
    pub fn phase_at(&self, at: SimDuration) -> Option<usize> {
        let index = self.spans.partition_point(|span| span.until <= at);
        self.spans.get(index).filter(|span| span.from <= at).map(|_| index)
    }

    /// From when to when it served; stretches that touch are one.
    pub fn serving(&self) -> Vec<(SimDuration, SimDuration)> {
        let mut all: Vec<(SimDuration, SimDuration)> = Vec::new();
        for (index, span) in self.spans.iter().enumerate() {
            if !self.standing(index).is_some_and(PhaseKind::serves) {
                continue;
            }
            match all.last_mut() {
                Some((_, until)) if *until == span.from => *until = span.until,
                _ => all.push((span.from, span.until)),
            }
        }
        all
    }
}
