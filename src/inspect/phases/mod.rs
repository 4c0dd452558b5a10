//! What the time of a run went into: the life of each pod as phases that touch.

mod calls;
mod facts;
mod history;
mod kind;
mod life;
mod living;
mod spans;
mod steps;
mod walk;

#[cfg(test)]
mod tests;

pub use calls::LimitWait;
pub use history::{Availability, CurrentRevision, DaemonSetHistory, History, Rules};
pub use kind::PhaseKind;
pub use life::PodLife;
pub use spans::{Share, Span, Spans};
pub use steps::{PodStep, pod_step};
pub use walk::{lives, lives_until};
