//! What the scenario does to the cluster.

use crate::api::{DaemonSet, DaemonSetSpec, Labels, PodPhase, Taint, TaintEffect, format_rfc3339};
use crate::control::{NodeId, PodId};
use crate::record::Loss;
use crate::scenario::{
    Action, Among, DaemonSetChange, DaemonSetRef, ImageFault, NodeChange, NodeSelection,
    NodeUpgrade, PodChange, RefusePods, Take, glob_matches,
};
use crate::world::api_server::{
    Refusal, api_server_down, apply, delete_daemon_set, lose, publish_daemon_set, replace_spec,
};
use crate::world::cluster::{Cluster, Pod};
use crate::world::controller::Controller;
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;
use crate::world::kubelet::{turn_ready, turn_unready};
use crate::world::nodes::{Nodes, UpgradePlan, scale_down, scale_up};
use crate::world::script::outcome;
use crate::world::script::selection::select;

/// Whom the scenario can reach besides the API server.
pub(in crate::world) struct Reach<'a> {
    pub(in crate::world) controller: &'a mut Controller,
    pub(in crate::world) nodes: &'a mut Nodes,
}

/// Which action happens, and for which time.
#[derive(Clone, Copy)]
pub(super) struct Doing<'a> {
    pub(super) label: &'a str,
    pub(super) index: u32,
    pub(super) ordinal: u32,
    /// Whether it happens again and again, so that it may find nothing to do.
    pub(super) repeats: bool,
}

impl Doing<'_> {
    /// The name of the draw of nodes that it makes.
    fn drawing(self) -> u64 {
        u64::from(self.index) << 32 | u64::from(self.ordinal)
    }

    /// The action failed, or changed nothing.
    fn failed(self, message: String, cx: &mut Cx<'_>) {
        cx.record.action_failed(cx.now, cx.cause, self.label, message);
    }
}

