//! What a snapshot shows of a pod's containers that does not go away by itself.
//!
//! The rule of all of this: what is wrong stays wrong until the scenario changes it. What a
//! container suffers from, its image suffers from on that node: a replacement from the same image
//! fares no better there. Of other nodes nothing is known.

use crate::api::{Condition, ContainerState, ContainerStatus, Pod, PodPhase, PodSpec};
use crate::control::backoff_schedule;
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};

/// A pod that has not got on for this long does not get on by itself.
pub(super) const HOPELESS_AFTER: SimDuration = SimDuration::from_secs(10 * 60);

/// No pause between two tries is longer, and each is forgotten after twice this time.
const LONGEST_PAUSE: SimDuration = SimDuration::from_secs(300);

/// After so many restarts all pauses are the longest.
const MOST_PAUSES: u32 = 10;

/// Words for the pause after something else, by what that is.
const PAUSES: [(&str, &str); 1] = [("ImagePullBackOff", "ErrImagePull")];

/// Reasons to wait that a container has which is about to be started.
const ON_THE_WAY: [&str; 3] = ["", "ContainerCreating", "PodInitializing"];

/// A container in trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::world) struct Trouble {
    /// Its index, those that initialize the pod first.
    pub(in crate::world) container: usize,
    pub(in crate::world) fault: ImageFault,
    /// Since when, so that its next try is due when it is.
    pub(in crate::world) since: SimTime,
    /// Why it waits, if it does.
    pub(in crate::world) reason: String,
    /// How often it was started again.
    pub(in crate::world) restarts: u32,
    /// Whether the snapshot says so; else it follows from the pod's age.
    pub(in crate::world) is_told: bool,
}

/// The containers of a pod that are in trouble at `now`, on a node that is Ready or not. What a node
/// that is not Ready keeps waiting is in no trouble of its own.
pub(in crate::world) fn troubles(
    pod: &Pod,
    template: &PodSpec,
    node_ready: bool,
    now: SimTime,
) -> Vec<Trouble> {
    let phase = pod.status.phase;
    let is_placed = pod.spec.node_name.is_some();
    if !is_placed || phase.is_terminal() || pod.metadata.is_terminating() {
        return Vec::new();
    }
    let statuses = pod.status.init_container_statuses.iter().map(|status| (status, true));
    let statuses = statuses.chain(pod.status.container_statuses.iter().map(|it| (it, false)));
    let told = |(status, initializes): (&ContainerStatus, bool)| {
        let place = place_of(&status.name, initializes, template);
        told_trouble(status, initializes, place, now)
    };
    let told: Vec<Trouble> = statuses.filter_map(told).collect();
    let is_ready = pod.ready_condition().is_some_and(Condition::is_true);
    if !told.is_empty() || is_ready || !node_ready || !is_hopeless(pod, now) {
        return told;
    }
    let first = template.init_containers.len();
    let all = first + template.containers.len();
    let trouble = |container, fault, reason: &str| Trouble {
        container,
        fault,
        since: now,
        reason: reason.to_owned(),
        restarts: 0,
        is_told: false,
    };
    match phase {
        PodPhase::Pending => vec![trouble(0, ImageFault::PullError, "ContainerCreating")],
        PodPhase::Running => {
            let unready = |place: &usize| {
                let name = template.containers.get(place - first).map(|it| it.name.as_str());
                let status =
                    pod.status.container_statuses.iter().find(|it| Some(it.name.as_str()) == name);
                status.is_none_or(|status| !status.ready)
            };
            let mut places: Vec<usize> = (first..all).filter(unready).collect();
            if places.is_empty() {
                // Something besides its containers keeps it from being ready.
                places.extend((first..all).take(1));
            }
            places.into_iter().map(|place| trouble(place, ImageFault::NeverReady, "")).collect()
        }
        PodPhase::Unknown | PodPhase::Succeeded | PodPhase::Failed => Vec::new(),
    }
}

