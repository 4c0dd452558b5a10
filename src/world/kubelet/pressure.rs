//! Nodes that run out of memory, disk or process numbers: the condition, and pods that the kubelet
//! evicts.
//!
//! Source: `pkg/kubelet/eviction/eviction_manager.go › synchronize`.

use crate::api::PodPhase;
use crate::control::node_lifecycle::Pressure;
use crate::control::scheduler::CRITICAL;
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

/// What a kubelet knows of what its node runs out of.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::world) struct Pressed {
    /// What runs out, whether or not it says so already; by pressure.
    pub(in crate::world) by: [bool; 3],
    /// Until when it says so of what ran out before; by pressure.
    outlasts_until: [SimTime; 3],
    /// Whether it evicts pods for it; by pressure.
    evicting: [bool; 3],
    /// When it looks next whether to evict; in the past if it does not.
    next_eviction: SimTime,
}

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
        let pressed = self.kubelets.pressed(id);
        pressed.by[pressure as usize] = true;
        pressed.evicting[pressure as usize] |= evict;
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
            let pressed = self.kubelets.pressed(id);
            if std::mem::replace(&mut pressed.by[each as usize], false) {
                pressed.evicting[each as usize] = false;
                let is_real = self.node_controllers.are_on();
                let after = if is_real { TRANSITION_PERIOD } else { SimDuration::ZERO };
                pressed.outlasts_until[each as usize] = now + after;
                let at = self.next_status(id, now + after);
                self.plan_node(id, NodeStep::Relieve(each), at, cause, agenda);
            }
        }
    }

    /// A kubelet that comes back finds what there is, and knows nothing of what was before.
    pub(in crate::world) fn take_up_pressure(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Some(pressed) = self.kubelets.pressed.get_mut(&id) else { return };
        let Pressed { by, evicting, .. } = *pressed;
        *pressed = Pressed { by, evicting, ..Pressed::default() };
        let told = Pressure::ALL.map(|each| self.nodes[id.index()].conditions.pressures.contains(&each));
        let at = self.next_status(id, now);
        for each in Pressure::ALL {
            let step = match (by[each as usize], told[each as usize]) {
                (true, false) => NodeStep::Press(each),
                (false, true) => NodeStep::Relieve(each),
                (true, true) | (false, false) => continue,
            };
            self.plan_node(id, step, at, cause, agenda);
        }
        self.evict_again(id, cause, now, agenda);
    }

    fn next_status(&self, id: NodeId, at: SimTime) -> SimTime {
        let is_real = self.node_controllers.are_on();
        if is_real { self.heartbeats(id).at_or_after(at) } else { at }
    }

    /// The kubelet says whether something runs out.
    pub(in crate::world) fn set_pressure(
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
        let Pressed { by, outlasts_until, .. } = *self.kubelets.pressed(id);
        let lasts = !present && now < outlasts_until[pressure as usize];
        if !node.alive || by[pressure as usize] != present || was == present || lasts {
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
    pub(in crate::world) fn evict_one(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pressed { evicting, next_eviction, .. } = *self.kubelets.pressed(id);
        if !self.node(id).alive || evicting == [false; 3] || next_eviction != now {
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

    /// A pod runs that may have to go: the kubelet looks again, if it evicts.
    pub(in crate::world) fn evict_again(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.kubelets.pressed.get(&id).is_some_and(|it| it.evicting.contains(&true)) {
            self.plan_eviction(id, now + EVICTION_PERIOD, cause, now, agenda);
        }
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
        let next = &mut self.kubelets.pressed(id).next_eviction;
        if *next <= now {
            *next = at;
            self.plan_node(id, NodeStep::EvictOne, at, cause, agenda);
        }
    }
}