impl Reach<'_> {
    /// The scenario acts.
    pub(super) fn carry_out(&mut self, action: &Action, doing: Doing<'_>, cx: &mut Cx<'_>) {
        let drawing = doing.drawing();
        match action {
            Action::Join { pool, count } => {
                for _ in 0..*count {
                    let spec = cx.cluster.next_of_pool(*pool);
                    self.nodes.join(&spec, cx);
                }
            }
            Action::JoinAgain { node } => match cx.cluster.node_called(node) {
                Some(id) if !cx.cluster.node(id).exists => self.nodes.register_anew(id, cx),
                Some(_) => doing.failed(format!("{node} is there already"), cx),
                None => doing.failed(outcome::no_node(node), cx),
            },
            Action::Nodes { nodes, change } => {
                let found = select(nodes, drawing, cx);
                tell_of_nodes(nodes, &found, change, doing, cx);
                for node in found {
                    self.change_node(node, change, cx);
                }
            }
            Action::UpgradeNodes(upgrade) => self.upgrade_nodes(upgrade, doing, cx),
            Action::Apply(daemon_set) => apply_daemon_set(daemon_set, doing, cx),
            Action::ApplyQuota(quota) => cx.api.apply_quota(quota.clone()),
            Action::DaemonSet { daemon_set, change } => match cx.cluster.find(daemon_set) {
                Some(id) => change_daemon_set(id, change, doing, cx),
                None => doing.failed(outcome::no_daemon_set(daemon_set), cx),
            },
            Action::Pods { daemon_set, nodes, change } => {
                for pod in pods_meant(daemon_set, nodes, doing, cx) {
                    self.change_pod(pod, *change, cx);
                }
            }
            Action::RefusePods(refused) => refuse_pods(refused, drawing, cx),
            Action::StuckTerminating { daemon_set, nodes, duration } => {
                let daemon_set = daemon_set.clone();
                let nodes = chosen(nodes, drawing, cx);
                let until = duration.map(|duration| cx.now + duration);
                self.nodes.kubelets.hold_on(daemon_set, nodes, until);
            }
            Action::BreakImage { image, fault, nodes } => {
                break_image(image, *fault, nodes, drawing, cx);
            }
            Action::MendImage { image } => self.mend_image(image, cx),
            Action::ScaleUp { pool, count } => scale_up(*pool, *count, cx),
            Action::RestartController { away } => self.controller.stop(*away, cx),
            Action::ApiServerOutage { duration, kind } => api_server_down(*duration, *kind, cx),
        }
    }

    fn upgrade_nodes(&mut self, upgrade: &NodeUpgrade, doing: Doing<'_>, cx: &mut Cx<'_>) {
        let found = select(&upgrade.nodes, doing.drawing(), cx);
        if !doing.repeats {
            for message in outcome::missing(&upgrade.nodes, &found, cx) {
                doing.failed(message, cx);
            }
        }
        let plan = UpgradePlan::new(upgrade, found.len(), doing.index, doing.label);
        self.nodes.upgrade(found, plan, cx);
    }

    fn change_node(&mut self, node: NodeId, change: &NodeChange, cx: &mut Cx<'_>) {
        let nodes = &mut *self.nodes;
        match change {
            NodeChange::Leave => nodes.leave(node, cx),
            NodeChange::Fail => nodes.fail_node(node, cx),
            NodeChange::Recover => nodes.recover_node(node, cx),
            NodeChange::Reboot { duration } => nodes.reboot_node(node, *duration, cx),
            NodeChange::Reregister { after } => nodes.replace_machine(node, *after, cx),
            NodeChange::Cordon => nodes.set_unschedulable(node, true, cx),
            NodeChange::Uncordon => nodes.set_unschedulable(node, false, cx),
            NodeChange::Drain => nodes.drain(node, cx),
            NodeChange::Shutdown { grace } => nodes.shut_down(node, *grace, cx),
            NodeChange::SpotInterruption { notice } => {
                nodes.announce_interruption(node, *notice, cx);
            }
            NodeChange::ScaleDown => scale_down(node, cx),
            NodeChange::Pressure { kind, evict } => {
                nodes.kubelets.press(node, *kind, *evict, cx);
            }
            NodeChange::Relieve { kind } => {
                nodes.kubelets.relieve(node, *kind, cx);
            }
            NodeChange::Taint { add, remove } => {
                let taints = retainted(&cx.cluster.version_of(node).taints, add, remove);
                nodes.retaint_by_hand(node, taints, cx);
            }
            NodeChange::Label { set, remove } => {
                let labels = relabeled(&cx.cluster.version_of(node).labels, set, remove);
                nodes.set_labels(node, labels, cx);
            }
        }
    }

    fn change_pod(&mut self, id: PodId, change: PodChange, cx: &mut Cx<'_>) {
        let kubelets = &mut self.nodes.kubelets;
        match change {
            PodChange::Delete => kubelets.delete_pod(id, loss_by_hand(id, cx.cluster), cx),
            PodChange::ForceDelete => {
                kubelets.force_delete_pod(id, loss_by_hand(id, cx.cluster), cx);
            }
            PodChange::Unready => turn_unready(id, cx),
            PodChange::Ready if gets_ready(id, cx.cluster) => turn_ready(id, cx),
            PodChange::Ready if may_turn_ready(id, cx.cluster) => turn_ready(id, cx),
            PodChange::Fail if may_fail(id, cx.cluster) && !kubelets.refused(id) => {
                lose(id, Loss::Evicted, cx);
                kubelets.fail_pod(id, "Evicted", cx);
            }
            PodChange::Ready | PodChange::Fail => {}
        }
    }

    fn mend_image(&mut self, image: &str, cx: &mut Cx<'_>) {
        cx.cluster.image_faults.remove(image);
        for id in cx.cluster.pods.ids() {
            let Cluster { pods, specs, images, .. } = &*cx.cluster;
            let mut own = specs[pods[id].spec].images.iter().map(|&image| images.name(image));
            if pods[id].exists && own.any(|name| glob_matches(image, name)) {
                self.nodes.kubelets.mend_pod(id, cx);
            }
        }
    }
}

/// What is to be told of the nodes that an action is for.
fn tell_of_nodes(
    nodes: &NodeSelection,
    found: &[NodeId],
    change: &NodeChange,
    doing: Doing<'_>,
    cx: &mut Cx<'_>,
) {
    if !doing.repeats {
        let mut messages = outcome::missing(nodes, found, cx);
        messages.extend(outcome::idle(nodes, found, change, cx.cluster));
        for message in messages {
            doing.failed(message, cx);
        }
    }
}

