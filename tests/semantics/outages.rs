//! What an API server that does not answer keeps from happening, and what goes on all the same.

use rollcast::record::What;

use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::{SETTING, Setting};
use crate::times::{is_drained, is_failed, pods_failed, times, turned_ready};

const A: DaemonSet<'_> =
    DaemonSet { name: "a", namespace: "default", container_name: "main", image: "x/a:1", ..AGENT };

/// A DaemonSet `a` in a cluster that is as slow as clusters are.
const REAL: Setting<'_> = Setting {
    until: "5m",
    control_plane: "on",
    kubelet: "on",
    latencies: "",
    daemon_sets: Some(&[A]),
    ..SETTING
};

/// `pkg/kubelet/status/status_manager.go › syncBatch`: a status that cannot be sent is sent later;
/// one that a machine took with it never is.
#[test]
fn a_machine_that_goes_off_in_an_outage_says_nothing_of_its_pods() {
    let events = "  - {at: 35s, apiServerOutage: 20s}
  - {at: 40s, shutdown: node-1}";
    let record = Setting { nodes: 2, ..REAL }.run(events);
    assert_eq!(times(&record, is_failed).len(), 1);
    let pod_failed = |what: &What| matches!(what, What::PodFailed { .. });
    assert_eq!(times(&record, pod_failed), Vec::<f64>::new());
}

#[test]
fn a_shutdown_that_begins_in_an_outage_is_reported_after_it() {
    let setting = Setting {
        until: "15m",
        nodes: 2,
        latencies: "terminate: 400s",
        daemon_sets: Some(&[DaemonSet { pod: "terminationGracePeriodSeconds: 600", ..A }]),
        ..REAL
    };
    let events = "  - {at: 60s, apiServerOutage: 5s}
  - {at: 61s, shutdown: {nodes: node-1, gracePeriod: 6m}}";
    let record = setting.run(events);
    assert_eq!(turned_ready(&record, false).first(), Some(&65.0));
}

fn is_written(what: &What) -> bool {
    matches!(
        what,
        What::PodStopped { .. }
            | What::PodRemoved { .. }
            | What::PodReady { .. }
            | What::PodCreated { .. }
            | What::RevisionCurrent { .. }
            | What::RevisionDeleted { .. }
            | What::StatusWritten { .. }
    )
}

/// Reports that a kubelet would make in an outage wait for its end, also those that were to be
/// made before it began; and nothing is written about revisions.
#[test]
fn nothing_is_written_in_an_outage() {
    let spec = "revisionHistoryLimit: 0, updateStrategy: {rollingUpdate: {maxUnavailable: 3}}";
    let daemon_sets = &[DaemonSet { spec, ..A }];
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, \
                     terminate: {uniform: {min: 1s, max: 40s}}";
    let events = "  - {at: 10s, setImage: \"x/a:2\"}\n  - {at: 12s, apiServerOutage: 60s}";
    for control_plane in ["{kubeApiQps: 0}", "off"] {
        for kubelet in ["on", "off"] {
            let setting = Setting {
                control_plane,
                kubelet,
                latencies,
                daemon_sets: Some(daemon_sets),
                ..REAL
            };
            let record = setting.run(events);
            let at = times(&record, is_written);
            let in_between = |at: &f64| (12.1..72.0).contains(at);
            assert!(!at.iter().any(in_between), "{control_plane} {kubelet}: {at:?}");
            let last = record.timeline.series[0].points.last().unwrap();
            assert_eq!(last.status.updated, 3, "{control_plane} {kubelet}");
        }
    }
}

/// `pkg/controller/daemon/daemon_controller.go › syncDaemonSet`: if the status fails as well, what
/// failed before is what the sync failed with.
#[test]
fn the_first_error_of_a_sync_is_its_error() {
    let spec = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let daemon_sets = &[DaemonSet { spec, ..A }];
    let control_plane = "{kubeApiQps: 0, requestLatency: 1s, watchLatency: 10ms}";
    let events = "  - {at: 10s, leave: node-2}
  - {at: 11s, setImage: \"x/a:2\"}
  - {at: 12500ms, apiServerOutage: 3s}";
    let record = Setting { control_plane, daemon_sets: Some(daemon_sets), ..REAL }.run(events);
    let of_node = |error| record.names.get(error).contains("node-2");
    let failed =
        times(&record, |what| matches!(*what, What::SyncFailed { error, .. } if of_node(error)));
    assert!(failed.iter().any(|at| (12.5..15.5).contains(at)), "{failed:?}");
}

/// Only the pressure for which pods are evicted counts.
#[test]
fn eviction_ends_with_the_pressure_that_evicts() {
    let events = "  - {at: 10s, pressure: {nodes: node-1, kind: memory}}
  - {at: 60s, pressure: {nodes: node-1, kind: disk, evict: true}}
  - {at: 2m, relieve: {nodes: node-1, kind: disk}}";
    let record = Setting { until: "60m", nodes: 1, ..REAL }.run(events);
    let evicted = pods_failed(&record, "Evicted");
    assert!(!evicted.is_empty() && evicted.iter().all(|at| *at <= 130.0), "{evicted:?}");
}

/// A dead machine stops no pod; what `kubectl drain` asked for happens when it is back.
#[test]
fn a_drain_goes_on_when_the_machine_is_back() {
    let setting = Setting {
        until: "10m",
        cluster: "nodes: [{name: node-a, otherPods: {count: 3, requests: {cpu: 3, memory: 1Gi}}}]",
        latencies: "terminate: 20s",
        daemon_sets: Some(&[DaemonSet { pod: "tolerations: [{operator: Exists}]", ..A }]),
        ..REAL
    };
    let events = "  - {at: 10s, drain: node-a}
  - {at: 11s, fail: node-a}
  - {at: 2m, recover: node-a}";
    let record = setting.run(events);
    assert_eq!(times(&record, is_drained), [140.0]);
}
