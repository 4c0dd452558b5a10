//! What once was wrong, each by its smallest case.

use proptest::prelude::*;
use rollcast::record::{Record, What};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::cases::any_case;
use crate::checker::check;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::{self, config, known};
use crate::scenario::{SETTING, Setting};

/// Containers take two seconds to start.
const USUAL: Setting<'_> = Setting {
    order: "name",
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 2s, ready: 0s, terminate: 1s",
    ..SETTING
};

/// Two containers, and a probe that passes after a minute.
const PROBED: Setting<'_> = Setting {
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 2s, ready: 60s, terminate: 1s",
    pod: "containers: [{name: c, image: \"agent:v1\", readinessProbe: {tcpSocket: {port: 80}}}, \
          {name: d, image: \"side:v1\"}]",
    ..SETTING
};

/// Adopts the pods of `agent` once they are orphans.
const TWIN: DaemonSet<'_> =
    DaemonSet { name: "twin", labels: "app: agent", image: "agent:v1", ..AGENT };

fn run(setting: &Setting<'_>, events: &str) -> Record {
    simulate(&setting.load(events), &Options::default(), |_| {})
}

fn adopted_by_twin() -> String {
    format!(
        "  - {{at: 10s, delete: {{daemonSet: agent, cascade: orphan}}}}
  - {{at: 20s, apply: {TWIN}}}\n"
    )
}

fn count(record: &Record, is: fn(&What) -> bool) -> usize {
    record.facts.iter().filter(|fact| is(&fact.what)).count()
}

