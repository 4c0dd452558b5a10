//! A scenario for whoever has nothing but a manifest: the DaemonSets of a file on some nodes, and a
//! rollout.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::api::well_known::LABEL_OS;
use crate::api::{DaemonSet, Labels, UpdateStrategy, daemon_sets_from_documents};
use crate::input::{Document, Tree};
use crate::scenario::manifests::is_manifest;
use crate::scenario::pattern::repository;

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

/// What a scenario is made of.
#[derive(Clone, Copy, Debug)]
pub struct OfManifest<'a> {
    /// The file with the manifests, as the scenario names it.
    pub file: &'a str,
    /// How many nodes there are.
    pub nodes: u32,
    /// The image that is rolled out; a restart if none is given.
    pub image: Option<&'a str>,
}

/// Why no scenario is made of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfManifestError {
    /// What `kubectl get` prints of a cluster.
    #[error("this is a snapshot of a cluster: it has nodes")]
    Snapshot,
    /// An image that belongs to no DaemonSet, or to several.
    #[error("no DaemonSet has an image of the repository of `{image}`: there are {found}")]
    UnknownImage {
        image: String,
        /// The images that there are.
        found: String,
    },
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
                "write an image of one of these repositories, or give a single DaemonSet"
            }
        }
    }
}

/// Whether these documents are manifests rather than a scenario.
pub fn are_manifests(documents: &[Document]) -> bool {
    documents.iter().any(|document| is_manifest(&document.tree))
}

/// The text of the scenario, to be read as any other.
///
/// What is wrong with the manifests is left to whoever reads the scenario: it then has no rollout.
pub fn scenario_of(documents: &[Document], of: OfManifest<'_>) -> Result<String, OfManifestError> {
    let OfManifest { file, nodes, image } = of;
    if documents.iter().any(|document| holds_nodes(&document.tree, MAX_LISTS)) {
        return Err(OfManifestError::Snapshot);
    }
    let found = daemon_sets_from_documents(documents).unwrap_or_default();
    let daemon_sets: Vec<&DaemonSet> = found.iter().map(|it| &it.daemon_set).collect();
    let mut text = String::new();
    let quoted = |text: &str| Tree::Text(text.to_owned()).to_canonical_json();
    let _ = write!(
        text,
        "# Made by rollcast from {file}. Edit it, and run it: rollcast run THIS-FILE\n\
         name: {}\n\
         cluster:\n  nodePools:\n    # More pools may have other labels, taints, zones, \
         allocatable, otherPods.\n    - name: node\n      count: {nodes}\n",
        quoted(name(file, &daemon_sets))
    );
    let labels = selected(&daemon_sets);
    if !labels.is_empty() {
        text.push_str("      # What the DaemonSets select.\n      labels:\n");
        for (key, value) in labels.iter() {
            let _ = writeln!(text, "        {}: {}", quoted(key), quoted(value));
        }
    }
    let _ = write!(text, "daemonSets:\n  - {}\n", quoted(file));
    text.push_str("# latencies: {imagePull: 20s, ready: 10s}   # Measure yours.\n");
    let updated = updated(&daemon_sets, image)?;
    if !updated.is_empty() {
        text.push_str("events:\n");
    }
    for daemon_set in updated {
        let key = quoted(&daemon_set.key());
        let _ = match image {
            Some(image) => writeln!(
                text,
                "  - {{at: 1m, setImage: {{daemonSet: {key}, image: {}}}}}",
                quoted(image)
            ),
            None => writeln!(text, "  - {{at: 1m, rolloutRestart: {{daemonSet: {key}}}}}"),
        };
    }
    text.push_str(&settings_to_try(&daemon_sets));
    Ok(text)
}

