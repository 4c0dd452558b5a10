//! A scenario for whoever has nothing but a manifest: the DaemonSets of a file on some nodes, and a
//! rollout.

mod images;
mod labels;
mod nodes;
mod others;
mod settings;

use std::collections::BTreeMap;
use std::fmt::Write as _;

pub use images::{AssumedUpdate, container_and_image};
pub(super) use nodes::assumed_nodes;
pub use nodes::{AssumedNodes, Unfulfilled};
pub use others::SharedPort;
pub(super) use others::missing_classes;

use crate::api::{DaemonSet, PriorityClass, daemon_sets_from_documents, objects_in};
use crate::input::{Document, Tree};
use crate::scenario::manifests::{is_manifest, last_of_each};

/// What a scenario is made of.
#[derive(Clone, Copy, Debug)]
pub struct OfManifest<'a> {
    /// The file with the manifests, as the scenario names it.
    pub file: &'a str,
    /// The file that they were in when they were given.
    pub origin: &'a str,
    /// How many nodes there are.
    pub nodes: u32,
    /// The image that is rolled out, or `container=image`; a restart if none is given.
    pub image: Option<&'a str>,
}

/// A scenario, and what was added to the manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeScenario {
    /// To be read as any other.
    pub text: String,
    pub nodes: Vec<AssumedNodes>,
    /// DaemonSets whose pods run on none of them, and are not updated.
    pub unfulfilled: Vec<Unfulfilled>,
    /// What is rolled out; nothing of a file whose DaemonSets cannot be read.
    pub updates: Vec<AssumedUpdate>,
    /// Names of priority classes that the file does not hold.
    pub priority_classes: Vec<String>,
    pub shared_ports: Vec<SharedPort>,
    /// `namespace/name` of the DaemonSets whose pods nobody replaces.
    pub on_delete: Vec<String>,
    /// The kinds of objects that nothing is done with, and how many there are of each.
    pub passed_over: BTreeMap<String, usize>,
}

/// Why no scenario is made of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfManifestError {
    /// What `kubectl get` prints of a cluster.
    #[error("this is a snapshot of a cluster: it has nodes")]
    Snapshot,
    /// An image of a repository of which no container has one.
    #[error("no container has an image of the repository of `{image}`: there are {found}")]
    UnknownImage {
        image: String,
        /// The images that there are.
        found: String,
    },
    /// A container that is not there.
    #[error("no container is called `{name}`: there are {found}")]
    UnknownContainer {
        name: String,
        /// The containers that there are.
        found: String,
    },
    /// No DaemonSet that is to be updated has a node.
    #[error(transparent)]
    Unfulfilled(#[from] Unfulfilled),
}

impl OfManifestError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Snapshot => {
                "`rollcast plan -f FILE` says what the controller would do now; a scenario starts \
                 from it with `cluster: {snapshot: FILE}`"
            }
            Self::UnknownImage { .. } => {
                "write an image of one of these repositories, or `--image CONTAINER=IMAGE`"
            }
            Self::UnknownContainer { .. } => "write `--image CONTAINER=IMAGE` with one of these",
            Self::Unfulfilled(_) => {
                "all requirements of a term must hold, and the nodeSelector as well; change one of \
                 them"
            }
        }
    }
}

/// Whether these documents are manifests rather than a scenario.
pub fn are_manifests(documents: &[Document]) -> bool {
    documents.iter().any(|document| is_manifest(&document.tree))
}

/// Why no node can be one that a DaemonSet asks for; none if there can be some.
pub fn unfulfilled(daemon_set: &DaemonSet) -> Option<Unfulfilled> {
    nodes::assumed_nodes(&[daemon_set], 1).1.pop()
}

/// The scenario that is made of manifests.
///
/// What is wrong with the manifests is left to whoever reads the scenario: it then has no rollout.
pub fn scenario_of(
    documents: &[Document],
    of: OfManifest<'_>,
) -> Result<MadeScenario, OfManifestError> {
    let found = daemon_sets_from_documents(documents).unwrap_or_default();
    if is_snapshot(documents, found.is_empty()) {
        return Err(OfManifestError::Snapshot);
    }
    let found = last_of_each(&found);
    let daemon_sets: Vec<&DaemonSet> = found.iter().map(|it| &it.daemon_set).collect();
    let (nodes, unfulfilled) = nodes::assumed_nodes(&daemon_sets, of.nodes);
    let mut updates = images::updates(&daemon_sets, of.image)?;
    updates.retain(|update| unfulfilled.iter().all(|it| it.daemon_set != update.daemon_set));
    if let Some(first) = unfulfilled.first().filter(|_| updates.is_empty()) {
        return Err(first.clone().into());
    }
    let classes = others::missing_classes(documents, &daemon_sets);
    let text = text(of, &daemon_sets, &nodes, &classes, &updates);
    Ok(MadeScenario {
        text,
        on_delete: settings::on_delete(&daemon_sets),
        shared_ports: others::shared_ports(&daemon_sets, &nodes),
        nodes,
        unfulfilled,
        updates,
        priority_classes: classes.into_keys().collect(),
        passed_over: others::passed_over(documents),
    })
}