fn apply_daemon_set(written: &DaemonSet, doing: Doing<'_>, cx: &mut Cx<'_>) {
    let name = DaemonSetRef {
        namespace: written.metadata.namespace.clone(),
        name: written.metadata.name.clone(),
    };
    let before = cx.cluster.find(&name);
    if before.is_some_and(|id| outcome::is_going(id, cx)) {
        doing.failed(outcome::applied_while_deleted(&name), cx);
    } else if before.is_some_and(|id| cx.cluster.spec_of(id).written == written.spec) {
        doing.failed(format!("daemonset.apps/{} unchanged", name.name), cx);
    }
    apply(written, doing.label, cx);
}

fn change_daemon_set(id: DaemonSetId, change: &DaemonSetChange, doing: Doing<'_>, cx: &mut Cx<'_>) {
    match change {
        DaemonSetChange::Delete(cascade) => return delete_daemon_set(id, *cascade, cx),
        DaemonSetChange::Annotate => return publish_daemon_set(id, cx),
        DaemonSetChange::SetImage(_)
        | DaemonSetChange::RolloutRestart
        | DaemonSetChange::RolloutUndo { .. }
        | DaemonSetChange::Patch { .. } => {}
    }
    let name = cx.cluster.daemon_sets[id].name.clone();
    let before = &cx.cluster.spec_of(id).written;
    match changed_spec(id, change, cx) {
        Err(message) => doing.failed(message, cx),
        Ok(spec) if spec == *before => {
            let message = match change {
                DaemonSetChange::RolloutRestart => outcome::restarted_twice(&name),
                DaemonSetChange::SetImage(_) => {
                    "nothing changed: the containers have this image already".to_owned()
                }
                DaemonSetChange::RolloutUndo { .. } => {
                    "nothing changed: the template is the one of that revision already".to_owned()
                }
                DaemonSetChange::Patch { .. }
                | DaemonSetChange::Annotate
                | DaemonSetChange::Delete(_) => {
                    format!("daemonset.apps/{} patched (no change)", name.name)
                }
            };
            doing.failed(message, cx);
        }
        Ok(spec) => {
            if outcome::is_going(id, cx) {
                doing.failed(outcome::changed_while_deleted(&name), cx);
            }
            replace_spec(id, spec, doing.label, cx);
        }
    }
}

/// The spec of a DaemonSet after a change of it; why it fails if it does.
fn changed_spec(
    id: DaemonSetId,
    change: &DaemonSetChange,
    cx: &Cx<'_>,
) -> Result<DaemonSetSpec, String> {
    let before = &cx.cluster.spec_of(id).written;
    let with_template = |template| DaemonSetSpec { template, ..before.clone() };
    match change {
        DaemonSetChange::SetImage(images) => {
            let missing = images
                .iter()
                .find(|(name, image)| before.template.with_image(name, image).is_none());
            if let Some((container, _)) = missing {
                return Err(outcome::no_container(container));
            }
            Ok(before.template.with_images(images).map_or_else(|| before.clone(), with_template))
        }
        DaemonSetChange::RolloutRestart => {
            Ok(with_template(before.template.restarted_at(&format_rfc3339(cx.now))))
        }
        DaemonSetChange::RolloutUndo { to_revision } => {
            let template = cx.cluster.rollback_template(id, *to_revision);
            template.map(with_template).ok_or_else(|| outcome::no_revision(*to_revision))
        }
        DaemonSetChange::Patch { update_strategy, min_ready_seconds } => Ok(DaemonSetSpec {
            update_strategy: update_strategy.unwrap_or(before.update_strategy),
            min_ready_seconds: min_ready_seconds.unwrap_or(before.min_ready_seconds),
            ..before.clone()
        }),
        DaemonSetChange::Annotate | DaemonSetChange::Delete(_) => Ok(before.clone()),
    }
}

fn refuse_pods(refused: &RefusePods, drawing: u64, cx: &mut Cx<'_>) {
    let RefusePods { message, daemon_set, namespace, nodes, duration } = refused;
    let refusal = Refusal {
        message: message.clone(),
        daemon_set: daemon_set.clone(),
        namespace: namespace.clone(),
        nodes: chosen(nodes, drawing, cx),
        until: duration.map(|duration| cx.now + duration),
    };
    cx.api.refuse_pods(refusal);
}