/// The settings that people try; a surge only where two pods fit on a node.
fn settings_to_try(daemon_sets: &[&DaemonSet]) -> String {
    let is_on_delete = |it: &&DaemonSet| it.spec.update_strategy == UpdateStrategy::OnDelete;
    if daemon_sets.is_empty() || daemon_sets.iter().any(is_on_delete) {
        return String::new();
    }
    let mut text =
        "# What `rollcast compare` tries.\ncompare:\n  vary:\n    maxUnavailable: [1, 5%, 10%, \
         25%, 33%]\n"
            .to_owned();
    let has_port = |it: &&DaemonSet| it.spec.template.spec.host_ports().next().is_some();
    if !daemon_sets.iter().any(has_port) {
        text.push_str("  variants:\n    maxSurge=10%: {maxSurge: 10%}\n");
    }
    text
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

/// Labels that all pods select by, as far as they do not contradict each other: the first counts.
pub(super) fn selected(daemon_sets: &[&DaemonSet]) -> Labels {
    let mut labels = Labels::default();
    for daemon_set in daemon_sets {
        for (key, value) in daemon_set.spec.template.spec.node_selector.iter() {
            let is_usual = key == LABEL_OS && value == "linux";
            if !is_usual && !labels.contains_key(key) {
                labels.insert(key, value);
            }
        }
    }
    labels
}

/// The DaemonSets that are updated: all of them, or those that an image belongs to.
fn updated<'a>(
    daemon_sets: &[&'a DaemonSet],
    image: Option<&str>,
) -> Result<Vec<&'a DaemonSet>, OfManifestError> {
    let Some(image) = image else { return Ok(daemon_sets.to_vec()) };
    if let [only] = daemon_sets
        && only.spec.template.spec.containers.len() == 1
    {
        return Ok(vec![*only]);
    }
    let images = |it: &DaemonSet| -> BTreeSet<String> {
        it.spec.template.spec.containers.iter().map(|it| it.image.clone()).collect()
    };
    let has = |it: &&&DaemonSet| images(it).iter().any(|it| repository(it) == repository(image));
    let found: Vec<&DaemonSet> = daemon_sets.iter().filter(has).copied().collect();
    if found.is_empty() && !daemon_sets.is_empty() {
        let all: BTreeSet<String> = daemon_sets.iter().flat_map(|it| images(it)).collect();
        let found = all.into_iter().collect::<Vec<_>>().join(", ");
        return Err(OfManifestError::UnknownImage { image: image.to_owned(), found });
    }
    Ok(found)
}

fn holds_nodes(tree: &Tree, lists: usize) -> bool {
    let kind = tree.get("kind").and_then(Tree::as_text);
    let Some(Tree::List(items)) = tree.get("items").filter(|_| lists > 0) else {
        return kind == Some("Node");
    };
    items.iter().any(|item| holds_nodes(item, lists - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Limits, Source, read_documents};

    const AGENT: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: kube-system}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      nodeSelector: {kubernetes.io/os: linux, disk: ssd}
      containers:
        - {name: main, image: 'example.com:5000/agent:1'}
        - {name: side, image: example.com/side@sha256:0}
";

    fn made(manifest: &str, image: Option<&str>) -> Result<String, OfManifestError> {
        let documents = read_documents(&Source::new("ds.yaml", manifest), &Limits::WRITTEN);
        let documents = documents.unwrap();
        assert!(are_manifests(&documents));
        scenario_of(&documents, OfManifest { file: "ds.yaml", nodes: 7, image })
    }

    #[test]
    fn a_manifest_becomes_a_scenario_that_can_be_read() {
        let text = made(AGENT, Some("example.com/side:2")).unwrap();
        assert!(text.contains("name: \"agent\"") && text.contains("\"disk\": \"ssd\""), "{text}");
        let event = "setImage: {daemonSet: \"kube-system/agent\", image: \"example.com/side:2\"}";
        assert!(text.contains(event) && text.contains("maxSurge=10%"), "{text}");
        let restart = made(AGENT, None).unwrap();
        assert!(
            restart.contains("rolloutRestart: {daemonSet: \"kube-system/agent\"}"),
            "{restart}"
        );
    }

    #[test]
    fn what_no_scenario_is_made_of_is_told() {
        let wrong = made(AGENT, Some("other:2"));
        assert!(matches!(wrong, Err(OfManifestError::UnknownImage { .. })), "{wrong:?}");
        let cluster = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Node}]}";
        assert_eq!(made(cluster, None), Err(OfManifestError::Snapshot));
    }
}
