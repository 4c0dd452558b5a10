//! What people write as one event: an upgrade of nodes, and events that wait for something.

use rollcast::record::{Record, What};

use crate::check;
use crate::scenario::Setting;
use crate::syncs::REFUSED;

/// When the scenario acted, in seconds, and what it did.
fn acted(record: &Record) -> Vec<String> {
    let text = |what: &What| match what {
        What::Scenario { text } => Some(record.names.get(*text).to_owned()),
        _ => None,
    };
    let facts = record.facts.iter();
    facts.filter_map(|it| Some(format!("{}s {}", it.at.as_secs(), text(&it.what)?))).collect()
}

/// Events that failed or never happened.
fn in_vain(record: &Record) -> Vec<&str> {
    record.summary.failed_actions.iter().map(|it| it.message.as_str()).collect()
}

/// When machines went off and worked again, in seconds: `+` and `-` before their names.
fn switched(record: &Record) -> Vec<String> {
    let text = |what: &What| match what {
        What::NodeFailed { node } => Some(format!("-{}", record.names.get(*node))),
        What::NodeRecovered { node } => Some(format!("+{}", record.names.get(*node))),
        _ => None,
    };
    let facts = record.facts.iter();
    facts.filter_map(|it| Some(format!("{}s{}", it.at.as_secs(), text(&it.what)?))).collect()
}

const THREE: Setting<'_> = Setting { nodes: 3, spec: "", ..REFUSED };

#[test]
fn nodes_are_upgraded_one_after_another() {
    let events = "  - {at: 60s, upgradeNodes: {nodes: all, drain: false, duration: 20s}}";
    let expected =
        ["70s serving=2", "90s serving=2", "110s serving=2", "5m serving=3 created=0 deleted=0"];
    let record = check(&THREE, events, &expected);
    let one_by_one =
        ["60s-node-1", "80s+node-1", "80s-node-2", "100s+node-2", "100s-node-3", "120s+node-3"];
    assert_eq!(switched(&record), one_by_one);
    assert_eq!(acted(&record), ["60s upgrade all nodes"]);
    let then = format!("{events}\n  - {{when: {{delay: 5s}}, setImage: agent:v2}}");
    assert_eq!(acted(&THREE.run(&then))[1], "125s set image c=v2");
}

#[test]
fn so_many_are_upgraded_at_once_and_a_percentage_rounds_up() {
    let events =
        "  - {at: 60s, upgradeNodes: {nodes: all, atOnce: 40%, drain: false, duration: 60s}}";
    let record = check(&THREE, events, &["70s serving=1", "130s serving=2", "5m serving=3"]);
    let two_by_two =
        ["60s-node-1", "60s-node-2", "120s+node-1", "120s-node-3", "120s+node-2", "180s+node-3"];
    assert_eq!(switched(&record), two_by_two);
}

/// A node is off once its background pods have left, and takes pods of others again when it is back.
#[test]
fn nodes_are_drained_before_they_are_upgraded() {
    let cluster = "nodePools: [{name: node, count: 3, otherPods: {count: 2}}]";
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 20s";
    let setting = Setting { cluster, latencies, ..THREE };
    let events = "  - {at: 60s, upgradeNodes: node-2}";
    let record = check(&setting, events, &["79s serving=3", "81s serving=2", "7m serving=3"]);
    assert_eq!(switched(&record), ["80s-node-2", "380s+node-2"]);
    let taints = |what: &What| match what {
        What::NodeTainted { taint, .. } => Some(format!("+{}", record.names.get(*taint))),
        What::NodeUntainted { taint, .. } => Some(format!("-{}", record.names.get(*taint))),
        _ => None,
    };
    let taints: Vec<String> = record.facts.iter().filter_map(|it| taints(&it.what)).collect();
    let cordoned = "node.kubernetes.io/unschedulable:NoSchedule";
    assert!(taints[0] == format!("+{cordoned}"), "{taints:?}");
    assert!(taints.contains(&format!("-{cordoned}")), "{taints:?}");
}

