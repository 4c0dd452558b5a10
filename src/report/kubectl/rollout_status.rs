//! What `kubectl rollout status` prints.

use crate::record::{DaemonSetState, ON_DELETE_ERROR, RolloutStatus, StatusCounts};

/// What `kubectl rollout status` says of a DaemonSet as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RolloutSaid {
    /// It goes on.
    Waiting(String),
    /// It is complete: kubectl would end.
    Complete(String),
    /// kubectl would end with this error.
    Error(&'static str),
}

/// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer.Status`.
pub fn rollout_said(it: &DaemonSetState) -> RolloutSaid {
    if it.spec["updateStrategy"]["type"] == "OnDelete" {
        return RolloutSaid::Error(ON_DELETE_ERROR);
    }
    let line = rollout_status_line(&it.status, &it.name, it.generation, it.observed_generation);
    match it.status.rollout_status(it.generation, it.observed_generation) {
        RolloutStatus::Complete => RolloutSaid::Complete(line),
        RolloutStatus::Unobserved | RolloutStatus::Updating | RolloutStatus::BecomingAvailable => {
            RolloutSaid::Waiting(line)
        }
    }
}

/// The line that `kubectl rollout status daemonset/NAME` prints in this state, without the line
/// break. `generation` is `metadata.generation`, `observed` is `status.observedGeneration`.
///
/// Only for `RollingUpdate`: with `OnDelete`, kubectl ends with an error.
pub fn rollout_status_line(
    status: &StatusCounts,
    name: &str,
    generation: i64,
    observed: i64,
) -> String {
    let StatusCounts { desired, updated, available, .. } = *status;
    let waiting = format!("Waiting for daemon set \"{name}\" rollout to finish:");
    match status.rollout_status(generation, observed) {
        RolloutStatus::Unobserved => {
            "Waiting for daemon set spec update to be observed...".to_owned()
        }
        RolloutStatus::Updating => {
            format!("{waiting} {updated} out of {desired} new pods have been updated...")
        }
        RolloutStatus::BecomingAvailable => {
            format!("{waiting} {available} of {desired} updated pods are available...")
        }
        RolloutStatus::Complete => format!("daemon set \"{name}\" successfully rolled out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rollout_status_says_what_kubectl_says() {
        let check = |[desired, updated, available]: [u32; 3], observed, expected: &str| {
            let status = StatusCounts { desired, updated, available, ..Default::default() };
            assert_eq!(rollout_status_line(&status, "x", 2, observed), expected);
        };
        check([5, 5, 5], 1, "Waiting for daemon set spec update to be observed...");
        check(
            [5, 4, 5],
            2,
            "Waiting for daemon set \"x\" rollout to finish: 4 out of 5 new pods have been updated...",
        );
        check(
            [5, 5, 4],
            2,
            "Waiting for daemon set \"x\" rollout to finish: 4 of 5 updated pods are available...",
        );
        check([5, 5, 5], 2, "daemon set \"x\" successfully rolled out");
        check([0, 0, 0], 2, "daemon set \"x\" successfully rolled out");
        check([5, 6, 6], 3, "daemon set \"x\" successfully rolled out");
    }
}
