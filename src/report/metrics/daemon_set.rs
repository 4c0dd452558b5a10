//! Metrics of DaemonSets.
//!
//! Source: kube-state-metrics `internal/store/daemonset.go`.

use crate::record::DaemonSetState;
use crate::report::metrics::family::{Family, Kind, Samples, Source};

const fn gauge(
    name: &'static str,
    help: &'static str,
    of: fn(&DaemonSetState, &mut Samples),
) -> Family {
    Family { name, kind: Kind::Gauge, help, of: Source::DaemonSet(of) }
}

/// In the order of kube-state-metrics.
pub(super) const DAEMON_SET: [Family; 12] = [
    gauge("kube_daemonset_created", "[STABLE] Unix creation timestamp", |it, out| {
        out.instant(it.created);
    }),
    gauge(
        "kube_daemonset_status_current_number_scheduled",
        "[STABLE] The number of nodes running at least one daemon pod and are supposed to.",
        |it, out| out.number(it.status.current),
    ),
    gauge(
        "kube_daemonset_status_desired_number_scheduled",
        "[STABLE] The number of nodes that should be running the daemon pod.",
        |it, out| out.number(it.status.desired),
    ),
    gauge(
        "kube_daemonset_status_number_available",
        "[STABLE] The number of nodes that should be running the daemon pod and have one or more of \
         the daemon pod running and available",
        |it, out| out.number(it.status.available),
    ),
    gauge(
        "kube_daemonset_status_number_misscheduled",
        "[STABLE] The number of nodes running a daemon pod but are not supposed to.",
        |it, out| out.number(it.status.misscheduled),
    ),
    gauge(
        "kube_daemonset_status_number_ready",
        "[STABLE] The number of nodes that should be running the daemon pod and have one or more of \
         the daemon pod running and ready.",
        |it, out| out.number(it.status.ready),
    ),
    gauge(
        "kube_daemonset_status_number_unavailable",
        "[STABLE] The number of nodes that should be running the daemon pod and have none of the \
         daemon pod running and available",
        |it, out| out.number(it.status.unavailable),
    ),
    gauge(
        "kube_daemonset_status_observed_generation",
        "[STABLE] The most recent generation observed by the daemon set controller.",
        |it, out| out.number(it.observed_generation),
    ),
    gauge(
        "kube_daemonset_status_updated_number_scheduled",
        "[STABLE] The total number of nodes that are running updated daemon pod",
        |it, out| out.number(it.status.updated),
    ),
    gauge(
        "kube_daemonset_metadata_generation",
        "[STABLE] Sequence number representing a specific generation of the desired state.",
        |it, out| out.number(it.generation),
    ),
    gauge(
        "kube_daemonset_labels",
        "[STABLE] Kubernetes labels converted to Prometheus labels.",
        |it, out| out.labels_of(&it.labels),
    ),
    gauge("kube_daemonset_deletion_timestamp", "Unix deletion timestamp", |it, out| {
        if let Some(deleted) = it.deleted {
            out.instant(deleted);
        }
    }),
];
