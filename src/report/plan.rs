//! What one sync would do: as a table for people, as JSON for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::{Plan, PlannedNode, PlannedRevision};
use crate::report::cause;
use crate::report::holds::{AdviceEntry, HoldEntry, Keys};
use crate::report::json::pretty;
use crate::report::readable::{count, number};
use crate::report::table::layout;

/// The most nodes that the table shows one by one; of further ones it says how many there are.
const MOST_ROWS: usize = 100;

/// The plan for people: a line per node on which something is done or due or that keeps others
/// waiting, a line for the others together, and what the sync does besides.
pub fn plan_table(plan: &Plan) -> String {
    let mut text = format!("{}{}\n", plan.daemon_set, revision_words(plan.revision.as_ref()));
    let acts = |node: &PlannedNode| node.creates || !node.deletes.is_empty();
    let shown = |node: &&PlannedNode| acts(node) || node.waits || node.spends;
    let acting = plan.nodes.iter().filter(shown);
    let header = ["NODE", "POD", "STATE", "ACTION", "WHY"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> =
        std::iter::once(header).chain(acting.clone().take(MOST_ROWS).map(row)).collect();
    if rows.len() > 1 {
        text.push('\n');
        text.push_str(&layout(&rows));
    }
    let rest = acting.skip(MOST_ROWS).chain(plan.nodes.iter().filter(|node| !shown(node)));
    let mut others: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for node in rest {
        *others.entry((node.why.as_str(), node.state)).or_default() += 1;
    }
    if !others.is_empty() {
        text.push('\n');
    }
    let others = others.into_iter().map(|((why, state), nodes)| {
        format!("{} ({state}): {why}\n", count(nodes, "further node"))
    });
    text.extend(others);
    text.push('\n');
    text.push_str(&closing_lines(plan));
    text
}

fn revision_words(revision: Option<&PlannedRevision>) -> String {
    let Some(PlannedRevision { name, number, created, .. }) = revision else {
        return String::new();
    };
    let new = if *created { ", created by this sync" } else { "" };
    format!(", revision {number} ({name}{new})")
}

fn row(node: &PlannedNode) -> Vec<String> {
    let mut actions: Vec<String> = node.deletes.iter().map(|pod| format!("delete {pod}")).collect();
    if node.creates {
        actions.push("create a pod".to_owned());
    }
    if actions.is_empty() {
        actions.push("wait".to_owned());
    }
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    vec![
        or_dash(node.name.clone()),
        or_dash(node.pods.join(",")),
        node.state.to_owned(),
        actions.join(", "),
        why(node),
    ]
}

fn why(node: &PlannedNode) -> String {
    match &node.cause {
        Some(cause) => format!("{}: {}", node.why, cause::words(cause)),
        None => node.why.clone(),
    }
}

fn closing_lines(plan: &Plan) -> String {
    let did = [
        (plan.creates.len(), "creates", "pod"),
        (plan.deletes.len(), "deletes", "pod"),
        (plan.adopts.len(), "adopts", "pod"),
        (plan.releases.len(), "releases", "pod"),
        (plan.deleted_revisions.len(), "deletes", "revision"),
    ];
    let did: Vec<String> = did
        .into_iter()
        .filter(|&(many, ..)| many > 0)
        .map(|(many, verb, what)| format!("{verb} {}", count(many as u64, what)))
        .collect();
    let mut lines = Vec::new();
    let did = if did.is_empty() { "does nothing".to_owned() } else { did.join(", ") };
    lines.push(format!("sync:   {did}"));
    let named = [("adopts", &plan.adopts), ("releases", &plan.releases)];
    for (verb, names) in named.into_iter().filter(|(_, names)| !names.is_empty()) {
        lines.push(format!("        {verb} {}", names.join(", ")));
    }
    lines.extend(plan.deleting.iter().map(|why| format!("holds:  the DaemonSet is {why}")));
    lines.extend(plan.error.iter().map(|error| format!("error:  {error}; it will be tried again")));
    for hold in &plan.holds {
        lines.push(format!("holds:  {} {}", count(hold.nodes.into(), "node"), hold.reason));
        let causes = cause::causes(std::slice::from_ref(hold));
        lines.extend(causes.into_iter().map(|cause| format!("        {cause}")));
    }
    let advice = cause::advice(&plan.advice, &plan.daemon_set);
    lines.extend(advice.map(|advice| format!("advice: {advice}")));
    lines.extend(plan.events.iter().map(|event| format!("event:  {event}")));
    let status = &plan.status;
    lines.push(format!(
        "status: desired {}, current {}, ready {}, up-to-date {}, available {}, unavailable {}, \
         misscheduled {}",
        number(status.desired.into()),
        number(status.current.into()),
        number(status.ready.into()),
        number(status.updated.into()),
        number(status.available.into()),
        number(status.unavailable.into()),
        number(status.misscheduled.into()),
    ));
    lines.join("\n") + "\n"
}

/// The plan for programs, ending with a line break; the status in the API's names.
pub fn plan_json(plan: &Plan) -> String {
    let status = &plan.status;
    let entry = Entry {
        daemonset: &plan.daemon_set,
        revision: plan.revision.as_ref().map(|it| RevisionEntry {
            name: &it.name,
            hash: &it.hash,
            number: it.number,
            created: it.created,
        }),
        creates: &plan.creates,
        deletes: &plan.deletes,
        adopts: &plan.adopts,
        deleted_revisions: &plan.deleted_revisions,
        status: StatusEntry {
            current_number_scheduled: status.current,
            number_misscheduled: status.misscheduled,
            desired_number_scheduled: status.desired,
            number_ready: status.ready,
            observed_generation: plan.observed_generation,
            updated_number_scheduled: status.updated,
            number_available: status.available,
            number_unavailable: status.unavailable,
        },
        events: &plan.events,
        holds: plan.holds.iter().map(|it| HoldEntry::new(it, Keys::Camel)).collect(),
        advice: AdviceEntry::all(&plan.advice, &plan.daemon_set, Keys::Camel),
        deleting: plan.deleting.as_deref(),
        error: plan.error.as_deref(),
    };
    pretty(&entry)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    daemonset: &'a str,
    revision: Option<RevisionEntry<'a>>,
    creates: &'a [String],
    deletes: &'a [String],
    adopts: &'a [String],
    deleted_revisions: &'a [String],
    status: StatusEntry,
    events: &'a [String],
    holds: Vec<HoldEntry<'a>>,
    advice: Vec<AdviceEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleting: Option<&'a str>,
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct RevisionEntry<'a> {
    name: &'a str,
    hash: &'a str,
    number: i64,
    created: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusEntry {
    current_number_scheduled: u32,
    number_misscheduled: u32,
    desired_number_scheduled: u32,
    number_ready: u32,
    observed_generation: i64,
    updated_number_scheduled: u32,
    number_available: u32,
    number_unavailable: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Hold, StatusCounts};

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
            holds: vec![Hold::new("waiting for their turn, the budget is spent", 1)],
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
        let lines: Vec<&str> =
            table.lines().skip_while(|line| !line.starts_with("node-099")).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        node-099   p     old, available   wait     the budget is spent
        node-100   p     old, available   wait     the budget is spent

        30 further nodes (old, available): the budget is spent

        sync:   does nothing
        status: desired 0, current 0, ready 0, up-to-date 0, available 0, unavailable 0, misscheduled 0
        ");
    }
}
