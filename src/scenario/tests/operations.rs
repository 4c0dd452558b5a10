//! Verbs of operators and clouds, and how nodes are looked after.

use crate::scenario::tests::{check, check_event};

/// Checks a scenario with this cluster and a DaemonSet.
#[track_caller]
fn check_cluster(cluster: &str, expected: &[&str]) {
    check(&format!("cluster: {{{cluster}}}\ndaemonSets: [agent.yaml]\n"), expected);
}

#[test]
fn operators_and_clouds_have_verbs() {
    for event in [
        "drain: worker-1",
        "shutdown: worker-1",
        "shutdown: {nodes: all, gracePeriod: 0s}",
        "spotInterruption: {nodes: {pool: worker, count: 2}}",
        "scaleUp: 3",
        "scaleDown: [worker-1, worker-2]",
        "pressure: {nodes: worker-1, kind: pid}",
        "relieve: worker-1",
        "restartController: {}",
        "restartController: 1m",
        "apiServerOutage: 60s",
    ] {
        check_event(event, &[]);
    }
    check_event(
        "shutdown: {nodes: worker-21}",
        &[
            "4:31 unknown-node: there is no node `worker-21` (the nodes of the pool `worker` are `worker-1` to `worker-20`)",
        ],
    );
    check_event(
        "scaleUp: spot",
        &["4:22 unknown-pool: there is no pool `spot` (the only pool is `worker`)"],
    );
    check_event(
        "apiServerOutage: 0s",
        &["4:30 out-of-range: an outage must last longer than zero (write for example `60s`)"],
    );
}

/// Checks settings of the node-lifecycle controller.
#[track_caller]
fn check_lifecycle(settings: &str, expected: &[&str]) {
    let rest = "cluster: {nodes: 1}\ndaemonSets: [agent.yaml]\n";
    check(&format!("controlPlane: {{nodeLifecycle: {settings}}}\n{rest}"), expected);
}

#[test]
fn flags_of_the_node_lifecycle_controller_have_ranges() {
    check_lifecycle("off", &[]);
    check_lifecycle("{nodeEvictionRate: 0, unhealthyZoneThreshold: 1}", &[]);
    check_lifecycle(
        "{unhealthyZoneThreshold: 55}",
        &["1:56 out-of-range: `55` is out of range (write a number from 0 to 1)"],
    );
    check_lifecycle(
        "{nodeMonitorPeriod: 0s}",
        &["1:51 out-of-range: a `nodeMonitorPeriod` of no time is none (write for example `5s`)"],
    );
}

#[test]
fn startup_taints_name_who_takes_them_off() {
    let check = |taints: &str, expected: &[&str]| {
        check_cluster(&format!("nodePools: [{{name: w, startupTaints: [{taints}]}}]"), expected);
    };
    check("{taint: 'a:NoSchedule', removedBy: agent}", &[]);
    check(
        "{taint: 'a:NoSchedule', removedBy: agnet}",
        &["1:84 unknown-daemon-set: there is no DaemonSet `agnet` (did you mean `agent`?)"],
    );
    check(
        "{taint: 'a:NoSchedule', removedBy: agent}, {taint: 'a=b:NoSchedule', removedBy: agent}",
        &["1:92 duplicate-taint: there are two taints `a:NoSchedule` (remove one of them)"],
    );
}