#[test]
fn mending_an_image_lets_terminating_pods_go_on_terminating() {
    let events = "  - {at: 5s, breakImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}
  - {at: 60s, deletePods: {}}
  - {at: 65s, mendImage: \"agent:v2\"}";
    let latencies = "schedule: 0s, imagePull: 0s, containerStart: 2s, ready: 0s, terminate: 10s";
    let record = run(&Setting { latencies, ..USUAL }, events);
    let last = record.timeline.series[0].points.last().unwrap();
    assert_eq!((last.truth.terminating, last.truth.serving), (0, 3), "{last:?}");
}

#[test]
fn a_failed_pod_does_not_turn_ready_when_its_image_is_mended() {
    let events = "  - {at: 5s, breakImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}
  - {at: 60s, failPods: {nodes: node-1}}
  - {at: 62500ms, failPods: {nodes: node-1}}
  - {at: 65500ms, failPods: {nodes: node-1}}
  - {at: 68s, failPods: {nodes: node-1}}
  - {at: 68100ms, mendImage: \"agent:v2\"}";
    let record = run(&USUAL, events);
    let mut failed = Vec::new();
    for fact in &record.facts {
        match fact.what {
            What::PodFailed { pod, .. } => failed.push(pod),
            What::PodReady { pod } | What::PodStarted { pod } => {
                assert!(!failed.contains(&pod), "{fact:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn a_daemon_set_that_adopted_pods_can_be_deleted_in_the_foreground() {
    let again = DaemonSet { image: "agent:v2", ..TWIN };
    let events = format!(
        "{}  - {{at: 60s, delete: {{daemonSet: twin, cascade: foreground}}}}
  - {{at: 100s, apply: {again}}}",
        adopted_by_twin()
    );
    let record = run(&USUAL, &events);
    let serving: Vec<u32> =
        record.timeline.series.iter().map(|s| s.points.last().unwrap().truth.serving).collect();
    assert_eq!(serving.last(), Some(&3), "{serving:?}: the name is taken for ever");
}

#[test]
fn adopted_pods_are_counted_for_their_new_owner() {
    let record = run(&USUAL, &adopted_by_twin());
    let pods: Vec<u32> =
        record.timeline.series.iter().map(|it| it.points.last().unwrap().pods).collect();
    assert_eq!(pods, [0, 3]);
}

#[test]
fn a_breach_ends_with_its_rollout() {
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 18s, fail: [node-1, node-2]}";
    let record = run(&USUAL, events);
    for rollout in &record.summary.daemon_sets[0].rollouts {
        let end = rollout.finished.unwrap_or(record.summary.end);
        let length = end.as_micros() - rollout.started.as_micros();
        assert!(rollout.breached.as_micros() <= length, "{rollout:?}");
    }
}

#[test]
fn mending_an_image_mends_it_also_if_a_wider_pattern_was_broken() {
    let events = "  - {at: 5s, breakImage: \"agent:*\"}
  - {at: 6s, mendImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}";
    let record = run(&USUAL, events);
    assert_eq!(record.summary.daemon_sets[0].status.updated, 3);
}

#[test]
fn an_image_that_is_on_the_node_need_not_be_pulled() {
    let events = "  - {at: 5s, breakImage: {image: \"agent:v1\", fault: pullError}}
  - {at: 10s, deletePods: {nodes: node-1}}";
    let record = run(&USUAL, events);
    assert_eq!(record.summary.daemon_sets[0].status.ready, 3);
}

#[test]
fn a_rollout_with_surge_that_hangs_says_why() {
    let events = "  - {at: 5s, breakImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}";
    let spec = "updateStrategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 0}}";
    let record = run(&Setting { spec, ..USUAL }, events);
    let summary = &record.summary.daemon_sets[0];
    assert_eq!((summary.status.updated, summary.rollouts[0].finished), (0, None));
    assert!(!summary.holds.is_empty(), "no word about why nothing moves");
}

#[test]
fn nothing_is_held_back_of_a_deleted_daemon_set() {
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 12s, delete: agent}";
    let record = run(&USUAL, events);
    let holds = &record.summary.daemon_sets[0].holds;
    assert!(holds.is_empty(), "{holds:?}");
}

#[test]
fn nothing_is_held_back_on_delete() {
    let events = "  - {at: 10s, setImage: agent:v2}
  - {at: 12s, patch: {updateStrategy: {type: OnDelete}}}";
    let record = run(&USUAL, events);
    let holds = &record.summary.daemon_sets[0].holds;
    assert!(holds.is_empty(), "{holds:?}");
}

#[test]
fn times_of_points_strictly_increase() {
    let record = run(&USUAL, "  - {at: 0s, setImage: agent:v2}");
    let points = &record.timeline.series[0].points;
    let at: Vec<SimDuration> = points.iter().take(2).map(|point| point.at).collect();
    assert!(at[0] < at[1], "{at:?}");
}

#[test]
fn what_follows_from_a_recovery_or_a_mending_names_it_as_its_cause() {
    let events = "  - {at: 10s, fail: node-1}\n  - {at: 12s, recover: node-1}";
    let record = run(&USUAL, events);
    let unready = |what: &What| matches!(what, What::PodUnready { .. });
    assert_eq!(count(&record, unready), 1);
    let fact = record.facts.iter().find(|fact| unready(&fact.what)).unwrap();
    assert!(fact.cause.is_some(), "{fact:?}");
    let events = "  - {at: 5s, breakImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}\n  - {at: 60s, mendImage: \"agent:v2\"}";
    let record = run(&USUAL, events);
    let ready = record.facts.iter().find(|fact| matches!(fact.what, What::PodReady { .. }));
    let ready = ready.unwrap();
    let cause = &record.facts[ready.cause.unwrap().0 as usize];
    assert_eq!(cause.at, ready.at, "{ready:?} because of {cause:?}");
}

#[test]
fn a_mended_pod_waits_for_its_machine_to_restart_its_containers() {
    // The machine is back at 70 s and its containers run at 72 s; mended at 71 s.
    let events = "  - {at: 5s, breakImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}
  - {at: 20s, fail: all}
  - {at: 70s, recover: all}
  - {at: 71s, mendImage: \"agent:v2\"}";
    let record = run(&USUAL, events);
    let ready = record.facts.iter().find(|fact| matches!(fact.what, What::PodReady { .. }));
    assert!(ready.unwrap().at >= SimDuration::from_secs(72), "{ready:?}");
}

#[test]
fn a_pod_that_turned_not_ready_stays_so() {
    // Made Ready before its probe is due, then not Ready again.
    let events = "  - {at: 10s, deletePods: {nodes: node-1}}
  - {at: 30s, ready: {}}
  - {at: 31s, unready: {}}";
    let record = run(&PROBED, events);
    assert_eq!(record.summary.daemon_sets[0].status.ready, 0);
}

#[test]
fn the_worst_fault_of_a_pods_images_counts() {
    let events = "  - {at: 1s, breakImage: {image: \"agent:v2\", fault: neverReady}}
  - {at: 2s, breakImage: {image: \"side:*\", fault: pullError}}
  - {at: 10s, setImage: {images: {c: \"agent:v2\", d: \"side:v2\"}}}";
    let record = run(&PROBED, events);
    assert_eq!(count(&record, |what| matches!(what, What::PodStarted { .. })), 0);
}

#[test]
fn a_breach_ends_when_the_daemon_set_is_deleted() {
    let events = "  - {at: 5s, breakImage: \"agent:v2\"}
  - {at: 10s, setImage: agent:v2}
  - {at: 20s, fail: {count: 2}}
  - {at: 25s, delete: agent}";
    let record = run(&USUAL, events);
    let rollout = &record.summary.daemon_sets[0].rollouts[0];
    assert!(rollout.breached <= SimDuration::from_secs(15), "{rollout:?}");
}

#[test]
fn slowest_is_the_node_with_the_longest_gap() {
    let events = "  - {at: 10s, unready: {nodes: node-1}}
  - {at: 20s, ready: {nodes: node-1}}
  - {at: 30s, unready: {nodes: node-1}}
  - {at: 40s, ready: {nodes: node-1}}
  - {at: 50s, unready: {nodes: node-2}}
  - {at: 65s, ready: {nodes: node-2}}";
    let record = run(&USUAL, events);
    let summary = &record.summary.daemon_sets[0];
    let (node, gap) = summary.slowest.clone().unwrap();
    assert_eq!((node.as_str(), gap), ("node-2", SimDuration::from_secs(15)));
}

#[test]
fn an_orphaned_daemon_set_is_no_reason_to_run_on() {
    let setting = Setting { until: "rolloutComplete", order: "", ..USUAL };
    let events = "  - {at: 10s, unready: {nodes: node-1}}
  - {at: 20s, delete: {daemonSet: agent, cascade: orphan}}
  - {at: 30s, rate: 1/h, cordon: node-1}";
    let record = run(&setting, events);
    assert!(record.summary.end < SimDuration::from_secs(100), "{}", record.summary.end);
}

proptest! {
    #![proptest_config(config())]

    /// The property of [`crate::runs`], with images mended as well.
    #[test]
    fn records_are_consistent_in_every_respect(case in any_case()) {
        let wrong = check(&runs::run(&case), known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
    }
}
