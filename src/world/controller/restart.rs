//! The controller's process goes and another one leads.
//!
//! What a process keeps in memory goes with it: its queues, what it waits for, the back-off of
//! failed pods, calls under way. Its caches are listed anew.
//!
//! Source: `client-go/tools/leaderelection/leaderelection.go` and
//! `client-go/tools/cache/reflector.go › ListAndWatch`.

use std::collections::BTreeSet;

use crate::control::PodId;
use crate::control::workqueue::WorkQueue;
use crate::record::What;
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::Resource;
use crate::world::cluster::{CachedPod, Node};
use crate::world::controller::process::Controller;
use crate::world::cx::Cx;
use crate::world::event::Event;

impl Controller {
    /// The controller's process ends, and nobody leads for a while; if nobody led anyway, until the
    /// later of both.
    pub(in crate::world) fn stop(&mut self, away: SimDuration, cx: &mut Cx<'_>) {
        let fact = cx.record.fact(cx.now, cx.cause, |_| What::ControllerStopped);
        self.process += 1;
        self.is_away = true;
        self.leads_from = self.leads_from.max(cx.now + away);
        cx.api.reset_client();
        self.busy = 0;
        self.queue = WorkQueue::default();
        self.node_queue = WorkQueue::default();
        for id in self.daemon_sets.ids() {
            self.daemon_sets[id].work = None;
        }
        let event = Event::Relist { process: self.process };
        cx.because(Some(fact)).at(self.leads_from, event);
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
        self.is_away = false;
        cx.api.informers_start(cx.now);
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

    /// An informer lists again what it had lost sight of: what changed meanwhile is seen now, and
    /// only as it is now. The handler of DaemonSets takes each for changed.
    ///
    /// Source: `client-go/tools/cache/reflector.go › ListAndWatch` and
    /// `client-go/tools/cache/delta_fifo.go › Replace`.
    pub(in crate::world) fn list_again(&mut self, resource: Resource, cx: &mut Cx<'_>) {
        if self.is_away {
            return;
        }
        self.stale_until[resource as usize] = SimTime::ZERO;
        match resource {
            Resource::Pods => self.list_pods_again(cx),
            Resource::Nodes => self.list_nodes_again(cx),
            Resource::DaemonSets => {
                for id in cx.cluster.daemon_set_ids().collect::<Vec<_>>() {
                    let seen = cx.cluster.cached_daemon_set(id);
                    self.see_daemon_set(id, seen, cx);
                }
            }
        }
        self.stale_until[resource as usize] = cx.api.relist(resource, cx.now);
    }

    fn list_pods_again(&mut self, cx: &mut Cx<'_>) {
        for id in cx.cluster.pods.ids().collect::<Vec<_>>() {
            let seen = cx.cluster.pod(id).cached();
            let before = self.pod(id);
            if before != seen && (before.exists || seen.exists) {
                self.see_pod(id, seen, cx);
            }
        }
    }

    fn list_nodes_again(&mut self, cx: &mut Cx<'_>) {
        for id in cx.cluster.nodes.ids().collect::<Vec<_>>() {
            let Node { exists, version, .. } = *cx.cluster.node(id);
            let seen = exists.then_some(version);
            if self.node(id) != seen {
                self.see_node(id, seen, cx);
            }
        }
    }

    fn list_nodes(&mut self, cx: &Cx<'_>) {
        self.nodes.clear();
        self.known_nodes = 0;
        for id in cx.cluster.existing_nodes() {
            let version = cx.cluster.node(id).version;
            self.cache_node(id, Some(version));
        }
    }

    fn list_daemon_sets(&mut self, cx: &Cx<'_>) {
        for id in cx.cluster.daemon_set_ids() {
            self.meet(id).forget();
            self.list_daemon_set(id, cx.cluster);
            for node in cx.cluster.nodes.ids() {
                self.touch(id, node);
            }
        }
    }

    fn list_pods(&mut self, cx: &Cx<'_>) {
        self.pods.clear();
        self.orphans = BTreeSet::new();
        for pod in cx.cluster.nodes.iter().flat_map(|node| node.pods.iter().copied()) {
            let cached = cx.cluster.pod(pod).cached();
            if cached.exists {
                self.list_pod(pod, cached, cx);
            }
        }
    }

    /// A pod is there when the controller begins.
    pub(in crate::world) fn list_pod(&mut self, pod: PodId, cached: CachedPod, cx: &Cx<'_>) {
        self.cache_pod(pod, cached);
        match cached.owner {
            Some(owner) if self.selects(owner, pod, cx) => self.seat(owner, pod, cx),
            Some(owner) => self.daemon_sets[owner].strays.push(pod),
            None => {
                self.orphans.insert(pod);
            }
        }
    }

    /// Whether a watch event reaches nobody: nobody leads, or it is about what was before the
    /// present process listed everything.
    pub(super) fn is_unheard(&self, resource: Resource, cx: &Cx<'_>) -> bool {
        self.is_away
            || cx.now <= self.stale_until[resource as usize]
            || cx.now < cx.api.lists_at(resource.into())
    }
}
