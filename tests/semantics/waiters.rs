//! What the tools that wait for a rollout say of it, and how many nodes have no serving pod of the
//! new revision at that moment.

use rollcast::record::{Record, Waiter};
use rollcast::report::verdict::verdicts;
use rollcast::time::SimDuration;

use crate::scenario::{SETTING, Setting};

const PROBE: &str = "readinessProbe: {httpGet: {path: /, port: 80}}";
const UPDATE: &str = "  - {at: 1m, setImage: \"agent:v2\"}\n";

/// What each tool says of the last rollout, in the order kubectl, Helm 3, Helm 4, Flux, Argo CD:
/// `8s 2/10` (done after 8 s, with 2 of 10 nodes missing), or `-`.
fn said(record: &Record) -> Vec<String> {
    let rollout = record.summary.daemon_sets[0].rollouts.last().unwrap();
    let say = |waiter: &Waiter| match rollout.answers.of(*waiter) {
        None => "-".to_owned(),
        Some(done) => {
            let after = done.at.saturating_sub(rollout.started);
            format!("{after} {}/{}", done.missing, done.wanted)
        }
    };
    let all = Waiter::ALL.iter();
    all.flat_map(|waiter| vec![say(waiter); waiter.tools().len()]).collect()
}

#[track_caller]
fn check(setting: &Setting<'_>, events: &str, expected: [&str; 5]) {
    let record = setting.run(events);
    assert_eq!(said(&record), expected, "{}", verdicts(&record.summary).join("\n"));
}

const EIGHT: Setting<'_> =
    Setting { nodes: 8, spec: "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}", ..SETTING };

#[test]
fn a_rollout_that_goes_well_is_done_first_for_helm_3() {
    check(&EIGHT, UPDATE, ["8s 0/8", "7s 2/8", "8s 0/8", "8s 0/8", "8s 0/8"]);
}

/// Pods that start from 1m6.5s on never become ready: those of the last two nodes.
#[test]
fn helm_3_does_not_see_a_bad_image_in_the_last_batch() {
    let events = format!(
        "{UPDATE}  - {{at: 66500ms, breakImage: {{image: \"agent:v2\", fault: neverReady}}}}\n"
    );
    check(&EIGHT, &events, ["-", "7s 2/8", "-", "-", "-"]);
    let earlier = events.replace("66500ms", "64500ms");
    check(&EIGHT, &earlier, ["-", "-", "-", "-", "-"]);
}

/// A pod that was well is no more; the others are replaced within what is left of the budget.
#[test]
fn helm_3_does_not_see_a_pod_that_is_well_no_more() {
    let setting = Setting { order: "name", ..EIGHT };
    let events = format!("{UPDATE}  - {{at: 63s, unready: {{nodes: node-1}}}}\n");
    check(&setting, &events, ["-", "11s 2/8", "-", "-", "-"]);
}

/// A surge deletes the old pod of a node only once the new one is available.
#[test]
fn with_a_surge_helm_3_waits_for_every_pod() {
    let surge = "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 2}}";
    check(&Setting { spec: surge, ..EIGHT }, UPDATE, ["5s 0/8"; 5]);
    let spec = format!("minReadySeconds: 10, {surge}");
    check(&Setting { spec: &spec, ..EIGHT }, UPDATE, ["49s 0/8"; 5]);
}

/// kubectl ends with an error; Helm 3 and Argo CD have nothing to wait for; kstatus does not look at
/// the strategy.
#[test]
fn on_delete_is_over_at_once_or_when_somebody_deletes_the_pods() {
    let setting = Setting { spec: "updateStrategy: {type: OnDelete}", ..EIGHT };
    check(&setting, UPDATE, ["-", "0s 8/8", "-", "-", "0s 8/8"]);
    let deleted = format!("{UPDATE}  - {{at: 2m, deletePods: {{nodes: all}}}}\n");
    check(&setting, &deleted, ["-", "0s 8/8", "1m2s 0/8", "1m2s 0/8", "0s 8/8"]);
}

/// Helm 3 wants exactly as many updated pods as are desired, and lets some of them be not ready, as
/// those of nodes that have just joined are; the others want all of them at one moment.
#[test]
fn in_a_fleet_that_churns_helm_3_says_done_and_the_others_do_not() {
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 40s, terminate: 1s";
    let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 50%}}";
    let setting = Setting { latencies, nodes: 20, until: "5m", spec, container: PROBE, ..EIGHT };
    let events =
        format!("{UPDATE}  - {{rate: 720/h, join: 1}}\n  - {{rate: 720/h, leave: {{count: 1}}}}\n");
    check(&setting, &events, ["-", "2m4s793ms571us 10/24", "-", "-", "-"]);
}

#[test]
fn where_no_node_wants_a_pod_all_say_at_once_that_it_is_done() {
    let pod = "nodeSelector: {disk: ssd}";
    check(&Setting { pod, ..EIGHT }, UPDATE, ["0s 0/0"; 5]);
}

/// Before the controller has seen the change, the status speaks of the one before.
#[test]
fn nobody_takes_the_status_of_before_for_that_of_the_change() {
    let events = format!("{UPDATE}  - {{at: 59s, restartController: 5m}}\n");
    let record = EIGHT.run(&events);
    let rollout = record.summary.daemon_sets[0].rollouts.last().unwrap();
    for waiter in Waiter::ALL {
        let done = rollout.answers.of(waiter).unwrap();
        assert!(done.at > SimDuration::from_secs(5 * 60), "{waiter:?}: {done:?}");
    }
}
