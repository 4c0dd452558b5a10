//! Pods that stay Terminating: their containers do not stop when they are told to, nor when they are
//! killed.

use crate::api::PodPhase;
use crate::control::{NodeId, PodId};
use crate::scenario::DaemonSetRef;
use crate::time::SimTime;
use crate::world::cluster::Pod;
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::kubelets::Kubelets;

/// Pods whose containers do not stop.
#[derive(Clone, Debug)]
pub(super) struct Stuck {
    /// None for any.
    daemon_set: Option<DaemonSetRef>,
    /// Sorted; none for any.
    nodes: Option<Vec<NodeId>>,
    /// None for the rest of the run.
    until: Option<SimTime>,
}

impl Kubelets {
    /// From now on the containers of a DaemonSet's pods do not stop on some nodes (sorted), until an
    /// instant. None stands for any DaemonSet, every node, and the rest of the run.
    pub(in crate::world) fn hold_on(
        &mut self,
        daemon_set: Option<DaemonSetRef>,
        nodes: Option<Vec<NodeId>>,
        until: Option<SimTime>,
    ) {
        self.stuck.push(Stuck { daemon_set, nodes, until });
    }

    /// Whether the containers of a pod that are told to stop do not: then it is tried again when
    /// they would, if they ever do.
    pub(super) fn does_not_stop(&self, id: PodId, cx: &mut Cx<'_>) -> bool {
        match self.held_until(id, cx) {
            None => false,
            Some(None) => true,
            Some(Some(until)) => {
                cx.plan(id, PodStep::Stop, until);
                true
            }
        }
    }

    /// Until when the containers of a pod do not stop, if that is so; none for the rest of the run.
    #[expect(clippy::option_option, reason = "they may stop at once, at a time, or never")]
    pub(super) fn held_until(&self, id: PodId, cx: &Cx<'_>) -> Option<Option<SimTime>> {
        let Pod { creator, node, phase, .. } = *cx.cluster.pod(id);
        if self.stuck.is_empty() || phase != PodPhase::Running {
            return None;
        }
        let name = &cx.cluster.daemon_sets[creator].name;
        let is_meant = |it: &&Stuck| {
            it.until.is_none_or(|until| cx.now < until)
                && it.daemon_set.as_ref().is_none_or(|daemon_set| daemon_set == name)
                && it.nodes.as_ref().is_none_or(|nodes| nodes.binary_search(&node).is_ok())
        };
        let meant: Vec<_> = self.stuck.iter().filter(is_meant).map(|it| it.until).collect();
        if meant.contains(&None) {
            return Some(None);
        }
        meant.into_iter().flatten().max().map(Some)
    }
}
