//! Conditions, labels and taints of nodes that change, and the taints that follow from conditions.

use crate::api::{Labels, Pressure, Taint};
use crate::control::NodeId;
use crate::control::node_lifecycle::{
    no_execute_taint, no_schedule_taints, owns_no_execute, owns_no_schedule,
};
use crate::record::{What, labels_json};
use crate::world::api_server::{
    publish_to_scheduler, replace_version, set_taints, sweep_if_out_of_service, watch_lag,
};
use crate::world::cluster::NodeVersion;
use crate::world::cx::Cx;
use crate::world::event::NodeStep;
use crate::world::nodes::controllers::Nodes;

/// Whether a taint belongs to the node-lifecycle controller.
fn is_owned(taint: &Taint) -> bool {
    owns_no_schedule(taint) || owns_no_execute(taint)
}

impl Nodes {
    /// A kubelet may say that something runs out, or that there is enough again.
    pub(super) fn set_pressure(
        &mut self,
        id: NodeId,
        pressure: Pressure,
        present: bool,
        cx: &mut Cx<'_>,
    ) {
        if let Some(fact) = self.kubelets.tell_pressure(id, pressure, present, cx) {
            self.conditions_changed(id, &mut cx.because(Some(fact)));
        }
    }

    /// A condition of a node changed: the `NoSchedule` taints follow once the node-lifecycle
    /// controller hears of it, the `NoExecute` taint in its next passes.
    pub(super) fn conditions_changed(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.settings.node_lifecycle {
            return refresh_condition_taints(id, cx);
        }
        cx.plan_node(id, NodeStep::Taint, cx.now + watch_lag(id, cx));
        self.lifecycle.touch(id, cx);
        sweep_if_out_of_service(id, cx);
    }

    /// The taints of a node were changed by hand. Those that belong to the node-lifecycle
    /// controller it sets right again.
    pub(in crate::world) fn retaint_by_hand(
        &mut self,
        id: NodeId,
        taints: Vec<Taint>,
        cx: &mut Cx<'_>,
    ) {
        let owned = |taints: &[Taint]| taints.iter().filter(|t| is_owned(t)).count();
        let meddles = owned(&taints) != owned(&cx.cluster.version_of(id).taints);
        set_taints(id, taints, cx);
        if meddles && cx.settings.node_lifecycle {
            self.conditions_changed(id, cx);
        }
    }

    /// Replaces a node's labels.
    pub(in crate::world) fn set_labels(&mut self, id: NodeId, labels: Labels, cx: &mut Cx<'_>) {
        let taints = cx.cluster.version_of(id).taints.clone();
        let name = &cx.cluster.nodes[id].name;
        let fact = cx.record.fact(cx.now, cx.cause, |names| What::NodeLabeled {
            node: names.intern(name),
            labels: names.intern(&labels_json(labels.iter())),
        });
        let cx = &mut cx.because(Some(fact));
        replace_version(id, NodeVersion { labels, taints }, cx);
        self.lifecycle.touch(id, cx);
    }

    /// `kubectl cordon` and `kubectl uncordon`.
    pub(in crate::world) fn set_unschedulable(
        &mut self,
        id: NodeId,
        unschedulable: bool,
        cx: &mut Cx<'_>,
    ) {
        let conditions = &mut cx.cluster.nodes[id].conditions;
        if std::mem::replace(&mut conditions.unschedulable, unschedulable) != unschedulable {
            let fact = cx.node_fact(id, |node| What::NodeCordoned { node, unschedulable });
            let cx = &mut cx.because(Some(fact));
            publish_to_scheduler(id, cx);
            self.conditions_changed(id, cx);
        }
    }
}

/// Sets the `NoSchedule` taints that a node's conditions ask for, and takes off the others.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › doNoScheduleTaintingPass`.
pub(super) fn taint_by_condition(id: NodeId, cx: &mut Cx<'_>) {
    if !cx.cluster.node(id).exists {
        return;
    }
    let wanted = no_schedule_taints(&cx.cluster.node(id).conditions);
    let mut taints = cx.cluster.version_of(id).taints.clone();
    taints.retain(|taint| !owns_no_schedule(taint) || wanted.contains(taint));
    let missing: Vec<Taint> = wanted.into_iter().filter(|taint| !taints.contains(taint)).collect();
    taints.extend(missing);
    set_taints(id, taints, cx);
}

/// Puts on the `NoExecute` taint of a node's health, or takes it off.
pub(super) fn set_no_execute(id: NodeId, taint: Option<Taint>, cx: &mut Cx<'_>) {
    let mut taints = cx.cluster.version_of(id).taints.clone();
    taints.retain(|old| !owns_no_execute(old) || Some(old) == taint.as_ref());
    if let Some(taint) = taint.filter(|taint| !taints.contains(taint)) {
        taints.push(taint);
    }
    set_taints(id, taints, cx);
}

/// Without a node-lifecycle controller, all taints follow at once.
fn refresh_condition_taints(id: NodeId, cx: &mut Cx<'_>) {
    let conditions = &cx.cluster.node(id).conditions;
    let mut wanted = no_schedule_taints(conditions);
    wanted.extend(no_execute_taint(conditions.health));
    let mut taints = cx.cluster.version_of(id).taints.clone();
    taints.retain(|taint| !is_owned(taint));
    taints.extend(wanted);
    set_taints(id, taints, cx);
}