/// Whether a pod that is not Ready is too old to get there by itself.
pub(super) fn is_hopeless(pod: &Pod, now: SimTime) -> bool {
    let created = pod.metadata.creation_timestamp.unwrap_or(SimTime::ZERO);
    let begun = created.max(pod.scheduled_at().unwrap_or(created));
    now.since(begun) >= HOPELESS_AFTER
}

/// The index of a container; one that the template does not have, since somebody added it to the
/// pod, is taken for the first of its kind.
fn place_of(name: &str, initializes: bool, template: &PodSpec) -> usize {
    let all = if initializes { &template.init_containers } else { &template.containers };
    let before = if initializes { 0 } else { template.init_containers.len() };
    before + all.iter().position(|container| container.name == name).unwrap_or(0)
}

fn told_trouble(
    status: &ContainerStatus,
    initializes: bool,
    container: usize,
    now: SimTime,
) -> Option<Trouble> {
    let restarts = status.restart_count;
    let trouble = |fault, since, reason: &str| {
        let reason = reason.to_owned();
        Some(Trouble { container, fault, since, reason, restarts, is_told: true })
    };
    let crash = || trouble(ImageFault::Crash, failing_since(status, now), "CrashLoopBackOff");
    let ContainerState { waiting, running, terminated } = &status.state;
    if let Some(ended) = terminated {
        let is_done = initializes && ended.exit_code == 0;
        return if is_done || status.ready { None } else { crash() };
    }
    if let Some(waiting) = waiting {
        return match waiting.reason.as_str() {
            "CrashLoopBackOff" => crash(),
            reason if ON_THE_WAY.contains(&reason) && restarts == 0 => None,
            reason if ON_THE_WAY.contains(&reason) => crash(),
            reason => {
                let plain = PAUSES.iter().find(|(pause, _)| *pause == reason);
                trouble(ImageFault::PullError, now, plain.map_or(reason, |(_, after)| after))
            }
        };
    }
    let crashed = || status.ended_at().is_none_or(|at| now.since(at) < LONGEST_PAUSE.times(2));
    let runs_badly = running.is_some() && !status.ready && restarts > 0;
    if runs_badly && crashed() { crash() } else { None }
}

