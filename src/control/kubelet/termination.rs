//! How a pod stops: what the API server does when asked to delete it, and what its kubelet does
//! then.
//!
//! The instants here are those at which something happens on the node. That the kubelet tells the
//! API server takes two more calls: one makes the phase terminal, which is when the DaemonSet
//! controller may replace the pod; after cleaning up, another one makes the object go. A kubelet
//! that is dead does nothing of this: the object stays until it is back, or until somebody forces
//! the deletion.

use crate::api::PodPhase;
use crate::time::{MICROS_PER_SECOND, SimDuration, SimTime};

/// What a container has at least between its signal and being killed.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go › minimumGracePeriodInSeconds`.
const SHORTEST: SimDuration = SimDuration::from_secs(2);

/// What the API server makes of a request to delete a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The object goes at once.
    Now,
    /// The object gets a deletion timestamp, and its kubelet so long to stop the pod.
    Graceful(SimDuration),
}

/// How a container behaves when it is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopBehavior {
    /// How long its preStop hook runs; none if it has none.
    pub pre_stop: Option<SimDuration>,
    /// After how long it exits with code 0 when it gets `SIGTERM`; none if it does not heed it.
    pub exits_after: Option<SimDuration>,
}

/// How a container stopped.
#[derive(Clone, Copy, Debug)]
struct ContainerStop {
    /// When it was gone.
    ended: SimTime,
    /// Whether `SIGKILL` ended it.
    was_killed: bool,
}

/// How a pod stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodStop {
    /// When its last container was gone; the kubelet reports the phase now.
    pub ended: SimTime,
    /// Succeeded or Failed.
    pub phase: PodPhase,
}

/// What becomes of a request to delete a pod that asks for `grace`, which is the pod's own grace
/// period unless the request says otherwise.
///
/// Source: `pkg/registry/core/pod/strategy.go › CheckGracefulDelete`.
pub const fn deletion(grace: SimDuration, is_bound: bool, phase: PodPhase) -> Deletion {
    if grace.is_zero() || !is_bound || phase.is_terminal() {
        return Deletion::Now;
    }
    Deletion::Graceful(grace)
}

/// When a container is gone that is told to stop at `asked`, with `grace` from then on.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go › killContainer`.
pub fn stop_container(asked: SimTime, grace: SimDuration, behavior: &StopBehavior) -> SimTime {
    stop_after(asked, asked, grace, behavior).ended
}

/// How a pod stops that is told to at `asked`: containers together, then sidecars one by one, the
/// last one first. All share the pod's grace period, of which at least a second is given, and each
/// container has at least two seconds after its signal. `sidecars` are in the order of the pod.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_termination_order.go` and
/// `pkg/kubelet/pod_workers.go › calculateEffectiveGracePeriod`.
pub fn stop_pod(
    asked: SimTime,
    grace: SimDuration,
    containers: &[StopBehavior],
    sidecars: &[StopBehavior],
) -> PodStop {
    let grace = grace.max(SimDuration::from_secs(1));
    let stops = containers.iter().map(|behavior| stop_after(asked, asked, grace, behavior));
    let mut stop = PodStop { ended: asked, phase: PodPhase::Succeeded };
    stops.for_each(|container| stop.include(&container));
    for sidecar in sidecars.iter().rev() {
        let turn = stop.ended.min(asked + grace);
        stop.include(&stop_after(asked, turn, grace, sidecar));
    }
    stop
}

impl PodStop {
    fn include(&mut self, container: &ContainerStop) {
        self.ended = self.ended.max(container.ended);
        if container.was_killed {
            self.phase = PodPhase::Failed;
        }
    }
}

