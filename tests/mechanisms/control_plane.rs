//! Requests, watches, tokens, batches, workers.

use rollcast::record::{Fact, Record, What};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::{SETTING, Setting};

/// Nothing runs yet, and nothing is slow but the control plane.
const EMPTY: Setting<'_> = Setting {
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 0s, ready: 0s, terminate: 0s",
    daemon_sets: Some(&[]),
    ..SETTING
};

/// What happens when DaemonSets of these names are created after a second.
fn create(setting: &Setting<'_>, names: &[&str], events: &str) -> Record {
    let apply = |name: &&str| {
        let daemon_set = DaemonSet { name, image: "agent:v1", ..AGENT };
        format!("  - {{at: 1s, apply: {daemon_set}}}\n")
    };
    let events = events.to_owned() + &names.iter().map(apply).collect::<String>();
    simulate(&setting.load(&events), &Options::default(), |_| {})
}

/// When pods were created, in milliseconds since the DaemonSets were.
fn creations(record: &Record) -> Vec<u64> {
    let created = record.facts.iter().filter(|fact| matches!(fact.what, What::PodCreated { .. }));
    created.map(|fact| fact.at.as_micros() / 1_000 - 1_000).collect()
}

/// `client-go/util/flowcontrol/throttle.go`: 30 at once, then 20 a second. One token goes to the
/// revision, and one to each event that passes the spam filter; so 30 pods are created at once
/// only if nothing else is posted.
#[test]
fn the_client_makes_20_requests_a_second() {
    let control_plane = "{requestLatency: 0s, watchLatency: 0s}";
    let many = Setting { nodes: 200, ..EMPTY };
    let created = creations(&create(&Setting { control_plane, ..many }, &["agent"], ""));
    assert_eq!(created.len(), 200);
    let within = |millis: u64| created.iter().filter(|&&at| at <= millis).count();
    // Of 30 + 20 t requests some are events: at most 25, and a few more as the filter fills up.
    for second in 1..=8u64 {
        let most = 30 + 20 * usize::try_from(second).unwrap();
        let made = within(second * 1_000);
        assert!((most - 30..most).contains(&made), "{made} of {most} after {second}s");
    }
    let control_plane = "{requestLatency: 0s, watchLatency: 0s, kubeApiQps: 0}";
    let free = Setting { control_plane, ..many };
    assert_eq!(creations(&create(&free, &["agent"], "")), [0; 200]);
}

/// `pkg/controller/controller_utils.go › slowStartBatch`: 1, 2, 4, …, each batch waits for the
/// answers to the one before it.
#[test]
fn creations_start_slowly() {
    let control_plane = "{requestLatency: 1s, watchLatency: 0s, kubeApiQps: 0}";
    let setting = Setting { nodes: 20, control_plane, ..EMPTY };
    let created = creations(&create(&setting, &["agent"], ""));
    // The revision is created first, and that takes a second, too; a pod is there when half of its
    // second is over.
    let batch = |answered: u64, pods: usize| vec![answered * 1_000 - 500; pods];
    let expected = [batch(2, 1), batch(3, 2), batch(4, 4), batch(5, 8), batch(6, 5)].concat();
    assert_eq!(created, expected);
}

/// The controller plans on what it has seen: pods that are Ready count as available once the
/// cache has them.
#[test]
fn the_status_lags_by_the_latency_of_the_watch() {
    let control_plane = "{requestLatency: 0s, watchLatency: 3s, kubeApiQps: 0}";
    let record = create(&Setting { nodes: 1, control_plane, ..EMPTY }, &["agent"], "");
    let at = |what: fn(&What) -> bool| {
        let fact = record.facts.iter().find(|fact| what(&fact.what)).unwrap();
        fact.at
    };
    let ready = at(|what| matches!(what, What::PodReady { .. }));
    let said = at(|what| matches!(what, What::StatusWritten { status, .. } if status.ready == 1));
    assert!(said >= ready + SimDuration::from_secs(3), "ready at {ready}, status at {said}");
}

/// `pkg/controller/util/consistency`: with 1.36 a cache older than the controller's own writes
/// makes a sync fail until it is not; with 1.31 the sync goes on with what it sees. Here a node
/// joins that the controller sees before it sees the pods that it created.
#[test]
fn a_stale_cache_is_not_synced_since_1_36() {
    let control_plane = "{requestLatency: 0s, watchLatency: 5s, kubeApiQps: 0, nodeLifecycle: off}";
    let told = |kubernetes: &str| {
        let setting = Setting { kubernetes, control_plane, ..EMPTY };
        let record = create(&setting, &["agent"], "  - {at: 3s, join: 1}\n");
        let told =
            |what: &What| matches!(what, What::StatusWritten { status, .. } if status.desired == 4);
        record.facts.iter().find(|fact| told(&fact.what)).unwrap().at.as_secs()
    };
    assert_eq!((told("1.31"), told("1.36")), (8, 11));
}

