//! Short names for what is varied most, and what they stand for in a scenario.

use crate::input::{FieldPath, Segment, Tree, did_you_mean};
use crate::scenario::Override;
use crate::study::settings::ProposalError;
use crate::study::variation::Assignment;

/// Fields of a DaemonSet's spec: in every manifest of the scenario.
const IN_MANIFESTS: [(&str, &str); 3] = [
    ("maxUnavailable", "spec.updateStrategy.rollingUpdate.maxUnavailable"),
    ("maxSurge", "spec.updateStrategy.rollingUpdate.maxSurge"),
    ("minReadySeconds", "spec.minReadySeconds"),
];

/// Fields of the scenario.
const IN_SCENARIO: [(&str, &str); 11] = [
    ("order", "order"),
    ("kubernetes", "kubernetes"),
    ("kubernetesVersion", "kubernetes"),
    ("imagePull", "latencies.imagePull"),
    ("registryBandwidth", "network.registry.bandwidth"),
    ("nodeBandwidth", "network.node.bandwidth"),
    ("schedule", "latencies.schedule"),
    ("containerStart", "latencies.containerStart"),
    ("ready", "latencies.ready"),
    ("terminate", "latencies.terminate"),
    ("nodeReady", "latencies.nodeReady"),
];

/// Names of the number of all nodes.
const NODES: [&str; 2] = ["nodes", "nodeCount"];

/// What a scenario has at its top.
const TOP: [&str; 18] = [
    "name",
    "description",
    "kubernetes",
    "seed",
    "order",
    "cluster",
    "daemonSets",
    "priorityClasses",
    "controlPlane",
    "kubelet",
    "images",
    "network",
    "latencies",
    "events",
    "until",
    "alerts",
    "expect",
    "compare",
];

/// The changes of a scenario that an assignment stands for.
pub(super) fn changes(
    assignment: &Assignment,
    scenario: &Tree,
) -> Result<Vec<Override>, ProposalError> {
    let name = assignment.name.as_str();
    if NODES.contains(&name) {
        return Ok(vec![node_count(assignment, scenario)?]);
    }
    let paths = match find(&IN_MANIFESTS, name) {
        Some(below) => in_manifests(name, below, scenario)?,
        None => vec![find(&IN_SCENARIO, name).map_or_else(|| path(name), parsed)?],
    };
    let at = |path: &FieldPath| assignment.at(path).map_err(|problem| bad(&problem.message));
    paths.iter().map(at).collect()
}

/// The path that a name stands for, in a manifest or in the scenario; none if it is no path.
pub fn stands_for(name: &str) -> Option<FieldPath> {
    if NODES.contains(&name) {
        return Some(FieldPath::ROOT.key("cluster"));
    }
    if find(&IN_MANIFESTS, name).is_some() {
        return Some(FieldPath::ROOT.key("daemonSets"));
    }
    find(&IN_SCENARIO, name).unwrap_or(name).parse().ok()
}

fn find(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(short, _)| *short == name).map(|(_, path)| *path)
}

fn bad(message: &str) -> ProposalError {
    let message = message.replace("--set ", "");
    ProposalError::new("bad-value", message, "write it as in YAML")
}

fn parsed(text: &str) -> Result<FieldPath, ProposalError> {
    text.parse().map_err(|error: crate::input::ParsePathError| {
        let hint = "write a path such as `cluster.nodePools[0].count`";
        ProposalError::new("bad-path", error.to_string(), hint)
    })
}

/// A path as it is written; a single word must be one that a scenario has.
fn path(name: &str) -> Result<FieldPath, ProposalError> {
    let path = parsed(name)?;
    let Some(Segment::Key(first)) = path.segments().first() else { return Ok(path) };
    if TOP.contains(&first.as_str()) {
        return Ok(path);
    }
    let message = format!("unknown field `{first}`");
    let hint = match did_you_mean(first, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write a path, or one of {}", listed()),
    };
    Err(ProposalError::new("unknown-field", message, hint))
}

fn known() -> impl Iterator<Item = &'static str> {
    let short = IN_MANIFESTS.iter().chain(&IN_SCENARIO).map(|(name, _)| *name);
    short.chain(NODES).chain(TOP)
}

fn listed() -> String {
    let short = IN_MANIFESTS.iter().chain(&IN_SCENARIO).map(|(name, _)| *name);
    let names: Vec<String> = short.chain(["nodes"]).map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The field in every manifest of the scenario: those that run at the start, and those that are
/// applied later.
fn in_manifests(name: &str, below: &str, tree: &Tree) -> Result<Vec<FieldPath>, ProposalError> {
    let list = |name: &str| match tree.get(name) {
        Some(Tree::List(items)) => items.as_slice(),
        Some(_) | None => &[],
    };
    let running = FieldPath::ROOT.key("daemonSets");
    let mut entries: Vec<FieldPath> =
        (0..list("daemonSets").len()).map(|index| running.index(index)).collect();
    let events = FieldPath::ROOT.key("events");
    let applies = list("events").iter().enumerate().filter(|(_, it)| it.get("apply").is_some());
    entries.extend(applies.map(|(index, _)| events.index(index).key("apply")));
    if entries.is_empty() {
        let message = format!("the scenario has no manifest in which to set `{name}`");
        let hint = "name one under `daemonSets`, or write a `patch` event and vary it by its path";
        return Err(ProposalError::new("no-manifest", message, hint));
    }
    let below = parsed(below)?;
    Ok(entries.iter().map(|entry| entry.key("manifest").join(&below)).collect())
}

/// The number of all nodes: that of the only pool, or what the largest pool makes up for.
fn node_count(assignment: &Assignment, tree: &Tree) -> Result<Override, ProposalError> {
    let shown = assignment.shown();
    let Ok(nodes) = shown.parse::<u32>() else {
        let message = format!("`{shown}` is not a number of nodes");
        return Err(ProposalError::new("bad-value", message, "write for example `nodes=100,1000`"));
    };
    let cluster = tree.get("cluster");
    let path = FieldPath::ROOT.key("cluster");
    let pools = match cluster.and_then(|cluster| cluster.get("nodePools")) {
        Some(Tree::List(pools)) if !pools.is_empty() => pools,
        Some(_) | None => return Ok(Override::new(path.key("nodes"), Tree::Int(nodes.into()))),
    };
    let count = |pool: &Tree| match pool.get("count") {
        Some(Tree::Int(count)) => u32::try_from(*count).unwrap_or(0),
        Some(_) | None => 1,
    };
    let single = match cluster.and_then(|cluster| cluster.get("nodes")) {
        Some(Tree::List(nodes)) => u32::try_from(nodes.len()).unwrap_or(u32::MAX),
        Some(_) | None => 0,
    };
    let counts: Vec<u32> = pools.iter().map(count).collect();
    let (largest, most) = counts
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, it)| **it)
        .map_or((0, 0), |(i, it)| (i, *it));
    let others = counts.iter().fold(single, |sum, it| sum.saturating_add(*it)) - most;
    let Some(rest) = nodes.checked_sub(others) else {
        let message = format!("`{nodes}` nodes are too few: the smaller pools have {others}");
        let hint = "vary the count of a pool by its path: `cluster.nodePools[0].count`";
        return Err(ProposalError::new("too-few-nodes", message, hint));
    };
    let path = path.key("nodePools").index(largest).key("count");
    Ok(Override::new(path, Tree::Int(rest.into())))
}
