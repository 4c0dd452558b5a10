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
const HOPELESS_AFTER: SimDuration = SimDuration::from_secs(10 * 60);

/// No pause between two tries is longer, and each is forgotten after twice this time.
const LONGEST_PAUSE: SimDuration = SimDuration::from_secs(300);

/// After so many restarts all pauses are the longest.
const MOST_PAUSES: u32 = 10;

/// Words for the pause after something else, by what that is.
const PAUSES: [(&str, &str); 1] = [("ImagePullBackOff", "ErrImagePull")];

/// Reasons to wait that a container has which is about to be started.
pub(super) const ON_THE_WAY: [&str; 3] = ["", "ContainerCreating", "PodInitializing"];

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

/// Whether a pod has not been Ready for too long to get there by itself.
pub(super) fn is_hopeless(pod: &Pod, now: SimTime) -> bool {
    let created = pod.metadata.creation_timestamp.unwrap_or(SimTime::ZERO);
    let turned = pod.ready_condition().and_then(|condition| condition.last_transition_time);
    let begun = created.max(pod.scheduled_at().unwrap_or(created)).max(turned.unwrap_or(created));
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
            reason => trouble(ImageFault::PullError, now, plain_reason(reason)),
        };
    }
    let crashed = || status.ended_at().is_none_or(|at| now.since(at) < LONGEST_PAUSE.times(2));
    // One restart is no loop: it may be well now.
    let runs_badly = running.is_some() && !status.ready && restarts > 1;
    if runs_badly && crashed() { crash() } else { None }
}

/// The reason without the word for the pause after it.
pub(super) fn plain_reason(reason: &str) -> &str {
    let plain = PAUSES.iter().find(|(pause, _)| *pause == reason);
    plain.map_or(reason, |(_, after)| after)
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