/// The preStop hook runs from `asked` on; the signal waits for it, and for `turn`. Of what that
/// took whole seconds are taken from the grace period.
fn stop_after(
    asked: SimTime,
    turn: SimTime,
    grace: SimDuration,
    behavior: &StopBehavior,
) -> ContainerStop {
    let pre_stop = behavior.pre_stop.unwrap_or(SimDuration::ZERO).min(grace);
    let signaled = (asked + pre_stop).max(turn);
    let spent = signaled.since(asked).as_secs() * MICROS_PER_SECOND;
    let left = SimDuration::from_micros(grace.as_micros().saturating_sub(spent)).max(SHORTEST);
    let in_time = behavior.exits_after.filter(|after| *after < left);
    ContainerStop { ended: signaled + in_time.unwrap_or(left), was_killed: in_time.is_none() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> SimDuration {
        SimDuration::from_secs(seconds)
    }

    fn behavior(pre_stop: Option<u64>, exits_after: Option<u64>) -> StopBehavior {
        StopBehavior { pre_stop: pre_stop.map(secs), exits_after: exits_after.map(secs) }
    }

    /// Seconds from being asked until it is gone, and whether it was killed.
    fn check(grace: u64, behavior: &StopBehavior, seconds: u64, is_killed: bool) {
        let asked = SimTime::from_secs(100);
        let stop = stop_after(asked, asked, secs(grace), behavior);
        let found = (stop.ended.since(asked).as_secs(), stop.was_killed);
        assert_eq!(found, (seconds, is_killed));
        assert_eq!(stop_container(asked, secs(grace), behavior), stop.ended);
    }

    #[test]
    fn a_container_has_its_grace_period_and_the_hook_runs_inside_it() {
        check(30, &behavior(None, Some(1)), 1, false);
        check(30, &behavior(None, None), 30, true);
        check(30, &behavior(None, Some(30)), 30, true);
        check(30, &behavior(Some(10), Some(5)), 15, false);
        check(30, &behavior(Some(10), None), 30, true);
    }

    #[test]
    fn only_whole_seconds_of_the_hook_are_taken_from_the_grace_period() {
        let pre_stop = Some(SimDuration::from_millis(10_900));
        let behavior = StopBehavior { pre_stop, ..behavior(None, None) };
        let ended = stop_container(SimTime::ZERO, secs(30), &behavior);
        assert_eq!(ended.as_micros(), 30_900_000);
    }

    #[test]
    fn after_its_signal_a_container_has_at_least_two_seconds() {
        check(30, &behavior(Some(60), Some(1)), 31, false);
        check(30, &behavior(Some(60), None), 32, true);
        check(1, &behavior(None, None), 2, true);
    }

    fn check_pod(
        containers: &[StopBehavior],
        sidecars: &[StopBehavior],
        ended: u64,
        phase: PodPhase,
    ) {
        let asked = SimTime::from_secs(100);
        let stop = stop_pod(asked, secs(30), containers, sidecars);
        assert_eq!((stop.ended.since(asked).as_secs(), stop.phase), (ended, phase));
    }

    #[test]
    fn a_pod_ends_with_its_last_container() {
        let quick = behavior(None, Some(1));
        let slow = behavior(None, Some(9));
        let deaf = behavior(None, None);
        check_pod(&[quick, slow], &[], 9, PodPhase::Succeeded);
        check_pod(&[quick, deaf], &[], 30, PodPhase::Failed);
    }

    #[test]
    fn sidecars_stop_one_by_one_after_the_containers() {
        let of = |seconds| behavior(None, Some(seconds));
        let deaf = behavior(None, None);
        check_pod(&[of(4)], &[of(1), of(2)], 7, PodPhase::Succeeded);
        check_pod(&[deaf], &[of(1)], 31, PodPhase::Failed);
        check_pod(&[deaf], &[deaf], 32, PodPhase::Failed);
        check_pod(&[behavior(Some(60), None)], &[of(1)], 32, PodPhase::Failed);
        check_pod(&[of(4)], &[behavior(Some(10), Some(1))], 11, PodPhase::Succeeded);
    }

    #[test]
    fn the_api_server_waits_only_for_pods_that_run_somewhere() {
        let half = secs(30);
        let check = |grace, bound, phase, expected| {
            assert_eq!(deletion(grace, bound, phase), expected);
        };
        check(half, true, PodPhase::Running, Deletion::Graceful(half));
        check(half, true, PodPhase::Pending, Deletion::Graceful(half));
        check(half, false, PodPhase::Pending, Deletion::Now);
        check(half, true, PodPhase::Failed, Deletion::Now);
        check(half, true, PodPhase::Succeeded, Deletion::Now);
        check(SimDuration::ZERO, true, PodPhase::Running, Deletion::Now);
    }
}
