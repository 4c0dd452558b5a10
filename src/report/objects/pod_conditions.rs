//! `status.conditions` of a pod.

use serde_json::{Value, json};

use crate::inspect::{Container, ContainerState, Containers, Moment};
use crate::record::{Phase, PodState, WaitsOn};
use crate::report::objects::metadata::{fields, maybe_time};
use crate::time::SimTime;

/// The conditions of a pod in the order in which its kubelet writes them. A pod that is not bound
/// has at most that it is not scheduled.
///
/// Source: `pkg/kubelet/status/generate.go`.
pub(super) fn conditions(
    moment: &Moment,
    pod: &PodState,
    containers: &Containers,
    spec: &Value,
) -> Value {
    let Some(bound) = pod.bound else { return not_scheduled(pod) };
    let scheduled = condition("PodScheduled", Said::yes(), Some(bound));
    if !pod.reason.is_empty() && pod.started.is_none() {
        // Its kubelet refused it, and says so in its phase alone.
        return json!([scheduled]);
    }
    let running = pod.started.or(pod.bound);
    let is_initialized = containers.init.iter().all(is_through);
    let initialized = if is_initialized {
        let since = if containers.init.is_empty() { Some(bound) } else { running };
        condition("Initialized", Said::yes(), since)
    } else {
        let waits = names(&containers.init, |it| !is_through(it));
        let message = format!("containers with incomplete status: [{waits}]");
        condition("Initialized", Said::no("ContainersNotInitialized", message), Some(bound))
    };
    let (ready, of_containers) = readiness(moment, pod, containers, spec);
    let since = if pod.ready_since.is_some() { pod.ready_since } else { pod.unready_since };
    let since = since.or(Some(bound));
    json!([
        initialized,
        condition("Ready", ready, since),
        condition("ContainersReady", of_containers, since),
        scheduled,
    ])
}

/// A condition's status, and why it is not `True`.
struct Said {
    status: &'static str,
    reason: &'static str,
    message: String,
}

impl Said {
    fn yes() -> Self {
        Self { status: "True", reason: "", message: String::new() }
    }

    fn no(reason: &'static str, message: String) -> Self {
        Self { status: "False", reason, message }
    }
}

/// What `Ready` and `ContainersReady` say.
fn readiness(
    moment: &Moment,
    pod: &PodState,
    containers: &Containers,
    spec: &Value,
) -> (Said, Said) {
    match pod.phase {
        Phase::Succeeded => {
            let over = || Said::no("PodCompleted", String::new());
            (over(), over())
        }
        Phase::Failed => {
            let over = || Said::no("PodFailed", String::new());
            (over(), over())
        }
        _ if pod.ready_since.is_some() => (Said::yes(), Said::yes()),
        _ if pod.waits_for_gates => {
            (Said::no("ReadinessGatesNotReady", gates_message(spec)), Said::yes())
        }
        Phase::Pending | Phase::Running | Phase::Unknown => {
            let waits = names(&containers.main, |it| !it.ready);
            let unready = || {
                let message = format!("containers with unready status: [{waits}]");
                Said::no("ContainersNotReady", message)
            };
            let marked = moment.containers_are_ready(pod);
            (unready(), if marked { Said::yes() } else { unready() })
        }
    }
}

/// Source: `pkg/kubelet/status/generate.go › GeneratePodReadyCondition`.
fn gates_message(spec: &Value) -> String {
    let gates = spec["readinessGates"].as_array().into_iter().flatten();
    let each: Vec<String> = gates
        .filter_map(|gate| gate["conditionType"].as_str())
        .map(|gate| {
            format!("corresponding condition of pod readiness gate \"{gate}\" does not exist.")
        })
        .collect();
    each.join(", ")
}

fn not_scheduled(pod: &PodState) -> Value {
    let waiting = pod.waiting.as_ref().filter(|it| it.on == WaitsOn::Scheduler);
    let Some(waiting) = waiting else { return Value::Null };
    let mut object =
        condition("PodScheduled", Said::no("", waiting.detail.clone()), Some(waiting.since));
    object["reason"] = waiting.reason.as_str().into();
    json!([object])
}

fn condition(kind: &str, said: Said, since: Option<SimTime>) -> Value {
    fields([
        ("lastProbeTime", Value::Null),
        ("lastTransitionTime", maybe_time(since)),
        ("message", said.message.into()),
        ("reason", said.reason.into()),
        ("status", said.status.into()),
        ("type", kind.into()),
    ])
}

/// Whether a container that initializes the pod lets the next one start.
fn is_through(container: &Container) -> bool {
    matches!(
        container.state,
        ContainerState::Terminated { exit_code: 0, .. } | ContainerState::Running(_)
    )
}

fn names(all: &[Container], which: impl Fn(&Container) -> bool) -> String {
    let names: Vec<&str> = all.iter().filter(|it| which(it)).map(|it| it.name.as_str()).collect();
    names.join(" ")
}