/// `pkg/controller/daemon/config/v1alpha1/defaults.go › ConcurrentDaemonSetSyncs`.
#[test]
fn two_workers_share_all_daemon_sets() {
    let last = |workers: u32| {
        let control_plane =
            &format!("{{requestLatency: 1s, kubeApiQps: 0, concurrentDaemonsetSyncs: {workers}}}");
        let setting = Setting { nodes: 4, control_plane, ..EMPTY };
        creations(&create(&setting, &["a", "b", "c", "d"], "")).into_iter().max().unwrap()
    };
    let (one, two, four) = (last(1), last(2), last(4));
    assert!(four < two && two < one, "{four} ms with four workers, {two} with two, {one} with one");
}

/// `client-go/tools/record/events_cache.go › EventSourceObjectSpamFilter`: 25 events, then one in
/// five minutes.
#[test]
fn of_many_events_only_some_are_posted() {
    let control_plane = "{requestLatency: 1ms, kubeApiQps: 0}";
    let record = create(&Setting { nodes: 200, control_plane, ..EMPTY }, &["agent"], "");
    let posted = |fact: &&Fact| matches!(&fact.what, What::EventPosted { reason, .. } if reason == "SuccessfulCreate");
    assert!((25..30).contains(&record.facts.iter().filter(posted).count()));
}

/// `client-go/tools/record/event.go › StartEventWatcher, recordToSink`: all events stand in one
/// queue, and each waits for the answer to the one before it.
#[test]
fn events_leave_one_at_a_time() {
    let control_plane = "{requestLatency: 100ms, watchLatency: 0s, kubeApiQps: 0}";
    let setting = Setting { nodes: 12, control_plane, ..EMPTY };
    let record = create(&setting, &["a", "b"], "");
    let posted = record.facts.iter().filter_map(|fact| match fact.what {
        What::EventPosted { daemon_set, .. } => Some((fact.at.as_micros() / 1_000, daemon_set)),
        _ => None,
    });
    let posted: Vec<_> = posted.collect();
    assert_eq!(posted.len(), 24);
    assert!(posted.windows(2).all(|pair| pair[0].0 + 100 <= pair[1].0), "{posted:?}");
    let changes = posted.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
    assert!(changes > 1, "the events of both take turns: {posted:?}");
}

/// A write takes effect before it is answered. If the watch brings it by then, expectations are met
/// when the sync looks, and it updates old pods at once; else it writes the status first, and the
/// next sync updates them.
#[test]
fn a_sync_that_sees_its_own_writes_goes_on_with_the_update() {
    let between = |watch: &str| {
        let control_plane =
            format!("{{requestLatency: 100ms, watchLatency: {watch}, nodeLifecycle: off}}");
        let setting = Setting { nodes: 3, control_plane: &control_plane, ..EMPTY };
        let events = "  - {at: 1m, setImage: agent:v2}\n  - {at: 1m, join: 1}\n";
        let record = create(&setting, &["agent"], events);
        let after = |fact: &&Fact| fact.at >= SimDuration::from_secs(60);
        let acts = record.facts.iter().filter(after).filter_map(|fact| match fact.what {
            What::Synced { creates: 1.., .. } => Some("create"),
            What::Synced { deletes: 1.., .. } => Some("delete"),
            What::StatusWritten { .. } => Some("status"),
            _ => None,
        });
        acts.take(2).collect::<Vec<_>>()
    };
    assert_eq!(between("20ms"), ["create", "delete"]);
    assert_eq!(between("80ms"), ["create", "status"]);
}

/// `pkg/controller/daemon/daemon_controller.go › manage, updateDaemonSetStatus`: each part of a sync
/// goes over all nodes.
#[test]
fn a_sync_takes_time_for_each_node() {
    let at = |nodes: u32, sync_time: &str| {
        let control_plane =
            format!("{{requestLatency: 2ms, watchLatency: 1ms, syncTime: {sync_time}}}");
        let setting = Setting { nodes, control_plane: &control_plane, ..EMPTY };
        let record = create(&setting, &["agent"], "");
        let first = |what: fn(&What) -> bool| {
            let fact = record.facts.iter().find(|fact| what(&fact.what)).unwrap();
            fact.at.as_micros() / 1_000
        };
        let [created, status] = [
            first(|what| matches!(what, What::PodCreated { .. })),
            first(|what| matches!(what, What::StatusWritten { .. })),
        ];
        (created, status - created)
    };
    let (soon, rest) = at(10, "off");
    assert_eq!(at(10, "{manage: 1ms, rollingUpdate: 0s, status: 0s}"), (soon + 10, rest));
    assert_eq!(at(10, "{manage: 0s, rollingUpdate: 1ms, status: 2ms}"), (soon, rest + 30));
    assert_eq!(at(20, "{manage: 1ms}").0, soon + 20);
}
