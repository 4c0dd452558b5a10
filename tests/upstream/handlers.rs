//! What wakes the controller, and what only a whole sync shows, as tiny scenarios.
//!
//! Whether a DaemonSet was queued shows in its status if that is stale: since 1.33 a taint
//! `NoSchedule` on a node with a pod queues nothing, and nor does the deletion of a Node. The next
//! thing that does queue it mends `desired`.
//!
//! Source: `pkg/controller/daemon/daemon_controller_test.go`.

use rollcast::control::daemonset::Expectations;
use rollcast::control::workqueue::WorkQueue;
use rollcast::record::{Record, What};
use rollcast::time::{SimDuration, SimTime};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};

/// A scenario of three nodes.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// The names of the tests, in the order of [`crate::table`].
    pub(crate) tests: &'static str,
    setting: Setting<'static>,
    events: &'static [&'static str],
    /// The number of a DaemonSet, and what is seen of it.
    expected: &'static [(usize, &'static [&'static str])],
}

const SLOW_END: Setting<'_> = Setting {
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 20s",
    ..SETTING
};
const ON_DELETE: Setting<'_> = Setting { spec: "updateStrategy: {type: OnDelete}", ..SETTING };
const CASE: Case = Case { tests: "", setting: SETTING, events: &[], expected: &[] };

/// Makes the status stale, which says 3 instead of 2 from now on.
const TAINT: &str = "{at: 10s, taint: {nodes: node-3, taint: \"a=b:NoSchedule\"}}";
/// Short for `apply`: when, the namespace and the name, the label `app`, the image's tag.
const APPLY_OTHER: &str = "apply 1s kube-system other other v1";
const APPLY_TWIN: &str = "apply 1s kube-system twin agent v1";
const APPLY_THIRD: &str = "apply 1s kube-system third agent v1";
const APPLY_V2: &str = "apply 30s kube-system agent agent v2";
const APPLY_ELSEWHERE: &str = "apply 30s elsewhere agent agent v2";
const ORPHAN: &str = "{at: 20s, delete: {daemonSet: kube-system/agent, cascade: orphan}}";

pub(crate) const CASES: &[Case] = &[
    // Nothing happens and the status stays stale: without this the cases below would show nothing.
    Case {
        tests: "TestUpdateNode",
        events: &[TAINT],
        expected: &[(0, &["9m desired=3 misscheduled=0 wanted=2"])],
        ..CASE
    },
    Case {
        tests: "TestUpdateNode TestShouldIgnoreNodeUpdate",
        events: &[
            TAINT,
            "{at: 12s, unready: {nodes: node-2}}",
            "{at: 16s, leave: node-2}",
            "{at: 20s, label: {nodes: node-1, labels: {color: blue}}}",
        ],
        expected: &[(0, &["12s desired=2 misscheduled=1", "19s desired=2", "20s desired=1"])],
        ..CASE
    },
    Case {
        tests: "TestUpdateNode TestShouldIgnoreNodeUpdate",
        events: &[
            TAINT,
            "{at: 12s, unready: {nodes: node-2}}",
            "{at: 20s, untaint: {nodes: node-3, taint: a}}",
        ],
        expected: &[(0, &["19s desired=2 misscheduled=1", "20s desired=3 misscheduled=0"])],
        ..CASE
    },
    Case {
        tests: "TestAddNode",
        events: &[TAINT, "{at: 20s, join: 1}"],
        expected: &[(
            0,
            &["19s created=0 desired=3", "20s created=1", "30s pods=4 misscheduled=1"],
        )],
        ..CASE
    },
    // A second pod is created only if the first one was observed.
    Case {
        tests: "TestAddPod",
        events: &[
            "{at: 10s, deletePods: {nodes: node-1}}",
            "{at: 20s, deletePods: {nodes: node-2}}",
        ],
        expected: &[(0, &["19s created=1 ready=3", "30s created=2 ready=3"])],
        ..CASE
    },
    Case {
        tests: "TestUpdatePod",
        events: &[TAINT, "{at: 20s, unready: {nodes: node-2}}"],
        expected: &[(0, &["19s desired=3", "20s desired=2 misscheduled=1 ready=1"])],
        ..CASE
    },
    // Pod GC deletes the pod of a node that is gone, of whose deletion no handler heard.
    Case {
        tests: "TestDeletePod",
        events: &[TAINT, "{at: 20s, leave: node-2}"],
        expected: &[(0, &["59s desired=3 pods=3", "60s desired=1 misscheduled=1 pods=2"])],
        ..CASE
    },
    Case {
        tests: "TestDeleteNoDaemonPod",
        events: &[APPLY_OTHER, TAINT, "{at: 20s, deletePods: {daemonSet: other, nodes: node-2}}"],
        expected: &[(0, &["9m desired=3"]), (1, &["19s desired=3", "30s desired=2"])],
        ..CASE
    },
    Case {
        tests: "TestUpdatePodControllerRefRemoved",
        events: &[APPLY_TWIN, APPLY_THIRD, TAINT, ORPHAN],
        expected: &[
            (1, &["19s desired=3", "20s desired=2 misscheduled=1"]),
            (2, &["19s desired=3", "20s desired=2 misscheduled=1"]),
        ],
        ..CASE
    },
    // A terminating orphan is not adopted, and its end wakes nobody, although selectors match.
    // The pods that the twin adopted and deleted, which end at 40 s, do wake it.
    Case {
        tests: "TestUpdatePodOrphanSameLabels TestDeletePodOrphan",
        setting: SLOW_END,
        events: &[
            APPLY_TWIN,
            "{at: 18s, deletePods: {daemonSet: agent, nodes: node-2}}",
            ORPHAN,
            "{at: 25s, taint: {nodes: node-3, taint: \"a=b:NoSchedule\"}}",
        ],
        expected: &[(1, &["24s desired=3", "39s desired=3", "40s desired=2 misscheduled=1"])],
    },
    Case {
        tests: "TestDontDoAnythingIfBeingDeleted",
        setting: SLOW_END,
        events: &[
            "{at: 10s, delete: {daemonSet: agent, cascade: foreground}}",
            "{at: 12s, join: 1}",
        ],
        expected: &[(0, &["20s created=0 terminating=3", "40s created=0 pods=0"])],
    },
    Case {
        tests: "TestExpectationsOnRecreate",
        setting: SLOW_END,
        events: &["{at: 29s, delete: agent}", APPLY_V2],
        expected: &[(1, &["30s created=3 pods=3", "60s created=3 ready=3"])],
    },
    // Both labels fit; then neither; then the hash alone.
    Case {
        tests: "TestIsPodUpdated",
        setting: ON_DELETE,
        events: &["{at: 10s, setImage: \"agent:v2\"}", "{at: 20s, rolloutUndo: agent}"],
        expected: &[(0, &["9s updated=3", "10s updated=0", "20s updated=3 created=0"])],
    },
    // The same by the way back that finds the old revision by its template.
    Case {
        tests: "TestIsPodUpdated",
        setting: ON_DELETE,
        events: &["{at: 10s, setImage: \"agent:v2\"}", "{at: 20s, setImage: \"agent:v1\"}"],
        expected: &[(0, &["9s updated=3", "10s updated=0", "20s updated=3 created=0"])],
    },
    // The generation alone.
    Case {
        tests: "TestIsPodUpdated",
        events: &[ORPHAN, APPLY_V2],
        expected: &[(1, &["30s updated=3 created=0", "9m updated=3 created=0"])],
        ..CASE
    },
];

