//! The machine that a kubelet runs on: it dies, or shuts down gracefully.

use crate::control::Ticks;
use crate::control::node_lifecycle::HEARTBEAT_PERIOD;
use crate::control::{NodeId, PodId};
use crate::time::SimDuration;
use crate::world::cluster::Pod;
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::kubelet::kubelets::Kubelets;

impl Kubelets {
    /// Nothing on the machine runs, and nothing that was under way there goes on.
    pub(in crate::world) fn stop_machine(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        cx.cluster.nodes[id].alive = false;
        self.drop_pulls(id, cx);
        for pod in cx.cluster.bound_to(id) {
            cx.change_pod(pod, |pod| {
                pod.serving = false;
                pod.epoch += 1;
            });
        }
    }

    /// Asks all containers of a node to stop; says how long the last one takes.
    pub(in crate::world) fn end_pods(
        &self,
        id: NodeId,
        grace: SimDuration,
        cx: &mut Cx<'_>,
    ) -> SimDuration {
        let mut longest = cx.drain_delay(id).min(grace);
        for pod in cx.cluster.pods_on(id).collect::<Vec<_>>() {
            let Pod { bound, phase, terminating, spec, .. } = *cx.cluster.pod(pod);
            let has_ended = phase.is_terminal() || self.refused(pod);
            if !bound || has_ended || terminating || grace.is_zero() {
                continue;
            }
            let own = cx.cluster.specs[spec].grace_period;
            let delay = self.time_to_stop(pod, own.min(grace), cx);
            longest = longest.max(delay);
            cx.change_pod(pod, |pod| {
                pod.serving = false;
                pod.epoch += 1;
            });
            let epoch = cx.cluster.pod(pod).epoch;
            cx.at(cx.now + delay, Event::EndPod { pod, epoch });
        }
        longest
    }

    /// The kubelet has stopped the containers of a pod that it ends by itself.
    pub(in crate::world) fn pod_ended(&mut self, id: PodId, epoch: u32, cx: &mut Cx<'_>) {
        let pod = cx.cluster.pod(id);
        if pod.exists && pod.epoch == epoch && !pod.phase.is_terminal() {
            if cx.api.is_down(cx.now) {
                // It goes on trying to say so, unless the machine goes off before.
                return cx.at(cx.api.up_at(), Event::EndPod { pod: id, epoch });
            }
            self.fail_pod(id, "Terminated", cx);
        }
    }
}

/// When a kubelet renews its lease.
pub(in crate::world) fn heartbeats(id: NodeId, cx: &Cx<'_>) -> Ticks {
    let draw = cx.settings.streams.bits("heartbeat", cx.cluster.node(id).name_hash, 0);
    let phase = SimDuration::from_micros(draw % HEARTBEAT_PERIOD.as_micros());
    Ticks::new(HEARTBEAT_PERIOD, phase)
}
