//! Taints that follow from what a node is like, and taints in general.

use crate::api::{Labels, Taint, TaintEffect};
use crate::control::NodeId;
use crate::control::node_lifecycle::{
    no_execute_taint, no_schedule_taints, owns_no_execute, owns_no_schedule,
};
use crate::record::{FactId, What};
use crate::time::{SimDuration, SimTime};
use crate::world::event::NodeStep;
use crate::world::objects::{Node, NodeVersion};
use crate::world::state::{Agenda, World};

/// Pods of a node with a taint of this key are not waited for.
///
/// Source: `k8s.io/api/core/v1/well_known_taints.go › TaintNodeOutOfService`.
pub(super) const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// Whether a taint belongs to the node-lifecycle controller.
fn is_owned(taint: &Taint) -> bool {
    owns_no_schedule(taint) || owns_no_execute(taint)
}

impl World {
    /// A condition of a node changed: the `NoSchedule` taints follow once the node-lifecycle
    /// controller hears of it, the `NoExecute` taint in its next passes.
    pub(in crate::world) fn conditions_changed(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node_controllers.are_on() {
            return self.refresh_condition_taints(id, cause, now, agenda);
        }
        self.plan_node(id, NodeStep::Taint, now + self.watch_lag(id), cause, agenda);
        self.touch_node(id, cause, now, agenda);
        self.sweep_if_out_of_service(id, cause, now, agenda);
    }

    /// How long a change of a node takes to reach its controllers.
    pub(super) fn watch_lag(&self, id: NodeId) -> SimDuration {
        let Node { name_hash, version, .. } = *self.node(id);
        let draw = self.streams.uniform("node watch", name_hash, u64::from(version.0));
        self.api.watch_latency().sample(draw)
    }

    /// Sets the `NoSchedule` taints that a node's conditions ask for, and takes off the others.
    ///
    /// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go ›
    /// doNoScheduleTaintingPass`.
    pub(super) fn taint_by_condition(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).exists {
            return;
        }
        let wanted = no_schedule_taints(&self.node(id).conditions);
        let mut taints = self.version_of(id).taints.clone();
        taints.retain(|taint| !owns_no_schedule(taint) || wanted.contains(taint));
        let missing: Vec<Taint> =
            wanted.into_iter().filter(|taint| !taints.contains(taint)).collect();
        taints.extend(missing);
        self.set_taints(id, taints, cause, now, agenda);
    }

    /// Puts on the `NoExecute` taint of a node's health, or takes it off.
    pub(super) fn set_no_execute(
        &mut self,
        id: NodeId,
        taint: Option<Taint>,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let mut taints = self.version_of(id).taints.clone();
        taints.retain(|old| !owns_no_execute(old) || Some(old) == taint.as_ref());
        if let Some(taint) = taint.filter(|taint| !taints.contains(taint)) {
            taints.push(taint);
        }
        self.set_taints(id, taints, cause, now, agenda);
    }

    /// Without a node-lifecycle controller, all taints follow at once.
    fn refresh_condition_taints(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let conditions = &self.node(id).conditions;
        let mut wanted = no_schedule_taints(conditions);
        wanted.extend(no_execute_taint(conditions.health));
        let mut taints = self.version_of(id).taints.clone();
        taints.retain(|taint| !is_owned(taint));
        taints.extend(wanted);
        self.set_taints(id, taints, cause, now, agenda);
    }

    /// Somebody changed the taints of a node by hand. Those that belong to the node-lifecycle
    /// controller it sets right again.
    pub(in crate::world) fn retaint_by_hand(
        &mut self,
        id: NodeId,
        taints: Vec<Taint>,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let owned = |taints: &[Taint]| taints.iter().filter(|t| is_owned(t)).count();
        let meddles = owned(&taints) != owned(&self.version_of(id).taints);
        self.set_taints(id, taints, cause, now, agenda);
        if meddles && self.node_controllers.are_on() {
            self.conditions_changed(id, cause, now, agenda);
        }
    }

    /// Replaces a node's taints.
    pub(super) fn set_taints(
        &mut self,
        id: NodeId,
        taints: Vec<Taint>,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let NodeVersion { labels, taints: before } = self.version_of(id).clone();
        if taints == before {
            return;
        }
        for taint in taints.iter().filter(|taint| !before.contains(taint)) {
            self.taint_fact(id, taint, true, cause, now);
        }
        for taint in before.iter().filter(|taint| !taints.contains(taint)) {
            self.taint_fact(id, taint, false, cause, now);
        }
        let evicts = |taint: &Taint| taint.effect == TaintEffect::NoExecute;
        let concerns_pods = before.iter().chain(&taints).any(evicts);
        self.replace_version(id, NodeVersion { labels, taints }, cause, now, agenda);
        if self.node_controllers.are_on() {
            if concerns_pods {
                self.plan_node(id, NodeStep::Look, now + self.watch_lag(id), cause, agenda);
            }
            self.sweep_if_out_of_service(id, cause, now, agenda);
        }
    }

    fn taint_fact(
        &mut self,
        id: NodeId,
        taint: &Taint,
        added: bool,
        cause: Option<FactId>,
        now: SimTime,
    ) {
        let name = &self.nodes[id.index()].name;
        self.recorder.fact(now, cause, |names| {
            let (node, taint) = (names.intern(name), names.intern(&taint.to_string()));
            if added {
                What::NodeTainted { node, taint }
            } else {
                What::NodeUntainted { node, taint }
            }
        });
    }

    /// Replaces a node's labels.
    pub(in crate::world) fn set_labels(
        &mut self,
        id: NodeId,
        labels: Labels,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let taints = self.version_of(id).taints.clone();
        let fact = self.node_fact(id, Some(cause), now, |node| What::NodeLabeled { node });
        self.replace_version(id, NodeVersion { labels, taints }, Some(fact), now, agenda);
        self.touch_node(id, Some(fact), now, agenda);
    }

    fn replace_version(
        &mut self,
        id: NodeId,
        version: NodeVersion,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if *self.version_of(id) == version {
            return;
        }
        self.nodes[id.index()].version = self.new_version(version.labels, version.taints);
        self.publish_node(id, cause, now, agenda);
    }

    /// `kubectl cordon` and `kubectl uncordon`.
    pub(in crate::world) fn set_unschedulable(
        &mut self,
        id: NodeId,
        unschedulable: bool,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let conditions = &mut self.nodes[id.index()].conditions;
        if std::mem::replace(&mut conditions.unschedulable, unschedulable) != unschedulable {
            self.tell_scheduler(id, cause, now, agenda);
            self.conditions_changed(id, cause, now, agenda);
        }
    }
}
