//! `status.containerStatuses` of a pod.

use serde_json::{Value, json};

use crate::inspect::{Container, ContainerState, FAILED};
use crate::report::objects::metadata::{fields, maybe_time};
use crate::time::SimTime;

pub(super) fn container_statuses(all: &[Container]) -> Value {
    all.iter().map(container_status).collect()
}

fn container_status(it: &Container) -> Value {
    let last = it.ended.map_or_else(|| json!({}), |at| terminated(FAILED, Some(at)));
    json!({
        "image": it.image,
        "imageID": "",
        "lastState": last,
        "name": it.name,
        "ready": it.ready,
        "restartCount": it.restarts,
        "started": matches!(it.state, ContainerState::Running(_)),
        "state": state(&it.state),
    })
}

fn state(state: &ContainerState) -> Value {
    match state {
        ContainerState::Waiting(reason) => json!({"waiting": {"reason": reason}}),
        ContainerState::Running(since) => {
            json!({"running": fields([("startedAt", maybe_time(*since))])})
        }
        ContainerState::Terminated { exit_code, finished } => terminated(*exit_code, *finished),
    }
}

fn terminated(exit_code: i32, finished: Option<SimTime>) -> Value {
    let reason = if exit_code == 0 { "Completed" } else { "Error" };
    let state = json!({
        "exitCode": exit_code,
        "finishedAt": maybe_time(finished),
        "reason": reason,
        "startedAt": maybe_time(finished),
    });
    json!({"terminated": state})
}
