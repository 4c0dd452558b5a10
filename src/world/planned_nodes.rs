//! What one sync does on each node, in words.

use crate::api::TaintEffect::NoExecute;
use crate::control::daemonset::{Budget, NodeClass, Obstacle, Slot, obstacle};
use crate::control::{NodeId, PodId};
use crate::record::PlannedNode;
use crate::world::plan::Synced;
use crate::world::run::World;

impl World {
    /// Every node, and those that are gone and still have pods, by name.
    pub(super) fn planned_nodes(&self, synced: &Synced) -> Vec<PlannedNode> {
        let shown =
            |&id: &NodeId| self.cluster.node(id).exists || !self.seated(synced, id).is_empty();
        let mut nodes: Vec<PlannedNode> = self
            .cluster
            .nodes
            .ids()
            .filter(shown)
            .map(|id| self.planned_node(synced, id))
            .collect();
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        nodes
    }

    fn seated(&self, synced: &Synced, node: NodeId) -> &[PodId] {
        self.actors.controller.known(synced.id).seated(node)
    }

    fn planned_node(&self, synced: &Synced, node: NodeId) -> PlannedNode {
        let class = self.actors.controller.known(synced.id).tally().class(node);
        let seated = self.seated(synced, node);
        let creates = synced.creates.contains(&node);
        let going: Vec<PodId> =
            seated.iter().copied().filter(|pod| synced.deletes.contains(pod)).collect();
        let name = |&pod: &PodId| self.cluster.pod_name(pod).into_owned();
        let idle = !creates && going.is_empty();
        PlannedNode {
            name: self.cluster.node(node).name.to_string(),
            pods: seated.iter().map(name).collect(),
            state: state_of(class, seated.is_empty()),
            creates,
            deletes: going.iter().map(name).collect(),
            waits: idle && is_due(class),
            spends: class.spends.is_some(),
            cause: None,
            why: if idle {
                self.why_not(synced, node, class)
            } else {
                self.why(synced, node, class, going.first().copied())
            },
        }
    }

    /// Why something is done on a node.
    fn why(&self, synced: &Synced, node: NodeId, class: &NodeClass, gone: Option<PodId>) -> String {
        match gone {
            None => self.why_created(synced, node, class),
            Some(pod) if class.unwanted().failed.contains(&pod) => "the pod failed".to_owned(),
            Some(pod) if class.unwanted().succeeded.contains(&pod) => "the pod ended".to_owned(),
            Some(pod) => match self.obstacle(synced, node) {
                Some((obstacle, true)) => obstacle,
                Some((_, false)) | None => self.why_deleted(synced, class, pod),
            },
        }
    }

    fn why_created(&self, synced: &Synced, node: NodeId, class: &NodeClass) -> String {
        let beside = !class.needs_pod;
        match class.slot {
            Slot::Old { available: true, .. } if beside => {
                format!("beside the old pod: maxSurge is {}", self.budget(synced).max_surge)
            }
            Slot::Old { available: false, .. } if beside => {
                "the old pod is not available".to_owned()
            }
            Slot::Outside
            | Slot::Empty
            | Slot::Excess
            | Slot::New { .. }
            | Slot::Old { .. }
            | Slot::Both { .. } => {
                let empty = self.seated(synced, node).is_empty();
                if empty { "no pod yet".to_owned() } else { "no pod that works".to_owned() }
            }
        }
    }

    fn why_deleted(&self, synced: &Synced, class: &NodeClass, pod: PodId) -> String {
        let by_manage = class.unwanted().excess.contains(&pod);
        match class.slot {
            Slot::Both { new_available: true, .. } => "the new pod is available".to_owned(),
            Slot::Both { new_available: false, .. } => "the new pod takes over".to_owned(),
            Slot::Outside | Slot::Empty | Slot::Excess | Slot::New { .. } | Slot::Old { .. }
                if by_manage =>
            {
                "one pod too many".to_owned()
            }
            Slot::Old { available: true, .. } => {
                let budget = self.budget(synced).max_unavailable;
                format!("its turn: maxUnavailable is {budget}")
            }
            Slot::Outside
            | Slot::Empty
            | Slot::Excess
            | Slot::New { .. }
            | Slot::Old { available: false, .. } => {
                "old and not available: replaced whatever the budget".to_owned()
            }
        }
    }

