//! The nodes: pools and single ones become node specs.

use crate::api::well_known::{LABEL_HOSTNAME, LABEL_TOPOLOGY_ZONE};
use crate::api::{Snapshot, dns_label_problems, dns_subdomain_problems};
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::{Findings, first_problem, listed};
use crate::scenario::check::node::{checked_labels, checked_taints, resources};
use crate::scenario::check::section::Section;
use crate::scenario::pool::{NUMBER, POOL_LABEL, own_labels};
use crate::scenario::valid::{MOST_NODES, NodePool, NodeSpec, PoolId, StartNodes};
use crate::scenario::written::{self, SingleNodes};
use std::collections::BTreeMap;

/// The most nodes at the start, and the most that may join.
pub(super) const MAX_NODES: u64 = MOST_NODES as u64;
/// The longest name of a node: it is also the value of a label.
const MAX_NAME: usize = 63;

/// What is known of the cluster, for the checks of what happens to it.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Cluster {
    /// Every pool that could be read.
    pub(in crate::scenario) pools: Vec<NodePool>,
    /// Which of `nodePools` each of the first pools is.
    pub(super) pool_indices: Vec<usize>,
    /// Nodes that were written one by one.
    pub(in crate::scenario) singles: Vec<NodeSpec>,
    /// Nodes of a snapshot.
    pub(in crate::scenario) found: Vec<NodeSpec>,
    /// Whether all of it could be read: what is missing then is really missing.
    pub(in crate::scenario) complete: bool,
}

impl Cluster {
    /// Every node at the start: those of the pools first, in the order of the scenario.
    pub(in crate::scenario) fn nodes(&self) -> StartNodes {
        StartNodes::new(&self.pools, self.outside_pools().cloned().collect())
    }

    /// A node of each pool, and those that belong to none; nothing if some are not known.
    pub(in crate::scenario) fn examples(&self) -> Vec<NodeSpec> {
        if !self.complete {
            return Vec::new();
        }
        let of_pools =
            self.pools.iter().enumerate().map(|(index, pool)| pool.node(PoolId(index), 1));
        of_pools.chain(self.outside_pools().cloned()).collect()
    }

    /// The nodes that belong to no pool.
    pub(in crate::scenario) fn outside_pools(&self) -> impl Iterator<Item = &NodeSpec> {
        self.singles.iter().chain(&self.found)
    }

    /// The pool of this name.
    pub(in crate::scenario) fn pool(&self, name: &str) -> Option<PoolId> {
        self.pools.iter().position(|pool| pool.name == name).map(PoolId)
    }
}

/// Checks `cluster:`.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    snapshot: Option<&Snapshot>,
) -> Cluster {
    if section.is_absent() {
        return Cluster::default();
    }
    let Section { tree, path } = section;
    let Some(written) = findings.decode::<written::Cluster>(tree, path) else {
        return Cluster::default();
    };
    let mut cluster = Cluster {
        found: snapshot.into_iter().flat_map(|it| &it.nodes).map(NodeSpec::from_cluster).collect(),
        complete: snapshot.is_some() || written.snapshot.is_none(),
        ..Cluster::default()
    };
    let pools_path = path.key("nodePools");
    for index in 0..written.node_pools.len() {
        let before = cluster.pools.len();
        add_pool(findings, &mut cluster, tree, &pools_path.index(index));
        cluster.pool_indices.extend((before < cluster.pools.len()).then_some(index));
    }
    match written.nodes {
        None => {}
        Some(SingleNodes::Count(count)) => {
            cluster.pools.push(plain_pool(count));
        }
        Some(SingleNodes::List(list)) => {
            for index in 0..list.len() {
                add_single(findings, &mut cluster, tree, &path.key("nodes").index(index));
            }
        }
    }
    check_sizes(findings, &cluster, path);
    check_names(findings, &cluster, path);
    cluster
}

/// The pool that a mere number of nodes stands for.
fn plain_pool(count: u32) -> NodePool {
    NodePool {
        name: "node".to_owned(),
        node_name: format!("node-{NUMBER}"),
        labels: crate::api::Labels::default(),
        taints: Vec::new(),
        startup_taints: Vec::new(),
        zones: Vec::new(),
        allocatable: resources::allocatable(&written::Allocatable::default()).into(),
        other_pods: resources::other_pods(&written::OtherPods::default()).into(),
        count,
    }
}

/// The subtree at `path`, which starts at the scenario, seen from `cluster:`.
fn below<'tree>(tree: &'tree Tree, path: &FieldPath) -> &'tree Tree {
    static NOTHING: Tree = Tree::Null;
    let inner = FieldPath::from(path.segments()[1..].to_vec());
    tree.at(&inner).unwrap_or(&NOTHING)
}

