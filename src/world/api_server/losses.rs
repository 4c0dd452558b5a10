//! Pods that are taken from their nodes: the record is told why.

use crate::api::TaintEffect;
use crate::control::PodId;
use crate::control::daemonset::{Obstacle, obstacle};
use crate::record::Loss;
use crate::world::cluster::{Cluster, NodeVersion, Pod};
use crate::world::cx::Cx;

/// A pod is taken from its node; if it served, it is lost.
pub(in crate::world) fn lose(id: PodId, loss: Loss, cx: &mut Cx<'_>) {
    let Pod { serving, owner, creator, node, .. } = *cx.cluster.pod(id);
    if serving {
        cx.tracker(owner.unwrap_or(creator)).lose(loss, node.index());
    }
}

/// What a deletion means that the DaemonSet controller asks for: mostly nothing, as another pod comes.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode` (where no pod may go on,
/// it deletes it) and `update.go › rollingUpdate` (where one may, an update deletes it).
pub(in crate::world) fn loss_by_controller(id: PodId, cluster: &Cluster) -> Option<Loss> {
    let Pod { owner: Some(owner), node, spec, serving: true, .. } = *cluster.pod(id) else {
        return None;
    };
    let keeps_off = |spec| {
        let NodeVersion { labels, taints } = cluster.version_of(node);
        let template = &cluster.specs[spec].written.template;
        obstacle(template, &cluster.node(node).name, labels, taints)
    };
    keeps_off(cluster.daemon_sets[owner].spec)?;
    match keeps_off(spec) {
        Some(Obstacle::Taint(taint)) if taint.effect == TaintEffect::NoExecute => {
            Some(Loss::Taints)
        }
        None | Some(Obstacle::Taint(_)) => Some(Loss::Update),
        Some(Obstacle::NodeName(_) | Obstacle::NodeSelector(..) | Obstacle::NodeAffinity) => {
            Some(Loss::Labels)
        }
    }
}
