//! Nodes that run out of memory, disk or process numbers: the condition, and pods that the kubelet
//! evicts.
//!
//! Source: `pkg/kubelet/eviction/eviction_manager.go › synchronize`.

use crate::api::{PodPhase, Pressure};
use crate::control::scheduler::CRITICAL;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, Loss, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::lose;
use crate::world::cluster::{Cluster, Pod};
use crate::world::cx::Cx;
use crate::world::event::NodeStep;
use crate::world::kubelet::kubelets::Kubelets;
use crate::world::kubelet::machine::heartbeats;

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
pub(super) struct Pressed {
    /// What runs out, whether or not it says so already; by pressure.
    pub(super) by: [bool; 3],
    /// Until when it says so of what ran out before; by pressure.
    outlasts_until: [SimTime; 3],
    /// Whether it evicts pods for it; by pressure.
    evicting: [bool; 3],
    /// When it looks next whether to evict; in the past if it does not.
    next_eviction: SimTime,
}

impl Kubelets {
    /// Something runs out; the kubelet says so with its next status.
    pub(in crate::world) fn press(
        &mut self,
        id: NodeId,
        pressure: Pressure,
        evict: bool,
        cx: &mut Cx<'_>,
    ) {
        let pressed = self.pressed(id);
        pressed.by[pressure as usize] = true;
        pressed.evicting[pressure as usize] |= evict;
        let at = next_status(id, cx.now, cx);
        cx.plan_node(id, NodeStep::Press(pressure), at);
        if evict {
            self.plan_eviction(id, at, cx);
        }
    }

    /// There is enough again; the condition stays for a while.
    pub(in crate::world) fn relieve(
        &mut self,
        id: NodeId,
        pressure: Option<Pressure>,
        cx: &mut Cx<'_>,
    ) {
        for each in Pressure::ALL.into_iter().filter(|each| pressure.is_none_or(|it| it == *each)) {
            let pressed = self.pressed(id);
            if std::mem::replace(&mut pressed.by[each as usize], false) {
                pressed.evicting[each as usize] = false;
                let is_real = cx.settings.node_lifecycle;
                let after = if is_real { TRANSITION_PERIOD } else { SimDuration::ZERO };
                pressed.outlasts_until[each as usize] = cx.now + after;
                let at = next_status(id, cx.now + after, cx);
                cx.plan_node(id, NodeStep::Relieve(each), at);
            }
        }
    }

    /// A kubelet that comes back finds what there is, and knows nothing of what was before.
    pub(in crate::world) fn resume_pressure(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let Some(pressed) = self.pressed.get_mut(&id) else { return };
        let Pressed { by, evicting, .. } = *pressed;
        *pressed = Pressed { by, evicting, ..Pressed::default() };
        let told =
            Pressure::ALL.map(|each| cx.cluster.nodes[id].conditions.pressures.contains(&each));
        let at = next_status(id, cx.now, cx);
        for each in Pressure::ALL {
            let step = match (by[each as usize], told[each as usize]) {
                (true, false) => NodeStep::Press(each),
                (false, true) => NodeStep::Relieve(each),
                (true, true) | (false, false) => continue,
            };
            cx.plan_node(id, step, at);
        }
        self.evict_again(id, cx);
    }

    /// The kubelet says whether something runs out; if it does, the condition is another, and this
    /// returns the fact.
    pub(in crate::world) fn tell_pressure(
        &mut self,
        id: NodeId,
        pressure: Pressure,
        present: bool,
        cx: &mut Cx<'_>,
    ) -> Option<FactId> {
        let node = &mut cx.cluster.nodes[id];
        let was = node.conditions.pressures.contains(&pressure);
        let Pressed { by, outlasts_until, .. } = *self.pressed(id);
        let lasts = !present && cx.now < outlasts_until[pressure as usize];
        if !node.alive || by[pressure as usize] != present || was == present || lasts {
            return None;
        }
        node.conditions.pressures.retain(|other| *other != pressure);
        if present {
            node.conditions.pressures.push(pressure);
        }
        let condition = pressure.condition();
        let what = |node| What::NodePressure { node, condition: condition.into(), present };
        Some(cx.node_fact(id, what))
    }

    /// The kubelet evicts one pod, the least important first, and looks again.
    pub(in crate::world) fn evict_one(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let Pressed { evicting, next_eviction, .. } = *self.pressed(id);
        if !cx.cluster.node(id).alive || evicting == [false; 3] || next_eviction != cx.now {
            return;
        }
        let candidates = cx.cluster.pods_on(id).filter(|&pod| cx.cluster.may_be_evicted(pod));
        let rank = |&pod: &PodId| (cx.cluster.priority_of(pod), pod);
        let Some(pod) = candidates.min_by_key(rank) else { return };
        lose(pod, Loss::Evicted, cx);
        self.fail_pod(pod, "Evicted", cx);
        self.plan_eviction(id, cx.now + EVICTION_PERIOD, cx);
    }

    /// A pod runs that may have to go: the kubelet looks again, if it evicts.
    pub(super) fn evict_again(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if self.pressed.get(&id).is_some_and(|it| it.evicting.contains(&true)) {
            self.plan_eviction(id, cx.now + EVICTION_PERIOD, cx);
        }
    }

    /// The next look, unless one is planned already.
    fn plan_eviction(&mut self, id: NodeId, at: SimTime, cx: &mut Cx<'_>) {
        let next = &mut self.pressed(id).next_eviction;
        if *next <= cx.now {
            *next = at;
            cx.plan_node(id, NodeStep::EvictOne, at);
        }
    }
}

fn next_status(id: NodeId, at: SimTime, cx: &Cx<'_>) -> SimTime {
    let is_real = cx.settings.node_lifecycle;
    if is_real { heartbeats(id, cx).at_or_after(at) } else { at }
}

impl Cluster {
    fn may_be_evicted(&self, id: PodId) -> bool {
        let Pod { exists, bound, phase, terminating, .. } = *self.pod(id);
        let runs = exists && bound && phase == PodPhase::Running && !terminating;
        runs && self.priority_of(id) < CRITICAL
    }

    fn priority_of(&self, id: PodId) -> i32 {
        self.specs[self.pod(id).spec].needs.priority
    }
}
