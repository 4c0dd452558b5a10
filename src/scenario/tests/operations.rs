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
        "reboot: worker-1",
        "reboot: {nodes: {count: 2}, duration: 10m}",
        "reregister: worker-1",
        "reregister: {nodes: all, after: 0s}",
        "upgradeNodes: all",
        "upgradeNodes: {nodes: {pool: worker}, atOnce: 10%, drain: false, duration: 2m}",
        "join: worker-1",
        "refusePods: \"exceeded quota\"",
        "refusePods: {message: denied, namespace: default, nodes: worker-1, duration: 1m}",
        "stuckTerminating: {}",
        "stuckTerminating: {nodes: worker-1, daemonSet: agent, duration: 1m}",
        "deletePods: {daemonSet: agent, force: true}",
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

/// The kubelet kills what has not stopped by the end of the grace period.
#[test]
fn a_time_to_stop_that_is_cut_is_told() {
    let rest = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n";
    check(&format!("latencies: {{terminate: 30s}}\n{rest}"), &[]);
    check(
        &format!(
            "latencies: {{terminate: 31s, overrides: [{{node: node-1, terminate: 10h}}]}}\n{rest}"
        ),
        &[
            "1:24 cut-to-grace-period: 31s is cut to the grace period, 30s: then containers are killed (raise `terminationGracePeriodSeconds`, or write an event with `stuckTerminating` for pods that stay)",
            "1:67 cut-to-grace-period: 10h is cut to the grace period, 30s: then containers are killed (raise `terminationGracePeriodSeconds`, or write an event with `stuckTerminating` for pods that stay)",
        ],
    );
}

/// An undo to a revision that the history does not have is known before a run, unless a snapshot or
/// a random process has a say.
#[test]
fn a_revision_that_is_pruned_by_then_is_told() {
    let check = |limit: u32, undo: &str, expected: &[&str]| {
        let manifest = format!(
            "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: agent}}, spec: \
             {{revisionHistoryLimit: {limit}, selector: {{matchLabels: {{a: b}}}}, template: \
             {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: c, image: \"x:v1\"}}]}}}}}}}}"
        );
        let text = format!(
            "cluster: {{nodes: 3}}\ndaemonSets: [{manifest}]\nevents:\n  - {{at: 1m, setImage: \
             \"x:v2\"}}\n  - {{at: 2m, setImage: \"x:v3\"}}\n{undo}"
        );
        super::check(&text, expected);
    };
    let undo = "  - {at: 3m, rolloutUndo: {toRevision: 1}}";
    check(2, undo, &[]);
    check(
        1,
        undo,
        &[
            "6:40 pruned-revision: revision 1 is gone by then, unless pods of it still run: `error: unable to find specified revision 1 in history` (the history has `2` and `3`; raise `revisionHistoryLimit` to keep more, and mind that an undo gives a revision a new number)",
        ],
    );
    // An undo gives the revision a new number.
    let twice = format!("{undo}\n  - {{at: 4m, rolloutUndo: {{toRevision: 1}}}}");
    check(
        5,
        &twice,
        &[
            "7:40 pruned-revision: revision 1 is gone by then, unless pods of it still run: `error: unable to find specified revision 1 in history` (the history has `2`, `3` and `4`; raise `revisionHistoryLimit` to keep more, and mind that an undo gives a revision a new number)",
        ],
    );
}
