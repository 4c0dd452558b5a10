//! What a sync does when the world does not wait for it: the API server goes, the cache lags, the
//! DaemonSet is deleted or changed meanwhile.

use rollcast::input::{Limits, Source};
use rollcast::record::{Record, What};
use rollcast::scenario::{Files, read};
use rollcast::world::{Options, simulate};

use crate::apply;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};

/// Calls take a moment, watches a little less; nodes are not looked after.
const REAL: Setting<'_> = Setting {
    control_plane: "{requestLatency: 20ms, watchLatency: 10ms, kubeApiQps: 0, nodeLifecycle: off}",
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 1s, \
                nodeReady: 0s",
    ..SETTING
};

/// The DaemonSet of that name by another template.
const AGAIN: DaemonSet<'_> = DaemonSet { pod: "nodeSelector: {}", ..AGENT };

fn count(record: &Record, is: fn(&What) -> bool) -> usize {
    record.facts.iter().filter(|fact| is(&fact.what)).count()
}

/// `pkg/controller/controller_ref_manager.go › RecheckDeletionTimestamp`: the cache says alive, and
/// the API server says deleted.
#[test]
fn a_deleted_daemon_set_does_not_adopt_what_it_left_behind() {
    let lags = Setting {
        nodes: 20,
        control_plane: "{requestLatency: 10ms, watchLatency: {uniform: {min: 10ms, max: 1s}}}",
        ..REAL
    };
    let events = "  - {at: 10s, delete: {daemonSet: agent, cascade: orphan}}\n";
    for seed in 1..=5 {
        let record = Setting { keys: &format!("seed: {seed}"), ..lags }.run(events);
        let adopted = |what: &What| matches!(what, What::PodOwnerChanged { owned: true, .. });
        assert_eq!(count(&record, adopted), 0, "seed {seed}");
        check_points(&record, 0, &["5m created=0 deleted=0"], events);
    }
    let again = format!("{events}{}", apply("20s", &AGAIN));
    let record = lags.run(&again);
    check_points(&record, 1, &["5m pods=20 updated=20 created=0"], &again);
}

/// `pkg/controller/garbagecollector/garbagecollector.go › processDeletingDependentsItem`: pods that
/// are still created while the DaemonSet is deleted in the foreground go, too.
#[test]
fn pods_created_during_a_deletion_in_the_foreground_are_collected() {
    let control_plane = "{requestLatency: 1s, watchLatency: 10ms, kubeApiQps: 0}";
    let events = "  - {at: 10s, deletePods: {nodes: {count: 20}}}
  - {at: 14s, delete: {daemonSet: agent, cascade: foreground}}";
    let record = Setting { nodes: 20, control_plane, ..REAL }.run(events);
    check_points(&record, 0, &["13s pods=3", "5m pods=0"], events);
    assert!(record.timeline.series[0].points.last().unwrap().created > 3);
}

/// `pkg/controller/daemon/daemon_controller.go › syncNodes`: a call that fails lowers what is
/// expected, and the sync is tried again.
#[test]
fn an_update_outlasts_an_outage() {
    let spec = "minReadySeconds: 30";
    let events = "  - {at: 10s, setImage: agent:v2}\n  - {at: 35s, apiServerOutage: 60s}";
    for control_plane in ["off", REAL.control_plane] {
        let record = Setting { control_plane, spec, ..REAL }.run(events);
        let expected = ["34s updated=1", "94s updated=1", "10m updated=3 available=3 deleted=3"];
        check_points(&record, 0, &expected, control_plane);
    }
}

/// `pkg/controller/daemon/daemon_controller.go › updateDaemonSet`: after an error of manage there is
/// no rolling update, only a status.
#[test]
fn a_sync_that_could_not_create_pods_does_not_update_others() {
    let events = "  - {at: 10s, setImage: agent:v2}\n  - {at: 10s, join: 1}
  - {at: 10040ms, apiServerOutage: 20ms}";
    let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    let expected = [
        "10110ms created=0 deleted=0",
        "12s created=1 deleted=0",
        "1m updated=4 created=4 deleted=3",
    ];
    check_points(&Setting { spec, ..REAL }.run(events), 0, &expected, events);
}

