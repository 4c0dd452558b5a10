//! Metrics of the containers of pods.
//!
//! Source: kube-state-metrics `internal/store/pod.go`. Of those that initialize a pod the families
//! are called `kube_pod_init_container_…`.

use crate::inspect::{Container, ContainerState};
use crate::report::metrics::family::{Family, Kind, Sample, Samples, Source, unix_seconds};
use crate::report::metrics::pod::PodView;

const fn main(
    name: &'static str,
    help: &'static str,
    of: fn(&PodView<'_>, &mut Samples),
) -> Family {
    Family { name, kind: Kind::Gauge, help, of: Source::Pod(of) }
}

/// Those of containers, in the order of kube-state-metrics.
pub(super) const CONTAINERS: [Family; 10] = [
    main(
        "kube_pod_container_info",
        "[STABLE] Information about a container in a pod.",
        |it, out| {
            info(&it.containers.main, out);
        },
    ),
    main(
        "kube_pod_container_state_started",
        "[STABLE] Start time in unix timestamp for a pod container.",
        |it, out| {
            for container in &it.containers.main {
                if let ContainerState::Running(Some(since)) = container.state {
                    out.labeled([("container", &container.name)], unix_seconds(since));
                }
            }
        },
    ),
    main(
        "kube_pod_container_status_last_terminated_reason",
        "Describes the last reason the container was in terminated state.",
        |it, out| {
            for container in it.containers.main.iter().filter(|it| it.ended.is_some()) {
                out.info([("container", &container.name), ("reason", "Error")]);
            }
        },
    ),
    main(
        "kube_pod_container_status_ready",
        "[STABLE] Describes whether the containers readiness check succeeded.",
        |it, out| each(&it.containers.main, out, |it| it.ready.into()),
    ),
    Family {
        kind: Kind::Counter,
        ..main(
            "kube_pod_container_status_restarts_total",
            "[STABLE] The number of container restarts per container.",
            |it, out| each(&it.containers.main, out, restarts),
        )
    },
    main(
        "kube_pod_container_status_running",
        "[STABLE] Describes whether the container is currently in running state.",
        |it, out| each(&it.containers.main, out, is_running),
    ),
    main(
        "kube_pod_container_status_terminated",
        "[STABLE] Describes whether the container is currently in terminated state.",
        |it, out| each(&it.containers.main, out, is_terminated),
    ),
    main(
        "kube_pod_container_status_terminated_reason",
        "Describes the reason the container is currently in terminated state.",
        |it, out| terminated_reasons(&it.containers.main, out),
    ),
    main(
        "kube_pod_container_status_waiting",
        "[STABLE] Describes whether the container is currently in waiting state.",
        |it, out| each(&it.containers.main, out, is_waiting),
    ),
    main(
        "kube_pod_container_status_waiting_reason",
        "[STABLE] Describes the reason the container is currently in waiting state.",
        |it, out| waiting_reasons(&it.containers.main, out),
    ),
];

/// Those of containers that initialize pods, in the order of kube-state-metrics.
pub(super) const INIT_CONTAINERS: [Family; 8] = [
    main(
        "kube_pod_init_container_info",
        "[STABLE] Information about an init container in a pod.",
        |it, out| info(&it.containers.init, out),
    ),
    main(
        "kube_pod_init_container_status_ready",
        "[STABLE] Describes whether the init containers readiness check succeeded.",
        |it, out| each(&it.containers.init, out, |it| it.ready.into()),
    ),
    Family {
        kind: Kind::Counter,
        ..main(
            "kube_pod_init_container_status_restarts_total",
            "[STABLE] The number of restarts for the init container.",
            |it, out| each(&it.containers.init, out, restarts),
        )
    },
    main(
        "kube_pod_init_container_status_running",
        "[STABLE] Describes whether the init container is currently in running state.",
        |it, out| each(&it.containers.init, out, is_running),
    ),
    main(
        "kube_pod_init_container_status_terminated",
        "[STABLE] Describes whether the init container is currently in terminated state.",
        |it, out| each(&it.containers.init, out, is_terminated),
    ),
    main(
        "kube_pod_init_container_status_terminated_reason",
        "Describes the reason the init container is currently in terminated state.",
        |it, out| terminated_reasons(&it.containers.init, out),
    ),
    main(
        "kube_pod_init_container_status_waiting",
        "[STABLE] Describes whether the init container is currently in waiting state.",
        |it, out| each(&it.containers.init, out, is_waiting),
    ),
    main(
        "kube_pod_init_container_status_waiting_reason",
        "Describes the reason the init container is currently in waiting state.",
        |it, out| waiting_reasons(&it.containers.init, out),
    ),
];

fn info(containers: &[Container], out: &mut Samples) {
    for Container { name, image, .. } in containers {
        out.info([
            ("container", name),
            ("image_spec", image),
            ("image", image),
            ("image_id", ""),
            ("container_id", ""),
        ]);
    }
}

/// A number for each container.
fn each(containers: &[Container], out: &mut Samples, number: fn(&Container) -> i64) {
    for container in containers {
        out.labeled([("container", &container.name)], Sample::Number(number(container)));
    }
}

fn restarts(container: &Container) -> i64 {
    i64::try_from(container.restarts).unwrap_or(i64::MAX)
}

fn is_running(container: &Container) -> i64 {
    matches!(container.state, ContainerState::Running(_)).into()
}

fn is_terminated(container: &Container) -> i64 {
    matches!(container.state, ContainerState::Terminated { .. }).into()
}

fn is_waiting(container: &Container) -> i64 {
    matches!(container.state, ContainerState::Waiting(_)).into()
}

/// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`: by the exit code.
fn terminated_reasons(containers: &[Container], out: &mut Samples) {
    for container in containers {
        if let ContainerState::Terminated { exit_code, .. } = container.state {
            let reason = if exit_code == 0 { "Completed" } else { "Error" };
            out.info([("container", &container.name), ("reason", reason)]);
        }
    }
}

fn waiting_reasons(containers: &[Container], out: &mut Samples) {
    for container in containers {
        if let ContainerState::Waiting(reason) = &container.state {
            out.info([("container", &container.name), ("reason", reason)]);
        }
    }
}