fn record(setting: &Setting<'_>, events: &[&str]) -> Record {
    let lines: Vec<String> = events.iter().map(|event| format!("  - {}", written(event))).collect();
    setting.run(&lines.join("\n"))
}

fn written(event: &str) -> String {
    let words: Vec<&str> = event.split(' ').collect();
    let ["apply", at, namespace, name, app, tag] = words.as_slice() else {
        return event.to_owned();
    };
    let (labels, image) = (&format!("app: {app}"), &format!("agent:{tag}"));
    let daemon_set = DaemonSet { name, namespace, labels, image, ..AGENT };
    format!("{{at: {at}, apply: {daemon_set}}}")
}

#[test]
fn handlers_queue_what_they_should() {
    for case in CASES {
        let record = record(&case.setting, case.events);
        let context = format!("{}\n{}", case.tests, case.events.join("\n"));
        for &(daemon_set, expected) in case.expected {
            check_points(&record, daemon_set, expected, &context);
        }
    }
}

/// Tests of upstream that are functions here.
pub(crate) const FUNCTIONS: &[(&str, fn())] = &[
    ("TestExpectationsOnRecreate", deletion_drops_expectations),
    ("TestExpectationsOnRecreate", a_status_write_queues_once),
    ("TestObservedGeneration", the_observed_generation_is_written),
    ("TestControlledHistories", orphaned_revisions_of_the_namespace_are_adopted),
];

#[test]
fn functions() {
    for (_, test) in FUNCTIONS {
        test();
    }
}

fn deletion_drops_expectations() {
    let mut expectations = Expectations::default();
    expectations.set(1, 0, SimTime::ZERO);
    assert!(!expectations.satisfied(SimTime::ZERO));
    expectations.delete();
    assert!(expectations.satisfied(SimTime::ZERO));
}

fn a_status_write_queues_once() {
    let mut queue = WorkQueue::default();
    queue.add("default/foo");
    assert_eq!(queue.take(), Some("default/foo"));
    // Its own status write, twice, while it is being worked on.
    queue.add("default/foo");
    queue.add("default/foo");
    assert_eq!(queue.take(), None);
    queue.done("default/foo");
    assert_eq!((queue.take(), queue.take()), (Some("default/foo"), None));
}

/// A status of the same numbers is written for a new generation of the spec, and only then.
fn the_observed_generation_is_written() {
    let record = record(&SETTING, &["{at: 10s, patch: {minReadySeconds: 5}}"]);
    let written = record.facts.iter().filter(|fact| {
        fact.at >= SimDuration::from_secs(10) && matches!(fact.what, What::StatusWritten { .. })
    });
    assert_eq!(written.count(), 1);
    assert_eq!(record.summary.daemon_sets[0].status.available, 3);
}

/// The number of the new revision tells whether the orphaned one was found.
fn orphaned_revisions_of_the_namespace_are_adopted() {
    for (apply, expected) in [(APPLY_V2, 2), (APPLY_ELSEWHERE, 1)] {
        let record = record(&SETTING, &[ORPHAN, apply]);
        let numbers = record.facts.iter().filter_map(|fact| match fact.what {
            What::RevisionCurrent { number, created: true, .. } => Some(number),
            _ => None,
        });
        assert_eq!(numbers.collect::<Vec<_>>(), [expected], "{apply}");
    }
}
