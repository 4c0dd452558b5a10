//! The whole scenario, part by part.

use crate::api::{ResourceQuota, Snapshot};
use crate::input::{FieldPath, Problem, Segment, Tree, decode};
use crate::scenario::check::cluster::{self, Cluster};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fleet::Fleet;
use crate::scenario::check::section::Section;
use crate::scenario::check::time::Horizon;
use crate::scenario::check::{
    alerts, compare, control_plane, cover, events, expect, images, kubelet, latencies,
    priority_classes, spread, startup, terminate,
};
use crate::scenario::manifests::{Manifests, Objects};
use crate::scenario::valid::{DaemonSetRef, START, Scenario};
use crate::scenario::written;

/// The valid scenario, or nothing if a part of it cannot be read; whatever is wrong is noted.
/// Only without any error it is really valid.
pub(in crate::scenario) fn scenario(
    findings: &mut Findings,
    tree: &Tree,
    manifests: &mut Manifests<'_>,
    default_name: &str,
) -> Option<Scenario> {
    let written = frame(findings, tree);
    let root = Section::root(tree);
    let snapshot = snapshot(findings, tree, manifests);
    let mut cluster = cluster::check(findings, &root.key("cluster"), snapshot.as_deref());
    let horizon = Horizon::check(findings, &root.key("until"));
    let daemon_sets = daemon_sets(findings, tree, manifests);
    let mut fleet = Fleet::new(findings, &daemon_sets);
    if let Some(snapshot) = &snapshot {
        fleet.take_over(findings, &snapshot.daemon_sets);
    }
    if !daemon_sets_known(findings, tree) || !cluster.complete {
        fleet.miss_one();
    }
    let happens =
        events::check(findings, &root.key("events"), &cluster, &horizon, manifests, &mut fleet);
    manifests.warn_of_unmet_needs(&cluster.examples());
    let priority_classes = priority_classes::check(
        findings,
        &root.key("priorityClasses"),
        snapshot.as_deref(),
        manifests,
    );
    let control_plane = control_plane::check(findings, &root.key("controlPlane"));
    let nodes_take_time = control_plane.node_lifecycle.is_some();
    startup::check(findings, tree, &mut cluster, &fleet);
    let (section, nodes) = (root.key("latencies"), happens.nodes(&cluster));
    let around = latencies::Around { nodes_take_time, start: snapshot_file(tree) };
    let mut latencies = latencies::check(findings, &section, &nodes, manifests, around);
    let kubelet = kubelet::check(findings, tree, &latencies);
    spread::warn_if_unused(findings, &latencies, &kubelet);
    let nodes_join = happens.somebody_joins() && nodes_take_time;
    latencies.assumed = latencies::assumed(tree, &latencies, &kubelet, nodes_join);
    terminate::check(findings, tree, &latencies, &fleet);
    check_purpose(findings, &fleet, &cluster, &happens);
    images::check(findings, tree, &fleet);
    images::check_late_crashes(findings, tree, &kubelet);
    let alert_interval = alerts::check(findings, &root.key("alerts"));
    let subject = expect::Subject { fleet: &fleet, horizon: &horizon, happens: &happens };
    let expectations = expect::check(findings, &root.key("expect"), subject);
    let mut covers = cover::check(findings, &root.key("cover"), &fleet);
    covers.extend(expectations.iter().map(|it| it.cover.clone()).filter(|it| !it.is_empty()));
    let compare = compare::check(findings, &root.key("compare"));
    let written = written?;
    Some(Scenario {
        name: checked_name(findings, written.name, default_name),
        kubernetes: written.kubernetes.0,
        seed: written.seed,
        order: written.order,
        nodes: cluster.nodes(),
        pools: cluster.pools,
        start: snapshot.as_ref().and_then(|snapshot| snapshot.newest).unwrap_or(START),
        snapshot,
        priority_classes,
        resource_quotas: resource_quotas(&daemon_sets),
        daemon_sets: daemon_sets
            .into_iter()
            .filter_map(|(_, objects)| objects)
            .flat_map(|objects| objects.daemon_sets)
            .map(|loaded| loaded.daemon_set)
            .collect(),
        control_plane,
        kubelet,
        latencies,
        events: happens.events,
        until: horizon.until,
        alert_interval,
        covers: deduplicated(covers),
        expectations,
        compare,
    })
}

