//! What a kubelet decides about the pods of its node.
//!
//! A kubelet that is dead decides nothing: whoever owns these values does not ask them then.

mod admission;
mod backoff;
mod pleg;
mod probes;
mod pull;
mod termination;

pub use admission::{AdmissionFailure, KubeletView, admit, is_best_effort};
pub use backoff::{Backoff, backoff_after, backoff_schedule, pauses_up_to, tries_until};
pub use pleg::relists;
pub use probes::{Outcome, Probed, outcome, passes_at};
pub use pull::{PullDecision, pull_decision};
pub use termination::{Deletion, PodStop, StopBehavior, deletion, stop_container, stop_pod};