/// A node that is gone makes room for the next, one that is off is passed over, and one that does
/// not come back holds up the rest.
#[test]
fn an_upgrade_goes_on_without_nodes_that_leave() {
    let events = "  - {at: 50s, fail: node-2}
  - {at: 60s, upgradeNodes: {nodes: all, drain: false, duration: 60s}}
  - {at: 70s, leave: node-1}";
    let record = THREE.run(events);
    assert_eq!(switched(&record), ["50s-node-2", "60s-node-1", "70s-node-3", "130s+node-3"]);
    assert_eq!(in_vain(&record), ["node-2 is off and was not upgraded"]);
    let events = "  - {at: 60s, upgradeNodes: {nodes: all, drain: false, duration: 60s}}
  - {at: 90s, apiServerOutage: 10m}";
    let record = THREE.run(events);
    let held_up: Vec<String> = switched(&record).into_iter().take(3).collect();
    assert_eq!(held_up[..2], ["60s-node-1", "120s+node-1"]);
    assert!(held_up.get(2).is_none_or(|it| it != "120s-node-2"), "its kubelet cannot say so");
}

#[test]
fn events_wait_for_a_rollout_and_for_each_other() {
    let events = "  - {at: 1m, setImage: agent:v2}
  - {when: rolloutComplete, setImage: agent:v3}
  - {when: {rolloutComplete: agent, delay: 30s}, rolloutUndo: agent}";
    let record = THREE.run(events);
    let happened = acted(&record);
    assert_eq!(happened.len(), 3, "{happened:?}");
    let rollouts = &record.summary.daemon_sets[0].rollouts;
    let finished: Vec<_> = rollouts.iter().map(|it| it.finished.unwrap()).collect();
    assert_eq!(rollouts[1].started, finished[0]);
    assert_eq!(rollouts[2].started.as_secs(), finished[1].as_secs() + 30);
    assert!(in_vain(&record).is_empty());
}

/// Ten minutes without progress, also when nothing is left to happen.
#[test]
fn an_event_waits_for_a_rollout_to_get_stuck() {
    let broken = "  - {at: 0s, breakImage: {image: \"agent:v2\", fault: pullError}}
  - {at: 1m, id: update, setImage: agent:v2}\n";
    let undo = format!("{broken}  - {{when: rolloutStuck, rolloutUndo: agent}}");
    let record = Setting { until: "1h", ..THREE }.run(&undo);
    let status = record.summary.daemon_sets[0].rollouts.clone();
    assert_eq!(status.len(), 2, "{:?}", acted(&record));
    let stuck_since = status[0].last_progress.max(status[0].started).as_secs();
    assert_eq!(status[1].started.as_secs(), stuck_since + 600);
    assert!(status[1].finished.is_some());

    let soon = format!(
        "{broken}  - {{when: {{rolloutStuck: {{daemonSet: agent, for: 2m}}}}, rolloutUndo: agent}}"
    );
    let record = Setting { until: "1h", ..THREE }.run(&soon);
    assert_eq!(record.summary.daemon_sets[0].rollouts[1].started.as_secs(), stuck_since + 120);
}

/// A wait for trouble ends with the run; a wait that did not end is said.
#[test]
fn what_never_happens_is_said() {
    let events = "  - {at: 1m, setImage: agent:v2}\n  - {when: rolloutStuck, rolloutUndo: agent}
  - {when: {delay: 1m}, cordon: node-1}";
    let record = Setting { until: "rolloutComplete", ..THREE }.run(events);
    let summary = &record.summary;
    assert!(summary.daemon_sets[0].rollouts[0].finished.is_some() && summary.end.as_secs() < 600);
    assert_eq!(
        in_vain(&record),
        [
            "it did not happen: when the run ended it waited for the rollout of agent to make no progress for 10m",
            "it did not happen: when the run ended it waited for `rollout undo kube-system/agent`"
        ]
    );
}

/// `at` and `after` say from when on an event waits.
#[test]
fn an_event_waits_from_a_time_on() {
    let events = "  - {at: 1m, id: first, setImage: agent:v2}
  - {at: 20m, when: rolloutComplete, setImage: agent:v3}
  - {when: {after: first, delay: 5m}, cordon: node-1}
  - {when: {after: last, delay: 1m}, uncordon: node-1}
  - {at: 30m, id: last, rolloutRestart: agent}";
    let record = Setting { until: "1h", ..THREE }.run(events);
    let seconds: Vec<String> =
        acted(&record).iter().map(|it| it.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(seconds, ["60s", "360s", "1200s", "1800s", "1860s"], "{:?}", acted(&record));
}