/// The nodes of a selection, sorted; none if it means all, also those that join later.
fn chosen(nodes: &NodeSelection, drawing: u64, cx: &Cx<'_>) -> Option<Vec<NodeId>> {
    let everywhere = matches!(nodes.among, Among::All) && nodes.take == Take::All;
    (!everywhere).then(|| select(nodes, drawing, cx))
}

/// What `kubectl delete pod` means: with `OnDelete` it is how a node is updated.
fn loss_by_hand(id: PodId, cluster: &Cluster) -> Option<Loss> {
    let Pod { owner, spec, .. } = *cluster.pod(id);
    let updates = owner.map(|owner| cluster.spec_of(owner)).is_some_and(|current| {
        current.is_on_delete() && current.template != cluster.specs[spec].template
    });
    (!updates).then_some(Loss::Deleted)
}

fn may_fail(id: PodId, cluster: &Cluster) -> bool {
    let Pod { phase, terminating, .. } = *cluster.pod(id);
    !phase.is_terminal() && !terminating
}

/// Whether a pod can get ready that a snapshot shows not to: then its images can on that node.
fn gets_ready(id: PodId, cluster: &mut Cluster) -> bool {
    let Pod { phase, broken, node, spec, .. } = *cluster.pod(id);
    let only_unready = broken.is_some_and(|it| it.fault == ImageFault::NeverReady);
    if phase != PodPhase::Running || !only_unready || !cluster.node(node).alive {
        return false;
    }
    let Cluster { specs, images, image_faults, .. } = cluster;
    for &image in &specs[spec].images {
        image_faults.gets_ready(images.name(image), node);
    }
    cluster.fault_of(id).is_none()
}

fn may_turn_ready(id: PodId, cluster: &Cluster) -> bool {
    let Pod { phase, ready_since, broken, node, .. } = *cluster.pod(id);
    let works = phase == PodPhase::Running && broken.is_none() && cluster.node(node).alive;
    works && ready_since.is_none()
}

/// The pods that a DaemonSet owns on the nodes of a selection, if they are bound or a snapshot shows
/// that they never will be.
fn pods_meant(
    daemon_set: &DaemonSetRef,
    nodes: &NodeSelection,
    doing: Doing<'_>,
    cx: &mut Cx<'_>,
) -> Vec<PodId> {
    let Some(owner) = cx.cluster.find(daemon_set) else {
        doing.failed(outcome::no_daemon_set(daemon_set), cx);
        return Vec::new();
    };
    let nodes = select(nodes, doing.drawing(), cx);
    let pods = nodes.into_iter().flat_map(|node| cx.cluster.pods_on(node));
    let is_meant = |&pod: &PodId| {
        let pod = cx.cluster.pod(pod);
        pod.owner == Some(owner) && (pod.bound || pod.held)
    };
    let pods: Vec<PodId> = pods.filter(is_meant).collect();
    if pods.is_empty() && !doing.repeats {
        doing.failed(format!("{} has no pod there", daemon_set.name), cx);
    }
    pods
}

fn break_image(
    image: &str,
    fault: ImageFault,
    nodes: &NodeSelection,
    drawing: u64,
    cx: &mut Cx<'_>,
) {
    let nodes = chosen(nodes, drawing, cx);
    cx.cluster.image_faults.add(image, fault, nodes);
}

/// A taint that is put on replaces one of the same key and effect.
pub(super) fn retainted(
    before: &[Taint],
    add: &[Taint],
    remove: &[(String, Option<TaintEffect>)],
) -> Vec<Taint> {
    let is_removed = |taint: &Taint| {
        remove.iter().any(|(key, effect)| {
            taint.key == *key && effect.is_none_or(|effect| effect == taint.effect)
        })
    };
    let is_replaced =
        |taint: &Taint| add.iter().any(|new| new.key == taint.key && new.effect == taint.effect);
    let kept = before.iter().filter(|taint| !is_removed(taint) && !is_replaced(taint));
    kept.chain(add).cloned().collect()
}

pub(super) fn relabeled(before: &Labels, set: &Labels, remove: &[String]) -> Labels {
    let mut labels = before.clone();
    for (key, value) in set.iter() {
        labels.insert(key, value);
    }
    for key in remove {
        labels.remove(key);
    }
    labels
}
