//! The taint-eviction controller: it deletes pods that a `NoExecute` taint drives away, at once or
//! when the time is over for which they tolerate it.
//!
//! The DaemonSet controller deletes such pods as well, unless they tolerate the taint for a time;
//! whoever comes first.
//!
//! Source: `pkg/controller/tainteviction/taint_eviction.go › handleNodeUpdate, processPodOnNode`.

use crate::api::{Taint, TaintEffect};
use crate::control::taint_eviction::{Change, EvictionTimer, Verdict, verdict};
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::event::{Caused, Event, NodeStep};
use crate::world::objects::Pod;
use crate::world::state::{Agenda, World};

impl World {
    /// The controller begins with what is there.
    pub(in crate::world) fn look_at_all_taints(
        &mut self,
        cause: Option<FactId>,
        agenda: &mut Agenda,
    ) {
        if !self.node_controllers.are_on() {
            return;
        }
        let drives = |id: &NodeId| !self.node(*id).pods.is_empty() && self.drives_pods_away(*id);
        let now = self.start;
        for id in self.existing_nodes().filter(drives).collect::<Vec<_>>() {
            let cause = cause.unwrap_or_else(|| {
                let text = "taints that are there at the start";
                self.recorder.fact(now, None, |names| What::Scenario { text: names.intern(text) })
            });
            self.plan_node(id, NodeStep::Look, now, Some(cause), agenda);
        }
    }

    /// The controller looks at the pods of a node.
    pub(super) fn look_at_taints(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let mut taints = self.version_of(id).taints.clone();
        taints.retain(|taint| taint.effect == TaintEffect::NoExecute);
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect::<Vec<_>>() {
            self.look_at_pod(pod, &taints, cause, now, agenda);
        }
    }

    fn look_at_pod(
        &mut self,
        id: PodId,
        taints: &[Taint],
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let needs = &self.specs[self.pod(id).spec.index()].needs;
        let verdict = verdict(taints, &needs.tolerations);
        let timers = &mut self.node_controllers.evictions;
        if verdict == Verdict::Stays && !timers.contains_key(&id) {
            return;
        }
        match timers.entry(id).or_default().look(verdict, now) {
            Change::Nothing => {}
            Change::Scheduled(at) => {
                let after = at.since(now);
                let what = |pod| What::PodEvictionScheduled { pod, after };
                let fact = self.pod_fact(id, cause, now, what);
                agenda.at(at, Caused { event: Event::EvictPod { pod: id }, cause: Some(fact) });
            }
            Change::Cancelled => {
                timers.remove(&id);
                self.pod_fact(id, cause, now, |pod| What::PodEvictionCancelled { pod });
            }
        }
    }

    /// The time of a pod is over.
    pub(in crate::world) fn evict_pod(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let timer = self.node_controllers.evictions.get(&id);
        if timer.and_then(EvictionTimer::due).is_none_or(|due| due > now) {
            return;
        }
        if self.api.is_down(now) {
            agenda.at(self.api.up_at(), Caused { event: Event::EvictPod { pod: id }, cause });
            return;
        }
        self.node_controllers.evictions.remove(&id);
        let Pod { exists, terminating, .. } = *self.pod(id);
        if exists && !terminating {
            self.delete_pod(id, cause, now, agenda);
        }
    }
}