fn add_pool(findings: &mut Findings, cluster: &mut Cluster, tree: &Tree, path: &FieldPath) {
    let tree = below(tree, path);
    let Some(written) = findings.decode::<written::NodePool>(tree, path) else {
        cluster.complete = false;
        return;
    };
    let section = Section { tree, path: path.clone() };
    check_pool_name(findings, &written.name, path);
    let node_name = pattern(findings, &written, path);
    let labels = checked_labels(findings, &section, &written.labels);
    check_pool_labels(findings, &written, path);
    cluster.pools.push(NodePool {
        name: written.name,
        node_name,
        labels,
        taints: checked_taints(findings, &section, written.taints),
        startup_taints: Vec::new(),
        zones: checked_zones(findings, written.zones, path),
        allocatable: resources::checked(
            findings,
            &section,
            &written.allocatable,
            &written.other_pods,
        )
        .into(),
        other_pods: resources::other_pods(&written.other_pods).into(),
        count: written.count,
    });
}

fn check_pool_name(findings: &mut Findings, name: &str, path: &FieldPath) {
    if let Some(why) = first_problem(dns_label_problems(name)) {
        let message = format!("`{name}` cannot be the name of a pool: {why}");
        findings.error("invalid-name", &path.key("name"), message, "use a name such as `workers`");
    }
}

/// The checked pattern of node names.
fn pattern(findings: &mut Findings, written: &written::NodePool, path: &FieldPath) -> String {
    let Some(pattern) = &written.node_name else { return format!("{}-{NUMBER}", written.name) };
    let path = path.key("nodeName");
    let suggestion = format!("write a pattern such as `{}-{NUMBER}`", written.name);
    match pattern.matches(NUMBER).count() {
        1 => {}
        0 if written.count == 1 => {}
        0 => {
            let message =
                format!("`{pattern}` gives all {} nodes of the pool the same name", written.count);
            findings.error("invalid-node-name", &path, message, suggestion);
            return pattern.clone();
        }
        _ => {
            let message = format!("`{pattern}` has more than one `{NUMBER}`");
            findings.error("invalid-node-name", &path, message, suggestion);
            return pattern.clone();
        }
    }
    let example = pattern.replacen(NUMBER, "1", 1);
    if let Some(why) = first_problem(dns_subdomain_problems(&example)) {
        let message = format!("`{example}` cannot be the name of a node: {why}");
        findings.error("invalid-node-name", &path, message, suggestion);
    }
    pattern.clone()
}

/// Labels that a pool cannot have, because they differ from node to node.
fn check_pool_labels(findings: &mut Findings, written: &written::NodePool, path: &FieldPath) {
    let path = path.key("labels");
    if written.labels.contains_key(LABEL_HOSTNAME) {
        let message = "every node has its own `kubernetes.io/hostname`";
        let hint = "remove it: a node gets it from its name";
        findings.error_on_key("reserved-label", &path.key(LABEL_HOSTNAME), message, hint);
    }
    if written.labels.contains_key(LABEL_TOPOLOGY_ZONE) && !written.zones.is_empty() {
        let message = format!("`zones` and the label `{LABEL_TOPOLOGY_ZONE}` both say the zone");
        findings.error(
            "contradiction",
            &path.key(LABEL_TOPOLOGY_ZONE),
            message,
            "remove one of them",
        );
    }
}

fn checked_zones(findings: &mut Findings, zones: Vec<String>, path: &FieldPath) -> Vec<String> {
    for (index, zone) in zones.iter().enumerate() {
        check_zone(findings, zone, &path.key("zones").index(index));
    }
    zones
}

fn check_zone(findings: &mut Findings, zone: &str, path: &FieldPath) {
    let empty = zone.is_empty().then(|| "it is empty".to_owned());
    if let Some(why) = empty.or_else(|| first_problem(crate::api::label_value_problems(zone))) {
        let message = format!("`{zone}` cannot be a zone: {why}");
        findings.error("invalid-zone", path, message, "write a name such as `eu-west-1a`");
    }
}

fn add_single(findings: &mut Findings, cluster: &mut Cluster, tree: &Tree, path: &FieldPath) {
    let tree = below(tree, path);
    let Some(written) = findings.decode::<written::Node>(tree, path) else {
        cluster.complete = false;
        return;
    };
    let section = Section { tree, path: path.clone() };
    if let Some(why) = first_problem(dns_subdomain_problems(&written.name)) {
        let message = format!("`{}` cannot be the name of a node: {why}", written.name);
        findings.error(
            "invalid-node-name",
            &path.key("name"),
            message,
            "use a name such as `node-1`",
        );
    }
    let mut labels = own_labels(&written.name);
    if let Some(zone) = &written.zone {
        check_zone(findings, zone, &path.key("zone"));
        labels.insert(LABEL_TOPOLOGY_ZONE, &**zone);
    }
    labels.extend(checked_labels(findings, &section, &written.labels).iter());
    cluster.singles.push(NodeSpec {
        name: written.name.into(),
        pool: None,
        labels,
        taints: checked_taints(findings, &section, written.taints),
        allocatable: resources::checked(
            findings,
            &section,
            &written.allocatable,
            &written.other_pods,
        )
        .into(),
        other_pods: resources::other_pods(&written.other_pods).into(),
    });
}

