//! Which columns a table has, and the row of an object.

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, pairs, text};
use crate::report::kubectl::get::{controller_revisions, daemon_sets, events, nodes, pods};
use crate::report::kubectl::resource::Resource;
use crate::time::SimTime;

/// Columns beside the usual ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of kubectl")]
pub struct Shown {
    /// `-o wide`.
    pub wide: bool,
    /// NAMESPACE: `-A`.
    pub namespace: bool,
    /// LABELS: `--show-labels`.
    pub labels: bool,
    /// The kind in front of each name: if several resources are printed.
    pub kind: bool,
}

/// The first row of a table.
pub fn headers(resource: Resource, shown: Shown) -> Vec<String> {
    let (usual, wide): (&[&str], &[&str]) = match resource {
        Resource::DaemonSets => (&daemon_sets::HEADERS, &daemon_sets::WIDE),
        Resource::Pods => (&pods::HEADERS, &pods::WIDE),
        Resource::Nodes => (&nodes::HEADERS, &nodes::WIDE),
        Resource::ControllerRevisions => (&controller_revisions::HEADERS, &[]),
        Resource::Events if shown.wide => (&events::WIDE, &[]),
        Resource::Events => (&events::HEADERS, &[]),
    };
    let first = shown.namespace.then_some("NAMESPACE");
    let wide = if shown.wide { wide } else { &[] };
    let last = shown.labels.then_some("LABELS");
    let all = first.iter().chain(usual).chain(wide).chain(&last);
    all.map(|&header| header.to_owned()).collect()
}

/// The row of an object at `now`.
pub fn row(resource: Resource, object: &Value, now: SimTime, shown: Shown) -> Vec<String> {
    let metadata = &object["metadata"];
    let written = text(&metadata["name"]);
    let name =
        if shown.kind { format!("{}/{written}", resource.singular()) } else { written.to_owned() };
    let Cells { cells, wide } = match resource {
        Resource::DaemonSets => daemon_sets::cells(name, object, now),
        Resource::Pods => pods::cells(name, object, now),
        Resource::Nodes => nodes::cells(name, object, now),
        Resource::ControllerRevisions => controller_revisions::cells(name, object, now),
        Resource::Events => events::cells(name, object, now, shown.wide),
    };
    let mut row = Vec::new();
    if shown.namespace {
        row.push(text(&metadata["namespace"]).to_owned());
    }
    row.extend(cells);
    if shown.wide {
        row.extend(wide);
    }
    if shown.labels {
        row.push(pairs(&metadata["labels"]));
    }
    row
}
