//! What one sync would do: as a table for people, as JSON for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::{Hold, Plan, PlannedNode, PlannedRevision};
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
        node.why.clone(),
    ]
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
    lines.extend(plan.error.iter().map(|error| format!("error:  {error}; it will be tried again")));
    let hold = |hold: &Hold| format!("{} {}", count(hold.nodes.into(), "node"), hold.reason);
    lines.extend(plan.holds.iter().map(|it| format!("holds:  {}", hold(it))));
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
        holds: plan
            .holds
            .iter()
            .map(|it| HoldEntry { reason: it.reason, nodes: it.nodes })
            .collect(),
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
    holds: Vec<HoldEntry>,
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

#[derive(Serialize)]
struct HoldEntry {
    reason: &'static str,
    nodes: u32,
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