fn check_sizes(findings: &mut Findings, cluster: &Cluster, path: &FieldPath) {
    let in_pools: u64 = cluster.pools.iter().map(|pool| u64::from(pool.count)).sum();
    let total = in_pools + cluster.outside_pools().count() as u64;
    if total > MAX_NODES {
        let message = format!("the cluster has {total} nodes, more than {MAX_NODES}");
        findings.error("too-many", path, message, "make the pools smaller");
        return;
    }
    if total == 0 && cluster.pools.is_empty() && cluster.complete {
        let message = "the cluster has no nodes";
        findings.error("no-nodes", path, message, "write for example `cluster: {nodes: 20}`");
    }
}

/// Names that two nodes would share, and names that are too long.
fn check_names(findings: &mut Findings, cluster: &Cluster, path: &FieldPath) {
    let pools_path = path.key("nodePools");
    let mut names = BTreeMap::new();
    for (index, pool) in cluster.pools.iter().enumerate() {
        let longest = pool.name_of(pool.count.max(1));
        check_length(findings, &longest, &pools_path.index(index));
        if names.insert(&pool.name, index).is_some() {
            let message = format!("there are two pools `{}`", pool.name);
            let field = pools_path.index(index).key("name");
            findings.error("duplicate-name", &field, message, "give one of them another name");
            continue;
        }
        let rivals: Vec<_> = cluster.pools[..index]
            .iter()
            .filter(|other| collide(&other.node_name, &pool.node_name))
            .map(|other| other.name.as_str())
            .collect();
        if !rivals.is_empty() {
            let message = format!(
                "the pools `{}` and {} can name two nodes alike",
                pool.name,
                listed(&rivals)
            );
            let field = pools_path.index(index);
            findings.error("duplicate-name", &field, message, "give them another `nodeName`");
        }
    }
    check_single_names(findings, cluster, path);
}

fn check_length(findings: &mut Findings, name: &str, path: &FieldPath) {
    if name.len() > MAX_NAME {
        let message =
            format!("the node name `{name}` has {} characters, more than {MAX_NAME}", name.len());
        let hint = "it must fit into the label `kubernetes.io/hostname`";
        findings.error("invalid-node-name", path, message, hint);
    }
}

fn check_single_names(findings: &mut Findings, cluster: &Cluster, path: &FieldPath) {
    let mut names = BTreeMap::new();
    for (index, node) in cluster.singles.iter().enumerate() {
        let field = path.key("nodes").index(index).key("name");
        check_length(findings, &node.name, &field);
        if names.insert(&node.name, index).is_some() {
            let message = format!("there are two nodes `{}`", node.name);
            findings.error("duplicate-name", &field, message, "give one of them another name");
        }
        if let Some(pool) = cluster.pools.iter().find(|pool| pool.number_of(&node.name).is_some()) {
            let message =
                format!("`{}` is also the name of a node of the pool `{}`", node.name, pool.name);
            findings.error("duplicate-name", &field, message, "give one of them another name");
        }
    }
    for node in &cluster.found {
        let in_pool = cluster.pools.iter().any(|pool| pool.number_of(&node.name).is_some());
        if in_pool || names.contains_key(&node.name) {
            let message = format!("the snapshot has a node `{}`, too", node.name);
            let hint = "give the nodes of the scenario other names";
            findings.error("duplicate-name", &path.key("snapshot"), message, hint);
        }
    }
}

/// Whether two patterns can give the same name: they differ by nothing, or by digits only where
/// the number is.
fn collide(one: &str, other: &str) -> bool {
    let (Some((before, after)), Some((other_before, other_after))) =
        (one.split_once(NUMBER), other.split_once(NUMBER))
    else {
        return one == other;
    };
    let digits = |longer: &str, shorter: &str, strip: fn(&str, &str) -> Option<String>| {
        strip(longer, shorter).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let end = |text: &str, start: &str| text.strip_prefix(start).map(str::to_owned);
    let start = |text: &str, end: &str| text.strip_suffix(end).map(str::to_owned);
    (digits(before, other_before, end) || digits(other_before, before, end))
        && (digits(after, other_after, start) || digits(other_after, after, start))
}

/// The labels whose keys are rollcast's own.
pub(super) fn is_reserved(key: &str) -> bool {
    key == POOL_LABEL || key.starts_with("rollcast.dev/")
}

#[cfg(test)]
mod tests;
