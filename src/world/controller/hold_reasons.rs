//! Holds in the record's words.

use crate::control::daemonset::{Hold, HoldReason, Spend};
use crate::record;

/// A hold in the record's words.
pub(in crate::world) fn in_words(hold: Hold) -> record::Hold {
    let reason = match hold.reason {
        HoldReason::BudgetSpent => "waiting for their turn, the budget is spent",
        HoldReason::SurgePending => "with a new pod that is not available yet",
        HoldReason::NotEnoughAvailable => "kept until enough pods are available",
        HoldReason::Spends(spend) => match spend {
            Spend::NoPod => "without a pod",
            Spend::Terminating => "terminating",
            Spend::NotReady => "not ready",
            Spend::Settling => "ready for less than minReadySeconds",
            Spend::OldUnavailable => "old and not available",
            Spend::BothPods => "with two pods",
            Spend::Excess => "with too many pods",
        },
        HoldReason::SpendsOutside(spend) => match spend {
            Spend::NoPod => "outside desired, without a pod",
            Spend::Terminating => "outside desired, terminating",
            Spend::NotReady => "outside desired, not ready",
            Spend::Settling => "outside desired, ready for less than minReadySeconds",
            Spend::OldUnavailable => "outside desired, old and not available",
            Spend::BothPods => "outside desired, with two pods",
            Spend::Excess => "outside desired, with too many pods",
        },
    };
    record::Hold::new(reason, hold.nodes)
}
