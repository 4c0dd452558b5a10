//! `pkg/controller/daemon/update_test.go`: sequences of syncs.

use crate::fixture::Fixture;
use crate::notation::{cluster, template, update};
use crate::script::{ROW, Row, check};

const ON_DELETE: Row = Row { updates: &["OnDelete"], ..ROW };

pub(crate) const ROWS: &[Row] = &[
    Row {
        tests: "TestDaemonSetUpdatesPods",
        cluster: "5*",
        script: &[
            "sync 5,0; ready any all; image; update maxUnavailable=2",
            "sync 0,2; sync 2,0; ready any all; sync 0,2; sync 2,0; ready any all",
            "sync 0,1; sync 1,0; ready any all; sync 0,0; status updated=5 available=5",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesPodsWithMaxSurge",
        cluster: "5*",
        script: &[
            "sync 5,0; ready any all; image; update maxSurge=2",
            "sync 2,0; sync 0,0; ready any all; sync 2,2; sync 0,0; ready any all",
            "sync 1,2; sync 0,0; ready any all; sync 0,1; sync 0,0; pods new 5; pods old 0",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesPodsNotMatchTainstWithMaxSurge",
        pod_spec: "tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]",
        cluster: "node-role.kubernetes.io/control-plane:NoSchedule | 4*",
        updates: &["maxSurge=1"],
        script: &[
            "sync 5,0; ready any all; untolerate",
            "4 x sync 1,1; sync 0,0; ready any all",
            "sync 0,1; sync 0,0; pods new 4; pods old 0",
        ],
    },
    Row {
        tests: "TestDaemonSetUpdatesWhenNewPodIsNotReady",
        cluster: "5*",
        script: &[
            "sync 5,0; ready any all; image; update maxUnavailable=3",
            "sync 0,3; sync 3,0",
            "3 x sync 0,0",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesSomeOldPodsNotReady",
        cluster: "5*",
        script: &[
            "sync 5,0; ready any all; update maxUnavailable=2",
            "2 x image; sync 0,2; sync 2,0; sync 0,0; pods ready 3",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesSaveOldHealthyPods",
        cluster: "20*",
        script: &[
            "sync 20,0; ready any all; update maxUnavailable=10",
            "image; sync 0,10; sync 10,0; sync 0,0; pods ready 10",
            "10 x image; any-update-below 10; sync 0,10; sync 10,0; sync 0,0; pods ready 10",
            "image; update maxUnavailable=11; sync 0,11; sync 11,0; sync 0,0; pods ready 9",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesAllOldNotReadyPodsAndNewNotReadyPods",
        cluster: "100*",
        script: &[
            "sync 100,0; ready any all; image; update maxUnavailable=10",
            "10 x sync 0,10; sync 10,0; ready any all",
            "sync 0,0; image; renew old 88; unready new 88; unready old 2",
            "sync 0,2; sync 2,0; sync 0,0; pods old 10; pods ready 10",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesAllOldPodsNotReady",
        cluster: "5*",
        script: &["sync 5,0; image; update maxUnavailable=3; sync 0,5; sync 5,0; sync 0,0"],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesAllOldPodsNotReadyMaxSurge",
        cluster: "5*",
        script: &[
            "sync 5,0; image; update maxSurge=3",
            "at 100s; sync 5,0; at 200s; sync 0,5; ready any all; minReady 15; image",
            "at 300s; sync 3,0; ready new 2; unready lone-old 1; at 310s; sync 1,0",
            "at 320s; sync 1,3; ready new 3; at 340s; sync 0,2; at 350s; sync 0,0",
            "pods new 5; pods old 0",
        ],
        ..ON_DELETE
    },
    Row {
        tests: "TestDaemonSetUpdatesNoTemplateChanged",
        cluster: "5*",
        script: &["sync 5,0; update maxUnavailable=3; sync 0,0"],
        ..ON_DELETE
    },
];

/// Nodes that spend the budget in ways that upstream's tests never reach.
///
/// Source: `pkg/controller/daemon/update.go › findUpdatedPodsOnNode, rollingUpdate`.
const BEYOND: &[Row] = &[
    // A node whose only pod is terminating counts as unavailable, outside desired too.
    Row {
        cluster: "oat | 2* oa",
        updates: &["maxUnavailable=1"],
        script: &["sync 0,0; update maxUnavailable=2; sync 0,1"],
        ..ROW
    },
    Row {
        cluster: "a=b:NoSchedule oat | 2* oa",
        updates: &["maxUnavailable=1"],
        script: &["sync 0,0; update maxUnavailable=2; sync 0,1"],
        ..ROW
    },
    // A failed pod in backoff stands beside a new one.
    Row {
        cluster: "nf na | oa",
        script: &[
            "sync 0,1,1; put node-0 nf; update maxUnavailable=1; sync 0,0",
            "wait 1s; sync 0,2,1",
        ],
        ..ON_DELETE
    },
    // Manage takes a pod that is new by its generation alone for an old one, and keeps it.
    Row {
        cluster: "nu ga | oa",
        updates: &["maxSurge=1"],
        script: &["sync 0,0; update maxSurge=2; sync 1,0"],
        ..ROW
    },
];

#[test]
fn rolling_updates() {
    ROWS.iter().chain(BEYOND).for_each(check);
}

pub(crate) const NUMBERS_TEST: &str = "TestGetUnavailableNumbers";

/// `maxSurge`, `maxUnavailable`, desired, and nodes that should have a pod and have none.
const NUMBERS: &[(&str, &str, [u32; 4])] = &[
    ("", "maxUnavailable=0", [0, 0, 0, 0]),
    ("2* na", "maxUnavailable=1", [0, 1, 2, 0]),
    ("na | -", "maxUnavailable=0", [0, 1, 2, 1]),
    ("na | -", "maxSurge=0", [0, 1, 2, 1]),
    ("2* na", "maxUnavailable=50%", [0, 1, 2, 0]),
    ("2* na", "maxSurge=50%", [1, 0, 2, 0]),
    ("2* na", "maxSurge=100%", [2, 0, 2, 0]),
    ("na | nat | -", "maxUnavailable=50%", [0, 2, 3, 1]),
];

#[test]
fn unavailable_numbers() {
    for &(text, strategy, expected) in NUMBERS {
        let fixture = Fixture::new(cluster(text, 0), template(""), update(strategy), 0);
        let status = fixture.tally().status();
        let budget = fixture.budget().unwrap();
        let actual = [
            budget.max_surge,
            budget.max_unavailable,
            status.desired,
            status.desired - status.current,
        ];
        assert_eq!(actual, expected, "{text}, {strategy}");
    }
}
