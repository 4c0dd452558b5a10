//! Metrics of pods.
//!
//! Source: kube-state-metrics `internal/store/pod.go`.

use serde_json::Value;

use crate::inspect::scrapes::ScrapedPod;
use crate::inspect::{Containers, grace_period};
use crate::record::{PodState, Waiting, WaitsOn, namespace_and_name};
use crate::report::metrics::family::{Family, Kind, Samples, Source};
use crate::report::objects::{node_address, pod_ip};
use crate::time::SimDuration;

/// A pod at one scrape.
#[derive(Clone, Copy, Debug)]
pub(super) struct PodView<'a> {
    pub(super) pod: &'a PodState,
    pub(super) containers: &'a Containers,
    template: &'a Value,
}

impl<'a> PodView<'a> {
    pub(super) fn new(it: &'a ScrapedPod, template: &'a Value) -> Self {
        Self { pod: &it.pod, containers: &it.containers, template }
    }

    fn is_bound(&self) -> bool {
        self.pod.bound.is_some()
    }

    /// Whether the scheduler has said that it finds no room for it.
    fn is_unschedulable(&self) -> bool {
        let waits = |it: &Waiting| it.on == WaitsOn::Scheduler && it.reason == "Unschedulable";
        !self.is_bound() && self.pod.waiting.as_ref().is_some_and(waits)
    }

    /// The name of the DaemonSet that controls it.
    fn owner(&self) -> Option<&'a str> {
        (!self.pod.orphan).then(|| namespace_and_name(&self.pod.daemon_set).1)
    }

    fn uses_host_network(&self) -> bool {
        self.template["spec"]["hostNetwork"] == true
    }

    fn grace_period(&self) -> SimDuration {
        SimDuration::from_secs(grace_period(&self.template["spec"]))
    }
}

const fn gauge(
    name: &'static str,
    help: &'static str,
    of: fn(&PodView<'_>, &mut Samples),
) -> Family {
    Family { name, kind: Kind::Gauge, help, of: Source::Pod(of) }
}

/// Those of the pod itself, in the order of kube-state-metrics.
pub(super) const POD: [Family; 11] = [
    gauge("kube_pod_created", "[STABLE] Unix creation timestamp", |it, out| {
        out.instant(it.pod.created);
    }),
    gauge("kube_pod_deletion_timestamp", "Unix deletion timestamp", |it, out| {
        if let Some(deleted) = it.pod.deleted {
            out.instant(deleted + it.grace_period());
        }
    }),
    gauge("kube_pod_info", "[STABLE] Information about pod.", info),
    gauge("kube_pod_owner", "[STABLE] Information about the Pod's owner.", owner),
    gauge("kube_pod_status_phase", "[STABLE] The pods current phase.", phase),
    gauge(
        "kube_pod_status_ready",
        "[STABLE] Describes whether the pod is ready to serve requests.",
        |it, out| {
            if it.is_bound() {
                out.condition(it.pod.ready_since.is_some());
            }
        },
    ),
    gauge(
        "kube_pod_status_ready_time",
        "Readiness achieved time in unix timestamp for a pod.",
        |it, out| {
            if let Some(since) = it.pod.ready_since {
                out.instant(since);
            }
        },
    ),
    gauge("kube_pod_status_reason", "The pod status reasons", |it, out| {
        out.one_of("reason", &REASONS, &it.pod.reason);
    }),
    gauge(
        "kube_pod_status_scheduled",
        "[STABLE] Describes the status of the scheduling process for the pod.",
        |it, out| {
            if it.is_bound() || it.is_unschedulable() {
                out.condition(it.is_bound());
            }
        },
    ),
    gauge(
        "kube_pod_status_scheduled_time",
        "[STABLE] Unix timestamp when pod moved into scheduled status",
        |it, out| {
            if let Some(bound) = it.pod.bound {
                out.instant(bound);
            }
        },
    ),
    gauge(
        "kube_pod_status_unschedulable",
        "[STABLE] Describes the unschedulable status for the pod.",
        |it, out| {
            if it.is_unschedulable() {
                out.number(1);
            }
        },
    ),
];

/// Source: `podStatusReasons`.
const REASONS: [&str; 5] =
    ["Evicted", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError"];

impl Samples {
    /// One sample for each status of a condition.
    ///
    /// Source: `internal/store/utils.go › addConditionMetrics`.
    fn condition(&mut self, is_true: bool) {
        let is = if is_true { "true" } else { "false" };
        self.one_of("condition", &["true", "false", "unknown"], is);
    }
}

fn info(it: &PodView<'_>, out: &mut Samples) {
    let owner = it.owner();
    let host = if it.is_bound() { node_address(&it.pod.node) } else { String::new() };
    let address = pod_ip(it.pod, it.containers, &it.template["spec"]).unwrap_or_default();
    out.info([
        ("host_ip", &host),
        ("pod_ip", &address),
        ("node", if it.is_bound() { &it.pod.node } else { "" }),
        ("created_by_kind", if owner.is_some() { "DaemonSet" } else { NONE }),
        ("created_by_name", owner.unwrap_or(NONE)),
        ("priority_class", it.template["spec"]["priorityClassName"].as_str().unwrap_or_default()),
        ("host_network", if it.uses_host_network() { "true" } else { "false" }),
    ]);
}

/// What kube-state-metrics writes where there is nothing.
const NONE: &str = "<none>";

fn owner(it: &PodView<'_>, out: &mut Samples) {
    let [kind, name, is_controller] = match it.owner() {
        Some(name) => ["DaemonSet", name, "true"],
        None => [NONE, NONE, NONE],
    };
    out.info([("owner_kind", kind), ("owner_name", name), ("owner_is_controller", is_controller)]);
}

fn phase(it: &PodView<'_>, out: &mut Samples) {
    let phases = ["Pending", "Succeeded", "Failed", "Unknown", "Running"];
    out.one_of("phase", &phases, it.pod.phase.name());
}
