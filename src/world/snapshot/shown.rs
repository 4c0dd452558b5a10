//! What a snapshot shows of a pod beyond what is modeled, so that a record begins with it.

use crate::api::{ContainerState, ContainerStatus, ObjectMeta, Pod, PodPhase, PodStatus};
use crate::record::{PodState, Waiting, WaitsOn};
use crate::time::{SimDuration, SimTime};
use crate::world::kubelet::is_pull_reason;
use crate::world::snapshot::trouble::{ON_THE_WAY, plain_reason};

/// Why a pod failed, since when it is being deleted, how often it was restarted, and what it waits
/// for; nothing else.
pub(super) fn shown(pod: &Pod, now: SimTime) -> PodState {
    let PodStatus { phase, init_container_statuses, container_statuses, .. } = &pod.status;
    let mut all = init_container_statuses.iter().chain(container_statuses);
    let counted =
        if *phase == PodPhase::Pending { init_container_statuses } else { container_statuses };
    let busiest = counted.iter().max_by_key(|it| it.restart_count);
    let busiest = busiest.filter(|it| it.restart_count > 0);
    let started = |it: &ContainerStatus| it.state.running.as_ref()?.started_at;
    PodState {
        reason: pod.status.reason.clone(),
        message: pod.status.message.clone(),
        deleted: deletion_asked_at(&pod.metadata),
        restarts: busiest.map_or(0, |it| it.restart_count.into()),
        restarted: busiest.and_then(started),
        ended: busiest.and_then(ContainerStatus::ended_at),
        waiting: scheduler(pod).or_else(|| all.find_map(|it| container(pod, it, now))),
        ..PodState::default()
    }
}

/// When an object was asked to go; its timestamp says when its grace period ends.
pub(super) fn deletion_asked_at(metadata: &ObjectMeta) -> Option<SimTime> {
    let grace = SimDuration::from_secs(metadata.deletion_grace_period_seconds.into());
    let ends = metadata.deletion_timestamp?.as_micros();
    Some(SimTime::from_micros(ends.saturating_sub(grace.as_micros())))
}

/// A scheduler said that it finds no node.
fn scheduler(pod: &Pod) -> Option<Waiting> {
    let reason = pod.unscheduled_reason()?.to_owned();
    let mut conditions = pod.status.conditions.iter();
    let condition = conditions.find(|it| it.kind == "PodScheduled")?;
    let since = condition.last_transition_time.or(pod.metadata.creation_timestamp)?;
    let detail = condition.message.clone();
    Some(Waiting { on: WaitsOn::Scheduler, reason, detail, since, retry: None })
}

/// A container waits for something that does not come by itself.
fn container(pod: &Pod, status: &ContainerStatus, now: SimTime) -> Option<Waiting> {
    let ContainerState { waiting: Some(waiting), .. } = &status.state else { return None };
    let written = waiting.reason.as_str();
    if ON_THE_WAY.contains(&written) {
        return None;
    }
    let reason = plain_reason(written);
    let on = match reason {
        "CrashLoopBackOff" => WaitsOn::CrashBackOff,
        pull if is_pull_reason(pull) => WaitsOn::PullBackOff,
        _ => WaitsOn::Unmodeled,
    };
    let all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let image = all.into_iter().find(|it| it.name == status.name).map(|it| it.image.clone());
    // Of what has just failed, no pause is shown yet.
    let since = if reason == written { None } else { pod.metadata.creation_timestamp };
    Some(Waiting {
        on,
        reason: reason.to_owned(),
        detail: image.unwrap_or_default(),
        since: status.ended_at().or(since).unwrap_or(now),
        retry: None,
    })
}