fn text(
    of: OfManifest<'_>,
    daemon_sets: &[&DaemonSet],
    nodes: &[AssumedNodes],
    classes: &BTreeMap<String, PriorityClass>,
    updates: &[AssumedUpdate],
) -> String {
    let OfManifest { file, origin, .. } = of;
    let mut text = format!(
        "# Made by rollcast from {origin}. Edit it, and run it: rollcast run THIS-FILE\nname: {}\n",
        quoted(name(origin, daemon_sets))
    );
    write_nodes(&mut text, nodes);
    if !classes.is_empty() {
        text.push_str("# Write the values that they have in your cluster.\npriorityClasses:\n");
    }
    for (name, class) in classes {
        let policy = if class.may_preempt { "" } else { ", preemptionPolicy: Never" };
        let _ = writeln!(text, "  {}: {{value: {}{policy}}}", quoted(name), class.value);
    }
    let _ = write!(text, "daemonSets:\n  - {}\n", quoted(file));
    text.push_str("# latencies: {imagePull: 20s, ready: 10s}   # Measure yours.\n");
    if !updates.is_empty() {
        text.push_str("events:\n");
    }
    let image = of.image.map(|written| container_and_image(written).1).unwrap_or_default();
    for AssumedUpdate { daemon_set, containers, .. } in updates {
        let key = quoted(daemon_set);
        let set = |name: &String| format!("{}: {}", quoted(name), quoted(image));
        let images: Vec<String> = containers.iter().map(set).collect();
        let _ = match images.as_slice() {
            [] => writeln!(text, "  - {{at: 1m, rolloutRestart: {{daemonSet: {key}}}}}"),
            images => {
                let images = images.join(", ");
                writeln!(
                    text,
                    "  - {{at: 1m, setImage: {{daemonSet: {key}, images: {{{images}}}}}}}"
                )
            }
        };
    }
    text.push_str(&settings::to_try(daemon_sets));
    text
}

fn quoted(text: &str) -> String {
    Tree::Text(text.to_owned()).to_canonical_json()
}

fn write_nodes(text: &mut String, nodes: &[AssumedNodes]) {
    text.push_str("cluster:\n");
    let (named, pools): (Vec<_>, Vec<_>) = nodes.iter().partition(|it| !it.names.is_empty());
    if !pools.is_empty() {
        text.push_str(
            "  nodePools:\n    # More pools may have other labels, taints, zones, allocatable, \
             otherPods.\n",
        );
    }
    for pool in pools {
        let _ = writeln!(text, "    - name: {}\n      count: {}", pool.pool, pool.count);
        write_node(text, pool);
    }
    if !named.is_empty() {
        text.push_str("  # Nodes that pods ask for by name.\n  nodes:\n");
    }
    for kind in named {
        for name in &kind.names {
            let _ = writeln!(text, "    - name: {}", quoted(name));
            write_node(text, kind);
        }
    }
}

fn write_node(text: &mut String, nodes: &AssumedNodes) {
    if !nodes.labels.is_empty() {
        text.push_str("      # What the DaemonSets select.\n      labels:\n");
        for (key, value) in nodes.labels.iter() {
            let _ = writeln!(text, "        {}: {}", quoted(key), quoted(value));
        }
    }
    if nodes.is_large {
        let _ = write!(
            text,
            "      # Room for the pods twice.\n      allocatable:\n        cpu: {}\n        \
             memory: {}\n",
            nodes.cores.units(),
            nodes.memory.units()
        );
        for (name, amount) in &nodes.others {
            let _ = writeln!(text, "        {}: {}", quoted(name), amount.units());
        }
    }
}

/// The name of the only DaemonSet, else that of the file.
fn name<'a>(file: &'a str, daemon_sets: &[&'a DaemonSet]) -> &'a str {
    if let [only] = daemon_sets {
        return &only.metadata.name;
    }
    // Standard input has no name of its own.
    let stem = file.split('.').next().filter(|it| !it.is_empty() && !it.starts_with('<'));
    stem.unwrap_or("manifests")
}

/// Whether this is what `kubectl get` prints of a cluster: nodes and pods, or nodes and nothing to
/// roll out. A node beside a DaemonSet is one of its manifests.
fn is_snapshot(documents: &[Document], has_no_daemon_set: bool) -> bool {
    let objects = objects_in(documents);
    let holds = |kind| objects.iter().any(|it| it.kind() == Some(kind));
    holds("Node") && (has_no_daemon_set || holds("Pod"))
}

#[cfg(test)]
mod tests;