/// Since when a container has failed that is due again after the pause that follows its latest
/// restart.
fn failing_since(status: &ContainerStatus, now: SimTime) -> SimTime {
    // A pause that is over and was not the last would have been followed by another end.
    let earliest = SimTime::from_micros(now.as_micros().saturating_sub(LONGEST_PAUSE.as_micros()));
    let ended = status.ended_at().unwrap_or(now).clamp(earliest, now);
    let before = status.restart_count.clamp(1, MOST_PAUSES) - 1;
    let spent = backoff_schedule().take(before as usize).fold(0, |sum, it| sum + it.as_micros());
    SimTime::from_micros(ended.as_micros().saturating_sub(spent))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SimTime = SimTime::from_secs(10_000);

    /// A pod of an init container `init` and a container `main`, created at this second.
    fn pod(created: u64, status: &str) -> Pod {
        let created = crate::api::format_rfc3339(SimTime::from_secs(created));
        let json = format!(
            r#"{{"metadata":{{"name":"p","creationTimestamp":"{created}"}},
            "spec":{{"nodeName":"n","initContainers":[{{"name":"init","image":"i"}}],
            "containers":[{{"name":"main","image":"m"}},{{"name":"side","image":"s"}}]}},
            "status":{status}}}"#
        );
        let value = serde_json::from_str::<serde_json::Value>(&json).unwrap();
        Pod::from_tree(&value.into()).unwrap()
    }

    /// Checks container, fault and reason of each trouble.
    #[track_caller]
    fn check(created: u64, status: &str, expected: &[(usize, ImageFault, &str)]) {
        let pod = pod(created, status);
        let found = troubles(&pod, &pod.spec, true, NOW);
        let found: Vec<(usize, ImageFault, &str)> =
            found.iter().map(|it| (it.container, it.fault, it.reason.as_str())).collect();
        assert_eq!(found, expected, "{status}");
    }

    #[test]
    fn a_container_is_in_trouble_by_its_own_status() {
        let waiting = |list: &str, name: &str, restarts: u32, reason: &str| {
            format!(
                r#"{{"phase":"Pending","{list}":[{{"name":"{name}","restartCount":{restarts},
                "state":{{"waiting":{{"reason":"{reason}"}}}}}}]}}"#
            )
        };
        let main = |restarts, reason| waiting("containerStatuses", "side", restarts, reason);
        let crash = ImageFault::Crash;
        check(9_990, &main(1, "CrashLoopBackOff"), &[(2, crash, "CrashLoopBackOff")]);
        check(9_990, &main(0, "ImagePullBackOff"), &[(2, ImageFault::PullError, "ErrImagePull")]);
        check(9_990, &main(0, "Whatever"), &[(2, ImageFault::PullError, "Whatever")]);
        check(9_990, &main(0, "ContainerCreating"), &[]);
        check(9_990, &main(2, "ContainerCreating"), &[(2, crash, "CrashLoopBackOff")]);
        let init = waiting("initContainerStatuses", "init", 4, "CrashLoopBackOff");
        check(9_990, &init, &[(0, crash, "CrashLoopBackOff")]);
        let added = waiting("containerStatuses", "proxy", 4, "CrashLoopBackOff");
        check(9_990, &added, &[(1, crash, "CrashLoopBackOff")]);
    }

    #[test]
    fn a_container_that_ended_is_in_trouble_unless_it_was_to_end() {
        let ended = |list: &str, name: &str, code: i32| {
            format!(
                r#"{{"phase":"Running","{list}":[{{"name":"{name}",
                "state":{{"terminated":{{"exitCode":{code}}}}}}}]}}"#
            )
        };
        check(9_990, &ended("initContainerStatuses", "init", 0), &[]);
        let crash = |place| [(place, ImageFault::Crash, "CrashLoopBackOff")];
        check(9_990, &ended("initContainerStatuses", "init", 1), &crash(0));
        check(9_990, &ended("containerStatuses", "main", 0), &crash(1));
    }

    #[test]
    fn an_old_pod_that_is_not_ready_does_not_get_ready() {
        let unready = [(1, ImageFault::NeverReady, ""), (2, ImageFault::NeverReady, "")];
        check(9_401, r#"{"phase":"Running"}"#, &[]);
        check(9_400, r#"{"phase":"Running"}"#, &unready);
        let one = r#"{"phase":"Running","containerStatuses":[{"name":"main","ready":true,
            "state":{"running":{}}},{"name":"side","ready":false,"state":{"running":{}}}]}"#;
        check(9_400, one, &unready[1..]);
        let gate = one.replace("false", "true");
        check(9_400, &gate, &unready[..1]);
        check(9_400, r#"{"phase":"Pending"}"#, &[(0, ImageFault::PullError, "ContainerCreating")]);
        let late = r#"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"True",
            "lastTransitionTime":"1970-01-01T02:46:30Z"}]}"#;
        check(9_400, late, &[]);
        let pod = pod(9_400, r#"{"phase":"Running"}"#);
        assert_eq!(troubles(&pod, &pod.spec, false, NOW), [], "its node explains it");
    }

    #[test]
    fn a_restart_long_ago_is_no_crash_loop() {
        let restarted = |at: &str| {
            format!(
                r#"{{"phase":"Running","containerStatuses":[{{"name":"main","ready":false,
                "restartCount":1,"state":{{"running":{{}}}},
                "lastState":{{"terminated":{{"exitCode":1,"finishedAt":"{at}"}}}}}}]}}"#
            )
        };
        let crash = [(1, ImageFault::Crash, "CrashLoopBackOff")];
        check(9_990, &restarted("1970-01-01T02:40:00Z"), &crash);
        check(9_990, &restarted("1970-01-01T02:30:00Z"), &[]);
    }
}