/// `pkg/controller/controller_ref_manager.go › ClaimObject`: a pod that is gone is not claimed.
#[test]
fn a_pod_that_is_gone_is_not_adopted() {
    let control_plane = "{requestLatency: 20ms, watchLatency: 5s}";
    // The taint evicts the pod, and is seen when the DaemonSet has adopted what it saw.
    let events = format!(
        "  - {{at: 60s, delete: {{daemonSet: agent, cascade: orphan}}}}
  - {{at: 72s, taint: {{nodes: node-1, taint: \"a=b:NoExecute\"}}}}
  - {{at: 74s, untaint: {{nodes: node-1, taint: a}}}}\n{}",
        apply("70s", &AGAIN)
    );
    let record = Setting { control_plane, ..REAL }.run(&events);
    check_points(&record, 1, &["74s pods=0", "5m pods=3 ready=3"], &events);
}

/// `pkg/controller/daemon/daemon_controller.go › syncDaemonSet`: a sync works with the DaemonSet
/// that it read when it began.
#[test]
fn a_sync_does_not_mix_two_specs() {
    let control_plane = "{requestLatency: 50ms, watchLatency: 10ms, nodeLifecycle: off}";
    let everywhere = DaemonSet { name: "other", ..AGAIN };
    let other = DaemonSet { pod: "nodeSelector: {gpu: \"yes\"}", ..everywhere };
    let events = [
        apply("10s", &other),
        apply("60s", &DaemonSet { image: "other:v2", ..other }),
        apply("60020ms", &DaemonSet { image: "other:v3", ..everywhere }),
    ]
    .concat();
    let record = Setting { control_plane, ..REAL }.run(&events);
    let expected = ["59s desired=0 created=0", "5m updated=3 created=3 deleted=0"];
    check_points(&record, 1, &expected, &events);
    assert_eq!(record.summary.daemon_sets[1].node_selector, "<none>");
}

/// `pkg/controller/daemon/daemon_controller.go › syncNodes`: `NotFound` is no error, and no event.
#[test]
fn the_deletion_of_a_pod_that_is_gone_is_not_reported() {
    let control_plane = "{requestLatency: 1s, watchLatency: 3s, nodeLifecycle: off}";
    let events = "  - {at: 10s, setImage: agent:v2}\n  - {at: 12s, deletePods: {nodes: node-1}}";
    let record = Setting { nodes: 1, control_plane, ..REAL }.run(events);
    check_points(&record, 0, &["5m updated=1 created=1 deleted=1"], events);
    let asked = |what: &What| matches!(what, What::Synced { deletes: 1, .. });
    let told = |what: &What| matches!(what, What::EventPosted { reason, .. } if reason == "SuccessfulDelete");
    assert_eq!((count(&record, asked), count(&record, told)), (1, 0));
}

/// `pkg/controller/daemon/daemon_controller.go › storeDaemonSetStatus`: a sync that waits for its
/// pods leaves `observedGeneration` alone, also if it read an old one.
#[test]
fn the_observed_generation_never_goes_back() {
    let setting = Setting {
        kubernetes: "1.31",
        control_plane: "{requestLatency: 20ms, watchLatency: 1s, kubeApiQps: 0, \
                        nodeLifecycle: off}",
        ..REAL
    };
    let events = "  - {at: 10s, setImage: agent:v2}\n  - {at: 10500ms, join: 1}";
    let mut observed = Vec::new();
    let _ = simulate(&setting.load(events), &Options::default(), |news| {
        observed.push(news.observed_generation);
    });
    assert!(observed.is_sorted() && observed.last() == Some(&2), "{observed:?}");
}

/// Of two outages the API server comes back from the later one.
#[test]
fn an_outage_within_another_one_changes_nothing() {
    let outer = "  - {at: 10s, apiServerOutage: 60s}\n";
    let back = |record: &Record| count(record, |what| matches!(what, What::ApiServerUp));
    let record = REAL.run(&format!("{outer}  - {{at: 20s, apiServerOutage: 50s}}\n"));
    assert_eq!(back(&record), 1);
    let record = REAL.run(&format!("{outer}  - {{at: 20s, apiServerOutage: 10s}}\n"));
    assert_eq!(back(&record), 1);
    let record = REAL.run(&format!("{outer}  - {{at: 60s, apiServerOutage: 60s}}\n"));
    assert_eq!(back(&record), 1);
}

/// Of two absences of the controller's process the longer one counts.
#[test]
fn a_second_restart_does_not_shorten_the_first_one() {
    let events = "  - {at: 10s, restartController: 60s}\n  - {at: 12s, restartController: 5s}
  - {at: 15s, setImage: agent:v2}";
    check_points(&REAL.run(events), 0, &["69s deleted=0", "71s deleted=1"], events);
}

/// What was measured in: 20 nodes of which two may be without a pod, pods stop in a second.
pub(crate) const REFUSED: Setting<'_> = Setting {
    until: "10m",
    nodes: 20,
    control_plane: "{requestLatency: 5ms, watchLatency: 2ms}",
    latencies: "schedule: 8ms, imagePull: 0s, containerStart: 2s, ready: 0s, terminate: 1s, \
                nodeReady: 0s",
    spec: "updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}",
    ..SETTING
};

/// When syncs failed with a message, in milliseconds since the update.
fn failures(record: &Record, message: &str) -> Vec<u64> {
    let is_meant = |what: &What| match what {
        What::SyncFailed { error, .. } => record.names.get(*error) == message,
        _ => false,
    };
    let failed = record.facts.iter().filter(|fact| is_meant(&fact.what));
    failed.map(|fact| fact.at.as_micros() / 1_000 - 60_000).collect()
}

/// Whether something happened about this long after the first.
fn has_about(times: &[u64], after: u64) -> bool {
    times.iter().any(|at| (at - times[0]).abs_diff(after) < after / 40 + 20)
}

/// `pkg/controller/daemon/daemon_controller.go › syncNodes`, `updateDaemonSet`: the refusal ends the
/// sync before the rolling update, so that no further pod is deleted; the key comes back after
/// 5 ms × 2^n. Measured: tries 1.08, …, 11.6, 21.9, 42.4, 83.4, 171, 335 s after the update.
#[test]
fn an_update_to_an_unknown_priority_class_loses_what_may_be_unavailable() {
    let pod = "priorityClassName: nosuch";
    let events = apply("60s", &DaemonSet { pod, spec: REFUSED.spec, ..AGENT });
    let record = REFUSED.run(&events);
    let expected = ["62s deleted=2 created=0 ready=18", "10m deleted=2 created=0 serving=18"];
    check_points(&record, 0, &expected, &events);
    let [hold] = &record.summary.daemon_sets[0].holds[..] else { panic!("one reason") };
    assert_eq!((hold.reason, hold.nodes), ("without a new pod, which the API server refuses", 2));
    let message = "pods \"agent-\" is forbidden: no PriorityClass with name nosuch was found";
    let failed = failures(&record, message);
    assert!((1_005..1_200).contains(&failed[0]), "{failed:?}");
    for after in [1_280, 2_560, 5_120, 10_240, 20_480, 40_960, 81_920, 163_840, 327_680] {
        assert!(has_about(&failed, after), "{after} after the first: {failed:?}");
    }
    assert!((14..25).contains(&failed.len()), "{failed:?}");
    let text = format!("Error creating: {message}");
    let is_event = |what: &What| match what {
        What::EventPosted { warning, reason, message, .. } => {
            *warning && *reason == "FailedCreate" && record.names.get(*message) == text
        }
        _ => false,
    };
    let posted = record.facts.iter().filter(|fact| is_event(&fact.what)).count();
    assert!((14..=25).contains(&posted), "{posted} events");
}

/// `plugin/pkg/admission/priority/admission.go › admitPod`: a number without a class that has it.
#[test]
fn a_priority_that_no_class_gives_is_refused() {
    let message = "pods \"agent-\" is forbidden: the integer value of priority (5) must not be \
                   provided in pod spec; priority admission controller computed 0 from the given \
                   PriorityClass name";
    let check = |pod: &str, keys: &str, expected: &[&str]| {
        let events = apply("60s", &DaemonSet { pod, spec: REFUSED.spec, ..AGENT });
        let record = Setting { keys, ..REFUSED }.run(&events);
        check_points(&record, 0, expected, &events);
        !failures(&record, message).is_empty()
    };
    assert!(check("priority: 5", "", &["10m deleted=2 created=0 serving=18"]));
    let classes = "priorityClasses: {five: {value: 5}}";
    let done = ["10m created=20 updated=20 serving=20"];
    assert!(!check("priorityClassName: five, priority: 5", classes, &done));
    let default = "priorityClasses: {five: {value: 5, globalDefault: true}}";
    assert!(!check("priority: 5", default, &done));
}

/// Where requests take no time, a refusal ends the sync as well.
#[test]
fn a_refusal_ends_a_sync_that_is_one_instant() {
    let instant = Setting { control_plane: "off", ..REFUSED };
    let events = apply("60s", &DaemonSet { pod: "priority: 5", spec: REFUSED.spec, ..AGENT });
    check_points(&instant.run(&events), 0, &["10m deleted=2 created=0 serving=18"], &events);
}

/// `pkg/controller/garbagecollector/graph_builder.go › processGraphChanges`: the controller has not
/// heard of the deletion, and makes a revision of what it has heard of before.
#[test]
fn a_revision_that_is_made_during_a_deletion_is_collected() {
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 12s, delete: {daemonSet: agent, cascade: foreground}}";
    for latency in ["0s", "20ms"] {
        let control_plane =
            &format!("{{requestLatency: {latency}, watchLatency: 3s, kubeApiQps: 0}}");
        let record = Setting { control_plane, ..REAL }.run(events);
        check_points(&record, 0, &["11s desired=3", "5m pods=0 desired=0"], events);
        let revisions = [
            count(&record, |what| matches!(what, What::RevisionCurrent { created: true, .. })),
            count(&record, |what| matches!(what, What::RevisionDeleted { .. })),
        ];
        assert_eq!(revisions, [1, 2], "{latency}");
    }
}

/// A cluster whose DaemonSet is being deleted, with this finalizer, and has a pod.
struct Deleting(&'static str);

impl Files for Deleting {
    fn read(&self, _: &str, _: &Limits) -> Result<Vec<u8>, String> {
        let deleted = format!(
            "metadata: {{deletionTimestamp: \"2026-01-01T00:00:00Z\", finalizers: [{}], uid: u, ",
            self.0
        );
        let agent = AGENT.to_string().replacen("metadata: {", &deleted, 1);
        let owner = "{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: u, controller: true}";
        let pod = format!(
            "apiVersion: v1, kind: Pod, metadata: {{name: agent-x, namespace: kube-system, \
             labels: {{app: agent}}, ownerReferences: [{owner}]}}, spec: {{nodeName: a, \
             containers: [{{name: c, image: \"agent:v1\"}}]}}, status: {{phase: Running}}"
        );
        let node = "{apiVersion: v1, kind: Node, metadata: {name: a}}";
        Ok(format!("apiVersion: v1\nkind: List\nitems: [{node}, {agent}, {{{pod}}}]\n").into())
    }
}

/// The garbage collector goes on with what it had begun when the snapshot was taken.
#[test]
fn a_deletion_that_a_snapshot_caught_goes_on() {
    let check = |finalizer: &'static str, expected: [usize; 2]| {
        let text = "until: 5m\ncluster: {snapshot: cluster.yaml}\nkubelet: off\n";
        let loaded = read(Source::new("test.yaml", text), &Deleting(finalizer), &[])
            .unwrap_or_else(|report| panic!("{}", report.render(false)));
        let record = simulate(&loaded.scenario, &Options::default(), |_| {});
        let found = [
            count(&record, |what| matches!(what, What::PodRemoved { .. })),
            count(&record, |what| matches!(what, What::PodOwnerChanged { owned: false, .. })),
        ];
        assert_eq!(found, expected, "{finalizer}");
        check_points(&record, 0, &["5m pods=0 desired=0"], finalizer);
    };
    check("foregroundDeletion", [1, 0]);
    check("orphan", [0, 1]);
}