    pub(super) fn budget(&self, synced: &Synced) -> Budget {
        let tally = self.actors.controller.known(synced.id).tally();
        self.cluster.spec_of(synced.id).budget(tally.status().desired)
    }

    /// Why nothing is done on a node.
    fn why_not(&self, synced: &Synced, node: NodeId, class: &NodeClass) -> String {
        match self.obstacle(synced, node) {
            Some((obstacle, false)) if matches!(class.slot, Slot::New { .. } | Slot::Empty) => {
                obstacle + ", but its pod may stay"
            }
            Some((obstacle, evicts)) if evicts || class.slot == Slot::Outside => obstacle,
            Some(_) | None => self.why_waiting(synced, class).to_owned(),
        }
    }

    fn why_waiting(&self, synced: &Synced, class: &NodeClass) -> &'static str {
        let on_delete = self.cluster.spec_of(synced.id).is_on_delete();
        match class.slot {
            _ if class.needs_pod => "more pods than one sync creates",
            _ if !class.unwanted().excess.is_empty() => "more pods than one sync deletes",
            Slot::Old { .. } | Slot::Both { .. } if on_delete => "OnDelete",
            Slot::Old { .. } | Slot::Both { .. } if synced.managed => {
                "after what this sync asked for is seen"
            }
            Slot::Old { available: true, .. } => "the budget is spent",
            Slot::Old { available: false, .. } => "the rolling update fails",
            Slot::Both { .. } => "until the new pod is available",
            Slot::New { available: true } => "up to date",
            Slot::New { available: false } => "counts as unavailable until it is available",
            Slot::Excess | Slot::Empty | Slot::Outside => "until its pods are gone",
        }
    }

    /// What keeps the DaemonSet's pods off a node, and whether it also evicts those that run.
    fn obstacle(&self, synced: &Synced, node: NodeId) -> Option<(String, bool)> {
        if !self.cluster.node(node).exists {
            return Some(("the node is gone".to_owned(), true));
        }
        let template = &self.cluster.spec_of(synced.id).written.template;
        let version = self.cluster.version_of(node);
        let found =
            obstacle(template, &self.cluster.node(node).name, &version.labels, &version.taints)?;
        let evicts = !matches!(found, Obstacle::Taint(taint) if taint.effect != NoExecute);
        let words = match found {
            Obstacle::NodeName(name) => format!("the template names node {name}"),
            Obstacle::NodeSelector(key, value) => format!("no label {key}={value}"),
            Obstacle::NodeAffinity => "node affinity does not fit".to_owned(),
            Obstacle::Taint(taint) => format!("taint {taint} is not tolerated"),
        };
        Some((words, evicts))
    }
}

/// Whether something has to be done on a node, now or later.
fn is_due(class: &NodeClass) -> bool {
    class.needs_pod
        || !class.unwanted().excess.is_empty()
        || !class.unwanted().failed.is_empty()
        || matches!(class.slot, Slot::Old { .. } | Slot::Both { .. } | Slot::Excess)
}

/// What is on a node.
fn state_of(class: &NodeClass, no_pods: bool) -> &'static str {
    match class.slot {
        _ if !class.unwanted().failed.is_empty() => "failed",
        _ if !class.unwanted().succeeded.is_empty() => "ended",
        _ if no_pods => "no pod",
        Slot::Outside | Slot::Empty => "terminating",
        Slot::Excess => "several pods",
        Slot::New { available: true } => "new, available",
        Slot::New { available: false } => "new, not available",
        Slot::Old { available: true, .. } => "old, available",
        Slot::Old { available: false, .. } => "old, not available",
        Slot::Both { new_available: true, .. } => "old and new, new available",
        Slot::Both { new_available: false, .. } => "old and new, new not available",
    }
}
