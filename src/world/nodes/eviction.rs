//! The taint-eviction controller: it deletes pods that a `NoExecute` taint drives away, at once or
//! when the time is over for which they tolerate it.
//!
//! The DaemonSet controller deletes such pods as well, unless they tolerate the taint for a time;
//! whoever comes first.
//!
//! Source: `pkg/controller/tainteviction/taint_eviction.go › handleNodeUpdate, processPodOnNode`.

use std::collections::BTreeMap;

use crate::api::{Taint, TaintEffect};
use crate::control::taint_eviction::{Change, EvictionTimer, Verdict, verdict};
use crate::control::{NodeId, PodId};
use crate::record::{TAINTS_AT_START, What};
use crate::world::cluster::Pod;
use crate::world::cx::Cx;
use crate::world::event::{Event, NodeStep};

/// The taint-eviction controller.
#[derive(Debug, Default)]
pub(in crate::world) struct TaintEviction {
    /// Pods that a taint drives away.
    timers: BTreeMap<PodId, EvictionTimer>,
}

impl TaintEviction {
    /// The controller looks at the pods of a node.
    pub(super) fn look_at_taints(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let mut taints = cx.cluster.version_of(id).taints.clone();
        taints.retain(|taint| taint.effect == TaintEffect::NoExecute);
        for pod in cx.cluster.bound_to(id) {
            self.look_at_pod(pod, &taints, cx);
        }
    }

    fn look_at_pod(&mut self, id: PodId, taints: &[Taint], cx: &mut Cx<'_>) {
        let needs = &cx.cluster.specs[cx.cluster.pod(id).spec].needs;
        let verdict = verdict(taints, &needs.tolerations);
        if verdict == Verdict::Stays && !self.timers.contains_key(&id) {
            return;
        }
        match self.timers.entry(id).or_default().look(verdict, cx.now) {
            Change::Nothing => {}
            Change::Scheduled(at) => {
                let after = at.since(cx.now);
                let what = |pod| What::PodEvictionScheduled { pod, after };
                let fact = cx.pod_fact(id, what);
                cx.because(Some(fact)).at(at, Event::EvictPod { pod: id });
            }
            Change::Cancelled => {
                self.timers.remove(&id);
                cx.pod_fact(id, |pod| What::PodEvictionCancelled { pod });
            }
        }
    }

    /// The time of a pod may be over: says whether it is to be deleted now.
    pub(in crate::world) fn is_over(&mut self, id: PodId, cx: &mut Cx<'_>) -> bool {
        let timer = self.timers.get(&id);
        if timer.and_then(EvictionTimer::due).is_none_or(|due| due > cx.now) {
            return false;
        }
        if cx.api.is_down(cx.now) {
            cx.at(cx.api.up_at(), Event::EvictPod { pod: id });
            return false;
        }
        self.timers.remove(&id);
        let Pod { exists, terminating, .. } = *cx.cluster.pod(id);
        exists && !terminating
    }
}

/// The controller begins with what is there.
pub(in crate::world) fn look_at_all_taints(cx: &mut Cx<'_>) {
    if !cx.settings.node_lifecycle {
        return;
    }
    let drives =
        |id: &NodeId| !cx.cluster.node(*id).pods.is_empty() && cx.cluster.drives_pods_away(*id);
    let now = cx.settings.start;
    for id in cx.cluster.existing_nodes().filter(drives).collect::<Vec<_>>() {
        let cause = cx.cause.unwrap_or_else(|| {
            cx.record
                .fact(now, None, |names| What::Scenario { text: names.intern(TAINTS_AT_START) })
        });
        cx.because(Some(cause)).plan_node(id, NodeStep::Look, now);
    }
}
