//! The controller's process goes and another one leads.
//!
//! What a process keeps in memory goes with it: its queues, what it waits for, the back-off of failed
//! pods, calls under way. Its caches are listed anew.
//!
//! Source: `client-go/tools/leaderelection/leaderelection.go` and
//! `client-go/tools/cache/reflector.go › ListAndWatch`.

use std::collections::BTreeSet;

use crate::control::PodId;
use crate::control::workqueue::WorkQueue;
use crate::record::What;
use crate::time::SimDuration;
use crate::world::api_server::Resource;
use crate::world::cluster::CachedPod;
use crate::world::controller::cache::DaemonSetCache;
use crate::world::controller::process::Controller;
use crate::world::cx::Cx;
use crate::world::event::Event;

impl Controller {
    /// The controller's process ends, and nobody leads for a while; if nobody led anyway, until the
    /// later of both.
    pub(in crate::world) fn stop_controller(&mut self, away: SimDuration, cx: &mut Cx<'_>) {
        let fact = cx.record.fact(cx.now, cx.cause, |_| What::ControllerStopped);
        let controller = &mut *self;
        controller.process += 1;
        controller.is_away = true;
        controller.leads_from = controller.leads_from.max(cx.now + away);
        controller.busy = 0;
        controller.queue = WorkQueue::default();
        controller.node_queue = WorkQueue::default();
        for id in controller.daemon_sets.ids() {
            controller.daemon_sets[id].work = None;
        }
        let event = Event::Relist { process: controller.process };
        cx.because(Some(fact)).at(controller.leads_from, event);
    }

    /// A new process leads: it lists everything, and every DaemonSet and node is news to it.
    pub(in crate::world) fn relist(&mut self, process: u32, cx: &mut Cx<'_>) {
        if process != self.process {
            return;
        }
        if cx.api.is_down(cx.now) {
            return cx.at(cx.api.up_at(), Event::Relist { process });
        }
        let fact = cx.record.fact(cx.now, cx.cause, |_| What::ControllerStarted);
        cx.api.reset_client();
        self.is_away = false;
        for resource in Resource::ALL {
            self.stale_until[resource as usize] = cx.api.relist(resource, cx.now);
        }
        self.list_nodes(cx);
        self.list_daemon_sets(cx);
        self.list_pods(cx);
        self.node_news = Some(fact);
        for id in cx.cluster.daemon_set_ids() {
            if cx.cluster.daemon_sets[id].exists {
                self.enqueue(id, &mut cx.because(Some(fact)));
            }
        }
    }

    fn list_nodes(&mut self, cx: &mut Cx<'_>) {
        self.nodes.clear();
        for id in cx.cluster.existing_nodes().collect::<Vec<_>>() {
            let version = cx.cluster.node(id).version;
            self.cache_node(id, Some(version));
        }
    }

    fn list_daemon_sets(&mut self, cx: &mut Cx<'_>) {
        for id in cx.cluster.daemon_set_ids() {
            let mut watched = DaemonSetCache::new();
            watched.seen = cx.cluster.seen_daemon_set(id);
            *self.meet(id) = watched;
            for index in 0..cx.cluster.nodes.len() {
                let node = crate::control::NodeId(u32::try_from(index).expect("few nodes"));
                self.daemon_sets[id].touch(node);
            }
        }
    }

    fn list_pods(&mut self, cx: &mut Cx<'_>) {
        self.pods.clear();
        self.orphans = BTreeSet::new();
        let of_nodes = cx.cluster.nodes.iter().flat_map(|node| node.pods.iter().copied());
        for pod in of_nodes.collect::<Vec<PodId>>() {
            let seen = cx.cluster.pod(pod).cached();
            if !seen.exists {
                continue;
            }
            self.list_pod(pod, seen, cx);
        }
    }

    /// A pod is there when the controller begins.
    pub(in crate::world) fn list_pod(&mut self, pod: PodId, seen: CachedPod, cx: &Cx<'_>) {
        self.cache_pod(pod, seen);
        match seen.owner {
            Some(owner) if self.selects(owner, pod, cx) => self.seat(owner, pod, cx),
            Some(owner) => self.daemon_sets[owner].strays.push(pod),
            None => {
                self.orphans.insert(pod);
            }
        }
    }

    /// Whether a watch event reaches nobody: nobody leads, or it tells of what was before the
    /// present process listed everything.
    pub(super) fn is_unheard(&self, resource: Resource, cx: &Cx<'_>) -> bool {
        self.is_away || cx.now <= self.stale_until[resource as usize]
    }
}
