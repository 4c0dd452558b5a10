//! What becomes of an action: that it failed or changed nothing, and why, in kubectl's words where it
//! has some.

use crate::api::TaintEffect;
use crate::control::NodeId;
use crate::scenario::{Among, Cascade, DaemonSetRef, NodeChange, NodeSelection};
use crate::world::cluster::{Cluster, NodeVersion};
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;
use crate::world::script::actions::{relabeled, retainted};

/// Names that are written out in a message; of more only the number is told.
const MAX_NAMES: usize = 3;

/// There is no DaemonSet of this name.
pub(super) fn no_daemon_set(name: &DaemonSetRef) -> String {
    format!("Error from server (NotFound): daemonsets.apps \"{}\" not found", name.name)
}

/// There is no node of this name.
pub(super) fn no_node(name: &str) -> String {
    format!("Error from server (NotFound): nodes \"{name}\" not found")
}

/// An `apply` came to a DaemonSet that is being deleted.
///
/// Source: `kubectl/pkg/cmd/apply/apply.go › warnIfDeleting`.
pub(super) fn applied_while_deleted(name: &DaemonSetRef) -> String {
    let name = &name.name;
    format!(
        "Warning: Detected changes to resource {name} which is currently being deleted. The change \
         is lost"
    )
}

/// Any other change came to one.
pub(super) fn changed_while_deleted(name: &DaemonSetRef) -> String {
    format!("{} is being deleted: the change is lost", name.name)
}

/// Source: `kubectl/pkg/polymorphichelpers/rollback.go › DaemonSetRollbacker`.
pub(super) fn no_revision(to_revision: Option<i64>) -> String {
    match to_revision {
        Some(revision) => format!("error: unable to find specified revision {revision} in history"),
        None => "error: no last revision to roll back to".to_owned(),
    }
}

/// Source: `kubectl/pkg/cmd/rollout/rollout_restart.go › RunRestart`.
pub(super) fn restarted_twice(name: &DaemonSetRef) -> String {
    format!(
        "error: failed to create patch for {}: if restart has already been triggered within the \
         past second, please wait before attempting to trigger another",
        name.name
    )
}

/// Source: `kubectl/pkg/cmd/set/set_image.go › Run`.
pub(super) fn no_container(container: &str) -> String {
    format!("error: unable to find container named \"{container}\"")
}

/// Whether a DaemonSet still exists but is on its way out.
pub(super) fn is_going(id: DaemonSetId, cx: &Cx<'_>) -> bool {
    let object = &cx.cluster.daemon_sets[id];
    object.exists && object.deleting.is_some_and(|cascade| cascade != Cascade::Orphan)
}

/// What is to be told of the nodes that a selection means: those that are written by name and are
/// gone, or that there are none at all.
pub(super) fn missing(selection: &NodeSelection, found: &[NodeId], cx: &Cx<'_>) -> Vec<String> {
    if let Among::Names(names) = &selection.among {
        let exists = |name: &str| {
            cx.cluster.node_called(name).is_some_and(|node| cx.cluster.node(node).exists)
        };
        let gone: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| !exists(name)).collect();
        return match gone.as_slice() {
            [] => Vec::new(),
            gone if gone.len() <= MAX_NAMES => gone.iter().map(|name| no_node(name)).collect(),
            gone => vec![format!("{} of the nodes are gone", gone.len())],
        };
    }
    if found.is_empty() { vec!["there is no such node".to_owned()] } else { Vec::new() }
}

/// What is to be told of nodes on which a change does nothing: of each that is written by name, or
/// that it does nothing on any.
pub(super) fn idle(
    selection: &NodeSelection,
    found: &[NodeId],
    change: &NodeChange,
    cluster: &Cluster,
) -> Vec<String> {
    let reasons: Vec<(NodeId, String)> = found
        .iter()
        .filter_map(|&node| idle_reason(node, change, cluster).map(|reason| (node, reason)))
        .collect();
    let by_name = matches!(selection.among, Among::Names(_));
    if reasons.is_empty() || !by_name && reasons.len() < found.len() {
        return Vec::new();
    }
    if reasons.len() <= MAX_NAMES {
        return reasons.into_iter().map(|(_, reason)| reason).collect();
    }
    vec![format!("nothing changes on {} nodes", reasons.len())]
}

/// Why a change does nothing on a node.
fn idle_reason(node: NodeId, change: &NodeChange, cluster: &Cluster) -> Option<String> {
    let it = cluster.node(node);
    let (name, version) = (&it.name, cluster.version_of(node));
    let NodeVersion { labels, taints } = version;
    let cordoned = it.conditions.unschedulable;
    match change {
        NodeChange::Fail | NodeChange::Shutdown { .. } if !it.alive => {
            Some(format!("{name} is off already"))
        }
        NodeChange::Recover if it.alive => Some(format!("{name} works already")),
        NodeChange::Cordon if cordoned => Some(format!("node/{name} already cordoned")),
        NodeChange::Uncordon if !cordoned => Some(format!("node/{name} already uncordoned")),
        NodeChange::Taint { add, remove } if retainted(taints, add, remove) == *taints => {
            Some(match remove.first() {
                Some((key, effect)) => {
                    format!("error: taint \"{}\" not found", taint_key(key, *effect))
                }
                None => format!("node/{name} has this taint already"),
            })
        }
        NodeChange::Label { set, remove } if relabeled(labels, set, remove) == *labels => {
            Some(format!("node/{name} not labeled"))
        }
        NodeChange::Fail
        | NodeChange::Reboot { .. }
        | NodeChange::Shutdown { .. }
        | NodeChange::Recover
        | NodeChange::Cordon
        | NodeChange::Uncordon
        | NodeChange::Taint { .. }
        | NodeChange::Label { .. }
        | NodeChange::Leave
        | NodeChange::Reregister { .. }
        | NodeChange::Drain
        | NodeChange::SpotInterruption { .. }
        | NodeChange::ScaleDown
        | NodeChange::Pressure { .. }
        | NodeChange::Relieve { .. } => None,
    }
}

fn taint_key(key: &str, effect: Option<TaintEffect>) -> String {
    match effect {
        None => key.to_owned(),
        Some(effect) => format!("{key}:{effect}"),
    }
}
