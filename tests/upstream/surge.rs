//! `pkg/controller/daemon/daemon_controller_test.go`: the tests `TestSurge…`.

use crate::script::{ROW, Row, check};

const SURGE: Row = Row { updates: &["maxSurge=1"], ..ROW };

/// A new pod that is Ready since 50 s, two old ones, and a `minReadySeconds` of 15.
const SETTLING: Row = Row { cluster: "- | na@100+50 oa@50 oa@60 | na | 2*", ..SURGE };

pub(crate) const ROWS: &[Row] = &[
    Row {
        tests: "TestSurgeDealsWithExistingPods",
        cluster: "- | nu | 2nu | 5nu | 2x",
        script: &["sync 2,5; sync 0,0; each 1"],
        ..SURGE
    },
    Row {
        tests: "TestSurgePreservesReadyOldPods",
        cluster: "- | nu@100 oa@50 oa@60 | nu | 2*",
        script: &["sync 3,1; created node-1 50,100; sync 0,0"],
        ..SURGE
    },
    Row {
        tests: "TestSurgeCreatesNewPodWhenAtMaxSurgeAndOldPodDeleted",
        cluster: "nu oa | 3* oa | oat",
        script: &["sync 1,0; pods new 2"],
        ..SURGE
    },
    Row {
        tests: "TestSurgeDeletesUnreadyOldPods",
        cluster: "- | nu@100 ou@50 oa@60 | nu | 2*",
        script: &["sync 3,2; created node-1 100; sync 0,0"],
        ..SURGE
    },
    Row {
        tests: "TestSurgePreservesOldReadyWithUnsatisfiedMinReady",
        script: &["minReady 15; at 60s; sync 3,1; created node-1 50,100"],
        ..SETTLING
    },
    Row {
        tests: "TestSurgeDeletesOldReadyWithUnsatisfiedMinReady",
        script: &["minReady 15; at 70s; sync 3,2; created node-1 100"],
        ..SETTLING
    },
    // The same at the very end of these 15 s, and a second before.
    Row {
        tests: "TestSurgePreservesOldReadyWithUnsatisfiedMinReady",
        script: &["minReady 15; at 64s; sync 3,1; created node-1 50,100"],
        ..SETTLING
    },
    Row {
        tests: "TestSurgeDeletesOldReadyWithUnsatisfiedMinReady",
        script: &["minReady 15; at 65s; sync 3,2; created node-1 100"],
        ..SETTLING
    },
];

#[test]
fn a_new_pod_may_stand_beside_the_old_one() {
    ROWS.iter().for_each(check);
}