/// The file with the snapshot that the cluster begins with.
fn snapshot_file(tree: &Tree) -> Option<&str> {
    tree.get("cluster")?.get("snapshot")?.as_text()
}

/// The snapshot that the cluster begins with, if one is named and can be read.
fn snapshot(
    findings: &mut Findings,
    tree: &Tree,
    manifests: &mut Manifests<'_>,
) -> Option<Box<Snapshot>> {
    let file = snapshot_file(tree)?;
    let path = FieldPath::ROOT.key("cluster").key("snapshot");
    manifests.snapshot(findings, file, &path)
}

/// The fields that are no parts of their own. A field that cannot be read does not hide the
/// others.
fn frame(findings: &mut Findings, tree: &Tree) -> Option<written::Scenario> {
    let problems = match decode(tree) {
        Ok(written) => return Some(written),
        Err(problems) => problems,
    };
    for problem in problems {
        findings.push(in_scenario(problem));
    }
    None
}

/// The hint that a missing `cluster` deserves.
fn in_scenario(problem: Problem) -> Problem {
    let about_cluster = problem.code == "missing-field" && problem.message.contains("`cluster`");
    match problem.hint {
        None if about_cluster => problem.with_hint("write for example `cluster: {nodes: 20}`"),
        Some(_) | None => problem,
    }
}

/// The name; it is the name of a folder, too.
fn checked_name(findings: &mut Findings, name: Option<String>, default: &str) -> String {
    let Some(name) = name else { return default.to_owned() };
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    let harmless = name.chars().all(fits) && name.starts_with(char::is_alphanumeric);
    if !harmless || name.len() > 100 {
        let message = format!("`{}` cannot be the name of a folder", name.escape_default());
        let hint = "use letters, digits, `-`, `_` and `.`; at most 100";
        findings.error("invalid-name", &FieldPath::ROOT.key("name"), message, hint);
    }
    name
}

/// Groups of the same DaemonSets are one.
fn deduplicated(covers: Vec<Vec<DaemonSetRef>>) -> Vec<Vec<DaemonSetRef>> {
    let mut kept: Vec<Vec<DaemonSetRef>> = Vec::new();
    for mut cover in covers {
        cover.sort();
        if !kept.contains(&cover) {
            kept.push(cover);
        }
    }
    kept
}

/// The objects of each entry, none for an entry that cannot be read.
type Entries = Vec<(FieldPath, Option<Objects>)>;

/// The quotas that are there when the run starts.
fn resource_quotas(entries: &Entries) -> Vec<ResourceQuota> {
    let objects = entries.iter().filter_map(|(_, objects)| objects.as_ref());
    objects.flat_map(|objects| objects.quotas.clone()).collect()
}

fn daemon_sets(findings: &mut Findings, tree: &Tree, manifests: &mut Manifests<'_>) -> Entries {
    let Some(Tree::List(entries)) = tree.get("daemonSets") else { return Vec::new() };
    let list = FieldPath::ROOT.key("daemonSets");
    let mut found = Vec::new();
    for (index, tree) in entries.iter().enumerate() {
        let path = list.child(Segment::Index(index));
        let objects = manifests.entry(findings, tree, &path);
        found.push((path, objects));
    }
    found
}

/// Whether `daemonSets` says what it says: it is a list, or it is missing and no field looks like
/// it.
fn daemon_sets_known(findings: &Findings, tree: &Tree) -> bool {
    match tree.get("daemonSets") {
        Some(Tree::List(_)) => true,
        None => !findings.has("unknown-field"),
        Some(_) => false,
    }
}

/// A scenario in which nothing can happen was meant otherwise.
fn check_purpose(
    findings: &mut Findings,
    fleet: &Fleet,
    cluster: &Cluster,
    happens: &events::Happens,
) {
    if fleet.never_has_any() {
        let message = "there is no DaemonSet in this scenario";
        let hint = "write for example `daemonSets: [node-exporter.yaml]`";
        findings.error("no-daemon-set", &FieldPath::ROOT, message, hint);
    }
    let empty = cluster.pools.iter().all(|pool| pool.count == 0)
        && cluster.outside_pools().next().is_none();
    if empty && cluster.complete && !cluster.pools.is_empty() && !happens.somebody_joins() {
        let message = "no node is there at the start, and none joins";
        let hint = "write a `count`, or an event with `join`";
        findings.warning("no-nodes", &FieldPath::ROOT.key("cluster"), message, hint);
    }
}
