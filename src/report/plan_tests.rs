//! What the table of a plan looks like.

use super::*;
use crate::record::StatusCounts;

fn node(name: &str, pods: &[&str], state: &'static str, why: &str) -> PlannedNode {
    PlannedNode {
        name: name.to_owned(),
        pods: pods.iter().map(|&pod| pod.to_owned()).collect(),
        state,
        why: why.to_owned(),
        ..PlannedNode::default()
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

/// One row of every kind.
fn full() -> Plan {
    let creates = PlannedNode { creates: true, ..node("a", &[], "no pod", "no pod yet") };
    let deletes = PlannedNode {
        deletes: names(&["agent-2", "agent-3"]),
        ..node(
            "b-with-a-long-name.example.com",
            &["agent-2", "agent-3"],
            "several pods",
            "too many",
        )
    };
    let both = PlannedNode {
        deletes: names(&["agent-4"]),
        creates: true,
        ..node("c", &["agent-4"], "old, not available", "old and not available")
    };
    let waits = PlannedNode {
        waits: true,
        ..node("d", &["agent-5"], "old, available", "the budget is spent")
    };
    let nowhere =
        PlannedNode { waits: true, ..node("", &["agent-6"], "new, available", "no node") };
    let settled = [
        node("e", &["agent-7"], "new, available", "up to date"),
        node("f", &["agent-8"], "new, available", "up to date"),
    ];
    Plan {
        daemon_set: "kube-system/agent".to_owned(),
        revision: Some(PlannedRevision {
            name: "agent-5d4".to_owned(),
            hash: "5d4".to_owned(),
            number: 3,
            created: true,
        }),
        creates: names(&["a", "c"]),
        deletes: names(&["agent-2", "agent-3", "agent-4"]),
        adopts: names(&["agent-5"]),
        releases: names(&["agent-9"]),
        deleted_revisions: names(&["agent-7c9"]),
        status: StatusCounts { desired: 1_234, current: 5, ..StatusCounts::default() },
        events: names(&["Warning FailedDaemonPod Found failed daemon pod"]),
        holds: vec![Hold { reason: "waiting for their turn, the budget is spent", nodes: 1 }],
        error: Some("couldn't get node".to_owned()),
        nodes: [creates, deletes, both, waits, nowhere].into_iter().chain(settled).collect(),
        ..Plan::default()
    }
}

#[test]
fn every_kind_of_row_is_shown() {
    insta::assert_snapshot!(plan_table(&full()), @r"
    kube-system/agent, revision 3 (agent-5d4, created by this sync)

    NODE                             POD               STATE                ACTION                           WHY
    a                                -                 no pod               create a pod                     no pod yet
    b-with-a-long-name.example.com   agent-2,agent-3   several pods         delete agent-2, delete agent-3   too many
    c                                agent-4           old, not available   delete agent-4, create a pod     old and not available
    d                                agent-5           old, available       wait                             the budget is spent
    -                                agent-6           new, available       wait                             no node

    2 further nodes (new, available): up to date

    sync:   creates 2 pods, deletes 3 pods, adopts 1 pod, releases 1 pod, deletes 1 revision
            adopts agent-5
            releases agent-9
    error:  couldn't get node; it will be tried again
    holds:  1 node waiting for their turn, the budget is spent
    event:  Warning FailedDaemonPod Found failed daemon pod
    status: desired 1,234, current 5, ready 0, up-to-date 0, available 0, unavailable 0, misscheduled 0
    ");
}

#[test]
fn nothing_to_do_is_said() {
    let plan = Plan { daemon_set: "default/agent".to_owned(), ..Plan::default() };
    insta::assert_snapshot!(plan_table(&plan), @r"
    default/agent

    sync:   does nothing
    status: desired 0, current 0, ready 0, up-to-date 0, available 0, unavailable 0, misscheduled 0
    ");
}

#[test]
fn of_more_than_a_hundred_nodes_the_rest_is_counted() {
    let waits = |number: u32| PlannedNode {
        waits: true,
        ..node(&format!("node-{number:03}"), &["p"], "old, available", "the budget is spent")
    };
    let nodes = (1..=130).map(waits).collect();
    let plan = Plan { daemon_set: "default/agent".to_owned(), nodes, ..Plan::default() };
    let table = plan_table(&plan);
    let lines: Vec<&str> = table.lines().skip_while(|line| !line.starts_with("node-099")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    node-099   p     old, available   wait     the budget is spent
    node-100   p     old, available   wait     the budget is spent

    30 further nodes (old, available): the budget is spent

    sync:   does nothing
    status: desired 0, current 0, ready 0, up-to-date 0, available 0, unavailable 0, misscheduled 0
    ");
}
