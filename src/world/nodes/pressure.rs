//! Nodes that run out of memory, disk or process numbers: the condition, and pods that the kubelet
//! evicts.
//!
//! Source: `pkg/kubelet/eviction/eviction_manager.go › synchronize`.

use crate::api::PodPhase;
use crate::control::node_lifecycle::Pressure;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::time::{SimDuration, SimTime};
use crate::world::event::NodeStep;
use crate::world::objects::Pod;
use crate::world::state::{Agenda, World};

/// How often a kubelet looks whether to evict.
///
/// Source: `pkg/kubelet/kubelet.go › evictionMonitoringPeriod`.
const EVICTION_PERIOD: SimDuration = SimDuration::from_secs(10);
/// How long a condition outlasts its reason.
///
/// Source: `pkg/kubelet/apis/config/v1beta1/defaults.go › EvictionPressureTransitionPeriod`.
const TRANSITION_PERIOD: SimDuration = SimDuration::from_secs(5 * 60);
/// Pods of this priority or more are never evicted.
///
/// Source: `pkg/apis/scheduling/types.go › SystemCriticalPriority`.
const CRITICAL: i32 = 2_000_000_000;

impl World {
    /// Something runs out; the kubelet says so with its next status.
    pub(in crate::world) fn press(
        &mut self,
        id: NodeId,
        (pressure, evict): (Pressure, bool),
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let life = &mut self.nodes[id.index()].life;
        life.pressing[pressure as usize] = true;
        life.evicting |= evict;
        let at = self.next_status(id, now);
        self.plan_node(id, NodeStep::Press(pressure), at, cause, agenda);
        if evict {
            self.plan_eviction(id, at, cause, now, agenda);
        }
    }

    /// There is enough again; the condition stays for a while.
    pub(in crate::world) fn relieve(
        &mut self,
        id: NodeId,
        pressure: Option<Pressure>,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        for each in Pressure::ALL.into_iter().filter(|each| pressure.is_none_or(|it| it == *each)) {
            let pressing = &mut self.nodes[id.index()].life.pressing[each as usize];
            if std::mem::replace(pressing, false) {
                let is_real = self.node_controllers.are_on();
                let after = if is_real { TRANSITION_PERIOD } else { SimDuration::ZERO };
                let at = self.next_status(id, now + after);
                self.plan_node(id, NodeStep::Relieve(each), at, cause, agenda);
            }
        }
        let life = &mut self.nodes[id.index()].life;
        life.evicting &= life.pressing.contains(&true);
    }

    fn next_status(&self, id: NodeId, at: SimTime) -> SimTime {
        let is_real = self.node_controllers.are_on();
        if is_real { self.heartbeats(id).at_or_after(at) } else { at }
    }

    /// The kubelet says whether something runs out.
    pub(super) fn set_pressure(
        &mut self,
        id: NodeId,
        pressure: Pressure,
        present: bool,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let node = &mut self.nodes[id.index()];
        let was = node.conditions.pressures.contains(&pressure);
        if !node.alive || node.life.pressing[pressure as usize] != present || was == present {
            return;
        }
        node.conditions.pressures.retain(|other| *other != pressure);
        if present {
            node.conditions.pressures.push(pressure);
        }
        let condition = pressure.condition();
        let what = |node| What::NodePressure { node, condition, present };
        let fact = self.node_fact(id, cause, now, what);
        self.conditions_changed(id, Some(fact), now, agenda);
    }

    /// The kubelet evicts one pod, the least important first, and looks again.
    pub(super) fn evict_one(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let life = &self.node(id).life;
        if !self.node(id).alive || !life.evicting || life.next_eviction != now {
            return;
        }
        let candidates = self.pods_on(id).filter(|&pod| self.may_be_evicted(pod));
        let rank = |&pod: &PodId| (self.priority_of(pod), pod);
        let Some(pod) = candidates.min_by_key(rank) else { return };
        self.fail_pod(pod, "Evicted", cause, now, agenda);
        self.plan_eviction(id, now + EVICTION_PERIOD, cause, now, agenda);
    }

    fn may_be_evicted(&self, id: PodId) -> bool {
        let Pod { exists, bound, phase, terminating, .. } = *self.pod(id);
        let runs = exists && bound && phase == PodPhase::Running && !terminating;
        runs && self.priority_of(id) < CRITICAL
    }

    fn priority_of(&self, id: PodId) -> i32 {
        self.specs[self.pod(id).spec.index()].needs.priority
    }

    /// A pod came to a node that evicts.
    pub(super) fn evict_again(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.plan_eviction(id, now + EVICTION_PERIOD, cause, now, agenda);
    }

    /// The next look, unless one is planned already.
    fn plan_eviction(
        &mut self,
        id: NodeId,
        at: SimTime,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let next = &mut self.nodes[id.index()].life.next_eviction;
        if *next <= now {
            *next = at;
            self.plan_node(id, NodeStep::EvictOne, at, cause, agenda);
        }
    }
}
